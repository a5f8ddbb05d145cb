"""Routes for the office's firms."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Annotated

from aws_lambda_powertools.event_handler import Depends

from functions.firms import adding, importing, listing, merges, partners, staffing
from functions.firms.inputs import (
    FileInput,
    FirmInput,
    ImportInput,
    ListQuery,
    MergeInput,
    MergeQuery,
    ModuleInput,
    PartnerInput,
    PartnerRemoval,
    SettingsInput,
    StaffInput,
    StatusInput,
    TypedFirm,
)
from functions.firms.views import (
    FirmFields,
    FirmList,
    FirmSettings,
    ImportForm,
    ImportPreview,
    ImportReport,
    MergePage,
    NewFirm,
    PartnerLine,
    Partners,
    RegisterAnswer,
)
from portal import bodies, clock, web
from portal.access import AtFirm, AtOffice, FirmAccess, OfficeAccess, PathNip, TheRegisters
from portal.domain import errors, identifiers
from portal.domain.events import Action, differences
from portal.domain.firms import Firm
from portal.domain.merging import Merge
from portal.domain.records import TAX_FORMS
from portal.store import events, firms, merging
from portal.views import FirmHead

app = web.new_app()
handler = web.entrypoint(app)

_GUARDED = ("bank_accounts", "zus_account")
"""Where money goes: who changes these proves again who they are."""

AnyPartner = Annotated[PartnerInput, Depends(web.body(PartnerInput))]
AnyRemoval = Annotated[PartnerRemoval, Depends(web.body(PartnerRemoval))]


# The list, and firms that come to it


@app.get("/offices/<office>/firms")
def firm_list(at: AtOffice, query: Annotated[ListQuery, Depends(web.query(ListQuery))]) -> FirmList:
    """The office's firms, each with what waits for approval: two reads."""
    return listing.listed(at, query)


@app.get("/offices/<office>/firms/new")
def new_firm(at: AtOffice) -> NewFirm:
    """The form of a new firm."""
    return adding.form(at, TypedFirm())


@app.post("/offices/<office>/firms/new")
def send_new_firm(
    at: AtOffice, registers: TheRegisters, typed: Annotated[TypedFirm, Depends(web.body(TypedFirm))]
) -> web.Done | NewFirm:
    """What the form's two buttons do: fill it from the register, which needs no script so, or add the firm."""
    if typed.look_up:
        return adding.looked_up(at, registers, typed, clock.now())
    return add_firm(at, FirmInput.model_validate(typed.model_dump(exclude_unset=True, exclude={"look_up"})))


@app.get("/offices/<office>/registers/nip/<nip>")
def register_answer(at: AtOffice, registers: TheRegisters, nip: PathNip) -> RegisterAnswer:
    """What the register of VAT payers says of a NIP."""
    return adding.answer(nip, registers.company(nip, at.office.id, clock.now()))


@app.post("/offices/<office>/firms")
def add_firm(at: AtOffice, given: Annotated[FirmInput, Depends(web.body(FirmInput))]) -> web.Done:
    """Adds a firm; the office took it on, so it is active at once."""
    firm = adding.add(at, given, clock.now())
    return web.Done(_address(at, firm.id, "settings"), "added", view=_settings(at, firm), created=True)


@app.get("/offices/<office>/firms/import")
def import_page(at: AtOffice) -> ImportForm:
    """Where a list of firms is handed over."""
    at.actor.require_administrator()
    return importing.form()


@app.get("/offices/<office>/firms/import/sample")
def import_sample(at: AtOffice) -> web.Download:
    """A file to start from."""
    at.actor.require_administrator()
    return importing.sample()


@app.get("/offices/<office>/firms/import/preview")
def import_again(at: AtOffice) -> ImportForm:
    """The form once more: a file that was refused is chosen anew."""
    return import_page(at)


@app.post("/offices/<office>/firms/import/preview")
def import_preview(
    at: AtOffice, given: Annotated[FileInput, Depends(web.body(FileInput, bodies.UPLOAD))]
) -> ImportPreview:
    """What will become of each row; nothing is done yet."""
    at.actor.require_administrator()
    return importing.preview(at, given.file)


@app.post("/offices/<office>/firms/import")
def import_firms(
    at: AtOffice, given: Annotated[ImportInput, Depends(web.body(ImportInput, bodies.SELECTION))]
) -> ImportReport:
    """Does what was shown."""
    at.actor.require_administrator()
    return importing.done(at, given.rows, given.digest, clock.now())


# One firm


@app.get("/offices/<office>/firms/<firm>/settings")
def settings_page(at: AtFirm) -> FirmSettings:
    """What the office keeps about a firm."""
    return _settings(at, at.firm)


@app.post("/offices/<office>/firms/<firm>/settings")
def change_settings(at: AtFirm, given: Annotated[SettingsInput, Depends(web.body(SettingsInput))]) -> web.Done:
    """Changes them, unless somebody else did meanwhile."""
    identifiers.require_payer(given.zus_account, at.firm.nip)
    wanted = replace(at.firm, **given.said)
    changes = differences(asdict(at.firm), asdict(wanted))
    if any(name in changes for name in _GUARDED):
        at.require_fresh()
    event = at.event(Action.FIRM_CHANGED, clock.now(), changes=changes)
    after = firms.update(at.office_table, replace(wanted, version=given.version), event)
    return web.Done(_address(at, at.firm.id, "settings"), "saved", view=_settings(at, after))


@app.post("/offices/<office>/firms/<firm>/status")
def change_status(at: AtFirm, given: Annotated[StatusInput, Depends(web.body(StatusInput))]) -> web.Done:
    """Takes a firm on, suspends, switches off or archives it."""
    now = clock.now()
    wanted = replace(at.firm.turned(given.status, clock.today(now)), version=given.version)
    event = at.event(Action.FIRM_STATUS, now, changes={"status": (at.firm.status.value, given.status.value)})
    after = firms.update(at.office_table, wanted, event, room=at.office.room)
    return web.Done(_address(at, at.firm.id, "settings"), "status", view=_settings(at, after))


@app.post("/offices/<office>/firms/<firm>/module")
def change_module(at: AtFirm, given: Annotated[ModuleInput, Depends(web.body(ModuleInput))]) -> web.Done:
    """Switches the firm's invoice module on, which needs the full plan, or off."""
    if given.invoices:
        at.office.require_full()
    wanted = replace(at.firm, invoices=given.invoices, version=given.version)
    changes = differences(asdict(at.firm), asdict(wanted))
    after = firms.update(at.office_table, wanted, at.event(Action.FIRM_MODULE, clock.now(), changes=changes))
    return web.Done(_address(at, at.firm.id, "settings"), "saved", view=_settings(at, after))


@app.post("/offices/<office>/firms/<firm>/staff")
def change_staff(at: AtFirm, given: Annotated[StaffInput, Depends(web.body(StaffInput, bodies.SELECTION))]) -> web.Done:
    """Says who of the staff looks after the firm."""
    at.actor.require_administrator()
    staffing.give(at, given.staff, clock.now())
    return web.Done(_address(at, at.firm.id, "settings"), "saved", view=_settings(at, at.firm))


@app.get("/offices/<office>/firms/<firm>/partners")
def partners_page(at: AtFirm) -> Partners:
    """The partners of a firm."""
    return _partners(at.firm)


@app.post("/offices/<office>/firms/<firm>/partners")
def put_partner(at: AtFirm, given: AnyPartner) -> web.Done:
    """Adds a partner, or changes the numbers of one."""
    after = partners.put(at, given, clock.now())
    return web.Done(_address(at, at.firm.id, "partners"), "saved", view=_partners(after))


@app.post("/offices/<office>/firms/<firm>/partners/removal")
def remove_partner(at: AtFirm, given: AnyRemoval) -> web.Done:
    """Takes a partner off the list."""
    after = partners.remove(at, given.name, given.version, clock.now())
    return web.Done(_address(at, at.firm.id, "partners"), "saved", view=_partners(after))


@app.get("/offices/<office>/firms/<firm>/merge")
def merge_page(at: AtFirm, query: Annotated[MergeQuery, Depends(web.query(MergeQuery))]) -> MergePage:
    """Choosing what the firm is merged into, and what will happen."""
    at.actor.require_administrator()
    return merges.page(at, query)


@app.post("/offices/<office>/firms/<firm>/merge")
def merge(at: AtFirm, given: Annotated[MergeInput, Depends(web.body(MergeInput))]) -> web.Done:
    """Merges the firm into another one."""
    at.actor.require_administrator()
    now = clock.now()
    if given.version != at.firm.version:
        raise errors.Refusal(errors.CHANGED_MEANWHILE)
    wanted = Merge(at.firm, merges.target(at, given.into), given.subject)
    wanted.check()
    gone, come = merges.changes(wanted)
    told = [
        at.event(Action.FIRM_MERGED, now, target=wanted.into.id, changes=gone),
        events.put(
            at.office_table,
            at.origin,
            Action.FIRM_MERGED,
            now,
            firm=wanted.into.id,
            target=at.firm.id,
            changes=come,
        ),
    ]
    merging.merge(at.office_table, wanted, clock.today(now), told)
    return web.Done(_address(at, wanted.into.id, "settings"), "merged")


def _address(at: OfficeAccess | FirmAccess, firm_id: str, page: str) -> str:
    return f"/offices/{at.table.office}/firms/{firm_id}/{page}"


def _settings(at: OfficeAccess | FirmAccess, firm: Firm) -> FirmSettings:
    table = at.office_table if isinstance(at, FirmAccess) else at.table
    return FirmSettings(
        firm=FirmHead.of(firm),
        version=firm.version,
        given=FirmFields.of(firm),
        tax_account=identifiers.tax_account(firm.tax_number),
        tax_forms=list(TAX_FORMS),
        next_statuses=firm.next_statuses,
        archived_on=firm.archived_on,
        kept_until=firm.kept_until,
        merged_into=firm.merged_into,
        invoices=firm.invoices,
        full=at.office.full,
        partners=len(firm.partners),
        staff=staffing.choices(table, firm.id) if at.actor.administrator else [],
    )


def _partners(firm: Firm) -> Partners:
    listed = [PartnerLine.of(partner) for partner in firm.partners]
    return Partners(firm=FirmHead.of(firm), version=firm.version, partners=listed)
