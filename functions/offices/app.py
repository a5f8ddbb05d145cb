"""Routes for opening an office and for what it says about itself."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from aws_lambda_powertools.event_handler import Depends
from pydantic import AfterValidator, Field

from functions.offices import own_firm
from functions.offices.views import OfficeSettings, SignUp, SignUpSent, Terms
from portal import bodies, clock, logo, sign_up, web
from portal.access import AtOffice, OfficeAccess, PublicLogo, SameSite, TheIdentity, TheVisitor
from portal.domain import errors
from portal.domain.firms import LegalForm
from portal.domain.offices import TERMS_VERSION, TRIAL_FIRMS, Office
from portal.inputs import AddressLine, Email, File, Name, OptionalEmail, OptionalNip, Phone, Postcode, Version
from portal.sign_up import LINK_HOURS, Founding
from portal.store import directory, logos, offices

app = web.new_app()
handler = web.entrypoint(app)


def _the_terms_in_force(version: str) -> str:
    # Who read older ones has not accepted these.
    if version != TERMS_VERSION:
        raise errors.Refusal(errors.TERMS_NOT_ACCEPTED)
    return version


class SignUpInput(web.Input):
    """What an office needs to begin; `terms` names the version that was accepted."""

    office_name: Name
    nip: OptionalNip = ""
    person_name: Name
    email: Email
    terms: Annotated[str, AfterValidator(_the_terms_in_force), Field(validate_default=True)] = ""


class OfficeInput(web.Input):
    """What an administrator may change about the office; `version` is the one they saw."""

    version: Version
    name: Name
    nip: OptionalNip = ""
    street: AddressLine = ""
    postcode: Postcode = ""
    city: AddressLine = ""
    email: OptionalEmail = ""
    phone: Phone = ""
    reply_to: OptionalEmail = ""
    only_assigned: bool = False


class LogoInput(web.Input):
    """The picture that the office wants to be known by."""

    logo: File


class OwnFirmInput(web.Input):
    """What the office's own data does not tell of it as a firm."""

    legal_form: LegalForm = LegalForm.COMPANY


@app.get("/sign-up")
def sign_up_page() -> SignUp:
    """Asks for what an office needs to begin."""
    return SignUp(terms=TERMS_VERSION, hours=LINK_HOURS, trial_firms=TRIAL_FIRMS)


@app.post("/sign-up")
def start(
    who: TheIdentity,
    visitor: TheVisitor,
    _own: SameSite,
    given: Annotated[SignUpInput, Depends(web.body(SignUpInput))],
) -> web.Done:
    """Sends a link that opens the office; the answer is the same whether the address is known or not."""
    sign_up.start(who, Founding(**given.model_dump()), visitor.network, clock.now())
    return web.Done("/sign-up/sent", view=SignUpSent(hours=LINK_HOURS))


@app.get("/sign-up/sent")
def sent_page() -> SignUpSent:
    """Says what happens next."""
    return SignUpSent(hours=LINK_HOURS)


@app.get("/terms")
def terms() -> Terms:
    """The terms of use, for anybody."""
    return Terms(version=TERMS_VERSION, trial_firms=TRIAL_FIRMS)


@app.get("/logos/<office>/<digest>")
def show_logo(picture: PublicLogo) -> web.Picture:
    """An office's logo; mails show it to people who are not signed in."""
    return web.Picture("image/png", picture)


@app.get("/offices/<office>/settings")
def settings_page(at: AtOffice) -> OfficeSettings:
    """The office's data, plan and logo."""
    at.actor.require_administrator()
    return _settings_view(at)


@app.post("/offices/<office>/settings")
def change_settings(at: AtOffice, given: Annotated[OfficeInput, Depends(web.body(OfficeInput))]) -> web.Done:
    """Changes the office's data, unless somebody else did meanwhile."""
    at.actor.require_administrator()
    after = replace(at.office, **given.model_dump())
    if after != at.office:
        seen = replace(at.office, version=given.version)
        after = offices.change(at.table, seen, after, at.origin, clock.now())
    return web.Done(_address(at), "saved", view=_settings_view(at, after))


@app.get("/offices/<office>/logo")
def logo_page(at: AtOffice) -> OfficeSettings:
    """The same page, to which a refused picture comes back."""
    return settings_page(at)


@app.post("/offices/<office>/logo")
def put_logo(at: AtOffice, given: Annotated[LogoInput, Depends(web.body(LogoInput, bodies.UPLOAD))]) -> web.Done:
    """Shows a picture to the office's clients, on pages and in mails."""
    at.actor.require_administrator()
    picture = logo.cleaned(given.logo.content)
    after = logos.change(at.table, at.office, picture, at.origin, clock.now())
    return web.Done(_address(at), "logo", view=_settings_view(at, after))


@app.post("/offices/<office>/logo/removal")
def remove_logo(at: AtOffice) -> web.Done:
    """Takes the picture away."""
    at.actor.require_administrator()
    after = logos.change(at.table, at.office, b"", at.origin, clock.now())
    return web.Done(_address(at), "logo-removed", view=_settings_view(at, after))


@app.post("/offices/<office>/own-firm")
def add_own_firm(at: AtOffice, given: Annotated[OwnFirmInput, Depends(web.body(OwnFirmInput))]) -> web.Done:
    """Makes the office one of its own firms."""
    at.actor.require_administrator()
    after = own_firm.add(at, given.legal_form, clock.now())
    location = f"/offices/{after.id}/firms/{after.own_firm}/settings"
    return web.Done(location, "own-firm", view=_settings_view(at, after))


def _address(at: OfficeAccess) -> str:
    return f"/offices/{at.office.id}/settings"


def _settings_view(at: OfficeAccess, after: Office | None = None) -> OfficeSettings:
    office = after or at.office
    firms = directory.all_of(at.table)
    return OfficeSettings(
        version=office.version,
        name=office.name,
        nip=office.nip,
        street=office.street,
        postcode=office.postcode,
        city=office.city,
        email=office.email,
        phone=office.phone,
        reply_to=office.reply_to,
        only_assigned=office.only_assigned,
        logo=office.logo,
        own_firm=office.own_firm,
        plan=office.plan,
        taken_on=sum(firm.taken_on for firm in firms),
        trial_firms=TRIAL_FIRMS,
        idle_modules=0 if office.full else sum(firm.invoices for firm in firms),
        terms_version=office.terms_version,
        terms_at=office.terms_at,
    )
