"""Mails by which the client learns of a question or a rejection: a link to the document, no amounts."""

from __future__ import annotations

from datetime import datetime, timedelta

from portal import sign_in
from portal.access import FirmAccess
from portal.aws import Delete, Put
from portal.config import settings
from portal.domain.documents import Document, Status
from portal.domain.people import Person, Role, Standing
from portal.store.people import Listed, Roster

MOST_TOLD = 5
"""People of a firm who get the mail when the one who handed the document over is not among them."""

QUIET = timedelta(hours=1)
"""A question after a question within this time is read under the link of the first mail."""


def of_question(at: FirmAccess, before: Document, now: datetime) -> list[Put | Delete]:
    """That there is a question."""
    asked = [step.at for step in before.steps if step.what == Status.QUESTION.value]
    if before.status is Status.QUESTION and asked and now - asked[-1] < QUIET:
        return []
    return _mails(at, "document_question", before, now)


def of_rejection(at: FirmAccess, before: Document, now: datetime) -> list[Put | Delete]:
    """That it was rejected; why stands on the page."""
    return _mails(at, "document_rejected", before, now)


def _mails(at: FirmAccess, template: str, document: Document, now: datetime) -> list[Put | Delete]:
    values = {
        "office_name": at.office.name,
        "firm_name": at.firm.name,
        "document": document.name,
        "link": f"{settings().base_url}/firms/{at.firm.id}/documents/{document.ref}",
    }
    return [
        sign_in.outbox_mail(template, Person(one.person, one.email, one.name), values, now, office=at.office.id)
        for one in _addressees(at, document)
    ]


def _addressees(at: FirmAccess, document: Document) -> list[Listed]:
    """Who handed it over, or else who sees all of the firm."""
    people = [one for one in Roster(at.office_table, at.firm.id).people() if one.standing is Standing.ACTIVE]
    own = [one for one in people if one.person == document.by]
    return own or sorted((one for one in people if one.role is Role.FIRM), key=lambda one: one.since)[:MOST_TOLD]
