"""Every page with nothing on it, with much on it, and with hostile and very long texts; also for looking at."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from functions.approve.views import (
    ApprovalOutcome,
    ApprovalReport,
    MonthRow,
    MonthTable,
    YearTable,
)
from functions.auth.views import (
    CodeForm,
    Confirm,
    ConfirmCode,
    Context,
    Contexts,
    DeviceLine,
    Devices,
    LinkPage,
    SignIn,
)
from functions.desktop.views import (
    AgentLine,
    Awaited,
    ClientDesktop,
    ClientTable,
    HandedOver,
    OfficeDesktop,
    ToPay,
    WaitingMonth,
)
from functions.documents.inputs import ListQuery
from functions.documents.views import (
    BulkOutcome,
    BulkReport,
    DocumentPage,
    DocumentRulesPage,
    ExpectedLine,
    FeeLine,
    FeeOutcome,
    FeeReport,
    Fees,
    FeeState,
    Filter,
    FirmDocuments,
    Inbox,
    MonthHead,
)
from functions.documents.views import Choice as StaffOfFirms
from functions.export.views import (
    ArchiveLine,
    ArchiveList,
    ClientArchives,
    ExportLine,
    ExportList,
    FirmRemoval,
    UnmarkedLine,
)
from functions.firms.inputs import Show, Sort
from functions.firms.views import (
    FirmFields,
    FirmLine,
    FirmList,
    FirmSettings,
    ImportColumn,
    ImportForm,
    ImportLine,
    ImportPreview,
    ImportReport,
    MergeChoice,
    MergePage,
    MergePlan,
    NewFirm,
    PartnerLine,
    Partners,
    StaffChoice,
)
from functions.handover.views import (
    ClientDocument,
    ClientDocuments,
    MissingLine,
    OfflinePage,
    PlainForm,
    PlainUpload,
    ShareChoice,
    SharePage,
)
from functions.history.views import ChangeLine, Choice, EventLine, FirmHistory, HistoryEntry, OfficeHistory
from functions.ingest.views import AgentCard, AgentList, NewToken, ProblemLine, ProgramLine
from functions.offices.views import OfficeSettings, SignUp, SignUpSent, Terms
from functions.passkeys.views import PasskeyLine, PasskeyList
from functions.people.views import (
    Assignable,
    FirmUser,
    FirmUsers,
    LastMail,
    PersonLine,
    StaffList,
    StaffMember,
)
from portal.document_views import DocumentData, DocumentLine, MessageLine, StepLine, TwinLine
from portal.domain import documents, events
from portal.domain.document_months import NEXT_STATES, MonthState
from portal.domain.exports import State as ExportState
from portal.domain.firm_import import Outcome
from portal.domain.firms import LegalForm, Status
from portal.domain.mails import Fate, MailState, Reason, Trouble
from portal.domain.offices import Plan
from portal.domain.people import Role, Standing
from portal.domain.periods import Period, months_of
from portal.domain.records import TAX_FORMS, Action, Kind, Settlement, State
from portal.domain.structured_invoices import InvoiceKind, Line, Party, Payment, StructuredInvoice, Total
from portal.pages import FieldProblem, Problem, Refilled, Shell
from portal.store.identity import Purpose
from portal.views import (
    ClientMonth,
    ClientRecord,
    Figures,
    FirmHead,
    OfficeMonth,
    OfficeRecord,
    PublishedSide,
    Totals,
    WithdrawnSide,
)
from tests.pages import invoice_examples

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
LONG = (
    "Przedsiębiorstwo Produkcyjno-Usługowo-Handlowe Święty Źródłosłów Demo spółka z ograniczoną odpowiedzialnością "
    "w Szczebrzeszynie"
)
HOSTILE = "<script>alert('x')</script>\"><img src=x onerror=alert(1)>{{ 7*7 }}"
ZUS = "82600000020260017772273629"

OFFICE = Shell(person="Anna Kowal", office="01J0OFFICE", office_name="Biuro Demo", administrator=True)
CLIENT = Shell(
    person="Jan Przykładowy", office="01J0OFFICE", office_name="Biuro Demo", firm="01J0FIRM", firm_name="Nowa Chata"
)
PUBLIC = Shell()
AT_OFFICE = "/offices/01J0OFFICE"
AT_FIRM = f"{AT_OFFICE}/firms/01J0FIRM"
AT_CLIENT = "/firms/01J0FIRM"


@dataclass(frozen=True)
class Example:
    """What a page is rendered from."""

    view: object
    shell: Shell
    path: str
    template: str = ""
    refilled: Refilled | None = None
    notice: str = ""
    now: datetime = NOW


def ago(**parts: int) -> datetime:
    return NOW - timedelta(**parts)


def figures(
    amount: int = 0,
    settlement: str = "D",
    *,
    surplus: int = 0,
    revenue: int = 0,
    costs: int | None = None,
) -> Figures:
    return Figures(
        settlement=Settlement(settlement),
        amount=amount,
        surplus=surplus,
        revenue=revenue,
        costs=costs,
        profit=revenue - (costs or 0),
    )


def published(shown: Figures, **more: Any) -> PublishedSide:
    values: dict[str, Any] = {
        "figures": shown,
        "version": 1,
        "at": ago(days=12),
        "by": "Anna Kowal",
        "by_rule": False,
        "comment": "",
        "corrects": None,
        "seen_at": None,
        "paid_on": None,
    }
    return PublishedSide(**(values | more))


def office_record(period: str, kind: Kind, state: State, now: Figures, **more: Any) -> OfficeRecord:
    form, subject = more.get("form", ""), more.get("subject", "")
    values: dict[str, Any] = {
        "record": f"{period}.{kind}.{form}.{subject}",
        "version": 2,
        "kind": kind,
        "form": "",
        "subject": "",
        "period": period,
        "state": state,
        "waits": state in (State.WAITING, State.CHANGED),
        "by_hand": False,
        "comment": "",
        "figures": now,
        "due": None if kind is Kind.STATEMENT else date(int(period[:4]), int(period[5:]) % 12 + 1, 20),
        "published": None,
        "withdrawn": None,
    }
    return OfficeRecord(**(values | more))


def as_client_sees(record: OfficeRecord) -> ClientRecord:
    return ClientRecord(**{field.name: getattr(record, field.name) for field in fields(ClientRecord)})


def firm(name: str = "Nowa Chata sp. z o.o.", status: Status = Status.ACTIVE, zus: str = ZUS) -> FirmHead:
    return FirmHead(
        id="01J0FIRM",
        nip="5120079194",
        name=name,
        status=status,
        legal_form=LegalForm.COMPANY,
        prefix="NCH-1",
        zus_account=zus,
    )


def taxes_of_a_year(text: str = "Przelej w dwóch ratach.") -> dict[str, list[OfficeRecord]]:
    """Every state, type, and both kinds of entering."""
    vat = {"form": "VAT-7"}
    seen = published(figures(321000), seen_at=ago(days=11))
    paid = published(figures(102000, "Z"), seen_at=ago(days=40), paid_on=date(2026, 10, 19))
    ruled = published(figures(0, surplus=88000), by_rule=True, by="")
    corrected = published(figures(345000, "K"), corrects=figures(321000), comment=text)
    taken_back = WithdrawnSide(figures=figures(41200), at=ago(days=3), reason=text)
    return {
        "2026-01": [office_record("2026-01", Kind.TAX, State.SENT, ruled.figures, published=ruled, **vat)],
        "2026-03": [
            office_record(
                "2026-03", Kind.TAX, State.SEEN, seen.figures, form="VAT-7K", published=seen, due=date(2026, 4, 27)
            ),
            office_record("2026-03", Kind.TAX, State.SEEN, paid.figures, form="CIT", published=paid),
        ],
        "2026-09": [
            office_record("2026-09", Kind.TAX, State.SENT, corrected.figures, published=corrected, comment=text, **vat),
            office_record("2026-09", Kind.TAX, State.WITHDRAWN, figures(41200), form="PIT-4R", withdrawn=taken_back),
        ],
        "2026-10": [
            office_record("2026-10", Kind.TAX, State.CHANGED, figures(9999999999, "K"), published=seen, **vat),
            office_record("2026-10", Kind.TAX, State.WAITING, figures(102000, "Z"), form="CIT"),
            office_record("2026-10", Kind.TAX, State.WAITING, figures(5000, "I"), form="PIT-8AR", by_hand=True),
        ],
        "2026-11": [
            office_record("2026-11", Kind.TAX, State.WAITING, figures(330000, "P"), by_hand=True, comment=text, **vat)
        ],
    }


def contributions_of_a_year(subject: str = "Jan Przykładowy") -> dict[str, list[OfficeRecord]]:
    seen = published(figures(590211), seen_at=ago(days=11))
    return {
        "2026-09": [office_record("2026-09", Kind.CONTRIBUTION, State.SEEN, seen.figures, published=seen)],
        "2026-10": [
            office_record("2026-10", Kind.CONTRIBUTION, State.CHANGED, figures(600000, "K"), published=seen),
            office_record("2026-10", Kind.CONTRIBUTION, State.WAITING, figures(164621), subject=subject),
        ],
    }


def statements_of_a_year(text: str = "") -> dict[str, list[OfficeRecord]]:
    months = {}
    for number in range(1, 11):
        period = f"2026-{number:02d}"
        now = figures(revenue=12345678 + number * 777777, costs=9000000 + number * 1111111)
        side = published(now, seen_at=ago(days=9))
        months[period] = [office_record(period, Kind.STATEMENT, State.SEEN, now, published=side)]
    changed = published(figures(revenue=20000000, costs=18000000))
    lump = figures(revenue=1500000)
    months["2026-09"] = [
        office_record(
            "2026-09",
            Kind.STATEMENT,
            State.CHANGED,
            figures(0, "K", revenue=20500000, costs=17000000),
            published=changed,
            comment=text,
        )
    ]
    corrected = published(lump, corrects=figures(revenue=1400000, costs=10000), comment=text)
    months["2026-10"] = [office_record("2026-10", Kind.STATEMENT, State.SENT, lump, published=corrected)]
    return months


def year_table(kind: Kind, records: dict[str, list[OfficeRecord]], of: FirmHead, year: int = 2026) -> YearTable:
    shown = [OfficeMonth(period=str(month), records=records.get(str(month), [])) for month in months_of(year)]
    everything = [record for month in shown for record in month.records]
    return YearTable(
        firm=of,
        kind=kind,
        year=year,
        this_year=2026,
        opened_at=datetime(2026, 11, 24, 9, tzinfo=UTC),
        months=shown,
        waiting_elsewhere=5 if everything else 0,
        waiting=sum(record.state in (State.WAITING, State.CHANGED) for record in everything),
        tax_forms=list(TAX_FORMS),
        subjects=["Jan Przykładowy", HOSTILE] if everything else [],
        totals=totals(everything) if kind is Kind.STATEMENT else None,
    )


def client_table(kind: Kind, records: dict[str, list[OfficeRecord]], of: FirmHead) -> ClientTable:
    shown = [
        ClientMonth(
            period=str(month),
            records=[as_client_sees(r) for r in records.get(str(month), []) if r.published or r.withdrawn],
        )
        for month in months_of(2026)
    ]
    of_kind = [record for month in records.values() for record in month]
    return ClientTable(
        firm=of,
        kind=kind,
        year=2026,
        this_year=2026,
        months=shown,
        totals=totals(of_kind) if kind is Kind.STATEMENT else None,
    )


def totals(records: list[OfficeRecord]) -> Totals:
    revenue = sum(record.figures.revenue for record in records)
    costs = sum(record.figures.costs or 0 for record in records)
    return Totals(revenue=revenue, costs=costs, profit=revenue - costs)


def month_table(rows: list[MonthRow], *, waiting: int, only_waiting: bool = False, more: str = "") -> MonthTable:
    return MonthTable(
        period="2026-10",
        previous="2026-09",
        following="2026-11",
        only_waiting=only_waiting,
        opened_at=NOW,
        rows=rows,
        waiting=waiting,
        waiting_firms=21,
        more=more,
    )


def month_row(number: int, name: str) -> MonthRow:
    seen = published(figures(164621 + number * 1000), seen_at=ago(days=1))
    period, taxes = "2026-10", taxes_of_a_year()["2026-10"]
    states = [State.WAITING, State.SEEN, State.CHANGED, State.SENT]
    state = states[number % 4]
    zus = office_record(
        period, Kind.CONTRIBUTION, state, figures(164621 + number * 10000), published=seen if number % 4 else None
    )
    zus_of_owner = office_record(period, Kind.CONTRIBUTION, State.WAITING, figures(41000), subject="Jan Przykładowy")
    statement = office_record(
        period,
        Kind.STATEMENT,
        State.SENT,
        figures(revenue=4500000, costs=4900000 if number % 3 else 1000000),
        published=published(figures(revenue=4500000, costs=1000000)),
    )
    return MonthRow(
        firm=f"01J0FIRM{number}",
        name=name,
        nip="5120079194",
        contributions=[zus, zus_of_owner] if number % 5 == 1 else [zus],
        taxes=[taxes[:1], taxes, taxes[1:], []][number % 4],
        statements=[statement] if number % 3 != 2 else [],
    )


def firm_line(number: int, name: str, status: Status = Status.ACTIVE) -> FirmLine:
    return FirmLine(
        id=f"01J0FIRM{number}",
        nip="5120079194",
        name=name,
        prefix=f"K-{number:03d}" if number % 2 else "",
        status=status,
        own=number == 1,
        waiting=number % 4,
        changed=number % 2,
        invoices=number % 3 == 0,
        synced=number % 2 == 0,
        panel=number % 4 == 0,
    )


def firm_list(names: list[str], **more: Any) -> FirmList:
    statuses = list(Status)
    values: dict[str, Any] = {
        "firms": [firm_line(number, name, statuses[number % 5]) for number, name in enumerate(names)],
        "q": "",
        "show": Show.ALL,
        "sort": Sort.NAME,
        "down": False,
        "page": 1,
        "pages": 1,
        "total": len(names),
        "show_prefix": bool(names),
        "full": True,
    }
    return FirmList(**(values | more))


def firm_fields(text: str = "") -> FirmFields:
    return FirmFields(
        name=text or "Nowa Chata sp. z o.o.",
        legal_form="company",
        prefix="NCH-1",
        street=text or "ul. Przykładowa 1",
        postcode="00-950",
        city=text or "Warszawa",
        email="biuro@nowa-chata.example",
        phone="+48600100200",
        bank_accounts=["61109010140000071219812874", "27114020040000300201355387"],
        tax_forms=["VAT-7", "CIT"],
        vat_period="month",
        zus_account=ZUS,
    )


def new_firm(given: FirmFields, **more: Any) -> NewFirm:
    staff = [
        StaffChoice(person="01J0P1", name="Paweł Pracownik", chosen=True),
        StaffChoice(person="01J0P2", name=HOSTILE, chosen=False),
    ]
    values: dict[str, Any] = {
        "id_type": "nip",
        "number": "",
        "given": given,
        "invoices": False,
        "tax_forms": list(TAX_FORMS),
        "staff": staff,
        "full": True,
        "register": "",
    }
    return NewFirm(**(values | more))


def firm_settings(of: FirmHead, **more: Any) -> FirmSettings:
    values: dict[str, Any] = {
        "firm": of,
        "version": 4,
        "given": firm_fields(of.name),
        "tax_account": "56101000712222512007919400",
        "tax_forms": list(TAX_FORMS),
        "next_statuses": [Status.SUSPENDED, Status.INACTIVE, Status.ARCHIVED],
        "archived_on": None,
        "kept_until": None,
        "merged_into": "",
        "invoices": True,
        "full": True,
        "partners": 2,
        "staff": new_firm(firm_fields()).staff,
    }
    return FirmSettings(**(values | more))


def merge_page(**more: Any) -> MergePage:
    values: dict[str, Any] = {
        "firm": firm(HOSTILE),
        "version": 2,
        "q": "",
        "choices": [],
        "left_out": 0,
        "subjects": [],
        "plan": None,
    }
    return MergePage(**(values | more))


def merge_plan(**more: Any) -> MergePlan:
    values: dict[str, Any] = {
        "into": "01J0FIRM2",
        "name": LONG,
        "subject": "",
        "records": 12,
        "months": 5,
        "published": 3,
        "number": "5120079194",
        "refusal": "",
    }
    return MergePlan(**(values | more))


def import_lines() -> list[ImportLine]:
    wrong = "NIP: Numer NIP ma błędną cyfrę kontrolną. Sprawdź, czy nie przestawiono cyfr."
    return [
        ImportLine(line=2, outcome=Outcome.ADD, nip="5120079194", name=LONG, reasons=[]),
        ImportLine(line=3, outcome=Outcome.KNOWN, nip="5951416168", name="Jan Przykładowy", reasons=[]),
        ImportLine(line=4, outcome=Outcome.DOUBLE, nip="5120079194", name=HOSTILE, reasons=[]),
        ImportLine(line=5, outcome=Outcome.REFUSED, nip=HOSTILE, name="", reasons=[wrong, HOSTILE]),
    ]


def import_preview(**more: Any) -> ImportPreview:
    values: dict[str, Any] = {
        "lines": import_lines(),
        "add": 1,
        "known": 1,
        "double": 1,
        "refused": 1,
        "unknown_columns": ["Opiekun", HOSTILE],
        "rows": "eJyLVlJQ0lFQSkxKVorVAQAXZwNr",
        "digest": "a" * 32 + "." + "b" * 32,
        "problem": "",
    }
    return ImportPreview(**(values | more))


def agent_card(name: str, **more: Any) -> AgentCard:
    values: dict[str, Any] = {
        "id": f"01J0AGENT{name[:2]}",
        "name": name,
        "machine": "KSIEGOWA-1",
        "version": "0.1.0",
        "created_at": ago(days=90),
        "last_seen": ago(minutes=2),
        "silent": False,
        "revoked_at": None,
        "programs": [],
        "problems": [],
        "problems_total": 0,
    }
    return AgentCard(**(values | more))


def to_pay(text: str = "", account: str = ZUS) -> list[ToPay]:
    def item(kind: Kind, amount: int, due: date, **more: Any) -> ToPay:
        form = more.get("form", "")
        values: dict[str, Any] = {
            "record": f"2026-10.{kind}.{form}.",
            "version": 3,
            "kind": kind,
            "form": "",
            "subject": "",
            "period": "2026-10",
            "amount": amount,
            "already_paid": 0,
            "due": due,
            "account": "56101000712222512007919400",
            "title": f"/TI/N5120079194/OKR/26M10/SFP/{form}",
            "comment": "",
            "corrects": None,
        }
        return ToPay(**(values | more))

    return [
        item(Kind.CONTRIBUTION, 590211, date(2026, 11, 20), account=account, title="Składki ZUS 10.2026", comment=text),
        item(Kind.TAX, 24000, date(2026, 11, 25), form="VAT-7", corrects=figures(321000), already_paid=321000),
        item(Kind.TAX, 9999999999, date(2026, 11, 27), form="PIT-4R", comment="Za dwóch pracowników."),
        item(Kind.CONTRIBUTION, 164621, date(2026, 12, 21), subject=text or "Jan Przykładowy", account=""),
    ]


def client_desktop(
    of: FirmHead, items: list[ToPay], records: dict[str, list[OfficeRecord]], text: str = ""
) -> ClientDesktop:
    everything = [record for month in records.values() for record in month]
    forecast = office_record(
        "2026-11",
        Kind.TAX,
        State.SEEN,
        figures(330000, "P"),
        form="VAT-7",
        published=published(figures(330000, "P"), comment=text),
    )
    return ClientDesktop(
        firm=of,
        today=date(2026, 11, 24),
        last_month="2026-10",
        to_pay=items,
        total=sum(item.amount for item in items),
        paid=[as_client_sees(r) for r in everything if r.published and r.published.paid_on],
        forecasts=[as_client_sees(forecast)] if everything else [],
        awaited=[Awaited(kind=Kind.TAX, form="CIT", subject="")] if everything else [],
        withdrawn=[as_client_sees(r) for r in everything if r.withdrawn],
        documents=HandedOver(handed=14, failed=1, questions=2)
        if everything
        else HandedOver(handed=0, failed=0, questions=0),
    )


def history(text: str) -> list[HistoryEntry]:
    notes = {Action.WITHDRAWN: text, Action.PAID: "2026-11-20", Action.ENTERED: text}
    steps = [
        HistoryEntry(
            at=ago(hours=number),
            action=action,
            kind=kind,
            form="VAT-7" if kind is Kind.TAX else "",
            subject=text if kind is Kind.CONTRIBUTION else "",
            period="2026-10",
            by="Anna Kowal" if action not in (Action.SEEN, Action.PAID) else "Jan Przykładowy",
            version=number,
            figures=figures(321000, "K", revenue=500000, costs=None),
            note=notes.get(action, ""),
        )
        for number, (action, kind) in enumerate((action, kind) for action in Action for kind in Kind)
    ]
    ruled = replace(steps[0], action=Action.APPROVED, note="every-update")
    unpaid = replace(steps[0], action=Action.PAID, note="")
    return [*steps, ruled, unpaid]


def refused(typed: dict[str, str], *fields: tuple[str, str], code: str = "field-invalid") -> Refilled:
    problems = [FieldProblem(name, code, sentence) for name, sentence in fields]
    return Refilled(Problem(422, code, fields[0][1], problems), typed)


NAMES = [
    "Piekarnia Kłos s.c.",
    LONG,
    "Nowa Chata sp. z o.o.",
    "Jan Przykładowy",
    "Zakład Stolarski Dąb",
    "Żabka i Wspólnicy sp.j.",
    "Gabinet Ósemka",
    "Urząd Gminy Łąka",
    "Sklep u Zosi",
]


def examples() -> dict[str, Example]:
    """All of them by name; the name begins with the template's."""
    office = {**_office_examples(), **_firm_examples(), **_document_examples()}
    client = {**_client_examples(), **_handover_examples()}
    return {**office, **client, **_public_examples(), **_own_examples(), **_invoice_examples()}


def _invoice_examples() -> dict[str, Example]:
    """Invoices have the same pages on both sides."""
    given = invoice_examples.examples(firm(), AT_CLIENT, AT_FIRM, HOSTILE, LONG)
    return {
        name: Example(
            one.view,
            Shell(office_name=HOSTILE)
            if one.public
            else OFFICE
            if one.office
            else replace(CLIENT, partner=one.partner),
            one.path,
            refilled=refused(one.typed, *one.fields) if one.typed else None,
        )
        for name, one in given.items()
    }


def _office_examples() -> dict[str, Example]:
    months = [
        WaitingMonth(period="2026-10", waiting=34, changed=3, firms=20),
        WaitingMonth(period="2026-09", waiting=3, changed=1, firms=2),
    ]
    agents = [
        AgentLine(name="KSIEGOWA-1", last_seen=ago(minutes=2), version="0.1.0", problems_total=0, silent=False),
        AgentLine(name="KADRY", last_seen=ago(days=3), version="0.1.0", problems_total=5, silent=True),
        AgentLine(name=HOSTILE, last_seen=ago(minutes=9), version="0.1.0", problems_total=22, silent=False),
        AgentLine(name=LONG, last_seen=None, version="", problems_total=0, silent=False),
    ]
    program = ProgramLine(program="exports", state="ok", read_at=ago(minutes=3), firms=12, error="")
    failing = ProgramLine(program=HOSTILE, state="failing", read_at=None, firms=0, error="Brak dostępu do folderu.")
    problem = ProblemLine(
        file="2026/" + "vat-" * 40 + "10.xml",
        record="",
        field="",
        code="xml-broken",
        detail="Plik urywa się w wierszu 12.",
    )
    refusal = ProblemLine(
        file="", record="2026-10.tax.VAT-7.", field="amount", code="amount-out-of-range", detail=HOSTILE
    )
    cards = [
        agent_card("KSIEGOWA-1", programs=[program, failing], problems=[problem, refusal], problems_total=27),
        agent_card("KADRY", silent=True, last_seen=ago(days=3), programs=[program]),
        agent_card(LONG, last_seen=None, machine="", version=""),
        agent_card("STARY", revoked_at=ago(days=1)),
    ]
    changed = taxes_of_a_year()["2026-10"][0]
    outcomes = [
        ApprovalOutcome(
            firm="01J0FIRM",
            record="2026-10.tax.VAT-7.",
            version=2,
            result="refused",
            code="record-changed",
            detail="Ta pozycja zmieniła się po otwarciu strony. Teraz: 3 450,00 zł.",
            now=changed,
        ),
        ApprovalOutcome(
            firm="",
            record=HOSTILE,
            version=1,
            result="refused",
            code="record-unknown",
            detail="Nie ma takiej pozycji.",
            now=None,
        ),
        ApprovalOutcome(firm="01J0FIRM", record="x", version=1, result="approved", code="", detail="", now=None),
    ]
    rows = [month_row(number, name) for number, name in enumerate([*NAMES, HOSTILE])]
    typed = {
        "number": "5120079195",
        "name": HOSTILE,
        "legal_form": "budget_unit",
        "prefix": "a b",
        "bank_accounts": f"1\n{HOSTILE}",
    }
    wrong = refused(
        typed,
        ("number", "Numer NIP ma błędną cyfrę kontrolną. Sprawdź, czy nie przestawiono cyfr."),
        ("prefix", "Prefiks to najwyżej 20 liter, cyfr, kropek lub myślników."),
    )
    return {
        "office-desktop-full": Example(
            OfficeDesktop(
                waiting=37,
                changed=4,
                waiting_firms=21,
                months=months,
                without_activation=22,
                new_firms=1,
                new_documents=100,
                questions=2,
                agents=agents,
                this_month="2026-11",
            ),
            OFFICE,
            AT_OFFICE,
        ),
        "office-desktop-empty": Example(
            OfficeDesktop(
                waiting=0,
                changed=0,
                waiting_firms=0,
                months=[],
                without_activation=0,
                new_firms=0,
                new_documents=0,
                questions=0,
                agents=[],
                this_month="2026-11",
            ),
            OFFICE,
            AT_OFFICE,
        ),
        "office-firms-full": Example(
            firm_list([*NAMES, HOSTILE], pages=20, page=2, total=1999, sort=Sort.WAITING, down=True, q="ó+&"),
            OFFICE,
            f"{AT_OFFICE}/firms",
        ),
        "office-firms-suspended": Example(
            firm_list(NAMES[:4], show=Show.SUSPENDED, full=False), OFFICE, f"{AT_OFFICE}/firms"
        ),
        "office-firms-none-archived": Example(firm_list([], show=Show.ARCHIVED), OFFICE, f"{AT_OFFICE}/firms"),
        "office-firm_new": Example(new_firm(FirmFields()), OFFICE, f"{AT_OFFICE}/firms/new"),
        "office-firm_new-filled": Example(
            new_firm(firm_fields(LONG), number="5120079194", register="filled", full=False),
            OFFICE,
            f"{AT_OFFICE}/firms/new",
        ),
        "office-firm_new-refused": Example(
            new_firm(FirmFields(), staff=[]), OFFICE, f"{AT_OFFICE}/firms/new", refilled=wrong
        ),
        "office-firm_import": Example(
            ImportForm(
                columns=[ImportColumn(title="NIP", needed=True), ImportColumn(title="Prefiks", needed=False)], most=2100
            ),
            OFFICE,
            f"{AT_OFFICE}/firms/import",
        ),
        "office-firm_import_preview": Example(import_preview(), OFFICE, f"{AT_OFFICE}/firms/import/preview"),
        "office-firm_import_preview-no-room": Example(
            import_preview(problem="Wersja testowa obejmuje 50 firm. Przejdź na pełną wersję, aby dodać następne."),
            OFFICE,
            f"{AT_OFFICE}/firms/import/preview",
        ),
        "office-firm_import_preview-empty": Example(
            import_preview(lines=[], add=0, known=0, double=0, refused=0), OFFICE, f"{AT_OFFICE}/firms/import/preview"
        ),
        "office-firm_import_report": Example(
            ImportReport(added=12, as_shown=False, lines=import_lines()[1:]), OFFICE, f"{AT_OFFICE}/firms/import"
        ),
        "office-firms-found": Example(firm_list(NAMES, q=HOSTILE), OFFICE, f"{AT_OFFICE}/firms"),
        "office-firms-not-found": Example(firm_list([], q="Nikt"), OFFICE, f"{AT_OFFICE}/firms"),
        "office-firms-empty": Example(firm_list([]), OFFICE, f"{AT_OFFICE}/firms"),
        "office-month-full": Example(
            month_table(rows, waiting=37, more="next"), OFFICE, f"{AT_OFFICE}/months/2026-10", notice="approved"
        ),
        "office-month-waiting": Example(
            month_table(rows[:1], waiting=1, only_waiting=True), OFFICE, f"{AT_OFFICE}/months/2026-10"
        ),
        "office-month-empty": Example(month_table([], waiting=0), OFFICE, f"{AT_OFFICE}/months/2026-10"),
        "office-month-empty-page": Example(
            month_table([], waiting=3, only_waiting=True, more="next"), OFFICE, f"{AT_OFFICE}/months/2026-10"
        ),
        "office-agents-full": Example(AgentList(agents=cards), OFFICE, f"{AT_OFFICE}/agents", notice="revoked"),
        "office-agents-empty": Example(AgentList(agents=[]), OFFICE, f"{AT_OFFICE}/agents"),
        "office-agent_token": Example(
            NewToken(agent="01J0AGENT", name="KSIEGOWA-1", token="kst_" + "Ab3" * 20, address="https://portal.example"),
            OFFICE,
            f"{AT_OFFICE}/agents",
        ),
        "office-approval": Example(
            ApprovalReport(back=f"{AT_FIRM}/taxes?year=2026", approved=12, refused=2, outcomes=outcomes),
            OFFICE,
            f"{AT_FIRM}/approvals",
        ),
    }


def _firm_examples() -> dict[str, Example]:
    long_firm = firm(LONG)
    row_typed = {"seen_version": "1", "period": "2026-10", "form": "CIT", "settlement": "Z", "amount": "12,3x"}
    new_typed = {"seen_version": "0", "period": "2027-10", "form": "PPE", "amount": HOSTILE, "comment": HOSTILE}
    wrong_amount = ("amount", "Podaj kwotę w złotych i groszach, na przykład 1 234,56.")
    return {
        "office-records-taxes": Example(
            year_table(Kind.TAX, taxes_of_a_year(), firm()), OFFICE, f"{AT_FIRM}/taxes", notice="entered"
        ),
        "office-records-taxes-hostile": Example(
            year_table(Kind.TAX, taxes_of_a_year(HOSTILE), firm(HOSTILE)), OFFICE, f"{AT_FIRM}/taxes"
        ),
        "office-records-taxes-row-refused": Example(
            year_table(Kind.TAX, taxes_of_a_year(), firm()),
            OFFICE,
            f"{AT_FIRM}/taxes",
            refilled=refused(row_typed, wrong_amount),
        ),
        "office-records-taxes-new-refused": Example(
            year_table(Kind.TAX, taxes_of_a_year(), long_firm),
            OFFICE,
            f"{AT_FIRM}/taxes",
            refilled=refused(new_typed, wrong_amount, ("period", "Okres 2027-10 jeszcze się nie zaczął.")),
        ),
        "office-records-contributions": Example(
            year_table(Kind.CONTRIBUTION, contributions_of_a_year(HOSTILE), firm()), OFFICE, f"{AT_FIRM}/contributions"
        ),
        "office-records-statements": Example(
            year_table(Kind.STATEMENT, statements_of_a_year("Zmienił się remanent."), firm()),
            OFFICE,
            f"{AT_FIRM}/statements",
        ),
        "office-records-empty": Example(year_table(Kind.STATEMENT, {}, firm(), 2024), OFFICE, f"{AT_FIRM}/statements"),
        "office-firm_settings": Example(
            firm_settings(long_firm),
            OFFICE,
            f"{AT_FIRM}/settings",
            notice="saved",
        ),
        "office-firm_settings-archived": Example(
            firm_settings(
                firm(HOSTILE, Status.ARCHIVED),
                next_statuses=[],
                archived_on=date(2026, 11, 24),
                kept_until=date(2032, 12, 31),
                merged_into="01J0FIRM2",
                full=False,
                partners=0,
                staff=[],
            ),
            OFFICE,
            f"{AT_FIRM}/settings",
        ),
        "office-firm_partners": Example(
            Partners(
                firm=firm(),
                version=3,
                partners=[
                    PartnerLine(name="Jan Przykładowy", nip="5951416168", zus_account=ZUS),
                    PartnerLine(name=HOSTILE, nip="", zus_account=""),
                ],
            ),
            OFFICE,
            f"{AT_FIRM}/partners",
        ),
        "office-firm_partners-refused": Example(
            Partners(firm=firm(), version=3, partners=[PartnerLine(name=HOSTILE, nip="", zus_account="")]),
            OFFICE,
            f"{AT_FIRM}/partners",
            refilled=refused({"name": HOSTILE, "nip": "1"}, ("nip", "Numer NIP ma błędną cyfrę kontrolną.")),
        ),
        "office-firm_partners-empty": Example(
            Partners(firm=firm(HOSTILE), version=3, partners=[]), OFFICE, f"{AT_FIRM}/partners"
        ),
        "office-firm_merge-choice": Example(
            merge_page(
                choices=[MergeChoice(id="01J0FIRM2", name=LONG, number="44051401359", status=Status.ACTIVE)], left_out=5
            ),
            OFFICE,
            f"{AT_FIRM}/merge",
        ),
        "office-firm_merge-plan": Example(
            merge_page(subjects=["Jan Przykładowy", HOSTILE], plan=merge_plan()), OFFICE, f"{AT_FIRM}/merge"
        ),
        "office-firm_merge-refused": Example(
            merge_page(
                subjects=[HOSTILE],
                plan=merge_plan(subject=HOSTILE, records=0, published=0, refusal="Te pozycje są w obu firmach: ZUS."),
            ),
            OFFICE,
            f"{AT_FIRM}/merge",
        ),
        "office-firm_merge-empty": Example(merge_page(q="Nikt"), OFFICE, f"{AT_FIRM}/merge"),
        "office-firm_settings-refused": Example(
            firm_settings(
                firm(HOSTILE, Status.WAITING, ""), next_statuses=[Status.ACTIVE], invoices=False, tax_account=""
            ),
            OFFICE,
            f"{AT_FIRM}/settings",
            refilled=refused({"name": "", "zus_account": HOSTILE}, ("name", "Podaj nazwę: od 1 do 240 znaków.")),
        ),
        **_people_examples(),
        **_history_examples(),
        **_leaving_examples(),
        **_archive_examples(),
        **_fee_examples(),
    }


def export_line(state: ExportState, **more: Any) -> ExportLine:
    values: dict[str, Any] = {
        "id": f"01J0EXPORT{state}",
        "by": "Anna Kowal",
        "requested_at": ago(minutes=3),
        "state": state,
        "firms": 120,
        "firms_total": 2000,
        "size": 48_123_456 if state in (ExportState.DONE, ExportState.EXPIRED) else 0,
        "files": 2016,
        "expires_at": NOW + timedelta(days=7) if state is ExportState.DONE else None,
    }
    return ExportLine(**(values | more))


def archive_line(state: ExportState, **more: Any) -> ArchiveLine:
    there = state in (ExportState.DONE, ExportState.EXPIRED)
    values: dict[str, Any] = {
        "id": f"01J0ARCHIVE{state}",
        "by": "Anna Kowal",
        "requested_at": ago(minutes=3),
        "state": state,
        "firm_name": LONG,
        "firms": 1,
        "period": Period(2026, 10),
        "documents": 480 if there else 120,
        "total": 480,
        "size": 312_123_456 if there else 0,
        "expires_at": NOW + timedelta(days=7) if state is ExportState.DONE else None,
        "mark": False,
        "marked": 0,
        "left_out": 0,
        "unmarked": [],
        "unmarked_total": 0,
    }
    return ArchiveLine(**(values | more))


def fee_report(**more: Any) -> FeeReport:
    values: dict[str, Any] = {"back": f"{AT_FIRM}/documents", "delivered": 0, "refused": 0, "left": 0, "outcomes": []}
    return FeeReport(**(values | more))


def _fee_examples() -> dict[str, Example]:
    here = f"{AT_FIRM}/documents"
    rows = [document_line(number) for number in range(1, 5)]
    possible = FeeLine(state=FeeState.POSSIBLE, firm="01J0FIRM", firm_name=HOSTILE)
    delivered = FeeLine(state=FeeState.DELIVERED, firm="01J0FIRM", firm_name=LONG)
    foreign = FeeLine(state=FeeState.DELIVERED, firm="01J0OTHER", firm_name="")
    lines = dict(zip([row.document for row in rows], (possible, delivered, foreign), strict=False))
    refused = [
        FeeOutcome(document="", name=name, firm="", firm_name=firm_name, code="fee-not-matched", detail=LONG)
        for name, firm_name in ((HOSTILE, ""), (LONG, LONG))
    ]
    own = replace(firm(), own=True)
    return {
        "office-firm_documents-fees": Example(
            firm_documents(rows, firm=own, fees=Fees(lines=lines, possible=1, delivered=2)), OFFICE, here
        ),
        "office-firm_documents-fees-locked": Example(
            firm_documents(rows, firm=own, open=0, fees=Fees(lines=lines, possible=1, delivered=2)), OFFICE, here
        ),
        "office-document-fee": Example(
            document_page(rows[0], firm=own, delivered=True), OFFICE, f"{here}/{rows[0].document}"
        ),
        "office-fee_report-refused": Example(
            fee_report(delivered=3, refused=2, outcomes=refused), OFFICE, f"{AT_FIRM}/fee-deliveries"
        ),
        "office-fee_report-left": Example(fee_report(delivered=50, left=12), OFFICE, f"{AT_FIRM}/fee-deliveries"),
    }


def _archive_examples() -> dict[str, Example]:
    here, there = f"{AT_OFFICE}/archives", f"{AT_CLIENT}/archives"
    told = [
        UnmarkedLine(
            firm="01J0FIRM",
            document=f"2026-10-{number:026}",
            name=name,
            code="document-changed",
            detail="Ten dokument zmienił się po otwarciu strony. Sprawdź, jaki jest teraz, i spróbuj ponownie.",
        )
        for number, name in enumerate((HOSTILE, f"{LONG}.pdf"))
    ]
    marked = archive_line(ExportState.DONE, mark=True, marked=410, unmarked=told, unmarked_total=70, left_out=3)
    chosen = archive_line(ExportState.RUNNING, firm_name="", firms=22, period=None, by="")
    lines = [chosen, archive_line(ExportState.REQUESTED, firm_name=HOSTILE, documents=0), marked]
    lines += [archive_line(ExportState.DONE, mark=True, marked=480), archive_line(ExportState.EXPIRED)]
    own: dict[str, Any] = {"firm": firm(), "period": Period(2026, 10)}
    failed = [archive_line(ExportState.FAILED)]
    return {
        "office-archives-empty": Example(ArchiveList(archives=[], under_way=False), OFFICE, here),
        "office-archives-full": Example(ArchiveList(archives=lines, under_way=True), OFFICE, here, notice="archiving"),
        "office-archives-failed": Example(ArchiveList(archives=failed, under_way=False), OFFICE, here),
        "client-archives-empty": Example(ClientArchives(archives=[], under_way=False, **own), CLIENT, there),
        "client-archives-full": Example(ClientArchives(archives=lines[1:], under_way=True, **own), CLIENT, there),
    }


def _leaving_examples() -> dict[str, Example]:
    here = f"{AT_OFFICE}/exports"
    done, running = export_line(ExportState.DONE), export_line(ExportState.RUNNING)
    asked = export_line(ExportState.REQUESTED, firms=0, firms_total=0, by="")
    expired, failed = export_line(ExportState.EXPIRED, by=HOSTILE), export_line(ExportState.FAILED)
    confirm = Refilled(Problem(403, "confirm-needed", "Zanim to zrobisz, potwierdź, że to Ty."), {})
    removal: dict[str, Any] = {"version": 3, "kept_until": None, "removable": False, "own": False}
    examples = {
        "not-archived": {},
        "kept": {"kept_until": date(2032, 12, 31)},
        "possible": {"kept_until": date(2025, 12, 31), "removable": True},
        "own": {"own": True, "kept_until": date(2025, 12, 31)},
    }
    return {
        "office-exports-empty": Example(ExportList(exports=[], under_way=False), OFFICE, here),
        "office-exports-running": Example(
            ExportList(exports=[running, done, expired], under_way=True), OFFICE, here, notice="exporting"
        ),
        "office-exports-requested": Example(ExportList(exports=[asked], under_way=True), OFFICE, here),
        "office-exports-failed": Example(ExportList(exports=[failed, done], under_way=False), OFFICE, here),
        "office-exports-refused": Example(ExportList(exports=[done], under_way=False), OFFICE, here, refilled=confirm),
        **{
            f"office-firm_removal-{name}": Example(
                FirmRemoval(firm=firm(HOSTILE, Status.ARCHIVED), **(removal | more)), OFFICE, f"{AT_FIRM}/removal"
            )
            for name, more in examples.items()
        },
    }


def happened(text: str = "Piekarnia Kłos s.c.") -> list[EventLine]:
    """One event of every action, and one whose fields changed from and to everything."""
    changes = [
        ChangeLine(field="name", label="nazwa", before="Kłos", after=text),
        ChangeLine(field="phone", label="telefon", before="601000000", after=""),
        ChangeLine(field="prefix", label="prefiks", before="", after=text),
    ]
    return [
        EventLine(
            id=f"01J0EVENT{number}",
            at=ago(minutes=45 * number),
            action=action,
            sentence=f"Anna Kowal robi coś z firmą: {text}.",
            who="Anna Kowal",
            firm="01J0FIRM",
            firm_name=text,
            changes=changes if action is events.Action.FIRM_CHANGED else [],
            network="2001:db8:1:2::/64" if number % 2 else "",
            device="Mozilla/5.0 (Windows NT 10.0) Firefox/140.0" if number % 2 else "",
        )
        for number, action in enumerate(events.Action)
    ]


def office_history(found: list[EventLine], **more: Any) -> OfficeHistory:
    filters: dict[str, Any] = {"what": "", "firm": "", "by": "", "since": None, "until": None}
    people = [Choice(id="01J0ANNA", name="Anna Kowal"), Choice(id="01J0AGENT", name="KSIEGOWA-1")]
    return OfficeHistory(**({"events": found, "more": "", "looked_through": 0, "people": people} | filters | more))


def firm_history(**more: Any) -> FirmHistory:
    values = {"firm": firm(), "year": 2026, "this_year": 2026, "show": "", "entries": [], "events": []}
    return FirmHistory(**(values | more))


def _history_examples() -> dict[str, Example]:
    here = f"{AT_OFFICE}/history"
    filtered = {"what": "firm", "firm": HOSTILE, "by": "01J0ANNA", "since": date(2026, 1, 1), "until": NOW.date()}
    return {
        "office-events-full": Example(office_history(happened(LONG), more="01J0EVENT9"), OFFICE, here),
        "office-events-empty": Example(office_history([]), OFFICE, here),
        "office-events-filtered": Example(office_history(happened(HOSTILE), **filtered), OFFICE, here),
        "office-events-nothing-found": Example(office_history([], firm="Kłos"), OFFICE, here),
        "office-events-looked-through": Example(
            office_history([], firm="Kłos", more="01J0EVENT9", looked_through=5000), OFFICE, here
        ),
        "office-firm_history-full": Example(
            firm_history(entries=history(HOSTILE), events=happened(HOSTILE)), OFFICE, f"{AT_FIRM}/history"
        ),
        "office-firm_history-amounts": Example(
            firm_history(show="amounts", entries=history(LONG)), OFFICE, f"{AT_FIRM}/history"
        ),
        "office-firm_history-empty": Example(firm_history(year=2025), OFFICE, f"{AT_FIRM}/history"),
    }


def _client_examples() -> dict[str, Example]:
    long_shell = Shell(person=LONG, office="01J0OFFICE", office_name="Biuro Demo", firm="01J0FIRM", firm_name=LONG)
    return {
        "client-desktop-full": Example(
            client_desktop(firm(), to_pay("Kwota zawiera wyrównanie za wrzesień."), taxes_of_a_year()),
            CLIENT,
            AT_CLIENT,
            notice="paid",
        ),
        "client-desktop-empty": Example(client_desktop(firm(), [], {}), CLIENT, AT_CLIENT),
        "client-desktop-hostile": Example(
            client_desktop(firm(HOSTILE), to_pay(HOSTILE), taxes_of_a_year(HOSTILE), HOSTILE), CLIENT, AT_CLIENT
        ),
        "client-desktop-suspended": Example(
            client_desktop(firm(LONG, Status.SUSPENDED), to_pay()[:1], {}), long_shell, AT_CLIENT
        ),
        "client-records-taxes": Example(
            client_table(Kind.TAX, taxes_of_a_year("Zły okres w programie."), firm()), CLIENT, f"{AT_CLIENT}/taxes"
        ),
        "client-records-contributions": Example(
            client_table(Kind.CONTRIBUTION, contributions_of_a_year(), firm()), CLIENT, f"{AT_CLIENT}/contributions"
        ),
        "client-records-statements": Example(
            client_table(Kind.STATEMENT, statements_of_a_year(), firm()), CLIENT, f"{AT_CLIENT}/statements"
        ),
        "client-records-empty": Example(client_table(Kind.TAX, {}, firm(HOSTILE)), long_shell, f"{AT_CLIENT}/taxes"),
    }


def _public_examples() -> dict[str, Example]:
    contexts = [
        Context(address=AT_OFFICE, name="Biuro Demo", office_name="Biuro Demo", role=Role.STAFF),
        Context(address=AT_CLIENT, name=LONG, office_name="Biuro Demo", role=Role.FIRM),
        Context(address="/firms/2", name=HOSTILE, office_name=HOSTILE, role=Role.FIRM),
    ]
    wrong_code = ("code", "Kod jest nieprawidłowy albo wygasł. Sprawdź ostatni e-mail od nas.")
    wrong_email = ("email", "To nie wygląda na adres e-mail. Sprawdź, czy jest w nim znak @ i domena.")
    gone = Problem(410, "link-useless", "Ten link wygasł albo został już użyty. Poproś o nowy.")
    missing = Problem(404, "not-found", "Nie ma takiej strony albo nie masz do niej dostępu.")
    changed = Problem(409, "record-changed", "Ta pozycja zmieniła się po otwarciu strony. Teraz: 3 450,00 zł.")
    back = {"back": f"{AT_FIRM}/taxes?year=2026", "reason": HOSTILE}
    signed_in = Shell(person="Anna Kowal")
    phone = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Version/18.1 Mobile Safari/604.1"
    devices = [
        DeviceLine(
            id="a" * 64,
            device="Mozilla/5.0 (Windows NT 10.0) Firefox/140.0",
            started_at=ago(days=1),
            last_used=NOW,
            this_one=True,
        ),
        DeviceLine(id="b" * 64, device=phone, started_at=ago(days=9), last_used=ago(hours=5), this_one=False),
        DeviceLine(id="c" * 64, device=HOSTILE, started_at=ago(days=20), last_used=ago(days=19), this_one=False),
    ]
    passkeys = [
        PasskeyLine(id="a" * 64, name="Chrome, Windows", created_at=ago(days=30), last_used=ago(hours=2)),
        PasskeyLine(id="b" * 64, name=LONG, created_at=ago(days=2), last_used=None),
        PasskeyLine(id="c" * 64, name=HOSTILE, created_at=ago(days=1), last_used=None),
    ]
    confirm = Problem(403, "confirm-needed", "Zanim to zrobisz, potwierdź, że to Ty.")
    return {
        "auth-sign_in": Example(SignIn(), PUBLIC, "/sign-in", notice="signed-out"),
        "auth-sign_in-refused": Example(
            SignIn(), PUBLIC, "/sign-in", refilled=refused({"email": HOSTILE}, wrong_email)
        ),
        "auth-code": Example(CodeForm(challenge="01J0&x=1", minutes=15), PUBLIC, "/sign-in/code"),
        "auth-code-refused": Example(
            CodeForm(challenge=HOSTILE, minutes=15),
            PUBLIC,
            "/sign-in/code",
            refilled=refused({"code": "123"}, wrong_code),
        ),
        **{
            f"auth-link-{purpose}": Example(LinkPage(token="abc~def", purpose=purpose), PUBLIC, "/l/abc~def")
            for purpose in Purpose
        },
        "auth-confirm": Example(Confirm(back=f"{AT_OFFICE}/agents?x=1&y=2"), signed_in, "/confirm"),
        "auth-confirm_code": Example(
            ConfirmCode(challenge="01J0&x=1", back="/", minutes=15), signed_in, "/confirm/code"
        ),
        "auth-confirm_code-refused": Example(
            ConfirmCode(challenge="01J0", back=f"{AT_OFFICE}/agents", minutes=15),
            signed_in,
            "/confirm/code",
            refilled=refused({"code": HOSTILE}, wrong_code),
        ),
        "auth-passkeys-full": Example(PasskeyList(passkeys=passkeys), signed_in, "/passkeys", notice="passkey-added"),
        "auth-passkeys-empty": Example(PasskeyList(passkeys=[]), signed_in, "/passkeys"),
        "error-confirm-needed": Example(
            confirm,
            signed_in,
            "/passkeys/x/removal",
            template="error.html",
            refilled=Refilled(confirm, {"back": "/passkeys"}),
        ),
        "auth-contexts-full": Example(Contexts(name="Anna Kowal", contexts=contexts), signed_in, "/"),
        "auth-devices": Example(Devices(devices=devices), signed_in, "/devices"),
        "auth-devices-one": Example(Devices(devices=devices[:1]), signed_in, "/devices", notice="devices"),
        "auth-contexts-empty": Example(Contexts(name=HOSTILE, contexts=[]), signed_in, "/"),
        "error-gone": Example(gone, PUBLIC, "/l/abc", template="error.html"),
        "error-missing": Example(missing, OFFICE, f"{AT_OFFICE}/nothing", template="error.html"),
        "error-changed": Example(
            changed, OFFICE, f"{AT_FIRM}/withdrawals", template="error.html", refilled=Refilled(changed, back)
        ),
        "error-defect": Example(Problem(500, "defect", HOSTILE), CLIENT, "/x", template="error.html"),
    }


def office_settings(**more: Any) -> OfficeSettings:
    values: dict[str, Any] = {
        "version": 3,
        "name": "Biuro Demo",
        "nip": "",
        "street": "",
        "postcode": "",
        "city": "",
        "email": "biuro@demo.example",
        "phone": "",
        "reply_to": "",
        "only_assigned": False,
        "logo": "",
        "own_firm": "",
        "plan": Plan.TRIAL,
        "taken_on": 0,
        "trial_firms": 50,
        "idle_modules": 0,
        "terms_version": "",
        "terms_at": None,
    }
    return OfficeSettings(**(values | more))


def _own_examples() -> dict[str, Example]:
    """Opening an office, and the office about itself; pages of others with its logo."""
    address, digest = f"{AT_OFFICE}/settings", "0f6c" * 16
    full = office_settings(
        name=LONG,
        nip="5120079194",
        street="ul. Świętojańska 12 lok. 3",
        postcode="00-950",
        city="Szczebrzeszyn",
        phone="+48601234567",
        reply_to="listy@demo.example",
        only_assigned=True,
        logo=digest,
        plan=Plan.FULL,
        own_firm="01J0FIRM",
        terms_version="2026-11-24",
        terms_at=ago(days=3),
    )
    trial = office_settings(nip="5120079194", taken_on=48, idle_modules=2)
    typed = {"version": "2", "name": HOSTILE, "nip": "5120079195", "reply_to": HOSTILE, "only_assigned": "true"}
    wrong_nip = ("nip", "Numer NIP ma błędną cyfrę kontrolną. Sprawdź, czy nie przestawiono cyfr.")
    wrong_email = ("reply_to", "To nie wygląda na adres e-mail. Sprawdź, czy jest w nim znak @ i domena.")
    no_png = ("logo", "To nie jest plik PNG. Zapisz logo jako PNG i wyślij ponownie.")
    no_terms = ("terms", "Zaznacz, że akceptujesz regulamin. Bez tego nie możemy założyć biura.")
    sign_up = SignUp(terms="2026-11-24", hours=24, trial_firms=50)
    with_logo = {"logo": digest, "office_name": HOSTILE}
    return {
        "auth-sign_up": Example(sign_up, PUBLIC, "/sign-up"),
        "auth-sign_up-refused": Example(
            sign_up,
            PUBLIC,
            "/sign-up",
            refilled=refused({"office_name": HOSTILE, "nip": "5120079195", "email": HOSTILE}, wrong_nip, no_terms),
        ),
        "auth-sign_up_sent": Example(SignUpSent(hours=24), PUBLIC, "/sign-up/sent"),
        "auth-terms": Example(Terms(version="2026-11-24", trial_firms=50), PUBLIC, "/terms"),
        "auth-link-sign-up": Example(
            LinkPage(token="abc~def", purpose=Purpose.SIGN_UP, office_name=HOSTILE), PUBLIC, "/l/abc~def"
        ),
        "office-office-full": Example(full, replace(OFFICE, logo=digest), address, notice="logo"),
        "office-office-trial": Example(trial, OFFICE, address, notice="saved"),
        "office-office-empty": Example(office_settings(), OFFICE, address),
        "office-office-refused": Example(
            office_settings(name=HOSTILE, nip="5120079194"),
            replace(OFFICE, **with_logo),
            address,
            refilled=refused(typed, wrong_nip, wrong_email),
        ),
        "office-office-logo-refused": Example(full, OFFICE, f"{AT_OFFICE}/logo", refilled=refused({}, no_png)),
        "client-desktop-of-a-hostile-office": Example(
            client_desktop(firm(), to_pay(), {}), replace(CLIENT, **with_logo), AT_CLIENT
        ),
    }


def person_line(name: str, standing: Standing, **more: Any) -> PersonLine:
    values: dict[str, Any] = {
        "person": f"01J0P{len(name)}",
        "name": name,
        "email": "jan@example.com",
        "role": Role.FIRM,
        "subject": "",
        "standing": standing,
        "active": standing in (Standing.INVITED, Standing.ACTIVE),
        "since": ago(days=100),
        "activated_at": ago(days=99) if standing is Standing.ACTIVE else None,
        "assigned": 0,
        "trouble": None,
        "last_mail": None,
    }
    return PersonLine(**(values | more))


def troubled(state: Trouble, reason: Reason, fate: Fate) -> dict[str, Any]:
    trouble = MailState(state=state, reason=reason, at=ago(days=2))
    return {"trouble": trouble, "last_mail": LastMail(template="invitation", at=ago(days=2), fate=fate)}


def _people_examples() -> dict[str, Example]:
    bounced = troubled(Trouble.BOUNCED, Reason.NO_MAILBOX, Fate.BOUNCED)
    complained = troubled(Trouble.COMPLAINED, Reason.SPAM, Fate.COMPLAINED)
    long_mail = "x" * 60 + "@example.com"
    partner = person_line("Jan Przykładowy", Standing.INVITED, role=Role.PARTNER, subject="Przykładowy Jan", **bounced)
    removed = person_line("", Standing.REMOVED, email="")
    hostile = person_line(HOSTILE, Standing.OFF, email=long_mail, role=Role.PARTNER, subject=HOSTILE, **complained)
    users = [partner, person_line("Anna Kowal", Standing.ACTIVE), hostile, removed]
    boss = person_line("Anna Demonstracyjna", Standing.ACTIVE, role=Role.ADMINISTRATOR)
    worker = person_line(LONG[:100], Standing.ACTIVE, role=Role.STAFF, assigned=12)
    off = person_line(HOSTILE, Standing.OFF, role=Role.STAFF, email=long_mail, **complained)
    firms = [
        Assignable(id=f"01J0F{n}", name=name, number="5120079194", prefix="A.1" if n else "", assigned=n > 0)
        for n, name in enumerate(("Nowa Chata", LONG, HOSTILE))
    ]
    subjects = ["Przykładowy Jan", HOSTILE]
    member: dict[str, Any] = {"you": boss.person, "version": 3, "only_assigned": True, "hidden": ["01J0F9"], "q": "a"}
    at_users, at_staff = f"{AT_FIRM}/users", f"{AT_OFFICE}/staff"
    twice = refused(
        {"email": "jan@example.com", "name": HOSTILE, "role": "partner", "subject": ""},
        ("subject", "Wybierz albo wpisz wspólnika tak, jak nazywają go składki i PIT: od 1 do 60 znaków."),
    )
    return {
        "office-firm_users-full": Example(
            FirmUsers(firm=firm(), users=users, subjects=subjects), OFFICE, at_users, notice="invited"
        ),
        "office-firm_users-empty": Example(FirmUsers(firm=firm(), users=[], subjects=[]), OFFICE, at_users),
        "office-firm_users-refused": Example(
            FirmUsers(firm=firm(), users=users, subjects=subjects), OFFICE, at_users, refilled=twice
        ),
        "office-firm_user": Example(
            FirmUser(firm=firm(), user=partner, subjects=subjects), OFFICE, f"{at_users}/{partner.person}"
        ),
        "office-firm_user-off": Example(
            FirmUser(firm=firm(), user=hostile, subjects=[]), OFFICE, f"{at_users}/{hostile.person}"
        ),
        "office-staff": Example(
            StaffList(staff=[boss, worker, off, removed], only_assigned=True, you=boss.person), OFFICE, at_staff
        ),
        "office-staff-alone": Example(
            StaffList(staff=[boss], only_assigned=False, you=boss.person), OFFICE, at_staff, notice="person-removed"
        ),
        "office-staff_member": Example(
            StaffMember(member=worker, firms=firms, **member), OFFICE, f"{at_staff}/{worker.person}"
        ),
        "office-staff_member-off": Example(
            StaffMember(member=off, firms=[], **{**member, "q": "nic"}), OFFICE, f"{at_staff}/{off.person}"
        ),
        "office-staff_member-you": Example(
            StaffMember(member=boss, firms=[], **{**member, "q": "", "hidden": []}), OFFICE, f"{at_staff}/{boss.person}"
        ),
    }


def document_line(which: int, name: str = "faktura-12.pdf", **more: Any) -> DocumentLine:
    values: dict[str, Any] = {
        "firm": "01J0FIRM",
        "firm_name": "Nowa Chata sp. z o.o.",
        "document": f"2026-11-01M86CH3M2K1JMERQ81N4X{which:04d}",
        "period": "2026-11",
        "status": documents.Status.NEW,
        "kind": documents.Kind.PURCHASE,
        "source": documents.Source.WEB,
        "name": name,
        "number": f"FV/{which}/11/2026",
        "seller_nip": "5120079194",
        "gross": 123_456 * (which + 1),
        "issued_on": date(2026, 11, 1 + which % 28),
        "created_at": ago(hours=which),
        "doubtful": False,
        "locked": False,
        "messages": 0,
        "reason": "",
        "version": 2,
    }
    return DocumentLine(**(values | more))


def plain_line(name: str, status: documents.Status, **more: Any) -> DocumentLine:
    """A document of which nothing is known but its file."""
    nothing = {"number": "", "seller_nip": "", "gross": None, "issued_on": None, "kind": documents.Kind.OTHER}
    return document_line(77, name, status=status, **{**nothing, **more})


def inbox(rows: list[DocumentLine], query: ListQuery | None = None, **more: Any) -> Inbox:
    asked = query or ListQuery()
    values: dict[str, Any] = {
        "rows": rows,
        "filter": Filter.of(asked),
        "query": asked.written(),
        "more": "",
        "looked_through": 0,
        "too_long": False,
        "sortable": 1_000,
        "staff": [StaffOfFirms(id="01J0ADAM", name="Adam Nowak")],
        "mine": "01J0ANNA",
        "firm_name": "",
    }
    return Inbox(**(values | more))


def month_head(state: MonthState = MonthState.OPEN, **more: Any) -> MonthHead:
    values: dict[str, Any] = {
        "period": "2026-11",
        "state": state,
        "next_states": list(NEXT_STATES[state]),
        "complete_at": None,
        "complete_by": "",
        "version": 1,
    }
    return MonthHead(**(values | more))


def firm_documents(rows: list[DocumentLine], **more: Any) -> FirmDocuments:
    values: dict[str, Any] = {
        "firm": firm(),
        "month": month_head(),
        "previous": "2026-10",
        "following": "2026-12",
        "rows": rows,
        "open": sum(row.status in documents.OPEN for row in rows),
        "approved": sum(row.status is documents.Status.APPROVED for row in rows),
        "missing": [],
        "circulation": True,
        "accept": ".pdf,.jpg",
        "size_limit": 25 * 1024 * 1024,
        "most": 100,
        "fees": None,
    }
    return FirmDocuments(**(values | more))


def document_data(text: str = "") -> DocumentData:
    return DocumentData(
        kind=documents.Kind.PURCHASE,
        note=text,
        number="FV/1/11/2026",
        seller_nip="5120079194",
        buyer_nip="",
        gross=123_456,
        issued_on=date(2026, 11, 3),
        category="paliwo",
        columns={"goods": 100_00, "other-costs": 23_456},
    )


def talk(text: str = "Czy to jest paliwo do auta z ewidencji?") -> list[MessageLine]:
    return [
        MessageLine(at=ago(days=1), by="Anna Kowal", side=documents.Side.OFFICE, text=text),
        MessageLine(at=ago(hours=3), by="Jan Przykładowy", side=documents.Side.CLIENT, text="Tak, do dostawczego."),
    ]


def steps_of_a_document(reason: str = "") -> list[StepLine]:
    told = [("approved", ""), ("described", "2026-10→2026-11 number gross"), ("stopped", reason), ("arrived", "")]
    return [
        StepLine(at=ago(hours=n), by="Anna Kowal" if n < 2 else "", what=w, text=t) for n, (w, t) in enumerate(told)
    ]


def document_page(line: DocumentLine, **more: Any) -> DocumentPage:
    values: dict[str, Any] = {
        "firm": firm(),
        "document": line,
        "data": document_data(),
        "version": 2,
        "by": "Jan Przykładowy",
        "arrived_at": ago(days=1),
        "media_type": "application/pdf",
        "size": 1_432_100,
        "pages": 3,
        "openable": True,
        "pictures": [PAGE_PICTURE, PAGE_PICTURE],
        "first_picture": 1,
        "more_pictures": 0,
        "invoice": None,
        "circulation": True,
        "next_status": documents.Status.TO_PROCESS,
        "changeable": True,
        "questionable": True,
        "rejectable": True,
        "removable": True,
        "delivered": False,
        "month_state": MonthState.OPEN,
        "thread": talk(),
        "steps": steps_of_a_document(),
        "twins": [],
        "doubtful": False,
        "rows": [line, *(document_line(number) for number in range(2, 30))],
        "list_address": f"{AT_OFFICE}/documents?kind=purchase",
        "query": "kind=purchase&within=inbox",
        "before": f"{AT_FIRM}/documents/2026-11-01M86CH3M2K1JMERQ81N4X0000?within=inbox",
        "after": f"{AT_FIRM}/documents/2026-11-01M86CH3M2K1JMERQ81N4X0002?within=inbox",
        "then": "01J0FIRM/2026-11-01M86CH3M2K1JMERQ81N4X0002",
    }
    return DocumentPage(**(values | more))


PAGE_PICTURE = "https://portal-test-documents.s3.eu-central-1.amazonaws.com/pictures/1.jpg?X-Amz-Signature=1"


def structured_invoice(text: str = "Cement 25 kg") -> StructuredInvoice:
    return StructuredInvoice(
        seller=Party("Hurtownia Demo sp. z o.o.", "5951416168", address="ul. Składowa 1, 00-001 Warszawa"),
        buyer=Party(text, "5120079194"),
        number="FV/1/11/2026",
        kind=InvoiceKind.VAT,
        currency="PLN",
        gross=123_456,
        issued_on=date(2026, 11, 3),
        issued_in="Warszawa",
        sold_on=date(2026, 11, 2),
        totals=(Total("23", 100_371, 23_085),),
        lines=(Line("1", text, "12", "szt.", net=100_371, rate="23"),),
        lines_left_out=3,
        payment=Payment(due_on=(date(2026, 11, 17),), to_pay=123_456),
        notes=(text,),
        ksef_number="5951416168-20261103-ABCDEF012345-67",
    )


def _document_examples() -> dict[str, Example]:
    status = documents.Status
    rows = [
        document_line(1, doubtful=True, messages=2),
        document_line(2, "wyciąg.pdf", number="", kind=documents.Kind.BANK, seller_nip="", gross=-5_00, issued_on=None),
        document_line(3, HOSTILE, firm_name=HOSTILE, number=""),
        document_line(4, LONG, firm_name=LONG, number=""),
        *(document_line(number) for number in range(5, 24)),
    ]
    stopped = plain_line("paragon.pdf", status.STOPPED, reason="Plik jest uszkodzony i nie da się go otworzyć.")
    mixed = [
        *rows[:4],
        document_line(6, status=status.APPROVED, locked=True),
        document_line(7, status=status.QUESTION, messages=1),
        document_line(8, status=status.REJECTED, reason="Faktura nie jest na firmę."),
        stopped,
        plain_line("zdjęcie.heic", status.AWAITED),
        plain_line("umowa.docx", status.LOST),
    ]
    expected = [
        ExpectedLine(kind=documents.Kind.BANK, label="mBank", nip=""),
        ExpectedLine(kind=documents.Kind.PURCHASE, label=HOSTILE, nip="5120079194"),
    ]
    learned = [ExpectedLine(kind=documents.Kind.PURCHASE, label="", nip="5951416168", learned=True)]
    twin = TwinLine(
        document="2026-11-01M86CH3M2K1JMERQ81N4X0009",
        name=HOSTILE,
        status=status.APPROVED,
        period="2026-11",
        source=documents.Source.KSEF,
        created_at=ago(days=3),
        settled=False,
    )
    first = document_line(1)
    here = f"{AT_FIRM}/documents/{first.document}"
    at_inbox = f"{AT_OFFICE}/documents"
    describing = refused(
        {"seller_nip": "123", "number": HOSTILE}, ("seller_nip", "Numer NIP ma błędną cyfrę kontrolną.")
    )
    outcome = BulkOutcome(
        document=first.document,
        firm="01J0FIRM",
        result="refused",
        code="document-changed",
        detail="Ten dokument zmienił się po otwarciu strony.",
        now=first,
    )
    unknown = BulkOutcome(document=HOSTILE, firm="01J0FIRM", result="refused", code="x", detail=HOSTILE, now=None)
    narrow = ListQuery(status="to-review", month="2026-11", firm="01J0FIRM", staff="01J0ADAM", doubtful=True)
    sorted_down = ListQuery(sort="gross", down=True)
    views = {
        "office-documents-full": (inbox(rows, more="after=01J0FIRM%2F2026-11-01M86CH3M2K1JMERQ81N4X0023"), at_inbox),
        "office-documents-empty": (inbox([]), at_inbox),
        "office-documents-narrow": (
            inbox(rows[:2], narrow, firm_name=LONG, more="x=1", looked_through=5_000),
            at_inbox,
        ),
        "office-documents-nothing": (inbox([], narrow), at_inbox),
        "office-documents-too-long": (inbox(rows, sorted_down, too_long=True), at_inbox),
        "office-documents-stopped": (inbox([stopped], ListQuery(status="stopped")), at_inbox),
        "office-documents_report": (
            BulkReport(back=at_inbox, advanced=3, refused=2, outcomes=[outcome, unknown]),
            f"{at_inbox}/status",
        ),
        "office-firm_documents-full": (
            firm_documents(mixed, missing=[*expected, *learned]),
            f"{AT_FIRM}/documents",
        ),
        "office-firm_documents-closed": (
            firm_documents(
                [document_line(6, status=status.APPROVED)],
                month=month_head(MonthState.TO_BOOK, complete_at=ago(days=1), complete_by=HOSTILE),
                circulation=False,
            ),
            f"{AT_FIRM}/documents",
        ),
        "office-firm_documents-empty": (firm_documents([], following=""), f"{AT_FIRM}/documents"),
        "office-document_rules": (
            DocumentRulesPage(
                firm=firm(), circulation=True, learns=True, expected=expected, learned=learned, most=50, version=1
            ),
            f"{AT_FIRM}/document-rules",
        ),
        "office-document-pages": (document_page(first), here),
        "office-document-doubtful": (document_page(document_line(1, doubtful=True), twins=[twin], doubtful=True), here),
        "office-document-invoice": (document_page(first, pictures=[], invoice=structured_invoice()), here),
        "office-document-hostile": (
            document_page(
                document_line(1, HOSTILE, number="", reason=HOSTILE, status=status.REJECTED, firm_name=HOSTILE),
                invoice=structured_invoice(HOSTILE),
                data=document_data(HOSTILE),
                thread=talk(HOSTILE),
                steps=steps_of_a_document(HOSTILE),
                next_status=None,
            ),
            here,
        ),
        "office-document-locked": (
            document_page(
                document_line(1, status=status.APPROVED, locked=True),
                pictures=[],
                thread=[],
                next_status=None,
                changeable=False,
                questionable=False,
                rejectable=False,
                removable=False,
                before="",
                after="",
                then="",
            ),
            here,
        ),
        "office-document-stopped": (
            document_page(stopped, pictures=[], openable=False, next_status=None, questionable=False, rejectable=False),
            here,
        ),
        "office-document-awaited": (
            document_page(plain_line("skan.tiff", status.AWAITED), pictures=[], openable=False, next_status=None),
            here,
        ),
        "office-document-lost": (
            document_page(plain_line("skan.tiff", status.LOST), pictures=[], openable=False, next_status=None),
            here,
        ),
    }
    shown = {name: Example(view, OFFICE, path) for name, (view, path) in views.items()}
    return shown | {
        "office-document-refused": Example(document_page(first), OFFICE, f"{here}/description", refilled=describing),
        "office-document-rejection": Example(
            document_page(first),
            OFFICE,
            f"{here}/rejection",
            refilled=refused({"reason": ""}, ("reason", "Podaj powód odrzucenia: klient go zobaczy.")),
        ),
    }


def client_documents(**more: Any) -> ClientDocuments:
    values: dict[str, Any] = {
        "firm": firm(),
        "period": "2026-11",
        "before": "2026-10",
        "after": "",
        "state": MonthState.OPEN,
        "open": True,
        "writable": True,
        "whole": True,
        "complete_at": None,
        "questions": [],
        "coming": [],
        "stopped": [],
        "listed": [],
        "missing": [],
        "handed": 0,
        "accept": ".pdf,.jpg,application/pdf,image/jpeg",
        "size_limit": documents.SIZE_LIMIT,
        "most": documents.MOST_SIGNED,
    }
    return ClientDocuments(**(values | more))


def client_document(**more: Any) -> ClientDocument:
    values: dict[str, Any] = {
        "firm": firm(),
        "document": "2026-11-01M86CH3M2K1JMERQ81N4X0001",
        "period": "2026-11",
        "status": documents.Status.NEW,
        "kind": documents.Kind.PURCHASE,
        "source": documents.Source.WEB,
        "name": "faktura-12.pdf",
        "note": "",
        "reason": "",
        "created_at": ago(hours=2),
        "by": "Jan Przykładowy",
        "pages": 0,
        "pictures": [],
        "openable": True,
        "changeable": True,
        "deletable": True,
        "replaceable": False,
        "writable": True,
        "months": ["2026-11", "2026-10", "2026-09"],
        "thread": [],
        "twin": None,
    }
    return ClientDocument(**(values | more))


def _handover_examples() -> dict[str, Example]:
    """Documents as their client hands them over and sees them."""
    status, at = documents.Status, f"{AT_CLIENT}/documents"
    here = f"{at}/2026-11-01M86CH3M2K1JMERQ81N4X0001"
    asked = plain_line("paragon ze stacji.jpg", status.QUESTION, messages=1, source=documents.Source.PHONE)
    stopped = plain_line("umowa.pdf", status.STOPPED, reason="Plik jest chroniony hasłem. Zapisz go bez hasła.")
    lost = plain_line("skan0001.tiff", status.LOST)
    listed = [
        document_line(number, f"faktura-{number}.pdf", status=one, doubtful=number == 2)
        for number, one in enumerate(
            (status.NEW, status.TO_PROCESS, status.APPROVED, status.TO_REVIEW, status.REJECTED)
        )
    ]
    rejected = document_line(5, f"{LONG}.pdf", status=status.REJECTED, reason="To nie jest faktura tej firmy.")
    missing = [
        MissingLine(kind=documents.Kind.BANK, label="", nip="", learned=True),
        MissingLine(kind=documents.Kind.PURCHASE, label="Orange", nip="5120079194", learned=False),
    ]
    full = client_documents(
        questions=[asked],
        coming=[plain_line("wyciąg.pdf", status.AWAITED)],
        stopped=[stopped, lost],
        listed=[*listed, rejected],
        missing=missing,
        handed=7,
    )
    wicked = [plain_line(HOSTILE, one, reason=HOSTILE) for one in (status.QUESTION, status.STOPPED, status.NEW)]
    bucket = "https://portal-test-documents.s3.eu-central-1.amazonaws.com"
    talk_of_it = [
        MessageLine(at=ago(hours=3), by="Biuro Demo", side=documents.Side.OFFICE, text="Za co jest ta faktura?"),
        MessageLine(at=ago(hours=1), by="Jan Przykładowy", side=documents.Side.CLIENT, text="Za prąd.\nLicznik nr 2."),
    ]
    twin = TwinLine(
        document="2026-10-01M86CH3M2K1JMERQ81N4X0002",
        name="FV 12.pdf",
        status=status.APPROVED,
        period="2026-10",
        source=documents.Source.KSEF,
        created_at=ago(days=9),
        settled=False,
    )
    plain = PlainUpload(
        firm=firm(),
        period="2026-10",
        months=["2026-11", "2026-10"],
        extensions=["pdf", "jpg", "xml"],
        replaces="",
        size_limit=documents.SIZE_LIMIT,
    )
    locked = {"open": False, "state": MonthState.TO_BOOK, "complete_at": ago(days=1)}
    shut = {"changeable": False, "deletable": False}
    views: dict[str, tuple[object, Shell, str]] = {
        "client-documents-full": (full, CLIENT, at),
        "client-documents-empty": (client_documents(), CLIENT, at),
        "client-documents-locked": (client_documents(listed=listed, handed=5, **locked), CLIENT, at),
        "client-documents-partner": (
            client_documents(whole=False, listed=listed[:1]),
            replace(CLIENT, partner=True),
            at,
        ),
        "client-documents-suspended": (client_documents(writable=False, stopped=[stopped]), CLIENT, at),
        "client-documents-hostile": (
            client_documents(firm=firm(HOSTILE), questions=wicked[:1], stopped=wicked[1:2], listed=wicked[2:]),
            CLIENT,
            at,
        ),
        "client-document-question": (
            client_document(
                status=status.QUESTION,
                thread=talk_of_it,
                pictures=[f"{bucket}/pictures/{number}.jpg?X-Amz-Signature=0f" for number in (1, 2)],
                pages=30,
                **shut,
            ),
            CLIENT,
            here,
        ),
        "client-document-new": (client_document(note="Stempel jest z tyłu.", twin=twin), CLIENT, here),
        "client-document-stopped": (
            client_document(status=status.STOPPED, reason=stopped.reason, openable=False, replaceable=True),
            CLIENT,
            here,
        ),
        "client-document-lost": (client_document(status=status.LOST, openable=False, replaceable=True), CLIENT, here),
        "client-document-awaited": (client_document(status=status.AWAITED, openable=False), CLIENT, here),
        "client-document-rejected": (
            client_document(status=status.REJECTED, reason="To nie jest faktura tej firmy.", **shut),
            CLIENT,
            here,
        ),
        "client-document-hostile": (
            client_document(name=HOSTILE, note=HOSTILE, by=HOSTILE, reason=HOSTILE, twin=replace(twin, name=HOSTILE)),
            CLIENT,
            here,
        ),
        "client-document_upload": (plain, CLIENT, f"{at}/upload"),
        "client-document_form": (
            PlainForm(
                firm=firm(),
                document="2026-10-01M86CH3M2K1JMERQ81N4X0001",
                period="2026-10",
                name=f"{LONG}.pdf",
                url=f"{bucket}/",
                fields={"key": "incoming/x", "policy": "e30=", "Content-Type": "application/pdf"},
                accept="application/pdf",
                size_limit=documents.SIZE_LIMIT,
            ),
            CLIENT,
            f"{at}/upload",
        ),
        "client-share": (
            SharePage(firms=[ShareChoice(firm="01J0FIRM", name="Nowa Chata"), ShareChoice(firm="01J0B", name=LONG)]),
            PUBLIC,
            "/share",
        ),
        "client-share-nowhere": (SharePage(firms=[]), PUBLIC, "/share"),
        "client-offline": (OfflinePage(accept=".pdf", size_limit=documents.SIZE_LIMIT), PUBLIC, "/offline"),
    }
    shown = {name: Example(view, shell, path) for name, (view, shell, path) in views.items()}
    return shown | {
        "client-document-answer-refused": Example(
            client_document(status=status.QUESTION, **shut),
            CLIENT,
            f"{here}/messages",
            refilled=refused({"text": ""}, ("text", "Napisz treść wiadomości.")),
        ),
        "client-document_upload-refused": Example(
            plain,
            CLIENT,
            f"{at}/upload",
            refilled=refused({"name": HOSTILE, "extension": "exe"}, ("extension", "Pliku „exe” nie przyjmujemy.")),
        ),
    }
