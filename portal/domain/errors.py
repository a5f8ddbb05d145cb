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
BODY_MALFORMED = _code("body-malformed", 400, _("Formularz z plikiem dotarł uszkodzony. Wyślij go jeszcze raz."))
MEDIA_TYPE = _code("media-type", 415, _("Tego rodzaju treści nie przyjmujemy: {media_type}."))
FIELD_MISSING = _code("field-missing", 422, _("Uzupełnij to pole."))
FIELD_UNKNOWN = _code("field-unknown", 422, _("Nieznane pole."))
FIELD_INVALID = _code("field-invalid", 422, _("Nieprawidłowa wartość."))
TRY_AGAIN = _code("try-again", 503, _("Chwilowo nie udało się zapisać. Spróbuj ponownie za moment."))
DEFECT = _code("defect", 500, _("Coś poszło nie tak po naszej stronie. Zapisaliśmy to i zajmiemy się tym."))

# Signing in
LINK_USELESS = _code("link-useless", 410, _("Ten link wygasł albo został już użyty. Poproś o nowy."))
CODE_WRONG = _code("code-wrong", 422, _("Kod jest nieprawidłowy albo wygasł. Sprawdź ostatni e-mail od nas."))
TOO_MANY_TRIES = _code("too-many-tries", 429, _("Za dużo prób. Spróbuj ponownie za {wait}."))
EMAIL_INVALID = _code(
    "email-invalid",
    422,
    _("To nie wygląda na adres e-mail. Sprawdź, czy jest w nim znak @ i domena."),
)

CONFIRM_NEEDED = _code("confirm-needed", 403, _("Zanim to zrobisz, potwierdź, że to Ty."))
CONFIRM_ELSEWHERE = _code(
    "confirm-elsewhere",
    403,
    _("Ten link działa tylko w przeglądarce, w której trzeba potwierdzić, że to Ty. Wpisz w niej kod z tego e-maila."),
)
PASSKEY_REFUSED = _code(
    "passkey-refused",
    422,
    _("Nie udało się potwierdzić klucza dostępu. Spróbuj jeszcze raz albo zaloguj się e-mailem."),
)
PASSKEY_CLONED = _code(
    "passkey-cloned",
    403,
    _("Ten klucz dostępu mógł zostać skopiowany, więc go nie przyjmujemy. Zaloguj się e-mailem i usuń go."),
)
PASSKEY_NONE = _code("passkey-none", 409, _("Nie masz jeszcze klucza dostępu. Potwierdź kodem z e-maila."))
TOO_MANY_PASSKEYS = _code(
    "too-many-passkeys", 409, _("Możesz mieć najwyżej {limit} kluczy dostępu. Usuń któryś, aby dodać nowy.")
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
BANK_ACCOUNT_INVALID = _code(
    "bank-account-invalid",
    422,
    _("Numer rachunku bankowego to 26 cyfr z prawidłową sumą kontrolną. Sprawdź, czy żadna nie zginęła."),
)
REGON_INVALID = _code(
    "regon-invalid", 422, _("REGON to 9 albo 14 cyfr z prawidłową cyfrą kontrolną. Sprawdź, czy nie przestawiono cyfr.")
)
PESEL_INVALID = _code(
    "pesel-invalid", 422, _("PESEL to 11 cyfr z prawidłową cyfrą kontrolną. Sprawdź, czy nie przestawiono cyfr.")
)
VAT_UE_INVALID = _code(
    "vat-ue-invalid", 422, _("Podaj numer VAT UE razem z kodem kraju, na przykład DE136695976. Ten się nie zgadza.")
)
POSTCODE_INVALID = _code("postcode-invalid", 422, _("Kod pocztowy ma postać 00-950."))
PHONE_INVALID = _code(
    "phone-invalid", 422, _("Numer telefonu to 9 cyfr, a spoza Polski z kierunkowym, na przykład +49 30 123456.")
)
ADDRESS_INVALID = _code("address-invalid", 422, _("Ta część adresu może mieć najwyżej {limit} znaków."))
REGISTER_SILENT = _code("register-silent", 503, _("Rejestr nie odpowiada. Wpisz dane ręcznie albo spróbuj za chwilę."))
TOO_MANY_PARTNERS = _code("too-many-partners", 409, _("Firma może mieć najwyżej {limit} wspólników."))
PARTNER_NUMBER = _code("partner-number", 409, _("Ten NIP ma już ta firma albo inny jej wspólnik."))
TOO_MANY_ACCOUNTS = _code("too-many-accounts", 422, _("Firma może mieć najwyżej {limit} rachunków bankowych."))
PARTNER_HAS_RECORDS = _code(
    "partner-has-records",
    409,
    _("Firma ma kwoty dotyczące tej osoby ({name}), więc musi ona zostać na liście wspólników."),
)
FIRM_MERGED = _code("firm-merged", 409, _("Tę firmę połączono z inną: jej kwoty są tam, więc nie można jej otworzyć."))
MERGE_NOT_POSSIBLE = _code(
    "merge-not-possible",
    409,
    _(
        "Tych firm nie można połączyć: połączyć można firmę, która nie jest biurem, nie ma wspólników i nie była już "
        "łączona, z inną firmą, która nie jest w archiwum."
    ),
)
MERGE_PEOPLE = _code(
    "merge-people", 409, _("Ktoś ma dostęp do tej firmy. Najpierw odbierz mu dostęp na stronie „Użytkownicy”.")
)
MERGE_NUMBER = _code(
    "merge-number", 409, _("Obie strony mają różne numery NIP, więc nie są tą samą firmą lub osobą. Sprawdź numery.")
)
MERGE_COLLISION = _code(
    "merge-collision", 409, _("Te pozycje są w obu firmach, więc nie wiadomo, które zostawić: {records}.")
)
MERGE_TOO_LARGE = _code(
    "merge-too-large",
    409,
    _("Firma ma za dużo miesięcy z danymi, aby przenieść je naraz. Połącz firmy zaraz po znalezieniu przez agenta."),
)
IMPORT_BROKEN = _code("import-broken", 422, _("Lista firm dotarła niekompletna. Wybierz plik jeszcze raz."))
STATUS_NOT_ALLOWED = _code("status-not-allowed", 409, _("Z obecnego stanu firmy nie można przejść do wybranego."))
ALREADY_INVITED = _code("already-invited", 409, _("Ta osoba ma już dostęp do firmy."))
STAFF_EXISTS = _code(
    "staff-exists", 409, _("Ta osoba jest już na liście pracowników. Jeżeli jest wyłączona, włącz ją tam.")
)
ALREADY_ACTIVATED = _code(
    "already-activated",
    409,
    _("Ta osoba weszła już do panelu, więc zaproszenie nic by jej nie dało. Zaloguje się swoim adresem e-mail."),
)
ACCESS_OFF = _code("access-off", 409, _("Ta osoba nie ma teraz dostępu. Najpierw go przywróć."))
PARTNER_SUBJECT = _code(
    "partner-subject",
    422,
    _("Wybierz albo wpisz wspólnika tak, jak nazywają go składki i PIT: od 1 do {limit} znaków."),
)
LAST_ADMINISTRATOR = _code(
    "last-administrator",
    409,
    _("To jedyny administrator biura. Najpierw nadaj tę rolę komuś, kto już wszedł do panelu."),
)
OWN_ACCOUNT = _code(
    "own-account", 409, _("Własnej roli i własnego dostępu nie można zmieniać. Poproś innego administratora.")
)
PLAN_TOO_SMALL = _code(
    "plan-too-small", 409, _("Moduł faktur można włączyć dopiero na pełnej wersji. Teraz biuro ma wersję testową.")
)
TOO_MANY_FIRMS = _code(
    "too-many-firms", 409, _("Wersja testowa obejmuje {limit} firm. Przejdź na pełną wersję, aby dodać następne.")
)
CHANGED_MEANWHILE = _code(
    "changed-meanwhile",
    409,
    _("Ktoś zmienił to przed chwilą. Sprawdź aktualny stan i spróbuj ponownie."),
)

# The office itself
TERMS_NOT_ACCEPTED = _code(
    "terms-not-accepted", 422, _("Zaznacz, że akceptujesz regulamin. Bez tego nie możemy założyć biura.")
)
OFFICE_NIP_MISSING = _code("office-nip-missing", 422, _("Najpierw wpisz i zapisz NIP biura."))
OWN_FIRM_EXISTS = _code("own-firm-exists", 409, _("Biuro jest już na liście firm."))
LOGO_NOT_PNG = _code("logo-not-png", 422, _("To nie jest plik PNG. Zapisz logo jako PNG i wyślij ponownie."))
LOGO_TOO_LARGE = _code(
    "logo-too-large", 422, _("Plik z logo jest za duży: najwyżej {limit} kB. Zmniejsz obrazek i wyślij ponownie.")
)
LOGO_TOO_BIG = _code(
    "logo-too-big", 422, _("Logo może mieć najwyżej {width} × {height} pikseli. Zmniejsz obrazek i wyślij ponownie.")
)
LOGO_BROKEN = _code("logo-broken", 422, _("Ten plik PNG jest uszkodzony. Zapisz logo jeszcze raz i wyślij ponownie."))

# Tables that the office hands over as a file
FILE_TOO_LARGE = _code("file-too-large", 422, _("Plik jest za duży: najwyżej {limit} MB."))
FILE_NOT_TABLE = _code(
    "file-not-table", 422, _("Nie umiemy odczytać tabeli z tego pliku. Zapisz ją jako CSV albo XLSX i wyślij ponownie.")
)
FILE_OLD_EXCEL = _code(
    "file-old-excel", 422, _("Plików XLS nie czytamy. Zapisz go w Excelu jako „Skoroszyt programu Excel (XLSX)”.")
)
FILE_ENCRYPTED = _code("file-encrypted", 422, _("Plik jest chroniony hasłem. Zapisz go bez hasła i wyślij ponownie."))
TABLE_TOO_LONG = _code("table-too-long", 422, _("Tabela ma za dużo wierszy: najwyżej {limit}. Podziel ją na części."))
TABLE_TOO_WIDE = _code("table-too-wide", 422, _("Tabela ma za dużo kolumn: najwyżej {limit}."))
CELL_TOO_LONG = _code("cell-too-long", 422, _("Komórka „{column}” jest za długa: najwyżej {limit} znaków."))
COLUMN_MISSING = _code(
    "column-missing", 422, _("W pierwszym wierszu tabeli brakuje kolumny „{column}”. Dopisz ją i wyślij plik ponownie.")
)
COLUMN_DOUBLE = _code("column-double", 422, _("Kolumna „{column}” jest w tabeli dwa razy. Usuń jedną z nich."))
LEGAL_FORM_UNKNOWN = _code(
    "legal-form-unknown",
    422,
    _("Nieznana forma prawna: {value}. Wpisz: działalność, spółka cywilna, spółka albo jednostka budżetowa."),
)
STATUS_UNKNOWN = _code(
    "status-unknown", 422, _("Nieznany status: {value}. Wpisz: aktywna, zawieszona, wyłączona albo w archiwum.")
)

PARTNER_RECORD = _code(
    "partner-record",
    422,
    _("Ten NIP należy do wspólnika ({name}): firma przyjmuje od niego tylko składki i PIT."),
)

# Leaving
EXPORT_RUNNING = _code("export-running", 409, _("Dane są już przygotowywane. Poczekaj, aż to się skończy."))
EXPORT_NOT_READY = _code("export-not-ready", 409, _("Ten plik nie jest jeszcze gotowy. Poczekaj na e-mail."))
EXPORT_EXPIRED = _code("export-expired", 410, _("Ten plik został już usunięty. Przygotuj nowy."))
NOT_ARCHIVED = _code("not-archived", 409, _("Na zawsze można usunąć tylko firmę w archiwum."))
KEPT_BY_LAW = _code(
    "kept-by-law", 409, _("Dane tej firmy trzeba przechowywać do {day}. Usunąć ją można dopiero potem.")
)
OWN_FIRM_STAYS = _code("own-firm-stays", 409, _("Biura jako firmy nie można usunąć: należy do biura."))

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
    _("Pole „Kogo dotyczy” wypełnia się tylko przy składkach i podatkach osoby (PIT-5, PIT-5L, PPE): do 60 znaków."),
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
