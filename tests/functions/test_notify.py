"""The outbox: each mail once, none lost, none blocked, and no secret left behind."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_string, policy
from email.header import decode_header, make_header
from typing import Any

import pytest
from botocore.exceptions import ClientError

from functions.notify import app as notify
from functions.notify import letters
from portal import aws, operator
from portal.aws import Table, send_mail
from portal.domain.events import OPERATOR
from portal.domain.offices import Office as OfficeData
from portal.store import offices
from portal.store.office import OfficeTable
from tests.functions import tables
from tests.functions.gateway import Browser
from tests.functions.times import START
from tests.functions.world import BOSS, Mails, Office, link_in, open_office, sign_in_by_mail

Items = Callable[[], list[dict[str, Any]]]
PEOPLE = [f"osoba{number}@firma.example" for number in range(4)]


class DownError(Exception):
    """SES does not answer."""


@pytest.fixture
def invited(office: Office) -> Mails:
    """Four mails wait in the outbox."""
    firm = office.add_firm()
    for email in PEOPLE:
        office.boss.post(office.path(f"/firms/{firm}/users"), {"email": email, "name": "Osoba"})
    return office.mails


def fail_for(monkeypatch: pytest.MonkeyPatch, box: Mails, *addresses: str) -> None:
    def send(**mail: Any) -> None:
        if mail["to"] in addresses:
            raise DownError
        box.take(**mail)

    monkeypatch.setattr(aws, "send_mail", send)


def handed_over(box: Mails) -> list[dict[str, Any]]:
    """What the stream tells of the mails that wait now, in the order they were written."""
    records = [record for record in box.outbox()["Records"] if "mail" in record["dynamodb"]["NewImage"]]
    for number, record in enumerate(records):
        record["dynamodb"]["SequenceNumber"] = str(number)
    return records


def numbers(answer: dict[str, Any]) -> list[str]:
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def sent_to(box: Mails) -> list[str]:
    return [mail["to"] for mail in box.sent]


def test_a_mail_goes_out_once_though_the_stream_tells_it_again(invited: Mails) -> None:
    records = handed_over(invited)
    for _ in range(3):
        assert notify.handler({"Records": records}, None) == {"batchItemFailures": []}
    assert sorted(sent_to(invited)) == PEOPLE


def test_a_mail_told_twice_in_one_batch_goes_out_once(invited: Mails) -> None:
    records = handed_over(invited)
    assert numbers(notify.handler({"Records": [*records, *records]}, None)) == []
    assert sorted(sent_to(invited)) == PEOPLE


def test_after_sending_nothing_of_the_mail_is_kept(invited: Mails, items: Items) -> None:
    waiting = {item["pk"]["S"] for item in items() if "mail" in item}
    assert len(waiting) == 4
    invited.deliver()
    left = [item for item in items() if item["pk"]["S"] in waiting]
    assert [set(item) for item in left] == [{"pk", "sk", "template", "person", "office", "fate", "at", "ttl"}] * 4
    assert {item["fate"]["S"] for item in left} == {"sent"}
    written = repr(items())
    assert not [mail for mail in invited.sent if link_in(mail["text"]).partition(".")[2] in written]


def test_a_failed_mail_is_told_to_the_stream_and_sent_later(invited: Mails, monkeypatch: pytest.MonkeyPatch) -> None:
    records = handed_over(invited)
    fail_for(monkeypatch, invited, *PEOPLE)
    assert numbers(notify.handler({"Records": records}, None)) == ["0"]
    assert invited.sent == []
    fail_for(monkeypatch, invited)
    assert numbers(notify.handler({"Records": records}, None)) == []
    assert sorted(sent_to(invited)) == PEOPLE


@pytest.mark.parametrize("failing", range(4))
def test_a_failed_mail_blocks_no_other_and_none_is_sent_twice(
    invited: Mails, monkeypatch: pytest.MonkeyPatch, failing: int
) -> None:
    """Only the first failure is told: the stream comes back with everything from there on."""
    records = handed_over(invited)
    order = [record["dynamodb"]["NewImage"]["mail"]["M"]["to"]["S"] for record in records]
    fail_for(monkeypatch, invited, order[failing])
    assert numbers(notify.handler({"Records": records}, None)) == [str(failing)]
    assert sorted(sent_to(invited)) == sorted(set(order) - {order[failing]})
    fail_for(monkeypatch, invited)
    again = records[failing:]
    assert numbers(notify.handler({"Records": again}, None)) == []
    assert sorted(sent_to(invited)) == PEOPLE


def test_of_two_failed_mails_the_first_is_told(invited: Mails, monkeypatch: pytest.MonkeyPatch) -> None:
    records = handed_over(invited)
    order = [record["dynamodb"]["NewImage"]["mail"]["M"]["to"]["S"] for record in records]
    fail_for(monkeypatch, invited, order[1], order[3])
    assert numbers(notify.handler({"Records": records}, None)) == ["1"]
    fail_for(monkeypatch, invited, order[3])
    assert numbers(notify.handler({"Records": records[1:]}, None)) == ["3"]
    fail_for(monkeypatch, invited)
    assert numbers(notify.handler({"Records": records[3:]}, None)) == []
    assert sorted(sent_to(invited)) == PEOPLE


def test_a_mail_that_cannot_be_written_blocks_no_other(invited: Mails, items: Items, table: Any) -> None:
    records = handed_over(invited)
    broken = records[0]["dynamodb"]["NewImage"]
    broken["mail"]["M"]["template"]["S"] = "nothing"
    table.put_item(TableName="portal-test", Item=broken)
    assert numbers(notify.handler({"Records": records}, None)) == ["0"]
    assert len(invited.sent) == 3


def test_an_item_that_is_gone_is_no_failure(invited: Mails, table: Any) -> None:
    records = handed_over(invited)
    key = {name: records[0]["dynamodb"]["NewImage"][name] for name in ("pk", "sk")}
    table.delete_item(TableName="portal-test", Key=key)
    assert numbers(notify.handler({"Records": records}, None)) == []
    assert len(invited.sent) == 3


def test_an_invitation_says_who_invites_whom_to_what(office: Office) -> None:
    firm = office.add_firm(name="Kłos & Syn")
    office.boss.post(office.path(f"/firms/{firm}/users"), {"email": PEOPLE[0], "name": "Ewa Osoba"})
    mail = office.mails.last_to(PEOPLE[0])
    assert mail["sender"] == '"Biuro Demo" <poczta@portal.example>'
    assert "Kłos & Syn" in mail["subject"]
    assert "\n" not in mail["subject"]
    assert "Kłos & Syn" in mail["text"]
    assert "Kłos &amp; Syn" in mail["html"]
    assert "Biuro Demo" in mail["text"]
    assert "Ewa Osoba" in mail["text"]


def test_a_name_cannot_write_into_the_mail(office: Office) -> None:
    firm = office.add_firm(name="Firma\r\nBcc: obcy@evil.example")
    name = '<a href="https://evil.example">Kliknij</a>'
    office.boss.post(office.path(f"/firms/{firm}/users"), {"email": PEOPLE[0], "name": name})
    mail = office.mails.last_to(PEOPLE[0])
    assert not set("\r\n") & set(mail["subject"])
    assert 'href="https://evil.example"' not in mail["html"]


def test_a_mail_that_waited_still_signs_in(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    fail_for(monkeypatch, office.mails, BOSS)
    Browser().post("/sign-in", {"email": BOSS})
    records = handed_over(office.mails)
    assert len(numbers(notify.handler({"Records": records}, None))) == 1
    fail_for(monkeypatch, office.mails)
    assert sign_in_by_mail(office.mails.last_to(BOSS)["text"]).get(office.path()).status == 200


def test_the_log_of_a_refused_mail_tells_the_reason_and_not_the_address(
    invited: Mails, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SES names the recipient in its sentence; only its code goes on."""

    class Refusing:
        def send_email(self, **_: object) -> None:
            error = {"Code": "MessageRejected", "Message": f"Email address is not verified: {PEOPLE[0]}"}
            raise ClientError({"Error": error}, "SendEmail")

    logged: list[str] = []
    monkeypatch.setattr(aws, "send_mail", send_mail)
    monkeypatch.setattr(aws, "client", lambda _service: Refusing())
    monkeypatch.setattr(notify.logger(), "exception", lambda *_a, **_k: logged.append(traceback.format_exc()))
    assert numbers(notify.handler({"Records": handed_over(invited)[:1]}, None)) == ["0"]
    assert "MessageRejected" in logged[0]
    assert PEOPLE[0] not in logged[0]


# In whose name


def change_office(office: Office, **changes: Any) -> None:
    """As the office's settings would."""
    table = OfficeTable(Table(tables.name()), office.id)
    known = offices.get(table)
    assert known is not None
    offices.change(table, known, replace(known, **changes), OPERATOR, START)


def invite(office: Office, email: str = PEOPLE[0], **more: str) -> None:
    firm = office.add_firm(**more)
    assert office.boss.post(office.path(f"/firms/{firm}/users"), {"email": email, "name": "Ewa Osoba"}).status == 201


def test_mails_of_the_portal_itself_are_plain(office: Office) -> None:
    Browser().post("/sign-in", {"email": BOSS})
    mail = office.mails.last_to(BOSS)
    assert (mail["sender"], mail["reply_to"]) == ('"KonektoSmart" <poczta@portal.example>', "")
    assert "Biuro Demo" not in mail["html"] + mail["text"]


def test_a_mail_carries_name_logo_and_reply_address_as_they_are_when_it_leaves(office: Office) -> None:
    invite(office)
    change_office(office, name="Biuro „Nowe” sp. z o.o.", reply_to="kontakt@nowe.example", logo="d1ge5t")
    mail = office.mails.last_to(PEOPLE[0])
    assert shown(mail["sender"]) == ("Biuro „Nowe” sp. z o.o.", "poczta@portal.example")
    assert mail["reply_to"] == "kontakt@nowe.example"
    assert f'src="https://portal.example/logos/{office.id}/d1ge5t"' in mail["html"]
    assert "kontakt@nowe.example" in mail["text"]


def test_without_a_reply_address_answers_go_to_the_office_too(office: Office) -> None:
    invite(office)
    assert office.mails.last_to(PEOPLE[0])["reply_to"] == BOSS


def test_mails_of_two_offices_carry_nothing_of_each_other(office: Office) -> None:
    other = open_office(office.mails, "Biuro Inne", "inne@inne.example", "Inna Osoba")
    change_office(other, reply_to="kontakt@inne.example", logo="0ther")
    invite(office)
    invite(other)
    first, second = office.mails.to(PEOPLE[0])
    assert shown(first["sender"])[0] == "Biuro Demo"
    assert not [word for word in ("inne.example", "Biuro Inne", "0ther") if word in first["html"] + first["reply_to"]]
    assert shown(second["sender"])[0] == "Biuro Inne"


def shown(header: str) -> tuple[str, str]:
    """Name and address as a mail program reads them: exactly one address, and nothing after it."""
    parsed = message_from_string(f"From: {header}\n\n", policy=policy.default)
    assert parsed.keys() == ["From"]
    assert not parsed.defects
    (address,) = parsed["From"].addresses
    # Not its `display_name`: Python leaves a space where a name spans two encoded words (RFC 2047, section 6.2).
    name = str(make_header(decode_header(header.rpartition("<")[0].strip().strip('"'))))
    return name, address.addr_spec


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("Biuro\r\nBcc: obcy@evil.example\r\n\r\nTreść", "Biuro Bcc: obcy evil.example Treść"),
        ('Bank" <bank@bank.example>, "', "Bank bank bank.example ,"),
        ("=?utf-8?q?Bank_=3Cbank=40bank.example=3E?=", "=?utf-8?q?Bank_=3Cbank=40bank.example=3E?="),
        ("Żółć; Group: a, b;", "Żółć; Group: a, b;"),
        ("Biuro \\", "Biuro"),
        ("b\u202eiuro\u200b\x00", "biuro"),
        ("Ż" * 500, "Ż" * 59 + "…"),
        ("X" * 500, "X" * 59 + "…"),
        ("🧾 Księgi", "🧾 Księgi"),
    ],
)
def test_an_offices_name_stays_a_name(name: str, read: str) -> None:
    header = letters.from_header(name)
    assert header.isascii()
    assert not set("\r\n") & set(header)
    assert all(len(word) <= 75 for word in header.split())
    assert shown(header) == (read, "poczta@portal.example")


def test_an_office_of_invisible_letters_is_just_the_address() -> None:
    assert letters.from_header("\u200b\r\n") == "poczta@portal.example"


@pytest.mark.parametrize(
    "address", ["a@b.example\r\nBcc: c@d.example", "a@b.example, c@d.example", "<a@b.example>", ""]
)
def test_what_is_no_address_gets_no_answers(address: str) -> None:
    data = OfficeData("01M86CH3M6R6RGGGDN6KRPM22H", "Biuro", datetime(2026, 1, 1, tzinfo=UTC), reply_to=address)
    assert letters.letterhead(data).reply_to == ""
    assert letters.letterhead(replace(data, email="biuro@b.example")).reply_to == "biuro@b.example"


def test_hostile_names_of_office_and_firm_write_neither_headers_nor_html(office: Office) -> None:
    invite(office, name='Firma <img src=x onerror="1">')
    change_office(office, name="Biuro\r\nBcc: obcy@evil.example <script>", logo="d1ge5t")
    mail = office.mails.last_to(PEOPLE[0])
    assert not set("\r\n") & set(mail["sender"] + mail["subject"] + mail["reply_to"])
    assert "<script" not in mail["html"]
    assert "<img src=x" not in mail["html"]


def test_every_mail_goes_with_the_configuration_set_and_tags_that_find_it_again(office: Office) -> None:
    asked: dict[str, Any] = {}

    class Ses:
        def send_email(self, **request: Any) -> None:
            asked.update(request)

    invite(office)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(aws, "send_mail", send_mail)
        patch.setattr(aws, "client", lambda _service: Ses())
        (record,) = handed_over(office.mails)
        assert numbers(notify.handler({"Records": [record]}, None)) == []
    assert asked["ConfigurationSetName"] == "portal-mail"
    assert asked["ReplyToAddresses"] == [BOSS]
    tags = {tag["Name"]: tag["Value"] for tag in asked["EmailTags"]}
    image = record["dynamodb"]["NewImage"]
    assert tags == {
        "message": image["pk"]["S"].removeprefix("OUT#"),
        "person": image["mail"]["M"]["person"]["S"],
        "template": "invitation",
    }


# What was given up


def ids_waiting(box: Mails) -> list[str]:
    return [record["dynamodb"]["NewImage"]["pk"]["S"].removeprefix("OUT#") for record in handed_over(box)]


def test_a_mail_that_was_given_up_is_sent_after_all(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    invite(office)
    fail_for(monkeypatch, office.mails, *PEOPLE)
    assert numbers(office.mails.deliver())
    (old,) = ids_waiting(office.mails)
    fail_for(monkeypatch, office.mails)
    again = operator.resend_mail(old)["message"]
    assert ids_waiting(office.mails) == [again] != [old]
    office.mails.deliver()
    (mail,) = office.mails.sent
    assert mail["tags"]["message"] == again
    assert sign_in_by_mail(mail["text"]).get("/").status in (200, 303)


def test_it_is_offered_as_a_new_item_because_the_stream_hands_over_no_other(office: Office, items: Items) -> None:
    invite(office)
    (old,) = ids_waiting(office.mails)
    again = operator.resend_mail(old)["message"]
    keys = {item["pk"]["S"] for item in items()}
    assert f"OUT#{old}" not in keys
    assert f"OUT#{again}" in keys


@pytest.mark.parametrize("sent", [True, False])
def test_what_went_out_or_never_was_is_not_sent_again(
    office: Office, items: Items, capsys: pytest.CaptureFixture[str], *, sent: bool
) -> None:
    invite(office)
    (message,) = ids_waiting(office.mails)
    office.mails.deliver()
    before = items()
    assert operator.main(["resend-mail", "--message", message if sent else "01M86CH3M6R6RGGGDN6KRPM22H"]) == 1
    assert "(not-found)" in capsys.readouterr().err
    assert items() == before


def test_sending_again_twice_sends_once(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    invite(office)
    (message,) = ids_waiting(office.mails)
    assert [operator.main(["resend-mail", "--message", message]) for _ in range(2)] == [0, 1]
    capsys.readouterr()
    assert len(office.mails.to(PEOPLE[0])) == 1
