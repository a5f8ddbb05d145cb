"""Fields that the formats share: compulsory texts, whole numbers, dates, the taxpayer."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime

from konektosync import clock
from konektosync.model import Settlement, SourceError
from konektosync.sources.tree import Node, unknown_field
from konektosync.texts import _


@dataclass(frozen=True, slots=True)
class Party:
    """Whom a file concerns: the taxpayer or payer."""

    nip: str
    name: str
    natural_person: bool


def required(node: Node | None, name: str, within: str) -> str:
    """The text of a compulsory child. Raises SourceError `field-missing`."""
    text = node.get(name) if node is not None else None
    if not text:
        field = f"{within}/{name}"
        raise SourceError("field-missing", _("Brakuje pola {field}.").format(field=field), field)
    return text


def invalid(field: str, text: str, code: str = "field-invalid") -> SourceError:
    """The refusal of a value that the schema does not allow."""
    return SourceError(
        code, _("Pole {field}: niedozwolona wartość „{text}”.").format(field=field, text=text[:60]), field
    )


def only_known(node: Node, known: Collection[str], within: str) -> None:
    """Refuse children that the schema does not have: what they mean is not known, so no amount is taken beside them."""
    for child in node.children:
        if child.name not in known:
            raise unknown_field((within, child.name))


def whole(text: str, field: str, low: int, high: int, code: str = "field-invalid") -> int:
    """A whole number within limits. Raises SourceError with `code`."""
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and low <= int(text) <= high):
        raise invalid(field, text, code)
    return int(text)


def day(text: str, field: str) -> date:
    """A date as xsd:date writes it; a time zone behind it is allowed and means nothing. Raises SourceError."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError as error:
        raise invalid(field, text) from error


def made_at(text: str, field: str) -> str:
    """The moment a file was made (xsd:dateTime), in a form that sorts like it. Without a zone it counts as UTC."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise invalid(field, text) from error
    return clock.rfc3339(moment if moment.tzinfo else moment.replace(tzinfo=UTC))


def purpose(text: str, field: str, *, on_demand: bool) -> Settlement:
    """CelZlozenia: 1 first submission, 2 correction; books know 0, made on the tax office's demand."""
    allowed: dict[str, Settlement] = {"1": "D", "2": "K"}
    if on_demand:
        allowed["0"] = "D"
    if text not in allowed:
        raise invalid(field, text)
    return allowed[text]


PERSON = frozenset({"NIP", "ImiePierwsze", "Nazwisko", "DataUrodzenia", "Email", "Telefon"})
COMPANY = frozenset({"NIP", "PelnaNazwa", "Email", "Telefon"})


def taxpayer(podmiot: Node | None, also: frozenset[str] = frozenset()) -> Party:
    """Podmiot1 of a JPK file: OsobaFizyczna or OsobaNiefizyczna (type TPodmiotDowolnyBezAdresu of the schemas)."""
    if podmiot is None:
        raise SourceError("field-missing", _("Brakuje części {field}.").format(field="Podmiot1"), "Podmiot1")
    only_known(podmiot, {"OsobaFizyczna", "OsobaNiefizyczna"} | also, "Podmiot1")
    person = podmiot.child("OsobaFizyczna")
    if person is not None:
        only_known(person, PERSON, "Podmiot1/OsobaFizyczna")
        name = f"{person.get('ImiePierwsze') or ''} {person.get('Nazwisko') or ''}".strip()
        return Party(required(person, "NIP", "Podmiot1/OsobaFizyczna"), name, natural_person=True)
    company = podmiot.child("OsobaNiefizyczna")
    if company is not None:
        only_known(company, COMPANY, "Podmiot1/OsobaNiefizyczna")
    nip = required(company, "NIP", "Podmiot1/OsobaNiefizyczna")
    return Party(nip, (company.get("PelnaNazwa") if company else None) or "", natural_person=False)


def form_code(header: Node | None, expected: str) -> None:
    """The header must name the form that the namespace promises. Raises SourceError."""
    code = header.child("KodFormularza") if header is not None else None
    named = code.attributes.get("kodSystemowy", "") if code is not None else ""
    if named != expected:
        field = "Naglowek/KodFormularza"
        sentence = _("Pole {field} podaje „{named}”, a przestrzeń nazw pliku należy do {expected}.")
        raise SourceError("field-invalid", sentence.format(field=field, named=named, expected=expected), field)
