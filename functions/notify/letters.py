"""Writes a mail: in whose name it goes, where answers go, and both its forms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from email.charset import BASE64, Charset
from email.header import Header
from email.utils import parseaddr
from typing import Any

from portal import pages
from portal.aws import Item
from portal.config import settings
from portal.domain import errors, identifiers, mails
from portal.domain.offices import Office

PORTAL = "KonektoSmart"

_LONGEST_WORD = 75  # of RFC 2047
_UTF8 = Charset("utf-8")
_UTF8.header_encoding = BASE64  # of Polish names it is the shorter one


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail ready to send."""

    sender: str
    to: str
    reply_to: str
    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What stands around a mail's own words. `office` and `logo` are empty on mails of the portal itself.

    `seller` is set on mails in the name of an office's firm to its buyer, who may never have heard of the office.
    """

    portal: str
    office: str = ""
    logo: str = ""
    reply_to: str = ""
    seller: str = ""


def write(mail: Item, office: Office | None) -> Letter:
    """A mail of the outbox as it leaves."""
    head = _of_seller(letterhead(office), mail["values"])
    template, values = f"mail/{mail['template']}", {**mail["values"], "head": head}
    return Letter(
        sender=from_header(head.seller or head.office or PORTAL),
        to=mail["to"],
        reply_to=head.reply_to,
        subject=mails.one_line(pages.render_text(f"{template}.subject.txt", values)),
        text="\n\n".join(pages.render_text(name, values) for name in (f"{template}.txt", "mail/foot.txt")),
        html=pages.render_text(f"{template}.html", values),
    )


def letterhead(office: Office | None) -> Letterhead:
    """What stands around a mail of an office, or of the portal itself."""
    portal = settings().base_url
    if office is None:
        return Letterhead(portal)
    logo = f"{portal}/logos/{office.id}/{office.logo}" if office.logo else ""
    return Letterhead(portal, mails.one_line(office.name), logo, _reply_to(office))


def _of_seller(head: Letterhead, values: Mapping[str, Any]) -> Letterhead:
    """The same in the name of the firm that writes to its buyer: answers go to it, if it has an address."""
    if "seller" not in values:
        return head
    seller, answers = mails.one_line(values["seller"]), values["reply_to"] or head.reply_to
    return replace(head, logo="", reply_to=answers, seller=seller)


def from_header(name: str) -> str:
    """The sender with a name before the address, written as RFC 5322 and RFC 2047 want it."""
    address, shown = parseaddr(settings().mail_sender)[1], mails.sender_name(name)
    if not shown:
        return address
    if shown.isascii() and "=?" not in shown:
        return f'"{shown}" <{address}>'
    # A name that itself looks like an encoded word is encoded too: some mail programs would decode it.
    return f"{Header(shown, _UTF8, maxlinelen=_LONGEST_WORD).encode(linesep='')} <{address}>"


def _reply_to(office: Office) -> str:
    """Answers go to the office; without an address of its own for them, to the one among its data."""
    for address in (office.reply_to, office.email):
        try:
            return identifiers.email(address)
        except errors.Refusal:
            continue
    return ""
