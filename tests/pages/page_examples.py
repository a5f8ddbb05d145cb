"""Every page with nothing on it, with much on it, and with hostile and very long texts; also for looking at."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from functions.approve.views import (
    ApprovalOutcome,
    ApprovalReport,
    History,
    HistoryEntry,
    MonthRow,
    MonthTable,
    YearTable,
)
from functions.auth.views import CodeForm, Context, Contexts, DeviceLine, Devices, LinkPage, SignIn
from functions.desktop.views import AgentLine, Awaited, ClientDesktop, ClientTable, OfficeDesktop, ToPay, WaitingMonth
from functions.firms.views import FirmLine, FirmList, FirmSettings, FirmUsers, UserLine
from functions.ingest.views import AgentCard, AgentList, NewToken, ProblemLine, ProgramLine
from portal.domain.firms import LegalForm, Status
from portal.domain.people import Role
from portal.domain.periods import months_of
from portal.domain.records import TAX_FORMS, Action, Kind, Settlement, State
from portal.pages import FieldProblem, Problem, Refilled, Shell
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
        waiting=number % 4,
        changed=number % 2,
    )


def firm_list(names: list[str], more: str = "", q: str = "") -> FirmList:
    statuses = list(Status)
    return FirmList(
        firms=[firm_line(number, name, statuses[number % 5]) for number, name in enumerate(names)],
        more=more,
        q=q,
        only_waiting=False,
        left_out=7 if q else 0,
        show_prefix=bool(names),
    )


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
    return {**_office_examples(), **_firm_examples(), **_client_examples(), **_public_examples()}


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
    typed = {"nip": "5120079195", "name": HOSTILE, "legal_form": "budget_unit", "prefix": "a b"}
    wrong = refused(
        typed,
        ("nip", "Numer NIP ma błędną cyfrę kontrolną. Sprawdź, czy nie przestawiono cyfr."),
        ("prefix", "Prefiks to najwyżej 20 liter, cyfr, kropek lub myślników."),
    )
    return {
        "office-desktop-full": Example(
            OfficeDesktop(waiting=37, changed=4, waiting_firms=21, months=months, agents=agents, this_month="2026-11"),
            OFFICE,
            AT_OFFICE,
        ),
        "office-desktop-empty": Example(
            OfficeDesktop(waiting=0, changed=0, waiting_firms=0, months=[], agents=[], this_month="2026-11"),
            OFFICE,
            AT_OFFICE,
        ),
        "office-firms-full": Example(firm_list([*NAMES, HOSTILE], "next/+ page"), OFFICE, f"{AT_OFFICE}/firms"),
        "office-firms-found": Example(firm_list(NAMES, q=HOSTILE), OFFICE, f"{AT_OFFICE}/firms"),
        "office-firms-not-found": Example(firm_list([], q="Nikt"), OFFICE, f"{AT_OFFICE}/firms"),
        "office-firms-empty": Example(firm_list([]), OFFICE, f"{AT_OFFICE}/firms"),
        "office-firms-refused": Example(firm_list(NAMES[:2]), OFFICE, f"{AT_OFFICE}/firms", refilled=wrong),
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
    users = [
        UserLine(person="01J0P1", name="Jan Przykładowy", email="jan@example.com", since=ago(days=100), active=True),
        UserLine(person="01J0P2", name=HOSTILE, email="x" * 60 + "@example.com", since=ago(days=10), active=False),
    ]
    long_firm = firm(LONG)
    row_typed = {"seen_version": "1", "period": "2026-10", "form": "CIT", "settlement": "Z", "amount": "12,3x"}
    new_typed = {"seen_version": "0", "period": "2027-10", "form": "PPE", "amount": HOSTILE, "comment": HOSTILE}
    wrong_amount = ("amount", "Podaj kwotę w złotych i groszach, na przykład 1 234,56.")
    settings = {"version": 4, "tax_account": "56101000712222512007919400"}
    next_statuses = [Status.SUSPENDED, Status.INACTIVE, Status.ARCHIVED]
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
            FirmSettings(firm=long_firm, next_statuses=next_statuses, **settings),
            OFFICE,
            f"{AT_FIRM}/settings",
            notice="saved",
        ),
        "office-firm_settings-refused": Example(
            FirmSettings(firm=firm(HOSTILE, Status.WAITING, ""), next_statuses=[Status.ACTIVE], **settings),
            OFFICE,
            f"{AT_FIRM}/settings",
            refilled=refused({"name": "", "zus_account": HOSTILE}, ("name", "Podaj nazwę: od 1 do 240 znaków.")),
        ),
        "office-firm_users-full": Example(
            FirmUsers(firm=firm(), users=users), OFFICE, f"{AT_FIRM}/users", notice="invited"
        ),
        "office-firm_users-empty": Example(FirmUsers(firm=firm(), users=[]), OFFICE, f"{AT_FIRM}/users"),
        "office-history-full": Example(
            History(firm=firm(), year=2026, this_year=2026, entries=history(HOSTILE)), OFFICE, f"{AT_FIRM}/history"
        ),
        "office-history-empty": Example(
            History(firm=firm(), year=2025, this_year=2026, entries=[]), OFFICE, f"{AT_FIRM}/history"
        ),
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
            id="a" * 64, device="Mozilla/5.0 (Windows NT 10.0) Firefox/140.0", started_at=ago(days=1), this_one=True
        ),
        DeviceLine(id="b" * 64, device=phone, started_at=ago(days=9), this_one=False),
        DeviceLine(id="c" * 64, device=HOSTILE, started_at=ago(days=20), this_one=False),
    ]
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
        "auth-link": Example(LinkPage(token="abc~def"), PUBLIC, "/l/abc~def"),
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
