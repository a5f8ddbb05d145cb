"""What SES tells of mails: kept with the right person, once, in whatever order, and believed from SES alone."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from datetime import timedelta
from typing import Any

import pytest

from functions.bounces import app as bounces
from portal import aws
from portal import clock as now_clock
from portal.aws import ConditionFailed, Table
from portal.domain.mails import Fate, MailRecord, Reason, Trouble
from portal.store.identity import Identity
from tests.functions import tables
from tests.functions.gateway import Browser
from tests.functions.world import Office, open_office

Items = Callable[[], list[dict[str, Any]]]
ANNA, EWA = "anna@firma.example", "ewa@firma.example"
BOUNCE = {"bounceType": "Permanent", "bounceSubType": "General"}
KINDS = {"bounce": "Email Bounced", "complaint": "Email Complaint Received", "delivery": "Email Delivered"}


def stamp(minutes: float = 0) -> str:
    moment = now_clock.now() + timedelta(minutes=minutes)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def event(mail: dict[str, Any], kind: str = "bounce", minutes: float = 0, **details: Any) -> dict[str, Any]:
    """As SES tells it through EventBridge."""
    details = details or (BOUNCE if kind == "bounce" else {})
    tags = {"ses:configuration-set": ["portal-mail"], "ses:source-ip": ["192.0.2.1"]}
    tags |= {name: [value] for name, value in mail["tags"].items()}
    sent = {"timestamp": stamp(), "messageId": "ses-1", "destination": [mail["to"]], "tags": tags}
    named = {"bouncedRecipients": [{"emailAddress": mail["to"], "diagnosticCode": f"550 no {mail['to']}"}]}
    told = {"eventType": kind.capitalize(), "mail": sent, kind: {**named, **details, "timestamp": stamp(minutes)}}
    return {
        "version": "0",
        "id": "e",
        "detail-type": KINDS[kind],
        "source": "aws.ses",
        "account": "000000000000",
        "time": stamp(),
        "region": "eu-central-1",
        "resources": ["arn:aws:ses:eu-central-1:000000000000:configuration-set/portal-mail"],
        "detail": told,
    }


def tell(told: dict[str, Any]) -> str:
    return bounces.handler(told, None)["result"]


def record(person: str) -> MailRecord:
    return Identity(Table(tables.name())).mail_records([person]).get(person, MailRecord())


def state(mail: dict[str, Any]) -> tuple[Trouble, Reason] | None:
    found = record(mail["tags"]["person"]).state
    return (found.state, found.reason) if found else None


def last(office: Office, mail: dict[str, Any]) -> Fate:
    return record(mail["tags"]["person"]).last[office.id].fate


def invite(office: Office, firm: str, email: str) -> dict[str, Any]:
    assert office.boss.post(office.path(f"/firms/{firm}/users"), {"email": email, "name": "Osoba"}).status == 201
    return office.mails.last_to(email)


@pytest.fixture
def firm(office: Office) -> str:
    return office.add_firm()


@pytest.fixture
def anna(office: Office, firm: str) -> dict[str, Any]:
    """The invitation that Anna got."""
    return invite(office, firm, ANNA)


@pytest.fixture
def ewa(office: Office, firm: str) -> dict[str, Any]:
    """The invitation that Ewa got."""
    return invite(office, firm, EWA)


def test_what_was_sent_is_known_of_the_person(office: Office, anna: dict[str, Any]) -> None:
    mail = record(anna["tags"]["person"]).last[office.id]
    assert (mail.template, mail.fate) == ("invitation", Fate.SENT)
    assert timedelta() < now_clock.now() - mail.at < timedelta(seconds=1)
    assert state(anna) is None


def test_a_bounce_is_kept_with_the_person_and_no_other(
    office: Office, anna: dict[str, Any], ewa: dict[str, Any]
) -> None:
    assert tell(event(anna)) == "kept"
    assert state(anna) == (Trouble.BOUNCED, Reason.NO_MAILBOX)
    assert last(office, anna) is Fate.BOUNCED
    assert state(ewa) is None


def test_nothing_of_what_the_other_server_wrote_is_kept(anna: dict[str, Any], items: Items) -> None:
    tell(event(anna))
    (stored,) = (item for item in items() if item["pk"]["S"].startswith("P#") and item["sk"]["S"] == "MAIL")
    assert "@" not in repr(stored)
    assert "550" not in repr(stored)


@pytest.mark.parametrize(
    ("kind", "sub_kind", "reason"),
    [
        ("Permanent", "General", Reason.NO_MAILBOX),
        ("Permanent", "NoEmail", Reason.NO_MAILBOX),
        ("Permanent", "Suppressed", Reason.SUPPRESSED),
        ("Permanent", "OnAccountSuppressionList", Reason.SUPPRESSED),
        ("Transient", "General", Reason.TEMPORARY),
        ("Transient", "MailboxFull", Reason.MAILBOX_FULL),
        ("Transient", "MessageTooLarge", Reason.TOO_LARGE),
        ("Transient", "ContentRejected", Reason.REFUSED),
        ("Transient", "AttachmentRejected", Reason.REFUSED),
        ("Undetermined", "Undetermined", Reason.UNKNOWN),
        ("Something new", "x@y.example", Reason.UNKNOWN),
    ],
)
def test_why_it_came_back(anna: dict[str, Any], kind: str, sub_kind: str, reason: Reason) -> None:
    tell(event(anna, bounceType=kind, bounceSubType=sub_kind))
    assert state(anna) == (Trouble.BOUNCED, reason)


def test_a_complaint_and_its_withdrawal(anna: dict[str, Any]) -> None:
    assert tell(event(anna, "complaint", complaintFeedbackType="abuse")) == "kept"
    assert state(anna) == (Trouble.COMPLAINED, Reason.SPAM)
    assert tell(event(anna, "complaint", 1, complaintFeedbackType="not-spam")) == "kept"
    assert state(anna) is None


def test_a_complaint_without_a_type_counts(anna: dict[str, Any]) -> None:
    tell(event(anna, "complaint"))
    assert state(anna) == (Trouble.COMPLAINED, Reason.SPAM)


def test_a_later_delivery_heals_a_bounce_and_an_earlier_one_does_not(office: Office, anna: dict[str, Any]) -> None:
    tell(event(anna, minutes=-5))
    assert tell(event(anna, "delivery", minutes=-6)) == "nothing new"
    assert state(anna) == (Trouble.BOUNCED, Reason.NO_MAILBOX)
    assert tell(event(anna, "delivery", minutes=-4)) == "kept"
    assert state(anna) is None
    assert last(office, anna) is Fate.BOUNCED


def test_a_delivery_is_kept_with_the_mail(office: Office, anna: dict[str, Any]) -> None:
    tell(event(anna, "delivery"))
    assert last(office, anna) is Fate.DELIVERED


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_repeated_event_changes_nothing(anna: dict[str, Any], items: Items, kind: str) -> None:
    told = event(anna, kind)
    assert tell(told) == "kept"
    before = items()
    assert [tell(told) for _ in range(3)] == ["nothing new"] * 3
    assert items() == before


def test_an_older_event_that_comes_late_does_not_overwrite_a_newer_one(anna: dict[str, Any]) -> None:
    tell(event(anna, minutes=0, bounceType="Transient", bounceSubType="MailboxFull"))
    assert tell(event(anna, minutes=-1)) == "nothing new"
    assert state(anna) == (Trouble.BOUNCED, Reason.MAILBOX_FULL)


# Forged and foreign


def test_an_event_that_names_another_person_is_not_believed(
    anna: dict[str, Any], ewa: dict[str, Any], items: Items
) -> None:
    before = items()
    told = event(anna)
    told["detail"]["mail"]["tags"]["person"] = [ewa["tags"]["person"]]
    assert tell(told) == "unknown"
    assert items() == before


def _without_tag(told: dict[str, Any], name: str) -> None:
    del told["detail"]["mail"]["tags"][name]


def _tag(told: dict[str, Any], name: str, *values: str) -> None:
    told["detail"]["mail"]["tags"][name] = list(values)


FORGERIES: dict[str, tuple[str, Callable[[dict[str, Any]], object]]] = {
    "another source": ("malformed", lambda told: told.update(source="my.app")),
    "no source": ("malformed", lambda told: told.pop("source")),
    "another configuration set": ("foreign", lambda told: _tag(told, "ses:configuration-set", "else")),
    "no configuration set": ("foreign", lambda told: _without_tag(told, "ses:configuration-set")),
    "two configuration sets": ("malformed", lambda told: _tag(told, "ses:configuration-set", "else", "portal-mail")),
    "no message": ("foreign", lambda told: _without_tag(told, "message")),
    "a message that is no id": ("foreign", lambda told: _tag(told, "message", "P#x")),
    "an unknown message": ("unknown", lambda told: _tag(told, "message", "01M86CH3M6R6RGGGDN6KRPM22H")),
    "no person": ("unknown", lambda told: _without_tag(told, "person")),
    "an empty person": ("unknown", lambda told: _tag(told, "person", "")),
    "oversized tags": ("malformed", lambda told: _tag(told, "message", "x" * 1000)),
    "tags that are text": ("malformed", lambda told: told["detail"]["mail"].update(tags="message")),
    "no mail": ("malformed", lambda told: told["detail"].pop("mail")),
    "no detail": ("malformed", lambda told: told.pop("detail")),
    "a kind that says nothing": ("malformed", lambda told: told["detail"].update(eventType="Open")),
    "a bounce without a bounce": ("malformed", lambda told: told["detail"].pop("bounce")),
    "no moment": ("malformed", lambda told: told["detail"]["bounce"].pop("timestamp")),
    "a moment without a zone": (
        "malformed",
        lambda told: told["detail"]["bounce"].update(timestamp="2026-11-24T10:00:00"),
    ),
    "a moment to come": ("malformed", lambda told: told["detail"]["bounce"].update(timestamp=stamp(6))),
    "the end of time": ("malformed", lambda told: told["detail"]["bounce"].update(timestamp="9999-12-31T23:59:59Z")),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_what_is_none_of_ours_changes_nothing(anna: dict[str, Any], items: Items, forgery: str) -> None:
    before = items()
    result, forge = FORGERIES[forgery]
    told = deepcopy(event(anna))
    forge(told)
    assert tell(told) == result
    assert items() == before


@pytest.mark.parametrize("told", [{}, {"Records": []}, {"detail": None, "source": "aws.ses"}])
def test_what_is_no_event_at_all_changes_nothing(items: Items, office: Office, told: dict[str, Any]) -> None:
    before = items()
    assert tell(told) == "malformed"
    assert items() == before


def test_somebody_who_is_gone_does_not_come_back_by_an_event(anna: dict[str, Any], items: Items, table: Any) -> None:
    person = {"pk": {"S": f"P#{anna['tags']['person']}"}}
    for sk in ("PERSON", "MAIL"):
        table.delete_item(TableName=tables.name(), Key={**person, "sk": {"S": sk}})
    before = items()
    assert tell(event(anna)) == "nothing new"
    assert items() == before


# What follows


def skipped(office: Office, items: Items, template: str) -> list[str]:
    office.mails.deliver()
    return [item["fate"]["S"] for item in items() if item["pk"]["S"].startswith("OUT#") and _is_about(item, template)]


def _is_about(item: dict[str, Any], template: str) -> bool:
    return bool(item.get("template", {}).get("S") == template)


def told_of_a_new_browser(office: Office, email: str, items: Items) -> list[str]:
    """A second sign-in from elsewhere makes a mail by itself; what became of it."""
    for _ in range(2):
        Browser().post("/sign-in", {"email": email})
        text = office.mails.last_to(email)["text"]
        link = next(word for word in text.split() if "/l/" in word).removeprefix("https://portal.example")
        assert Browser().post(link).status in (200, 303)
    return skipped(office, items, "new_device")


@pytest.mark.parametrize("kind", ["bounce", "complaint"])
def test_mails_that_nobody_asked_for_are_held_back_and_sign_in_is_not(
    office: Office, anna: dict[str, Any], items: Items, kind: str
) -> None:
    tell(event(anna, kind))
    assert told_of_a_new_browser(office, ANNA, items) == ["skipped"]
    assert [mail["tags"]["template"] for mail in office.mails.to(ANNA)] == ["invitation", "sign_in", "sign_in"]


def test_a_full_mailbox_holds_nothing_back(office: Office, anna: dict[str, Any], items: Items) -> None:
    tell(event(anna, bounceType="Transient", bounceSubType="MailboxFull"))
    assert told_of_a_new_browser(office, ANNA, items) == ["sent"]


@pytest.mark.parametrize(("kind", "fate"), [("bounce", Fate.SENT), ("complaint", Fate.SKIPPED)])
def test_another_invitation_tries_a_mailbox_that_refused_and_spares_who_complained(
    office: Office, anna: dict[str, Any], kind: str, fate: Fate
) -> None:
    tell(event(anna, kind))
    other = office.add_firm(nip="5951416168")
    office.boss.post(office.path(f"/firms/{other}/users"), {"email": ANNA, "name": "Anna"})
    office.mails.deliver()
    assert last(office, anna) is fate
    assert len(office.mails.to(ANNA)) == (2 if fate is Fate.SENT else 1)


def test_what_is_held_back_is_forgotten_like_what_was_sent(office: Office, anna: dict[str, Any], items: Items) -> None:
    tell(event(anna, "complaint"))
    other = office.add_firm(nip="5951416168")
    office.boss.post(office.path(f"/firms/{other}/users"), {"email": ANNA, "name": "Anna"})
    office.mails.deliver()
    assert not [item for item in items() if "mail" in item]


def test_an_office_does_not_learn_when_another_wrote(office: Office, anna: dict[str, Any]) -> None:
    other = open_office(office.mails, "Biuro Inne", "inne@inne.example", "Inna Osoba")
    invite(other, other.add_firm(), ANNA)
    assert set(record(anna["tags"]["person"]).last) == {office.id, other.id}
    tell(event(anna, "delivery"))
    assert last(office, anna) is Fate.DELIVERED
    assert last(other, anna) is Fate.SENT


def test_sign_in_mails_are_no_offices_business(office: Office, anna: dict[str, Any]) -> None:
    Browser().post("/sign-in", {"email": ANNA})
    assert office.mails.last_to(ANNA)["tags"]["template"] == "sign_in"
    assert record(anna["tags"]["person"]).last[office.id].template == "invitation"


def test_a_bounce_of_a_mail_that_is_not_yet_marked_counts(
    office: Office, firm: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SES may tell before the sender has written down that it sent."""
    told: list[str] = []

    def send(**mail: Any) -> None:
        office.mails.take(**mail)
        told.append(tell(event(mail)))

    monkeypatch.setattr(aws, "send_mail", send)
    assert invite(office, firm, ANNA)
    assert told == ["kept"]
    assert state(office.mails.sent[-1]) == (Trouble.BOUNCED, Reason.NO_MAILBOX)


def test_of_two_events_at_once_none_is_lost(anna: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    write, raced = Table.write, ["not yet"]

    def slower(self: Table, step: Any) -> None:
        if raced == ["not yet"]:
            raced.clear()
            raced.append(tell(event(anna, "complaint")))
        write(self, step)

    monkeypatch.setattr(Table, "write", slower)
    assert tell(event(anna, "delivery")) == "kept"
    assert raced == ["kept"]
    found = record(anna["tags"]["person"])
    assert found.state is not None
    assert found.state.state is Trouble.COMPLAINED
    assert found.delivery is not None


def test_who_loses_every_race_says_so(anna: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """SES's event is then tried again by Lambda, and parked in the end."""

    def lost(*_: object) -> None:
        raise ConditionFailed("raced")

    monkeypatch.setattr(Table, "write", lost)
    with pytest.raises(TimeoutError):
        tell(event(anna))
