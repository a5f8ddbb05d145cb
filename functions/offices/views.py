"""What the pages about the office itself show."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from portal.domain.offices import Plan
from portal.views import View, view


@view
class SignUp(View):
    """Asks for what an office needs to begin. `terms` is the version that is accepted."""

    template: ClassVar[str] = "auth/sign_up.html"

    terms: str
    hours: int
    trial_firms: int


@view
class SignUpSent(View):
    """Says that a mail is on its way; the same whether the address is known or not."""

    template: ClassVar[str] = "auth/sign_up_sent.html"

    hours: int


@view
class Terms(View):
    """The terms of use."""

    template: ClassVar[str] = "auth/terms.html"

    version: str
    trial_firms: int


@view
class OfficeSettings(View):
    """The office's data, plan and logo. `version` goes back with the form: nobody overwrites unseen changes.

    `logo` is the digest in the picture's address. `taken_on` counts firms against `trial_firms`, `idle_modules` the
    firms whose invoice module is on but does not count on the trial plan.
    """

    template: ClassVar[str] = "office/office.html"

    version: int
    name: str
    nip: str
    street: str
    postcode: str
    city: str
    email: str
    phone: str
    reply_to: str
    only_assigned: bool
    logo: str
    own_firm: str
    plan: Plan
    taken_on: int
    trial_firms: int
    idle_modules: int
    terms_version: str
    terms_at: datetime | None
