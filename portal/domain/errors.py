"""Every way the product says no: one stable code and one Polish sentence each (docs/reference.md lists them all)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


def _(sentence: str) -> str:
    """Mark a sentence for translation; `portal.pages` translates it when it is shown."""
    return sentence


@dataclass(frozen=True, slots=True)
class Code:
    """A kind of refusal: `name` is stable and public, `sentence` may hold `{named}` values."""

    name: str
    status: int
    sentence: str


CODES: dict[str, Code] = {}


def _code(name: str, status: int, sentence: str) -> Code:
    CODES[name] = Code(name, status, sentence)
    return CODES[name]


class Refusal(ValueError):  # noqa: N818 - a refusal is an answer, not a defect
    """The request was understood and refused. Carries the code, the field it concerns and the sentence's values.

    A ValueError, so that pydantic collects the refusals of all fields of an input.
    """

    def __init__(self, code: Code, field: str | None = None, **values: Any) -> None:
        super().__init__(code.name)
        self.code = code
        self.field = field
        self.values = values

    @property
    def detail(self) -> str:
        """The sentence in Polish, the source language."""
        return self.code.sentence.format(**self.values)


class Refusals(Exception):  # noqa: N818 - as above
    """Several fields of one input are wrong at once; each is told."""

    def __init__(self, refusals: list[Refusal]) -> None:
        super().__init__(", ".join(refusal.code.name for refusal in refusals))
        self.refusals = refusals


# The request as a whole
NOT_FOUND = _code("not-found", 404, _("Nie ma takiej strony albo nie masz do niej dostępu."))
SIGN_IN_NEEDED = _code("sign-in-needed", 401, _("Zaloguj się, aby zobaczyć tę stronę."))
CROSS_SITE = _code("cross-site", 403, _("Żądanie przyszło z innej strony internetowej i zostało odrzucone."))
READ_ONLY = _code("read-only", 403, _("Ta firma jest zawieszona: można przeglądać, nie można zmieniać."))
ADMINISTRATOR_ONLY = _code("administrator-only", 403, _("Może to zrobić tylko administrator biura."))
BODY_NOT_JSON = _code("body-not-json", 400, _("Treść żądania nie jest poprawnym JSON-em."))
BODY_NOT_GZIP = _code("body-not-gzip", 400, _("Treść żądania nie jest poprawnym gzipem."))
BODY_TOO_LARGE = _code("body-too-large", 413, _("Treść żądania jest za duża: najwyżej {limit} bajtów."))
MEDIA_TYPE = _code("media-type", 415, _("Tego rodzaju treści nie przyjmujemy: {media_type}."))
FIELD_MISSING = _code("field-missing", 422, _("Uzupełnij to pole."))
FIELD_UNKNOWN = _code("field-unknown", 422, _("Nieznane pole."))
FIELD_INVALID = _code("field-invalid", 422, _("Nieprawidłowa wartość."))
TRY_AGAIN = _code("try-again", 503, _("Chwilowo nie udało się zapisać. Spróbuj ponownie za moment."))
DEFECT = _code("defect", 500, _("Coś poszło nie tak po naszej stronie. Zapisaliśmy to i zajmiemy się tym."))

# Signing in
LINK_USELESS = _code("link-useless", 410, _("Ten link wygasł albo został już użyty. Poproś o nowy."))
CODE_WRONG = _code("code-wrong", 422, _("Kod jest nieprawidłowy albo wygasł. Sprawdź ostatni e-mail od nas."))
TOO_MANY_TRIES = _code("too-many-tries", 429, _("Za dużo prób. Spróbuj ponownie za {minutes} min."))
EMAIL_INVALID = _code(
    "email-invalid",
    422,
    _("To nie wygląda na adres e-mail. Sprawdź, czy jest w nim znak @ i domena."),
)

# Agents
TOKEN_INVALID = _code("token-invalid", 401, _("Token agenta jest nieprawidłowy. Utwórz nowy w panelu („Agenci”)."))
TOKEN_REVOKED = _code("token-revoked", 401, _("Token agenta został unieważniony. Utwórz nowy w panelu („Agenci”)."))
CLOCK_WRONG = _code(
    "clock-wrong",
    422,
    _("Zegar komputera różni się od zegara serwera o {minutes} min. Ustaw właściwy czas."),
)
PROTOCOL_UNKNOWN = _code("protocol-unknown", 422, _("Nieznana wersja protokołu. Zaktualizuj KonektoSync."))
TOO_MANY_RECORDS = _code("too-many-records", 413, _("Za dużo pozycji w jednym żądaniu: najwyżej {limit}."))

# Firms and identifiers
NIP_INVALID = _code("nip-invalid", 422, _("Numer NIP ma błędną cyfrę kontrolną. Sprawdź, czy nie przestawiono cyfr."))
FIRM_UNKNOWN = _code("firm-unknown", 404, _("Firmy o NIP {nip} nie ma jeszcze w panelu."))
FIRM_ARCHIVED = _code("firm-archived", 409, _("Firma o NIP {nip} jest w archiwum i nie przyjmuje danych."))
FIRM_EXISTS = _code("firm-exists", 409, _("Firma o tym numerze NIP jest już na liście: {name}."))
NAME_INVALID = _code("name-invalid", 422, _("Podaj nazwę: od 1 do {limit} znaków."))
PREFIX_INVALID = _code("prefix-invalid", 422, _("Prefiks to najwyżej 20 liter, cyfr, kropek lub myślników."))
ZUS_ACCOUNT_INVALID = _code(
    "zus-account-invalid",
    422,
    _("To nie jest numer rachunku składkowego (NRS) tej firmy: 26 cyfr, w środku 60000002026, na końcu NIP płatnika."),
)
STATUS_NOT_ALLOWED = _code("status-not-allowed", 409, _("Z obecnego stanu firmy nie można przejść do wybranego."))
ALREADY_INVITED = _code("already-invited", 409, _("Ta osoba ma już dostęp do firmy."))
CHANGED_MEANWHILE = _code(
    "changed-meanwhile",
    409,
    _("Ktoś zmienił to przed chwilą. Sprawdź aktualny stan i spróbuj ponownie."),
)

# Records
PERIOD_INVALID = _code("period-invalid", 422, _("Okres musi mieć postać RRRR-MM, na przykład 2026-10."))
PERIOD_IN_FUTURE = _code("period-in-future", 422, _("Okres {period} jeszcze się nie zaczął."))
PERIOD_TOO_OLD = _code("period-too-old", 422, _("Okres {period} jest zbyt odległy. Przyjmujemy dane od {oldest} r."))
PERIOD_NOT_QUARTER = _code(
    "period-not-quarter",
    422,
    _("{form} rozlicza się kwartalnie: podaj ostatni miesiąc kwartału (03, 06, 09 lub 12)."),
)
AMOUNT_INVALID = _code("amount-invalid", 422, _("Podaj kwotę w złotych i groszach, na przykład 1 234,56."))
AMOUNT_OUT_OF_RANGE = _code(
    "amount-out-of-range",
    422,
    _("Kwota jest poza zakresem: najwyżej 99 999 999,99 zł, a do zapłaty i nadpłata nie mniej niż 0,00 zł."),
)
AMOUNT_AND_SURPLUS = _code("amount-and-surplus", 422, _("Podaj albo kwotę do zapłaty, albo nadpłatę, nie obie naraz."))
SETTLEMENT_NOT_ALLOWED = _code(
    "settlement-not-allowed",
    422,
    _("Typ rozliczenia {settlement} nie pasuje do tego rodzaju danych."),
)
FORM_UNKNOWN = _code("form-unknown", 422, _("Nieznany rodzaj podatku: {form}."))
SUBJECT_INVALID = _code(
    "subject-invalid",
    422,
    _("Pole „Kogo dotyczy” wypełnia się tylko przy składkach, najwyżej 60 znaków."),
)
READ_IN_FUTURE = _code("read-in-future", 422, _("Czas odczytu jest w przyszłości. Sprawdź zegar komputera."))
DIGEST_MISMATCH = _code("digest-mismatch", 422, _("Dane zostały uszkodzone podczas przesyłania (niezgodny skrót)."))
RECORD_UNKNOWN = _code("record-unknown", 404, _("Nie ma takiej pozycji."))
RECORD_CHANGED = _code("record-changed", 409, _("Ta pozycja zmieniła się po otwarciu strony. Teraz: {now}."))
NOTHING_CHOSEN = _code("nothing-chosen", 422, _("Zaznacz co najmniej jedną pozycję do zatwierdzenia."))
NOTHING_TO_WITHDRAW = _code("nothing-to-withdraw", 409, _("Tej pozycji klient już nie widzi."))
PAID_IN_FUTURE = _code("paid-in-future", 422, _("Dzień zapłaty nie może być w przyszłości."))
REASON_MISSING = _code("reason-missing", 422, _("Podaj powód: klient zobaczy, dlaczego kwota została wycofana."))
COMMENT_TOO_LONG = _code("comment-too-long", 422, _("Komentarz może mieć najwyżej {limit} znaków."))
