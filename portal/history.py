"""What events say: one plain sentence each, and which fields changed from what to what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from portal import ids, pages
from portal.domain import records
from portal.domain.errors import _
from portal.domain.events import OPERATOR, SCHEDULE, Action, Event
from portal.domain.records import Kind
from portal.store.events import Names

SENTENCES: Mapping[Action, str] = {
    Action.OFFICE_OPENED: _("{who} otwiera biuro."),
    Action.OFFICE_CHANGED: _("{who} zmienia ustawienia biura."),
    Action.OFFICE_LOGO: _("{who} zmienia logo biura."),
    Action.OFFICE_PLAN: _("{who} zmienia wersję portalu dla biura."),
    Action.OFFICE_EXPORT: _("{who} zleca pobranie wszystkich danych biura."),
    Action.AGENT_ADDED: _("{who} tworzy token agenta: {target}."),
    Action.AGENT_REVOKED: _("{who} unieważnia token agenta: {target}."),
    Action.STAFF_INVITED: _("{who} zaprasza do biura pracownika: {target}."),
    Action.STAFF_RESENT: _("{who} wysyła jeszcze raz zaproszenie do biura: {target}."),
    Action.STAFF_ACTIVATED: _("{who} wchodzi po raz pierwszy do panelu biura."),
    Action.STAFF_CHANGED: _("{who} zmienia uprawnienia pracownika: {target}."),
    Action.STAFF_OFF: _("{who} odbiera dostęp do biura: {target}."),
    Action.STAFF_ON: _("{who} przywraca dostęp do biura: {target}."),
    Action.STAFF_REMOVED: _("{who} usuwa pracownika: {target}."),
    Action.FIRM_ADDED: _("{who} dodaje firmę: {firm}."),
    Action.FIRM_FOUND: _("{who} znajduje w programie księgowym nową firmę: {firm}."),
    Action.FIRM_CHANGED: _("{who} zmienia ustawienia firmy: {firm}."),
    Action.FIRM_STATUS: _("{who} zmienia status firmy: {firm}."),
    Action.FIRM_MODULE: _("{who} przełącza moduł faktur firmy: {firm}."),
    Action.FIRM_MERGED: _("{who} łączy firmy: {firm} i {target}."),
    Action.FIRM_REMOVED: _("{who} usuwa na zawsze firmę: {firm}."),
    Action.DOCUMENT_MONTH: _("{who} zmienia stan miesiąca dokumentów firmy: {firm}."),
    Action.DOCUMENT_RULES: _("{who} zmienia zasady pracy z dokumentami firmy: {firm}."),
    Action.DOCUMENTS_ARCHIVED: _("{who} zleca pobranie dokumentów jako ZIP."),
    Action.FEE_DELIVERED: _("{who} dodaje fakturę biura do panelu firmy: {firm}."),
    Action.FEE_WITHDRAWN: _("{who} wycofuje fakturę biura z panelu firmy: {firm}."),
    Action.INVOICE_DRAFTED: _("{who} zapisuje szkic faktury firmy: {firm}."),
    Action.INVOICE_DISCARDED: _("{who} usuwa szkic faktury firmy: {firm}."),
    Action.INVOICE_ISSUED: _("{who} wystawia fakturę firmy: {firm}."),
    Action.INVOICE_PAID: _("{who} zapisuje wpłatę do faktury firmy: {firm}."),
    Action.INVOICE_UNPAID: _("{who} usuwa wpłatę z faktury firmy: {firm}."),
    Action.INVOICE_CANCELLED: _("{who} anuluje fakturę firmy: {firm}."),
    Action.INVOICE_SENT: _("{who} wysyła nabywcy fakturę firmy: {firm}."),
    Action.INVOICE_REMINDED: _("{who} przypomina nabywcy o fakturze firmy: {firm}."),
    Action.INVOICE_LINKED: _("{who} tworzy odnośnik do faktury firmy: {firm}."),
    Action.INVOICE_UNLINKED: _("{who} wyłącza odnośnik do faktury firmy: {firm}."),
    Action.INVOICE_SETTINGS: _("{who} zmienia ustawienia faktur firmy: {firm}."),
    Action.INVOICE_TOKEN_ADDED: _("{who} tworzy token dla programu firmy: {firm}."),
    Action.INVOICE_TOKEN_REVOKED: _("{who} unieważnia token programu firmy: {firm}."),
    Action.RECURRING_MADE: _("{who} ustawia fakturę cykliczną firmy: {firm}."),
    Action.RECURRING_CHANGED: _("{who} zmienia fakturę cykliczną firmy: {firm}."),
    Action.RECURRING_REMOVED: _("{who} usuwa fakturę cykliczną firmy: {firm}."),
    Action.COUNTERPARTY_CHANGED: _("{who} zapisuje kontrahenta firmy: {firm}."),
    Action.COUNTERPARTY_REMOVED: _("{who} usuwa kontrahenta firmy: {firm}."),
    Action.PRODUCT_CHANGED: _("{who} zapisuje produkt firmy: {firm}."),
    Action.PRODUCT_REMOVED: _("{who} usuwa produkt firmy: {firm}."),
    Action.USER_INVITED: _("{who} zaprasza do firmy {firm} osobę: {target}."),
    Action.USER_RESENT: _("{who} wysyła jeszcze raz zaproszenie do firmy {firm}: {target}."),
    Action.USER_CHANGED: _("{who} zmienia uprawnienia w firmie {firm}: {target}."),
    Action.USER_ACTIVATED: _("{who} wchodzi po raz pierwszy do panelu firmy: {firm}."),
    Action.USER_OFF: _("{who} odbiera dostęp do firmy {firm}: {target}."),
    Action.USER_ON: _("{who} przywraca dostęp do firmy {firm}: {target}."),
    Action.USER_REMOVED: _("{who} usuwa z firmy {firm} osobę: {target}."),
}
"""In the present tense, which has no gender in Polish."""

FIELDS: Mapping[str, str] = {
    "name": _("nazwa"),
    "nip": _("NIP"),
    "status": _("status"),
    "legal_form": _("forma prawna"),
    "prefix": _("prefiks"),
    "zus_account": _("rachunek składkowy ZUS"),
    "found_in": _("znaleziona w programie"),
    "id_type": _("rodzaj numeru"),
    "number": _("numer"),
    "street": _("ulica"),
    "postcode": _("kod pocztowy"),
    "city": _("miejscowość"),
    "email": _("e-mail"),
    "phone": _("telefon"),
    "bank_accounts": _("rachunki bankowe"),
    "tax_forms": _("podatki"),
    "vat_period": _("rozliczenie VAT"),
    "invoices": _("moduł faktur"),
    "own": _("biuro jako firma"),
    "partners": _("wspólnicy"),
    "archived_on": _("w archiwum od"),
    "merged_into": _("połączona z firmą"),
    "plan": _("wersja"),
    "reply_to": _("adres odpowiedzi na pocztę"),
    "logo": _("logo"),
    "only_assigned": _("pracownicy widzą tylko przydzielone firmy"),
    "own_firm": _("biuro jako firma"),
    "terms_version": _("regulamin"),
    "terms_at": _("regulamin przyjęty"),
    "terms_by": _("regulamin przyjęła osoba"),
    "role": _("rola"),
    "subject": _("wspólnik"),
    "since": _("od"),
    "active": _("ma dostęp"),
    "activated_at": _("pierwsze wejście"),
    "assigned": _("przydzielone firmy"),
    "person": _("osoba"),
    "created_at": _("od"),
    "source": _("źródło"),
    "records": _("pozycje"),
    "period": _("miesiąc"),
    "documents": _("dokumenty"),
    "invoice": _("faktura"),
    "buyer": _("nabywca"),
    "recurring": _("faktura cykliczna"),
    "rhythm": _("rytm"),
    "first_on": _("pierwszy dzień"),
    "day": _("dzień miesiąca"),
    "until_on": _("ostatni dzień"),
    "times": _("ile razy"),
    "issue": _("od razu wystawiona"),
    "paused": _("wstrzymana"),
    "texts": _("teksty"),
    "like": _("wzór"),
    "counterparty": _("kontrahent"),
    "program": _("program"),
    "product": _("produkt"),
    "amount": _("kwota"),
    "reason": _("powód"),
    "seller": _("sprzedawca"),
    "account": _("rachunek bankowy"),
    "bank_name": _("bank"),
    "swift": _("SWIFT"),
    "place": _("miejsce wystawienia"),
    "method": _("ceny"),
    "vat_by": _("VAT liczony"),
    "price_decimals": _("miejsca po przecinku w cenie"),
    "currency": _("waluta"),
    "payment": _("forma płatności"),
    "due_days": _("dni na zapłatę"),
    "reminders": _("przypomnienia"),
    "notes": _("uwagi"),
    "exempt_base": _("podstawa zwolnienia z VAT"),
    "cash_method": _("metoda kasowa"),
    "series": _("serie"),
    "next_number": _("następny numer"),
    "month_state": _("stan miesiąca"),
    "circulation": _("obieg dokumentów"),
    "learns": _("oczekiwane także to, co przychodziło dotąd"),
    "expected_documents": _("oczekiwane dokumenty"),
}
"""What fields of an office, a firm and a person are called; a field that is not here is shown by its own name."""

_VALUES: Mapping[str, Mapping[str, str]] = {
    "status": {
        "waiting": _("czeka na aktywację"),
        "active": _("aktywna"),
        "suspended": _("zawieszona"),
        "inactive": _("wyłączona"),
        "archived": _("w archiwum"),
    },
    "legal_form": {
        "sole_trader": _("jednoosobowa działalność"),
        "civil_partnership": _("spółka cywilna"),
        "company": _("spółka / osoba prawna"),
        "budget_unit": _("jednostka budżetowa"),
    },
    "id_type": {"nip": "NIP", "pesel": "PESEL", "regon": "REGON", "vat_ue": "VAT UE"},
    "vat_period": {"month": _("co miesiąc"), "quarter": _("co kwartał")},
    "plan": {"trial": _("testowa"), "full": _("pełna")},
    "method": {"net": _("netto"), "gross": _("brutto")},
    "vat_by": {"rate": _("od sumy stawki"), "line": _("od pozycji")},
    "rhythm": {
        "weekly": _("co tydzień"),
        "monthly": _("co miesiąc"),
        "quarterly": _("co kwartał"),
        "yearly": _("co rok"),
    },
    "issue": {"True": _("tak"), "False": _("nie, szkic")},
    "paused": {"True": _("tak"), "False": _("nie")},
    "month_state": {
        "open": _("otwarty"),
        "to-book": _("do księgowania"),
        "in-progress": _("w księgowaniu"),
        "closed": _("zamknięty"),
    },
    "role": {
        "administrator": _("administrator"),
        "staff": _("pracownik"),
        "firm": _("firma"),
        "partner": _("wspólnik"),
    },
}
_STEPS: Mapping[records.Action, str] = {
    records.Action.SYNCED: _("odczytano z programu"),
    records.Action.ENTERED: _("wpisano ręcznie"),
    records.Action.APPROVED: _("zatwierdzono"),
    records.Action.WITHDRAWN: _("wycofano"),
    records.Action.SEEN: _("klient zobaczył"),
    records.Action.PAID: _("oznaczono jako zapłacone"),
}
_KINDS: Mapping[Kind, str] = {
    Kind.CONTRIBUTION: _("Składki ZUS"),
    Kind.TAX: _("Podatek"),
    Kind.STATEMENT: _("Zestawienie"),
}
UNTOLD = frozenset({"invitation"})
"""Fields whose values mean nothing to people."""

_FIRMS = frozenset({"assigned", "own_firm", "merged_into"})
_PEOPLE = frozenset({"terms_by", "person"})


def removed_person() -> str:
    """Who did something, when the portal does not know any more."""
    return pages.translate(_("osoba usunięta"))


def step_name(action: records.Action, note: str) -> str:
    """What happened to a record, for a table; its note tells whether it was the other way round, or automatic."""
    if action is records.Action.PAID and not note:
        return pages.translate(_("cofnięto oznaczenie zapłaty"))
    if action is records.Action.APPROVED and note:
        return pages.translate(_("zatwierdzono automatycznie"))
    return pages.translate(_STEPS[action])


def kind_name(kind: Kind) -> str:
    """A kind of record."""
    return pages.translate(_KINDS[kind])


def record_name(kind: Kind, form: str, subject: str) -> str:
    """A record among others: `VAT-7`, `Składki ZUS – Jan Kowalski`."""
    name = form or kind_name(kind)
    return f"{name} – {subject}" if subject else name


def in_words(field: str, value: str) -> str:
    """A value of a field as people say it."""
    known = _VALUES.get(field, {}).get(value)
    return pages.translate(known) if known else value


class Told(Protocol):
    """A changed field, however it travels."""

    @property
    def label(self) -> str: ...
    @property
    def before(self) -> str: ...
    @property
    def after(self) -> str: ...


def written(changes: Iterable[Told]) -> str:
    """Changed fields in one cell of a table."""
    return "; ".join(f"{one.label}: {one.before or '–'} → {one.after or '–'}" for one in changes)


class Change(NamedTuple):
    """One field: its name in the code, its label, what it was and what it became (empty: nothing)."""

    field: str
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells events with the names of today. `firms` are names by id; `names` are those of people, agents and programs.

    `limited`: told to somebody who may not know of all firms, so that one that is missing is not thereby removed.
    """

    names: Names
    firms: Mapping[str, str]
    limited: bool = False

    def sentence(self, event: Event) -> str:
        """Who did what to whom."""
        text = pages.translate(SENTENCES[event.action])
        who = self.who(event)
        told = text.format(who=who[:1].upper() + who[1:], target=self._target(event), firm=self.firm(event))
        return told.removesuffix(".") if told.endswith("..") else told  # a name like „sp. z o.o." brings its own dot

    def who(self, event: Event) -> str:
        """Who did it."""
        by = event.origin.by
        if by == OPERATOR.by:
            return pages.translate(_("operator portalu"))
        if by == SCHEDULE.by:
            return pages.translate(_("automat portalu"))
        if by in self.names.agents:
            return pages.translate(_("agent {name}")).format(name=self.names.agents[by])
        if (event.firm, by) in self.names.programs:
            return pages.translate(_("program {name}")).format(name=self.names.programs[event.firm, by])
        return self._person(event, by)

    def firm(self, event: Event) -> str:
        """The firm it is about; what was removed tells its name itself. Empty: it is about none."""
        if event.action is Action.FIRM_REMOVED:
            return event.changes.get("name", ("", ""))[0] or self._firm(event.target)
        return self._firm(event.firm) if event.firm else ""

    def changes(self, event: Event) -> Iterator[Change]:
        """The fields that changed, in words."""
        for name, (before, after) in event.changes.items():
            if name in UNTOLD:
                continue
            label = pages.translate(FIELDS[name]) if name in FIELDS else name
            yield Change(name, label, self._value(event, name, before), self._value(event, name, after))

    def _target(self, event: Event) -> str:
        kind = event.action.value.partition(".")[0]
        if kind == "firm":
            return self._firm(event.target)
        if kind == "agent":
            return self.names.agents.get(event.target) or event.target
        return self._person(event, event.target)

    def _person(self, event: Event, one: str) -> str:
        found = self.names.staff.get(one) or self.names.users.get((event.firm, one))
        return found or removed_person()

    def _firm(self, firm: str) -> str:
        return self.firms.get(firm) or pages.translate(_("inna firma") if self.limited else _("firma usunięta"))

    def _value(self, event: Event, name: str, value: str) -> str:
        if value and name in _FIRMS:
            return ", ".join(self._firm(one) if ids.valid(one) else one for one in value.split(", "))
        if value and name in _PEOPLE:
            return self._person(event, value)
        return in_words(name, value)
