"""A mail that comes back: from the page of sent mail through the deployed function, with its role, to the panel."""

from __future__ import annotations

from typing import Any

from tests.e2e.world import Office

EWA = "ewa@demo.example"


def test_the_office_sees_that_a_mail_came_back(office: Office) -> None:
    invited = {"email": EWA, "name": "Ewa Przykładowa", "role": "staff"}
    office.boss.post(f"{office.path}/staff", invited, status=201)
    office.portal.until(lambda: mails(office), 20)
    (mail,) = mails(office)
    assert mail["tags"]["template"] == "staff_invitation"
    assert mail["sender"] == '"Biuro Demo" <portal@konektosmart.example>'
    assert line(office)["trouble"] is None
    tell(office, mail, "bounce")
    assert line(office)["trouble"]["state"] == "bounced"
    tell(office, mail, "delivery")
    assert line(office)["trouble"] is None
    tell(office, mail, "complaint")
    shown = line(office)
    assert (shown["trouble"]["state"], shown["last_mail"]["fate"]) == ("complained", "complained")


def mails(office: Office) -> list[dict[str, Any]]:
    return [mail for mail in office.portal.mails() if EWA in mail["to"]]


def line(office: Office) -> dict[str, Any]:
    found: list[dict[str, Any]] = office.boss.get(f"{office.path}/staff")["staff"]
    return next(one for one in found if one["email"] == EWA)


def tell(office: Office, mail: dict[str, Any], news: str) -> None:
    origin = str(office.portal.http.base_url).rstrip("/")
    button = {"mail": mail["id"], "news": news}
    answer = office.portal.http.post("/_mail/events", data=button, headers={"origin": origin})
    assert answer.headers["location"] == "/_mail?told=kept"
