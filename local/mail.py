"""Sent mail: kept by the emulator in memory only, so collected here into a file, and shown at /_mail."""

from __future__ import annotations

import html
import json
import re
import time
import urllib.request
from dataclasses import asdict, dataclass
from typing import Any

from local.place import Place

_LINK = re.compile(r"https?://[^\s<>\"')\]]+")
_KEPT = 500


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail as it was sent."""

    id: str
    sent_at: float
    sender: str
    to: list[str]
    subject: str
    text: str
    html: str

    def links(self) -> list[str]:
        """Every address that stands in the text."""
        return [link.rstrip(".,;") for link in _LINK.findall(self.text or html.unescape(self.html))]


class Mailbox:
    """All mail sent on this machine, over restarts."""

    def __init__(self, place: Place) -> None:
        self._file = place.home / "mail.json"
        self._inspection = f"{place.aws_url}/_ministack/ses/messages"

    def all(self) -> list[Mail]:
        """Newest first."""
        known = {mail.id: mail for mail in self._read()}
        fresh = [mail for mail in self._sent() if mail.id not in known]
        mails = sorted([*known.values(), *fresh], key=lambda mail: mail.sent_at, reverse=True)[:_KEPT]
        if fresh:
            unfinished = self._file.with_suffix(".new")
            unfinished.write_text(json.dumps([asdict(mail) for mail in mails]), encoding="utf-8")
            unfinished.replace(self._file)
        return mails

    def newest_to(self, address: str, after: float, wait: float = 10) -> Mail | None:
        """The newest mail to an address, sent after a moment; waits for it."""
        deadline = time.monotonic() + wait
        while time.monotonic() < deadline:
            for mail in self.all():
                if mail.sent_at >= after and any(address.casefold() in to.casefold() for to in mail.to):
                    return mail
            time.sleep(0.1)
        return None

    def _read(self) -> list[Mail]:
        if not self._file.exists():
            return []
        return [Mail(**entry) for entry in json.loads(self._file.read_text(encoding="utf-8"))]

    def _sent(self) -> list[Mail]:
        with urllib.request.urlopen(self._inspection, timeout=5) as answer:  # noqa: S310 - our own address
            accounts = json.load(answer)["messages"]
        return [_mail(message) for messages in accounts.values() for message in messages]


def _mail(message: dict[str, Any]) -> Mail:
    return Mail(
        id=message["MessageId"],
        sent_at=message["Timestamp"],
        sender=message["Source"],
        to=message["To"],
        subject=message["Subject"],
        text=message["BodyText"] or "",
        html=message["BodyHtml"] or "",
    )


def as_json(mails: list[Mail]) -> bytes:
    """For tests and tools."""
    return json.dumps([asdict(mail) | {"links": mail.links()} for mail in mails], ensure_ascii=False).encode()


def as_page(mails: list[Mail]) -> bytes:
    """For a person. A mail's own HTML stands in a frame that may open links in a new tab and nothing else."""
    shown = "".join(_article(mail) for mail in mails) or "<p>No mail was sent yet.</p>"
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Sent mail</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<style>body{font:16px/1.5 system-ui;max-width:60rem;margin:2rem auto;padding:0 1rem}"
        "article{border-top:1px solid #bbb;padding:1rem 0}pre{white-space:pre-wrap;font:inherit}"
        "iframe{width:100%;height:24rem;border:1px solid #ddd}</style>"
        f"<h1>Sent mail</h1><p>This page exists on this machine only.</p>{shown}</html>"
    ).encode()


def _article(mail: Mail) -> str:
    when = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(mail.sent_at))
    text = _linked(mail.text)
    frame = ""
    if mail.html:
        document = html.escape(f'<base target="_blank">{mail.html}')
        frame = (
            "<details><summary>HTML</summary>"
            f'<iframe sandbox="allow-popups allow-popups-to-escape-sandbox" srcdoc="{document}"></iframe></details>'
        )
    way = f"{when} · {html.escape(mail.sender)} → {html.escape(', '.join(mail.to))}"
    return f"<article><h2>{html.escape(mail.subject)}</h2><p>{way}</p><pre>{text}</pre>{frame}</article>"


def _linked(text: str) -> str:
    """The text for a page, its addresses clickable; the dot that ends a sentence is no part of one."""
    pieces, at = [], 0
    for link in _LINK.finditer(text):
        address = link[0].rstrip(".,;")
        shown = html.escape(address)
        pieces += [html.escape(text[at : link.start()]), f'<a href="{shown}">{shown}</a>']
        at = link.start() + len(address)
    return "".join(pieces) + html.escape(text[at:])
