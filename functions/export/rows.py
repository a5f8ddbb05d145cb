"""The tables of an export: one row a firm, a person, a record, a step of a record, an event."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from functions.export.content import FirmContent
from portal import history, pages
from portal.domain import identifiers, money
from portal.domain.errors import _
from portal.domain.events import OPERATOR, Event, written
from portal.domain.firms import Firm
from portal.domain.records import Content, Kind, Record
from portal.history import Teller
from portal.store.events import Names
from portal.store.people import Listed

_FIRM_FIELDS = [field.name for field in fields(Firm) if field.name != "version"]
_PERSON_FIELDS = [field.name for field in fields(Listed) if field.name not in {"version", "assigned", *history.UNTOLD}]
_ACCOUNTS = frozenset({"zus_account", "bank_accounts"})
_WHERE = (_("numer firmy"), _("firma"))
_FIGURES = (_("typ"), _("do zapłaty"), _("nadpłata"), _("przychody"), _("koszty"))
_RECORD = (
    *_WHERE,
    _("okres"),
    _("rodzaj"),
    _("podatek"),
    _("kogo dotyczy"),
    *_FIGURES,
    _("odczytano"),
    _("wpisane ręcznie"),
    _("komentarz"),
    *(f"{_('klient widzi')}: {name}" for name in _FIGURES),
    _("zatwierdzono"),
    _("kto zatwierdził"),
    _("klient zobaczył"),
    _("zapłacono"),
    _("wycofano"),
    _("powód wycofania"),
)
_STEP = (*_WHERE, _("okres"), _("pozycja"), _("kiedy"), _("co się stało"), _("kto"), *_FIGURES, _("uwagi"))
_EVENT = (_("kiedy"), _("co się stało"), _("kto"), _("firma"), _("zmiany"), _("sieć"), _("urządzenie"))

ByName = Callable[[str], str]
"""The name behind the id of whoever did something."""


@dataclass(frozen=True, slots=True)
class Told:
    """Names of the office: its people and agents, and its firms by id."""

    names: Names
    firms: Mapping[str, str]

    def teller(self, firm: str = "", content: FirmContent | None = None) -> Teller:
        """Tells events of the office and of one firm, whose people and programs are in `content`."""
        people = content.people if content else ()
        users = {(firm, listed.person): listed.name for listed in people}
        programs = {(firm, one): name for one, name in (content.programs if content else {}).items()}
        return Teller(Names(self.names.staff, self.names.agents, users, programs), self.firms)

    def by(self, content: FirmContent) -> ByName:
        """Names behind the steps of a firm's records."""
        users = {listed.person: listed.name for listed in content.people}
        known = {**users, **self.names.agents, **self.names.staff, OPERATOR.by: OPERATOR.by}
        return lambda one: known.get(one) or history.removed_person()


def firm_head() -> list[str]:
    """Every field that a firm has."""
    return _titles([history.FIELDS.get(name, name) for name in _FIRM_FIELDS])


def firm(of: Firm) -> list[str]:
    """A firm."""
    values = asdict(of)
    return [_value(name, values[name]) for name in _FIRM_FIELDS]


def people_head() -> list[str]:
    """Everything that is listed of a person."""
    return _titles([*_WHERE, *(history.FIELDS.get(name, name) for name in _PERSON_FIELDS)])


def person(number: str, name: str, listed: Listed) -> list[str]:
    """A person of a firm, or without one of the office."""
    values = asdict(listed)
    return [number, name, *(_value(field, values[field]) for field in _PERSON_FIELDS)]


def record_head() -> list[str]:
    """Both sides of a record."""
    return _titles(_RECORD)


def record(of: Firm, found: Record, by: ByName) -> list[str]:
    """A record: what the office sees, what the client sees, what was taken back."""
    current, key = found.current, found.key
    return [
        of.identifier,
        of.name,
        str(found.period),
        history.kind_name(key.kind),
        key.form,
        key.subject,
        *_figures(key.kind, current.content),
        pages.moment(current.read_at),
        written(current.by_hand),
        current.comment,
        *_published(found, by),
        *_withdrawn(found),
    ]


def step_head() -> list[str]:
    """What happened to records."""
    return _titles(_STEP)


def steps(of: Firm, found: Record, by: ByName) -> Iterator[list[str]]:
    """Everything that happened to a record, oldest first."""
    name = history.record_name(found.key.kind, found.key.form, found.key.subject)
    for step in found.steps:
        happened = [pages.moment(step.at), history.step_name(step.action, step.note), by(step.by)]
        figures = _figures(found.key.kind, step.content)
        yield [of.identifier, of.name, str(found.period), name, *happened, *figures, step.note]


def event_head() -> list[str]:
    """What happened to firms, people and settings."""
    return _titles(_EVENT)


def event(of: Event, teller: Teller) -> list[str]:
    """An event."""
    return [
        pages.moment(of.at),
        teller.sentence(of),
        teller.who(of),
        teller.firm(of),
        history.written(teller.changes(of)),
        of.origin.network,
        of.origin.device,
    ]


def _titles(names: Any) -> list[str]:
    return [pages.translate(name) for name in names]


def _value(name: str, value: Any) -> str:
    if name in _ACCOUNTS:  # in groups: a spreadsheet would make a number of twenty-six digits something else
        accounts = [value] if isinstance(value, str) else value
        return ", ".join(identifiers.account_written(account) for account in accounts)
    return history.in_words(name, written(value))


def _published(found: Record, by: ByName) -> list[str]:
    side = found.published
    if side is None:
        return [""] * 9
    seen = pages.moment(side.seen_at) if side.seen_at else ""
    paid = pages.day(side.paid_on) if side.paid_on else ""
    return [*_figures(found.key.kind, side.content), pages.moment(side.at), by(side.by), seen, paid]


def _withdrawn(found: Record) -> list[str]:
    side = found.withdrawn
    return [pages.moment(side.at), side.reason] if side else ["", ""]


def _figures(kind: Kind, content: Content) -> list[str]:
    if kind is Kind.STATEMENT:
        costs = "" if content.costs is None else money.decimal(content.costs)
        return [content.settlement.value, "", "", money.decimal(content.revenue), costs]
    return [content.settlement.value, money.decimal(content.amount), money.decimal(content.surplus), "", ""]
