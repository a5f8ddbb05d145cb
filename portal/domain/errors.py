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
TOKEN_INVALID = _code(
    "token-invalid", 401, _("Token jest nieprawidłowy. Utwórz nowy w panelu („Agenci” albo „Tokeny dla programów”).")
)
TOKEN_REVOKED = _code(
    "token-revoked", 401, _("Token został unieważniony. Utwórz nowy w panelu („Agenci” albo „Tokeny dla programów”).")
)
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

# Documents
DOCUMENT_ARRIVED = _code("document-arrived", 409, _("Ten dokument już dotarł."))
DOCUMENT_LOCKED = _code("document-locked", 409, _("Ten dokument jest już wyeksportowany, więc nie można go zmieniać."))
DOCUMENT_CHANGED = _code(
    "document-changed", 409, _("Ten dokument zmienił się po otwarciu strony. Sprawdź, jaki jest teraz.")
)
DOCUMENT_STATUS = _code("document-status", 409, _("W obecnym stanie dokumentu nie można tego zrobić."))
DOCUMENT_BEGUN = _code(
    "document-begun", 409, _("Biuro już pracuje z tym dokumentem. Napisz w wątku, że należy go odrzucić.")
)
DOCUMENT_NO_CIRCULATION = _code(
    "document-no-circulation",
    409,
    _("Obieg dokumentów jest tu wyłączony: dokument można przyjąć albo odrzucić."),
)
DOCUMENT_NOT_APPROVED = _code("document-not-approved", 409, _("Eksportować można tylko dokumenty zatwierdzone."))
DOCUMENT_NOT_READY = _code("document-not-ready", 409, _("Plik tego dokumentu nie jest jeszcze sprawdzony."))
REJECTION_REASON = _code("rejection-reason", 422, _("Podaj powód odrzucenia: klient go zobaczy."))
MESSAGE_EMPTY = _code("message-empty", 422, _("Napisz treść wiadomości."))
TEXT_TOO_LONG = _code("text-too-long", 422, _("Ten tekst może mieć najwyżej {limit} znaków."))
TOO_MANY_MESSAGES = _code("too-many-messages", 409, _("Wątek ma już {limit} wiadomości. Zadzwoń albo napisz e-mail."))
MONTH_LOCKED = _code(
    "month-locked", 409, _("Miesiąc {period} jest już u księgowej. Wybierz inny albo poproś biuro o jego otwarcie.")
)
MONTH_STATE = _code("month-state", 409, _("Z obecnego stanu miesiąca nie można przejść do wybranego."))
TOO_MANY_EXPECTED = _code("too-many-expected", 409, _("Lista oczekiwanych dokumentów mieści {limit} pozycji."))
DOCUMENT_AMOUNT = _code(
    "document-amount", 422, _("Kwota jest poza zakresem: najwyżej 99 999 999,99 zł, przy korekcie może być ujemna.")
)
DOCUMENTS_NOT_CHOSEN = _code("documents-not-chosen", 422, _("Zaznacz co najmniej jeden dokument."))
TOO_MANY_DOCUMENTS = _code("too-many-documents", 422, _("Za dużo dokumentów naraz: najwyżej {limit}."))
ARCHIVE_CHOICE = _code("archive-choice", 422, _("Wskaż dokumenty albo firmę i miesiąc: jedno z nich, nie oba naraz."))
ARCHIVE_EMPTY = _code("archive-empty", 409, _("Nie ma tu jeszcze żadnego sprawdzonego pliku do pobrania."))
ARCHIVES_RUNNING = _code(
    "archives-running", 409, _("Naraz mogą powstawać najwyżej {limit} pliki ZIP. Poczekaj, aż któryś będzie gotowy.")
)
FEES_OWN_FIRM = _code("fees-own-firm", 409, _("Do paneli klientów dodaje się tylko faktury z firmy biura."))
FEE_NOT_MATCHED = _code(
    "fee-not-matched",
    409,
    _("Tej faktury nie można dodać: musi to być sprzedaż, w której NIP sprzedawcy ma biuro, a NIP nabywcy klient."),
)
FEE_DELIVERED = _code("fee-delivered", 409, _("Ta faktura jest już w panelu klienta."))
FEE_NOT_DELIVERED = _code("fee-not-delivered", 409, _("Tej faktury nie ma w panelu klienta."))
FEE_NOT_YOURS = _code(
    "fee-not-yours",
    409,
    _("Ta faktura jest w panelu firmy, której nie obsługujesz. Poproś o to administratora."),
)
FEE_EXPORTED = _code(
    "fee-exported",
    409,
    _("Ta faktura jest już wyeksportowana w firmie klienta ({firm}), więc nie można jej wycofać ani zmienić."),
)
TOO_MANY_FILES = _code("too-many-files", 422, _("Za dużo plików naraz: najwyżej {limit}. Dodaj je w kilku turach."))
UPLOAD_EMPTY = _code("upload-empty", 422, _("Plik „{name}” jest pusty. Sprawdź, czy zapisał się do końca."))
UPLOAD_TOO_LARGE = _code("upload-too-large", 422, _("Plik „{name}” jest za duży: najwyżej {limit} MB."))
UPLOAD_TYPE = _code(
    "upload-type",
    422,
    _("Pliku „{name}” nie przyjmujemy. Wyślij PDF, zdjęcie (JPEG, PNG, HEIC, TIFF, WebP), XML, ZIP albo plik biurowy."),
)
WHOLE_FIRM_ONLY = _code(
    "whole-firm-only", 403, _("Może to zrobić tylko osoba z rolą „Firma”: wspólnik widzi dokumenty, które sam dodał.")
)
UPLOAD_DIGEST = _code("upload-digest", 422, _("Brakuje prawidłowej sumy kontrolnej SHA-256 pliku „{name}”."))

# Why intake keeps a file aside
STOPPED_SIZE = _code("stopped-size", 422, _("Dotarł plik innej wielkości, niż zapowiedziano. Wyślij go jeszcze raz."))
STOPPED_DIGEST = _code("stopped-digest", 422, _("Plik zmienił się w drodze. Wyślij go jeszcze raz."))
STOPPED_TYPE = _code(
    "stopped-type", 422, _("Zawartość pliku nie zgadza się z jego nazwą. Zapisz dokument jako PDF i wyślij ponownie.")
)
STOPPED_BROKEN = _code("stopped-broken", 422, _("Plik jest uszkodzony i nie da się go otworzyć. Wyślij go ponownie."))
STOPPED_ENCRYPTED = _code(
    "stopped-encrypted", 422, _("Plik jest chroniony hasłem. Zapisz go bez hasła i wyślij ponownie.")
)
STOPPED_PAGES = _code("stopped-pages", 422, _("Plik ma za dużo stron: najwyżej {limit}. Podziel go na części."))
STOPPED_PIXELS = _code("stopped-pixels", 422, _("Obraz jest za duży: najwyżej {limit} milionów pikseli. Zmniejsz go."))
STOPPED_ARCHIVE = _code(
    "stopped-archive",
    422,
    _("W archiwum ZIP są pliki, których nie przyjmujemy, na przykład inne archiwum. Rozpakuj je."),
)
STOPPED_MACROS = _code(
    "stopped-macros", 422, _("Plik zawiera makra, więc go nie przyjmujemy. Zapisz go bez nich albo jako PDF.")
)
STOPPED_VIRUS = _code("stopped-virus", 422, _("W pliku znaleziono złośliwe oprogramowanie. Nie otwieraj go."))
STOPPED_UNSCANNED = _code(
    "stopped-unscanned", 422, _("Nie udało się sprawdzić, czy plik jest bezpieczny. Wyślij go w innym formacie.")
)
STOPPED_FIRM = _code("stopped-firm", 409, _("Firma została zawieszona, zanim plik dotarł. Skontaktuj się z biurem."))

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

# Invoices
LINES_MISSING = _code("lines-missing", 422, _("Dodaj co najmniej jedną pozycję."))
TOO_MANY_LINES = _code("too-many-lines", 422, _("Faktura może mieć najwyżej {limit} pozycji. Podziel ją na kilka."))
QUANTITY_INVALID = _code("quantity-invalid", 422, _("Ilość musi być większa od zera i nie większa niż {most}."))
QUANTITY_DECIMALS = _code("quantity-decimals", 422, _("Ilość może mieć najwyżej {limit} miejsc po przecinku."))
PRICE_INVALID = _code("price-invalid", 422, _("Podaj cenę od zera do 99 999 999 999. Obniżkę wpisz jako rabat."))
PRICE_DECIMALS = _code("price-decimals", 422, _("Cena na tej fakturze może mieć najwyżej {limit} miejsc po przecinku."))
DISCOUNT_PERCENT_INVALID = _code(
    "discount-percent-invalid", 422, _("Rabat to od 0 do 100 procent, najwyżej z sześcioma miejscami po przecinku.")
)
DISCOUNT_INVALID = _code("discount-invalid", 422, _("Rabat nie może być ujemny ani większy niż wartość pozycji."))
DISCOUNT_TWICE = _code("discount-twice", 422, _("Podaj rabat w procentach albo kwotą, nie oba naraz."))
INVOICE_TOO_LARGE = _code("invoice-too-large", 422, _("Wartość faktury jest za duża: najwyżej 999 999 999 999,99."))
INVOICE_ZERO = _code("invoice-zero", 422, _("Faktura na kwotę zero niczego nie dokumentuje. Sprawdź ceny i rabaty."))
RATE_ENDED = _code("rate-ended", 422, _("Stawka {rate} obowiązywała do {day}. Wybierz stawkę z dnia sprzedaży."))
RATE_NOT_YET = _code("rate-not-yet", 422, _("Stawka {rate} obowiązuje od {day}. Wybierz stawkę z dnia sprzedaży."))
RATE_NOT_FOR_KIND = _code("rate-not-for-kind", 422, _("Stawki „{rate}” nie można użyć na fakturze tego rodzaju."))
EXEMPT_BASE_MISSING = _code(
    "exempt-base-missing",
    422,
    _("Podaj podstawę zwolnienia z VAT, na przykład „art. 113 ust. 1 ustawy o VAT”: musi być na fakturze."),
)
MARGIN_MISSING = _code("margin-missing", 422, _("Wybierz procedurę marży: musi być nazwana na fakturze."))
MARGIN_NOT_ALLOWED = _code("margin-not-allowed", 422, _("Procedurę marży wybiera się tylko na fakturze VAT marża."))
TEXT_CHARACTERS = _code(
    "text-characters", 422, _("W tym tekście są znaki niewidoczne lub sterujące. Usuń je albo wpisz tekst ręcznie.")
)
BUYER_NIP_NEEDED = _code(
    "buyer-nip-needed", 422, _("Podaj NIP nabywcy. Jeżeli to osoba prywatna, zaznacz to przy nabywcy.")
)
BUYER_NIP_REVERSE = _code("buyer-nip-reverse", 422, _("Przy odwrotnym obciążeniu nabywca musi mieć NIP. Podaj go."))
BUYER_NIP_SPLIT = _code("buyer-nip-split", 422, _("Przy podzielonej płatności nabywca musi mieć NIP. Podaj go."))
BUYER_NIP_SIMPLIFIED = _code("buyer-nip-simplified", 422, _("Na fakturze uproszczonej musi być NIP nabywcy. Podaj go."))
BUYER_VAT_UE_NEEDED = _code(
    "buyer-vat-ue-needed", 422, _("Podaj numer VAT UE nabywcy z innego kraju Unii: wymaga go stawka „{rate}”.")
)
BUYER_CONSUMER = _code(
    "buyer-consumer", 422, _("Osoba prywatna nie podaje NIP. Zmień nabywcę na firmę albo usuń numer.")
)
SIMPLIFIED_LIMIT = _code(
    "simplified-limit", 422, _("Faktura uproszczona może opiewać najwyżej na 450 zł (100 euro). Wystaw zwykłą fakturę.")
)
EXCHANGE_MISSING = _code(
    "exchange-missing", 422, _("Podaj kurs NBP z dnia {day}: VAT musi być na fakturze także w złotych.")
)
EXCHANGE_DAY = _code("exchange-day", 422, _("Do tej faktury potrzebny jest kurs z tabeli NBP z dnia {day}."))
EXCHANGE_INVALID = _code(
    "exchange-invalid", 422, _("Podaj dodatni kurs, najwyżej 6 miejsc po przecinku, i numer tabeli.")
)
EXCHANGE_NOT_NEEDED = _code("exchange-not-needed", 422, _("Faktura w złotych nie ma kursu waluty. Usuń go."))
EXCHANGE_NO_TABLE = _code(
    "exchange-no-table", 422, _("NBP nie ogłosił kursu tej waluty w tabeli A z dnia {day}. Sprawdź daty na fakturze.")
)
EXCHANGE_SILENT = _code(
    "exchange-silent", 422, _("NBP nie odpowiada. Wpisz ręcznie kurs z tabeli A z dnia {day} albo spróbuj za chwilę.")
)
RECEIVED_INVALID = _code("received-invalid", 422, _("Podaj otrzymaną zaliczkę: kwotę większą od zera."))
RECEIVED_TOO_HIGH = _code(
    "received-too-high", 422, _("Zaliczka jest większa niż to, co zostało do zapłaty z zamówienia: {left}.")
)
ADVANCES_MISSING = _code("advances-missing", 422, _("Wskaż faktury zaliczkowe, które rozlicza ta faktura."))
ADVANCES_NOT_ALLOWED = _code(
    "advances-not-allowed", 422, _("Zaliczki wskazuje się tylko na fakturze zaliczkowej i rozliczeniowej.")
)
ADVANCE_SETTLED = _code("advance-settled", 409, _("Faktura zaliczkowa {number} jest już rozliczona."))
ADVANCE_CURRENCY = _code("advance-currency", 422, _("Faktura zaliczkowa {number} jest w innej walucie: {currency}."))
ADVANCE_NOT_POSSIBLE = _code(
    "advance-not-possible",
    409,
    _("Faktura {number} nie jest zaliczkowa albo nie jest wystawiona, więc się jej nie rozlicza."),
)
ADVANCES_EXCEED = _code(
    "advances-exceed",
    422,
    _("Zaliczki w stawce „{rate}” są większe niż wartość sprzedaży. Najpierw skoryguj zaliczkę."),
)
CORRECTING_DRAFT = _code("correcting-draft", 409, _("Szkicu się nie koryguje: można go po prostu zmienić."))
CORRECTION_NOT_POSSIBLE = _code(
    "correction-not-possible",
    409,
    _("Tego się nie koryguje: pro forma zastępuje się nową, a korektę następną korektą tej samej faktury."),
)
CORRECTION_MISSING = _code("correction-missing", 422, _("Wskaż fakturę, którą korygujesz."))
CORRECTION_NOT_ALLOWED = _code(
    "correction-not-allowed", 422, _("Tylko faktura korygująca wskazuje fakturę korygowaną.")
)
CORRECTION_OUTDATED = _code(
    "correction-outdated", 409, _("Tę fakturę skorygowano w międzyczasie. Zacznij korektę od jej obecnego stanu.")
)
CORRECTION_EMPTY = _code(
    "correction-empty", 422, _("Korekta niczego nie zmienia. Popraw to, co na fakturze było błędne.")
)
CORRECTION_REASON = _code("correction-reason", 422, _("Podaj przyczynę korekty: będzie na wydruku."))
CORRECTION_CURRENCY = _code("correction-currency", 422, _("Korekta ma walutę i kurs faktury, którą koryguje."))
CORRECTION_EARLY = _code("correction-early", 422, _("Korekta nie może być wcześniejsza niż faktura z {day}."))
DUE_EARLY = _code("due-early", 422, _("Termin płatności nie może być wcześniejszy niż sprzedaż i wystawienie faktury."))
ISSUE_FUTURE = _code("issue-future", 422, _("Data wystawienia nie może być w przyszłości."))
SUPPLY_PERIOD = _code("supply-period", 422, _("Okres sprzedaży musi się zaczynać nie później, niż się kończy."))
RECEIVED_FUTURE = _code("received-future", 422, _("Dzień otrzymania zaliczki nie może być w przyszłości."))
INVOICE_CANCELLED = _code("invoice-cancelled", 409, _("Ta faktura jest anulowana."))
CANCEL_TOO_LATE = _code(
    "cancel-too-late", 409, _("Faktury wysłanej, obejrzanej albo opłaconej nie można anulować. Wystaw korektę.")
)
CANCEL_REASON = _code("cancel-reason", 422, _("Podaj powód anulowania: zostanie przy fakturze."))
PAYMENT_INVALID = _code("payment-invalid", 422, _("Podaj kwotę większą od zera, najwyżej tyle, ile zostało: {left}."))
PAYMENT_NOTHING_LEFT = _code("payment-nothing-left", 409, _("Ta faktura jest już rozliczona w całości."))
TOO_MANY_PAYMENTS = _code("too-many-payments", 409, _("Przy fakturze mieści się najwyżej {limit} wpłat."))
PATTERN_INVALID = _code(
    "pattern-invalid",
    422,
    _("Wzór numeru składa się z pól series, number, month i year oraz liter, cyfr, spacji i znaków / - _ ."),
)
PATTERN_NUMBER = _code("pattern-number", 422, _("We wzorze musi być dokładnie jedno pole number, czyli numer kolejny."))
PATTERN_RESET = _code(
    "pattern-reset",
    422,
    _("Numeracja zaczyna się od nowa, więc we wzorze musi być pole {needed}: inaczej numery się powtórzą."),
)
PATTERN_LONG = _code("pattern-long", 422, _("Numer według tego wzoru byłby za długi: najwyżej {limit} znaków."))
SERIES_CODE = _code("series-code", 422, _("Oznaczenie serii to od 1 do 10 liter i cyfr."))
SERIES_MEET = _code(
    "series-meet", 409, _("Seria „{other}” mogłaby nadać ten sam numer. Dodaj do wzoru pole series albo inną literę.")
)
SERIES_KIND = _code("series-kind", 422, _("Ta seria nie jest dla faktur tego rodzaju."))
NUMBER_INVALID = _code("number-invalid", 422, _("Podaj liczbę, na przykład 1,5."))
INVOICE_TOO_LONG = _code(
    "invoice-too-long",
    422,
    _("Faktura ma za dużo tekstu, aby ją zapisać. Skróć nazwy pozycji albo podziel ją na kilka."),
)
INVOICE_ISSUED = _code("invoice-issued", 409, _("Ta faktura jest już wystawiona, więc nie można jej zmieniać."))
INVOICE_LINK_USELESS = _code(
    "invoice-link-useless", 410, _("Ten odnośnik nie prowadzi do żadnego dokumentu. Poproś sprzedawcę o nowy.")
)
INVOICE_NO_LINK = _code("invoice-no-link", 409, _("Do tej faktury nie prowadzi już żaden odnośnik."))
INVOICE_NOT_ISSUED = _code("invoice-not-issued", 409, _("To jest szkic. Najpierw wystaw fakturę."))
RECURRING_KIND = _code(
    "recurring-kind",
    422,
    _("Cyklicznie można wystawiać zwykłe faktury i pro formy. Korekty, zaliczki, faktury końcowe i marża nie."),
)
RECURRING_FIRST = _code("recurring-first", 422, _("Pierwszy dzień nie może być wcześniejszy niż dziś."))
RECURRING_END = _code(
    "recurring-end", 422, _("Do tego dnia nie wypada żadna faktura. Podaj późniejszy albo zostaw puste.")
)
RECURRING_DONE = _code("recurring-done", 409, _("Za ten okres faktura już powstała."))
RECURRING_UNPRINTABLE = _code(
    "recurring-unprintable", 422, _("Fakturę zapisano, ale nie udało się przygotować jej PDF. Otwórz ją i sprawdź.")
)
RECURRING_MISSED = _code(
    "recurring-missed", 409, _("Ten dzień minął, gdy portal nie działał. Wystawiono tylko fakturę za ostatni okres.")
)
PLACEHOLDER_UNKNOWN = _code(
    "placeholder-unknown", 422, _("Nie wiadomo, co wpisać zamiast {text}. Można użyć: {known}.")
)

# Programs that issue invoices
PROGRAM_REFUSED = _code(
    "program-refused", 403, _("Program z tokenem nie może tego zrobić. Zaloguj się w portalu i zrób to samodzielnie.")
)
TOKENS_NOT_FOR_PARTNER = _code(
    "tokens-not-for-partner", 403, _("Tokeny dla programów tworzy i unieważnia biuro albo osoba z rolą „Firma”.")
)
TOO_MANY_TOKENS = _code(
    "too-many-tokens",
    409,
    _("Firma może mieć najwyżej {limit} działających tokenów. Unieważnij któryś, aby dodać nowy."),
)
REQUEST_REUSED = _code(
    "request-reused",
    409,
    _("Ten formularz był już wysłany z inną treścią. Otwórz listę faktur i sprawdź, co zostało zapisane."),
)
SERIES_MISSING = _code(
    "series-missing", 409, _("Nie ma serii dla faktur tego rodzaju. Dodaj ją w ustawieniach faktur.")
)
SERIES_UNKNOWN = _code("series-unknown", 422, _("Nie ma serii o takim oznaczeniu."))
SERIES_DOUBLE = _code("series-double", 422, _("Dwie serie nie mogą mieć tego samego oznaczenia."))
SERIES_BACK = _code(
    "series-back", 422, _("W tej serii numery doszły już do {reached}. Podaj większy, aby żaden się nie powtórzył.")
)
NUMBERS_EXHAUSTED = _code("numbers-exhausted", 409, _("W tej serii skończyły się numery. Załóż nową."))
