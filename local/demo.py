"""Fills an empty state the way people would, over HTTP, and says where everything is.

What is done already stands in `.local/demo.json`, so a fill that was interrupted goes on at the next start.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import httpx

from local import environment
from local.deploy import Deployment, client
from local.mail import Mailbox
from local.place import Place

OFFICE = "Biuro Demo"
STAFF_EMAIL = "biuro@demo.example"
STAFF_NAME = "Anna Demonstracyjna"
CLIENT_EMAIL = "klient@demo.example"
CLIENT_NAME = "Karol Przykładny"
CLIENT_NIP = "5120079194"
_LINK_KEPT_FOR = 10 * 60
_SETTINGS = ("name", "legal_form", "prefix", "zus_account")


class DemoError(Exception):
    """A step did not go as it should; the sentence says which."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What is done."""

    office: str = ""
    agent_ready: bool = False
    synced: bool = False
    firm: str = ""
    approved: bool = False
    invited: bool = False
    handed_over: bool = False

    @classmethod
    def read(cls, place: Place) -> Progress:
        """What the last run wrote down."""
        file = _file(place)
        return cls(**json.loads(file.read_text())) if file.exists() else cls()

    def write(self, place: Place) -> Progress:
        """Write it down."""
        _file(place).write_text(json.dumps(asdict(self)))
        return self


def _file(place: Place) -> Path:
    return place.home / "demo.json"


class Person:
    """Somebody with a browser, signed in by the link of a mail."""

    def __init__(self, place: Place, mailbox: Mailbox, email: str) -> None:
        self._place, self._mailbox, self._email = place, mailbox, email
        # A browser sends Origin with unsafe requests, and a Secure cookie to this machine also without TLS.
        self._headers = {"origin": place.url, "accept": "application/json"}
        self._http = httpx.Client(base_url=place.url, timeout=60)

    def link(self) -> str:
        """A sign-in link that works: the newest if it still does, else of a new mail."""
        recent = self._mailbox.newest_to(self._email, time.time() - _LINK_KEPT_FOR, wait=0)
        for link in _links(recent):
            if self._http.get(link, headers={"accept": "text/html"}).status_code == httpx.codes.OK:
                return link
        asked = time.time()
        self._expect(self._http.post("/sign-in", headers=self._headers, data={"email": self._email}))
        for link in _links(self._mailbox.newest_to(self._email, asked)):
            return link
        raise DemoError(f"No sign-in mail came for {self._email}.")

    def sign_in(self) -> None:
        """Open the link and press its button."""
        answer = self._expect(self._http.post(self.link(), headers=self._headers))
        cookie = answer.headers.get("set-cookie", "").partition(";")[0]
        if not cookie:
            raise DemoError("Signing in gave no session.")
        self._headers["cookie"] = cookie

    def get(self, path: str) -> Any:
        """A page as JSON."""
        return self._expect(self._http.get(path, headers=self._headers)).json()

    def post(self, path: str, content: dict[str, Any]) -> Any:
        """A form as JSON."""
        answer = self._expect(self._http.post(path, headers=self._headers, json=content))
        return answer.json() if answer.content else {}

    def _expect(self, answer: httpx.Response) -> httpx.Response:
        self._http.cookies.clear()  # sent by hand, see above
        if answer.is_error:
            raise DemoError(
                f"{answer.request.method} {answer.request.url.path}: {answer.status_code} {answer.text[:500]}"
            )
        return answer


def _links(mail: Any) -> list[str]:
    return [link for link in mail.links() if "/l/" in link] if mail else []


class Demo:
    """The demo office on this machine."""

    def __init__(self, place: Place, deployment: Deployment, mailbox: Mailbox) -> None:
        self._place, self._deployment, self._mailbox = place, deployment, mailbox

    def fill(self) -> None:
        """Do what is missing. A state filled by somebody else is left alone."""
        done = Progress.read(self._place)
        if done.handed_over or (not done.office and self._has_items()):
            return
        print("Filling the empty portal with a demo office …", flush=True)
        if not done.office:
            done = replace(done, office=self._open_office()).write(self._place)
        staff = Person(self._place, self._mailbox, STAFF_EMAIL)
        staff.sign_in()
        if not done.agent_ready:
            self._set_up_agent(staff, done.office)
            done = replace(done, agent_ready=True).write(self._place)
        if not done.synced:
            self._sync()
            done = replace(done, synced=True).write(self._place)
        if not done.firm:
            done = replace(done, firm=self._take_firms_on(staff, done.office)).write(self._place)
        if not done.approved:
            self._approve(staff, done.office)
            done = replace(done, approved=True).write(self._place)
        if not done.invited:
            staff.post(f"/offices/{done.office}/firms/{done.firm}/users", {"email": CLIENT_EMAIL, "name": CLIENT_NAME})
            done = replace(done, invited=True).write(self._place)
        self._hand_over(done.firm)
        replace(done, handed_over=True).write(self._place)

    def summary(self) -> str:
        """Where everything is, with links that sign in."""
        url, done = self._place.url, Progress.read(self._place)
        lines = ["", f"KonektoSmart   {url}/"]
        if done.office:
            lines += self._panel("Office panel", f"{url}/offices/{done.office}", STAFF_EMAIL)
        if done.invited:
            lines += self._panel("Client panel", f"{url}/firms/{done.firm}", CLIENT_EMAIL)
        lines += [
            f"Sent mail      {url}/_mail",
            f"Logs           {self._place.log}",
            "",
            "Ctrl-C stops; the data stays.",
        ]
        return "\n".join(lines)

    def _panel(self, title: str, address: str, email: str) -> list[str]:
        try:
            way = Person(self._place, self._mailbox, email).link()
        except (DemoError, httpx.HTTPError):
            way = f"{self._place.url}/sign-in as {email}; the link comes to the sent mail"
        return [f"{title:<15}{address}", f"{'  sign in':<15}{way}"]

    def _has_items(self) -> bool:
        found = client(self._place, "dynamodb").scan(TableName=self._deployment.table, Limit=1)
        return bool(found["Items"])

    def _open_office(self) -> str:
        options = ["--name", OFFICE, "--email", STAFF_EMAIL, "--person", STAFF_NAME, "--plan", "full"]
        variables = environment.variables(self._place, self._deployment)
        opened = self._run("portal.operator", ["open-office", *options], variables)
        return str(json.loads(opened)["office"])

    def _set_up_agent(self, staff: Person, office: str) -> None:
        token = staff.post(f"/offices/{office}/agents", {"name": "KSIEGOWA-1"})["token"]
        folder = str(self._place.root / "samples" / "exports")
        options = ["--address", self._place.url, "--token-stdin", "--folder", folder, "--yes"]
        self._run("konektosync", ["setup", *options], self._agent_variables(), token)

    def _sync(self) -> None:
        self._run("konektosync", ["sync"], self._agent_variables())

    def _agent_variables(self) -> dict[str, str]:
        """The demo's token stays in its folder and out of this machine's keyring."""
        quiet = {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}
        return {"KONEKTOSYNC_HOME": str(self._place.home / "agent"), **quiet}

    def _take_firms_on(self, staff: Person, office: str) -> str:
        """Complete what the agent found from samples/firms.json, and activate it; the id of the client's firm."""
        known = {firm["nip"]: firm for firm in _sample_firms(self._place)}
        found = staff.get(f"/offices/{office}/firms")["firms"]
        for line in found:
            address = f"/offices/{office}/firms/{line['id']}"
            version = staff.get(f"{address}/settings")["version"]
            if sample := known.get(line["nip"]):
                wanted = {key: sample[key] for key in _SETTINGS}
                version = staff.post(f"{address}/settings", {"version": version, **wanted})["version"]
            if line["status"] == "waiting":
                staff.post(f"{address}/status", {"version": version, "status": "active"})
        return next(str(line["id"]) for line in found if line["nip"] == CLIENT_NIP)

    def _approve(self, staff: Person, office: str) -> None:
        """Approve all but the newest month, which waits for whoever tries the portal."""
        _newest, *older = staff.get(f"/offices/{office}")["months"]
        for month in older:
            path = f"/offices/{office}/months/{month['period']}"
            named = [
                f"{row['firm']}/{record['record']}@{record['version']}"
                for row in staff.get(path)["rows"]
                for kind in ("contributions", "taxes", "statements")
                for record in row[kind]
                if record["waits"]
            ]
            staff.post(f"{path}/approvals", {"records": named})

    def _hand_over(self, firm: str) -> None:
        """The client signs in and hands papers over, straight to the storage as a browser does."""
        someone = Person(self._place, self._mailbox, CLIENT_EMAIL)
        someone.sign_in()
        papers = sorted((self._place.root / "samples" / "papers").iterdir())
        contents = [paper.read_bytes() for paper in papers]
        announced = [
            {"name": paper.name, "size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
            for paper, content in zip(papers, contents, strict=True)
        ]
        for upload in someone.post(f"/firms/{firm}/documents", {"files": announced})["uploads"]:
            file = {"file": contents[upload["file"]]}
            httpx.post(upload["url"], data=upload["fields"], files=file, timeout=60).raise_for_status()

    def _run(
        self,
        module: str,
        options: list[str],
        variables: dict[str, str],
        given: str = "",
    ) -> str:
        whole = {**os.environ, "PYTHONPATH": str(self._place.root), **variables}
        command = [sys.executable, "-m", module, *options]
        ended = subprocess.run(  # noqa: S603 - our own programs
            command, cwd=self._place.root, env=whole, input=given, capture_output=True, text=True, check=False
        )
        if ended.returncode:
            raise DemoError(f"{module} {options[0]} ended with {ended.returncode}:\n{ended.stdout}{ended.stderr}")
        return ended.stdout


def _sample_firms(place: Place) -> list[dict[str, Any]]:
    """Every firm of the samples; partners of a civil partnership are firms of their own."""
    firms = json.loads((place.root / "samples" / "firms.json").read_text(encoding="utf-8"))
    return [one for firm in firms for one in (firm, *firm.get("partners", []))]
