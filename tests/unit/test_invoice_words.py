"""Amounts in Polish words, and the QR code of a transfer."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.invoices import transfers, words
from portal.domain.invoices.content import MOST, PaymentForm
from portal.domain.invoices.currencies import Currency
from tests.unit.invoicing import ACCOUNT, SELLER, typed


@pytest.mark.parametrize(
    ("minor", "currency", "spoken"),
    [
        (123_456, Currency.PLN, "jeden tysiąc dwieście trzydzieści cztery złote 56/100"),
        (0, Currency.PLN, "zero złotych 00/100"),
        (1, Currency.PLN, "zero złotych 01/100"),
        (100, Currency.PLN, "jeden złoty 00/100"),
        (200, Currency.PLN, "dwa złote 00/100"),
        (500, Currency.PLN, "pięć złotych 00/100"),
        (1_200, Currency.PLN, "dwanaście złotych 00/100"),
        (2_100, Currency.PLN, "dwadzieścia jeden złotych 00/100"),
        (2_200, Currency.PLN, "dwadzieścia dwa złote 00/100"),
        (10_100, Currency.PLN, "sto jeden złotych 00/100"),
        (11_300, Currency.PLN, "sto trzynaście złotych 00/100"),
        (100_000, Currency.PLN, "jeden tysiąc złotych 00/100"),
        (100_100, Currency.PLN, "jeden tysiąc jeden złotych 00/100"),
        (200_000, Currency.PLN, "dwa tysiące złotych 00/100"),
        (1_200_000, Currency.PLN, "dwanaście tysięcy złotych 00/100"),
        (2_200_200, Currency.PLN, "dwadzieścia dwa tysiące dwa złote 00/100"),
        (100_000_000, Currency.PLN, "jeden milion złotych 00/100"),
        (-1_999, Currency.PLN, "minus dziewiętnaście złotych 99/100"),
        (
            345_678_901_234,
            Currency.PLN,
            "trzy miliardy czterysta pięćdziesiąt sześć milionów siedemset osiemdziesiąt dziewięć tysięcy "
            "dwanaście złotych 34/100",
        ),
        (100, Currency.EUR, "jedno euro 00/100"),
        (200, Currency.EUR, "dwa euro 00/100"),
        (2_100, Currency.EUR, "dwadzieścia jeden euro 00/100"),
        (100, Currency.USD, "jeden dolar amerykański 00/100"),
        (300, Currency.USD, "trzy dolary amerykańskie 00/100"),
        (1_100, Currency.USD, "jedenaście dolarów amerykańskich 00/100"),
        (400, Currency.GBP, "cztery funty szterlingi 00/100"),
        (1_400, Currency.GBP, "czternaście funtów szterlingów 00/100"),
        (100, Currency.CZK, "jedna korona czeska 00/100"),
        (200, Currency.CZK, "dwie korony czeskie 00/100"),
        (2_100, Currency.CZK, "dwadzieścia jeden koron czeskich 00/100"),
        (2_200, Currency.CZK, "dwadzieścia dwie korony czeskie 00/100"),
        (1_200, Currency.CZK, "dwanaście koron czeskich 00/100"),
        (200_200, Currency.SEK, "dwa tysiące dwie korony szwedzkie 00/100"),
        (500, Currency.NOK, "pięć koron norweskich 00/100"),
        (500, Currency.DKK, "pięć koron duńskich 00/100"),
        (200, Currency.UAH, "dwie hrywny 00/100"),
        (500, Currency.UAH, "pięć hrywien 00/100"),
        (500, Currency.HUF, "pięć forintów 00/100"),
        (200, Currency.CHF, "dwa franki szwajcarskie 00/100"),
        (500, Currency.RON, "pięć lejów rumuńskich 00/100"),
        (200, Currency.CAD, "dwa dolary kanadyjskie 00/100"),
        (500, Currency.AUD, "pięć dolarów australijskich 00/100"),
        (500, Currency.TRY, "pięć lir tureckich 00/100"),
    ],
)
def test_an_amount_is_read_as_poles_read_it(minor: int, currency: Currency, spoken: str) -> None:
    assert words.in_words(minor, currency) == spoken


_NUMBERS = {
    word: number
    for number, spelled in {
        1: "jeden jedna jedno",
        2: "dwa dwie",
        3: "trzy",
        4: "cztery",
        5: "pięć",
        6: "sześć",
        7: "siedem",
        8: "osiem",
        9: "dziewięć",
        10: "dziesięć",
        11: "jedenaście",
        12: "dwanaście",
        13: "trzynaście",
        14: "czternaście",
        15: "piętnaście",
        16: "szesnaście",
        17: "siedemnaście",
        18: "osiemnaście",
        19: "dziewiętnaście",
        20: "dwadzieścia",
        30: "trzydzieści",
        40: "czterdzieści",
        50: "pięćdziesiąt",
        60: "sześćdziesiąt",
        70: "siedemdziesiąt",
        80: "osiemdziesiąt",
        90: "dziewięćdziesiąt",
        100: "sto",
        200: "dwieście",
        300: "trzysta",
        400: "czterysta",
        500: "pięćset",
        600: "sześćset",
        700: "siedemset",
        800: "osiemset",
        900: "dziewięćset",
    }.items()
    for word in spelled.split()
}
_POWERS = {"tysi": 10**3, "milion": 10**6, "miliard": 10**9, "bilion": 10**12}


def heard(spoken: str) -> int:
    """The amount that somebody who hears the words writes down."""
    sign = -1 if spoken.startswith("minus ") else 1
    whole, group = 0, 0
    for word in spoken.removeprefix("minus ").split()[:-1]:
        power = next((value for stem, value in _POWERS.items() if word.startswith(stem)), 0)
        whole, group = (whole + group * power, 0) if power else (whole, group + _NUMBERS.get(word, 0))
    return sign * ((whole + group) * 100 + int(spoken.rsplit(maxsplit=1)[-1].removesuffix("/100")))


@given(st.integers(-MOST, MOST), st.sampled_from(Currency))
def test_who_hears_the_words_writes_the_same_amount(minor: int, currency: Currency) -> None:
    assert heard(words.in_words(minor, currency)) == minor


@given(st.integers(-MOST, MOST), st.sampled_from(Currency))
def test_words_have_single_spaces_and_hundredths_of_two_digits(minor: int, currency: Currency) -> None:
    spoken = words.in_words(minor, currency)
    assert spoken == " ".join(spoken.split())
    assert spoken.endswith(f" {abs(minor) % 100:02d}/100")


def test_words_end_far_beyond_any_invoice() -> None:
    assert words.in_words((words.BEYOND - 1) * 100, Currency.PLN).startswith(
        "dziewięćset dziewięćdziesiąt dziewięć tryl"
    )
    with pytest.raises(ValueError, match=str(words.BEYOND)):
        words.in_words(words.BEYOND * 100, Currency.PLN)


def test_a_transfer_is_written_by_the_standard_of_the_banks() -> None:
    # The example of ZBP's own recommendation.
    assert (
        transfers.transfer_text(
            nip="1234567890",
            account="92124012340001567890123456",
            amount=1_200,
            recipient="Odbiorca 1",
            title="FV 1234/34/2012",
        )
        == "1234567890|PL|92124012340001567890123456|001200|Odbiorca 1|FV 1234/34/2012|||"
    )


@pytest.mark.parametrize("amount", [0, -1, 1_000_000])
def test_an_amount_that_banks_do_not_take_from_a_code_gives_none(amount: int) -> None:
    assert transfers.transfer_text(nip="", account=ACCOUNT, amount=amount, recipient="A", title="B") == ""


def test_the_highest_amount_is_taken() -> None:
    assert "|999999|" in transfers.transfer_text(nip="", account=ACCOUNT, amount=999_999, recipient="A", title="B")


@given(st.text(), st.text())
def test_names_and_titles_never_break_the_fields(recipient: str, title: str) -> None:
    text = transfers.transfer_text(nip=SELLER.nip, account=ACCOUNT, amount=1, recipient=recipient, title=title)
    fields = text.split("|")
    assert len(fields) == 9
    assert len(text) <= 160
    assert (len(fields[4]) <= 20, len(fields[5]) <= 32) == (True, True)


def test_an_invoice_to_be_transferred_has_a_code_with_its_number() -> None:
    text = transfers.transfer_of(typed(account=ACCOUNT), "FV/0001/11/26", 12_300, split_payment=False)
    assert text == f"5951416168|PL|{ACCOUNT}|012300|Nowa Chata Demo sp.|FV/0001/11/26|||"


@pytest.mark.parametrize(
    "why",
    [
        {"currency": Currency.EUR},
        {"payment": PaymentForm.CASH},
        {"account": ""},
        {"account": "DE89370400440532013000"},
    ],
)
def test_what_is_no_plain_transfer_in_zloty_has_none(why: dict[str, object]) -> None:
    content = typed(**{"account": ACCOUNT} | why)
    assert transfers.transfer_of(content, "FV/1", 100, split_payment=False) == ""


def test_a_split_payment_has_none() -> None:
    assert transfers.transfer_of(typed(account=ACCOUNT), "FV/1", 100, split_payment=True) == ""
