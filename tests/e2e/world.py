"""People and the agent of the end-to-end tests: everything over HTTP or as a process, as in production."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.local.running import ROOT, Portal

_LINK = re.compile(r"/l/[\w.-]+")


@dataclass
class Person:
    """Somebody signed in, speaking JSON."""

    portal: Portal
    cookie: str

    def get(self, path: str, **query: Any) -> Any:
        answer = self.portal.http.get(path, params=query, headers=self.headers())
        assert answer.is_success, answer.text
        return answer.json()

    def post(self, path: str, content: dict[str, Any], status: int = 0) -> Any:
        answer = self.portal.http.post(path, json=content, headers=self.headers())
        assert answer.status_code == status if status else answer.is_success, answer.text
        return answer.json()

    def headers(self) -> dict[str, str]:
        origin = str(self.portal.http.base_url).rstrip("/")
        return {"cookie": self.cookie, "origin": origin, "accept": "application/json"}


@dataclass
class Office:
    """The office and its administrator."""

    id: str
    portal: Portal
    email: str
    boss: Person
    firms: dict[str, str] = field(default_factory=dict)

    @property
    def path(self) -> str:
        return f"/offices/{self.id}"

    def new_token(self, name: str) -> str:
        return str(self.boss.post(f"{self.path}/agents", {"name": name})["token"])

    def firm(self, nip: str) -> str:
        return f"{self.path}/firms/{self.firm_id(nip)}"

    def firm_id(self, nip: str) -> str:
        if nip not in self.firms:
            listed = self.boss.get(f"{self.path}/firms")["firms"]
            self.firms = {firm["nip"]: firm["id"] for firm in listed}
        return self.firms[nip]

    def records(self, nip: str, page: str, year: int) -> list[dict[str, Any]]:
        table = self.boss.get(f"{self.firm(nip)}/{page}", year=year)
        return [record for month in table["months"] for record in month["records"]]


def open_office(portal: Portal, variables: dict[str, str], email: str) -> Office:
    command = [sys.executable, "-m", "portal.operator", "open-office", "--name", "Biuro Demo"]
    command += ["--email", email, "--person", "Anna Demonstracyjna"]
    environment = {**os.environ, **variables}
    opened = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)  # noqa: S603 - our own command
    return Office(json.loads(opened.stdout)["office"], portal, email, sign_in(portal, email))


def sign_in(portal: Portal, email: str) -> Person:
    """By the link of a mail, without a browser."""
    link = ask_for_link(portal, email)
    origin = str(portal.http.base_url).rstrip("/")
    answer = portal.http.post(link, headers={"origin": origin, "accept": "application/json"})
    assert answer.is_success, answer.text
    portal.http.cookies.clear()
    return Person(portal, answer.headers["set-cookie"].partition(";")[0])


def ask_for_link(portal: Portal, email: str) -> str:
    origin = str(portal.http.base_url).rstrip("/")
    before = len(_mails_to(portal, email))
    portal.http.post("/sign-in", data={"email": email}, headers={"origin": origin, "accept": "application/json"})
    portal.until(lambda: len(_mails_to(portal, email)) > before, 20)
    return link_to(portal, email)


def link_to(portal: Portal, email: str) -> str:
    """The link of the newest mail with one to somebody: other mails may come in between."""
    portal.until(lambda: _mails_to(portal, email), 20)
    newest = max(_mails_to(portal, email), key=lambda mail: float(mail["sent_at"]))
    return str(_LINK.findall(newest["text"])[0])


def _mails_to(portal: Portal, email: str) -> list[dict[str, Any]]:
    return [mail for mail in portal.mails() if email in mail["to"] and _LINK.search(mail["text"])]


@dataclass
class Agent:
    """KonektoSync as a process."""

    home: Path
    address: httpx.URL

    def set_up(self, token: str, folder: Path) -> None:
        options = [
            "setup",
            "--address",
            str(self.address).rstrip("/"),
            "--token-stdin",
            "--folder",
            str(folder),
            "--yes",
        ]
        ended = subprocess.run(  # noqa: S603 - our own command
            [sys.executable, "-m", "konektosync", *options],
            env=self._environment(),
            input=token,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr

    def sync(self) -> int:
        """Run to the end; the exit code."""
        ended = self._start(subprocess.PIPE)
        output, _ = ended.communicate(timeout=120)
        assert ended.returncode in (0, 1), output
        return int(ended.returncode)

    def sync_killed_after(self, seconds: float) -> bool:
        """Start a run and cut the power; whether it was still running."""
        process = self._start(subprocess.DEVNULL)
        time.sleep(seconds)
        running = process.poll() is None
        process.send_signal(signal.SIGKILL)
        process.wait()
        return running

    def status(self) -> dict[str, Any]:
        command = [sys.executable, "-m", "konektosync", "status", "--json"]
        ended = subprocess.run(command, env=self._environment(), capture_output=True, text=True, check=False)  # noqa: S603 - our own command
        return json.loads(ended.stdout)

    def _start(self, output: int) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "konektosync", "sync"]
        return subprocess.Popen(command, env=self._environment(), stdout=output, stderr=subprocess.STDOUT, text=True)  # noqa: S603 - our own command

    def _environment(self) -> dict[str, str]:
        # No keyring: the test's token must not land in the machine's.
        quiet = {"PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring"}
        return {**os.environ, "KONEKTOSYNC_HOME": str(self.home), **quiet}
