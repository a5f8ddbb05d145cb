"""The mail of a recurring invoice that was not made as planned, to whoever ordered it, while they belong there."""

from __future__ import annotations

from datetime import datetime

from portal import access, sign_in
from portal.access import UnattendedAccess
from portal.aws import Put
from portal.config import settings
from portal.store.recurring import Run, Template


def failed(at: UnattendedAccess, template: Template, run: Run, now: datetime) -> list[Put]:
    """The mail, for the transaction that notes the run."""
    identity = access.the_identity()
    person = identity.person(template.made_by)
    of_firm = "" if template.made_by_office else at.firm.id
    belongs = any(one.office == at.office.id and one.firm == of_firm for one in identity.memberships(template.made_by))
    if person is None or not belongs:
        return []
    office = f"/offices/{at.office.id}" if template.made_by_office else ""
    told = {
        "link": f"{settings().base_url}{office}/firms/{at.firm.id}/invoices/recurring/{template.id}",
        "firm_name": at.firm.name,
        "recurring": template.name,
        "reason": run.detail,
        "made": run.made,
    }
    return [sign_in.outbox_mail("recurring_failed", person, told, now, office=at.office.id)]
