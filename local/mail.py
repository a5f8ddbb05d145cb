"""Sent mail: kept by the emulator in memory only, so collected here into a file, and shown at /_mail.

The emulator tells nobody what becomes of a mail. The page's buttons do: they hand `bounces` the event SES would send.
"""

from __future__ import annotations

import html
import json
import re
import threading
import time
import urllib.request
import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from email.header import decode_header, make_header
from typing import Any

from local.authorisation import part
from local.place import REGION, Place

_LINK = re.compile(r"https?://[^\s<>\"')\]]+")
_KEPT = 500
_NOBODY = "000000000000"
_NEWS = {"delivery": "Doręczona", "bounce": "Odbita", "complaint": "Skarga"}
_KINDS = {"delivery": "Email Delivered", "bounce": "Email Bounced", "complaint": "Email Complaint Received"}
_asked: dict[str, dict[str, Any]] = {}


def keep_requests() -> None:
    """Keep of each request to send a mail what the emulator forgets: its tags, and where answers go."""
    service = part("services.ses_v2")
    usual = service.handle_request

    async def noticed(method: str, path: str, headers: Any, body: bytes, query: Any) -> Any:
        answer = await usual(method, path, headers, body, query)
        if method == "POST" and path.rstrip("/").endswith("/outbound-emails") and answer[0] == 200:
            request = json.loads(body)
            kept = {name: request.get(name) for name in ("EmailTags", "ReplyToAddresses", "ConfigurationSetName")}
            _asked[json.loads(answer[2])["MessageId"]] = kept
        return answer

    service.handle_request = noticed


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
    reply_to: list[str] = field(default_factory=list)
    configuration_set: str = ""
    tags: dict[str, str] = field(default_factory=dict)

    def links(self) -> list[str]:
        """Every address that stands in the text."""
        return [link.rstrip(".,;") for link in _LINK.findall(self.text or html.unescape(self.html))]


class Mailbox:
    """All mail sent on this machine, over restarts."""

    def __init__(self, place: Place) -> None:
        self._file = place.home / "mail.json"
        self._inspection = f"{place.aws_url}/_ministack/ses/messages"
        self._one_at_a_time = threading.Lock()  # the page, the demo and the runner look at once

    def all(self) -> list[Mail]:
        """Newest first."""
        with self._one_at_a_time:
            return self._collected()

    def _collected(self) -> list[Mail]:
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
        every = [message for messages in accounts.values() for message in messages]
        # What was sent a moment ago is noted in the next one; it is collected then.
        return [_mail(message, _asked[message["MessageId"]]) for message in every if message["MessageId"] in _asked]


def _mail(message: dict[str, Any], asked: Mapping[str, Any]) -> Mail:
    return Mail(
        id=message["MessageId"],
        sent_at=message["Timestamp"],
        sender=message["Source"],
        to=message["To"],
        subject=message["Subject"],
        text=message["BodyText"] or "",
        html=message["BodyHtml"] or "",
        reply_to=asked["ReplyToAddresses"] or [],
        configuration_set=asked["ConfigurationSetName"] or "",
        tags={tag["Name"]: tag["Value"] for tag in asked["EmailTags"] or []},
    )


def event(mail: Mail, news: str) -> dict[str, Any] | None:
    """The event by which SES tells that a mail was delivered, refused or complained about; None: no such news."""
    if news not in _NEWS:
        return None
    now = _stamp(time.time())
    details: dict[str, dict[str, Any]] = {
        "delivery": {"recipients": mail.to, "smtpResponse": "250 2.0.0 OK"},
        "bounce": {
            "bounceType": "Permanent",
            "bounceSubType": "General",
            "bouncedRecipients": [{"emailAddress": to, "action": "failed", "status": "5.1.1"} for to in mail.to],
        },
        "complaint": {
            "complainedRecipients": [{"emailAddress": to} for to in mail.to],
            "complaintFeedbackType": "abuse",
        },
    }
    sent = {
        "timestamp": _stamp(mail.sent_at),
        "source": mail.sender,
        "messageId": mail.id,
        "destination": mail.to,
        "tags": {"ses:configuration-set": [mail.configuration_set], **{k: [v] for k, v in mail.tags.items()}},
    }
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": _KINDS[news],
        "source": "aws.ses",
        "account": _NOBODY,
        "time": now,
        "region": REGION,
        "resources": [f"arn:aws:ses:{REGION}:{_NOBODY}:configuration-set/{mail.configuration_set}"],
        "detail": {"eventType": news.capitalize(), "mail": sent, news: {**details[news], "timestamp": now}},
    }


def _stamp(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def as_json(mails: list[Mail]) -> bytes:
    """For tests and tools."""
    return json.dumps([asdict(mail) | {"links": mail.links()} for mail in mails], ensure_ascii=False).encode()


def as_page(mails: list[Mail], told: str = "") -> bytes:
    """For a person. A mail's own HTML stands in a frame that may open links in a new tab and nothing else.

    `told`: what the function answered to the event a button sent.
    """
    answer = f'<p role="status">BouncesFunction answered: {html.escape(told)}</p>' if told else ""
    shown = answer + ("".join(_article(mail) for mail in mails) or "<p>No mail was sent yet.</p>")
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Sent mail</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        "<style>body{font:16px/1.5 system-ui;max-width:60rem;margin:2rem auto;padding:0 1rem}"
        "article{border-top:1px solid #bbb;padding:1rem 0}pre{white-space:pre-wrap;overflow-wrap:anywhere;font:inherit}"
        "h2{margin:0;font-size:1.2rem;overflow-wrap:anywhere}p{margin:.25rem 0;overflow-wrap:anywhere}"
        "button{font:inherit;padding:.25rem .75rem;margin:.5rem .5rem 0 0}"
        "iframe{width:100%;height:44rem;border:1px solid #ddd}</style>"
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
    way = f"{when} · {html.escape(_readable(mail.sender))} → {html.escape(', '.join(mail.to))}"
    kind = [f"template {mail.tags['template']}"] if "template" in mail.tags else []
    kind += [f"answers to {', '.join(mail.reply_to)}"] if mail.reply_to else []
    more = f"<p>{html.escape(' · '.join(kind))}</p>" if kind else ""
    head = f"<h2>{html.escape(mail.subject)}</h2><p>{way}</p>{more}"
    return f'<article id="{html.escape(mail.id)}">{head}<pre>{text}</pre>{frame}{_buttons(mail)}</article>'


def _buttons(mail: Mail) -> str:
    """What may become of a mail; of one without tags nothing could be told."""
    if "message" not in mail.tags:
        return ""
    buttons = "".join(f'<button name="news" value="{news}">{shown}</button>' for news, shown in _NEWS.items())
    hidden = f'<input type="hidden" name="mail" value="{html.escape(mail.id)}">'
    return f'<form method="post" action="/_mail/events">{hidden}{buttons}</form>'


def _readable(header: str) -> str:
    """A header as a mail program shows it."""
    return str(make_header(decode_header(header)))


def _linked(text: str) -> str:
    """The text for a page, its addresses clickable; the dot that ends a sentence is no part of one."""
    pieces, at = [], 0
    for link in _LINK.finditer(text):
        address = link[0].rstrip(".,;")
        shown = html.escape(address)
        pieces += [html.escape(text[at : link.start()]), f'<a href="{shown}">{shown}</a>']
        at = link.start() + len(address)
    return "".join(pieces) + html.escape(text[at:])
