"""What became of the mails to a person, and which ones still go to an address that refused them or complained."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

ASKED_FOR = frozenset({"sign_in", "sign_up", "sign_up_known", "confirm"})
"""Mails that somebody at the page asks for and waits for. They always go, or a person could not come in any more."""

BY_HAND = frozenset({"invitation", "staff_invitation"})
"""Mails that the office sends on purpose. They may try a mailbox that refused before: perhaps it was mended."""

MOST_OFFICES = 20
"""Of how many offices the last mail to a person is kept."""

_NAME_LENGTH = 60
_SUBJECT_LENGTH = 150


class Trouble(StrEnum):
    """What is wrong with sending to a person."""

    BOUNCED = "bounced"
    COMPLAINED = "complained"


class Reason(StrEnum):
    """Why, in a word; never what the other server wrote, which may hold addresses."""

    NO_MAILBOX = "no-mailbox"
    SUPPRESSED = "suppressed"
    MAILBOX_FULL = "mailbox-full"
    TOO_LARGE = "too-large"
    REFUSED = "refused"
    TEMPORARY = "temporary"
    UNKNOWN = "unknown"
    SPAM = "spam"


_LASTING = {Reason.NO_MAILBOX, Reason.SUPPRESSED}


class Fate(StrEnum):
    """What became of one mail."""

    SKIPPED = "skipped"
    SENT = "sent"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    COMPLAINED = "complained"

    @property
    def rank(self) -> int:
        """Later ones replace earlier ones, whatever order they are told in."""
        return list(Fate).index(self)


@dataclass(frozen=True, slots=True)
class MailState:
    """What is wrong with sending to a person, why and since when."""

    state: Trouble
    reason: Reason
    at: datetime

    @property
    def lasting(self) -> bool:
        """Whether the next mail would fare no better: there is no such mailbox, or its owner complained."""
        return self.state is Trouble.COMPLAINED or self.reason in _LASTING


@dataclass(frozen=True, slots=True)
class LastMail:
    """The last mail of an office to a person."""

    message: str
    template: str
    at: datetime
    fate: Fate


@dataclass(frozen=True, slots=True)
class Verdict:
    """The latest that was told of an address; `reason` None: all is well."""

    at: datetime
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class Event:
    """What SES tells of one mail. `reason` of a complaint that was taken back is None."""

    message: str
    fate: Fate
    at: datetime
    reason: Reason | None = None


@dataclass(frozen=True, slots=True)
class MailRecord:
    """What is known of mails to a person. `last` is told per office: one office does not learn what another wrote.

    Deliveries and complaints are judged apart: a mail that is taken says nothing of an earlier complaint.
    """

    delivery: Verdict | None = None
    complaint: Verdict | None = None
    last: Mapping[str, LastMail] = field(default_factory=dict)
    version: int = 0

    @property
    def state(self) -> MailState | None:
        """What is wrong, or None."""
        for trouble, verdict in ((Trouble.COMPLAINED, self.complaint), (Trouble.BOUNCED, self.delivery)):
            if verdict and verdict.reason:
                return MailState(trouble, verdict.reason, verdict.at)
        return None

    def holds_back(self, template: str) -> bool:
        """Whether such a mail is not sent to the person now."""
        state = self.state
        if state is None or not state.lasting or template in ASKED_FOR:
            return False
        return state.state is Trouble.COMPLAINED or template not in BY_HAND

    def wrote(self, office: str, mail: LastMail) -> MailRecord:
        """After a mail of the office was sent or held back. Of many offices those that wrote last are kept."""
        kept = {**self.last, office: mail}
        newest = sorted(kept, key=lambda one: kept[one].at)[-MOST_OFFICES:]
        return replace(self, last={one: kept[one] for one in newest})

    def told(self, event: Event) -> MailRecord:
        """After an event. Repeated and older ones change nothing; what was delivered heals what bounced."""
        after = replace(self, last={office: _after(mail, event) for office, mail in self.last.items()})
        if event.fate is Fate.COMPLAINED:
            return replace(after, complaint=_newer(self.complaint, event))
        return replace(after, delivery=_newer(self.delivery, event))


def one_line(text: str, length: int = _SUBJECT_LENGTH) -> str:
    """Text for a header: no line breaks, control or invisible characters, not too long."""
    visible = "".join(" " if sign.isspace() else sign for sign in text if sign.isspace() or _shows(sign))
    line = " ".join(visible.split())
    return line if len(line) <= length else f"{line[: length - 1].rstrip()}…"


def sender_name(name: str) -> str:
    """A name to stand before the sender's address; nothing in it can look like an address."""
    return one_line("".join(" " if sign in '<>@"\\' else sign for sign in name), _NAME_LENGTH)


def _shows(sign: str) -> bool:
    return not unicodedata.category(sign).startswith("C")


def _newer(before: Verdict | None, event: Event) -> Verdict:
    return before if before and before.at >= event.at else Verdict(event.at, event.reason)


def _after(mail: LastMail, event: Event) -> LastMail:
    withdrawn = event.fate is Fate.COMPLAINED and event.reason is None
    if mail.message != event.message or withdrawn or event.fate.rank <= mail.fate.rank:
        return mail
    return replace(mail, fate=event.fate)
