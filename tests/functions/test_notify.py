"""The outbox: each mail once, none lost, none blocked, and no secret left behind."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from functions.notify import app as notify
from portal import aws
from portal.aws import send_mail
from tests.functions.gateway import Browser
from tests.functions.world import BOSS, Mails, Office, link_in, sign_in_by_mail

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
    def send(**mail: str) -> None:
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
    assert [set(item) for item in left] == [{"pk", "sk", "sent_at", "ttl"}] * 4
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
    assert mail["sender"] == "KonektoSmart <poczta@portal.example>"
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
    monkeypatch.setattr(aws, "_client", lambda _service: Refusing())
    monkeypatch.setattr(notify.logger(), "exception", lambda *_a, **_k: logged.append(traceback.format_exc()))
    assert numbers(notify.handler({"Records": handed_over(invited)[:1]}, None)) == ["0"]
    assert "MessageRejected" in logged[0]
    assert PEOPLE[0] not in logged[0]
