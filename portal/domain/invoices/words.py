"""Amounts in Polish words: „jeden tysiąc dwieście trzydzieści cztery złote 56/100"."""

from __future__ import annotations

from typing import NamedTuple

from portal.domain.invoices.currencies import Currency


class _Noun(NamedTuple):
    """Forms after one, after two to four, and after all others; `gender` m, f or n."""

    one: str
    few: str
    many: str
    gender: str = "m"


_CURRENCIES = {
    Currency.PLN: _Noun("złoty", "złote", "złotych"),
    Currency.EUR: _Noun("euro", "euro", "euro", "n"),
    Currency.USD: _Noun("dolar amerykański", "dolary amerykańskie", "dolarów amerykańskich"),
    Currency.GBP: _Noun("funt szterling", "funty szterlingi", "funtów szterlingów"),
    Currency.CHF: _Noun("frank szwajcarski", "franki szwajcarskie", "franków szwajcarskich"),
    Currency.CZK: _Noun("korona czeska", "korony czeskie", "koron czeskich", "f"),
    Currency.DKK: _Noun("korona duńska", "korony duńskie", "koron duńskich", "f"),
    Currency.NOK: _Noun("korona norweska", "korony norweskie", "koron norweskich", "f"),
    Currency.SEK: _Noun("korona szwedzka", "korony szwedzkie", "koron szwedzkich", "f"),
    Currency.HUF: _Noun("forint", "forinty", "forintów"),
    Currency.RON: _Noun("lej rumuński", "leje rumuńskie", "lejów rumuńskich"),
    Currency.UAH: _Noun("hrywna", "hrywny", "hrywien", "f"),
    Currency.CAD: _Noun("dolar kanadyjski", "dolary kanadyjskie", "dolarów kanadyjskich"),
    Currency.AUD: _Noun("dolar australijski", "dolary australijskie", "dolarów australijskich"),
    Currency.TRY: _Noun("lira turecka", "liry tureckie", "lir tureckich", "f"),
}
_THOUSANDS = (
    _Noun("tysiąc", "tysiące", "tysięcy"),
    _Noun("milion", "miliony", "milionów"),
    _Noun("miliard", "miliardy", "miliardów"),
    _Noun("bilion", "biliony", "bilionów"),
    _Noun("biliard", "biliardy", "biliardów"),
    _Noun("trylion", "tryliony", "trylionów"),
)
BEYOND = 1000 ** (len(_THOUSANDS) + 1)
"""From here on words end."""

_ONES = ("", "jeden", "dwa", "trzy", "cztery", "pięć", "sześć", "siedem", "osiem", "dziewięć")
_TEENS = (
    "dziesięć",
    "jedenaście",
    "dwanaście",
    "trzynaście",
    "czternaście",
    "piętnaście",
    "szesnaście",
    "siedemnaście",
    "osiemnaście",
    "dziewiętnaście",
)
_TENS = (
    "",
    "",
    "dwadzieścia",
    "trzydzieści",
    "czterdzieści",
    "pięćdziesiąt",
    "sześćdziesiąt",
    "siedemdziesiąt",
    "osiemdziesiąt",
    "dziewięćdziesiąt",
)
_HUNDREDS = (
    "",
    "sto",
    "dwieście",
    "trzysta",
    "czterysta",
    "pięćset",
    "sześćset",
    "siedemset",
    "osiemset",
    "dziewięćset",
)
_ONE_OF = {"m": "jeden", "f": "jedna", "n": "jedno"}
_FEW = range(2, 5)
_TEN, _TWENTY = 10, 20


def in_words(minor: int, currency: Currency) -> str:
    """An amount as it is read aloud, its hundredths as a fraction; below zero with „minus”."""
    whole, rest = divmod(abs(minor), 100)
    noun = _CURRENCIES[currency]
    spoken = f"{_counted(whole, noun.gender)} {_form(whole, noun)} {rest:02d}/100"
    return f"minus {spoken}" if minor < 0 else spoken


def _counted(number: int, gender: str) -> str:
    if number in {0, 1}:
        return _ONE_OF[gender] if number else "zero"
    if number >= BEYOND:
        raise ValueError(number)  # no amount of an invoice comes near
    words = []
    for power in range(len(_THOUSANDS), 0, -1):
        group = number // 1000**power % 1000
        if group:
            words += [*_below_thousand(group, "m"), _form(group, _THOUSANDS[power - 1])]
    return " ".join([*words, *_below_thousand(number % 1000, gender)])


def _below_thousand(number: int, gender: str) -> list[str]:
    hundreds, rest = divmod(number, 100)
    tens, ones = divmod(rest, 10)
    if _TEN <= rest < _TWENTY:
        words = [_HUNDREDS[hundreds], _TEENS[ones]]
    else:
        # „dwie korony", but „dwadzieścia jeden koron": only two changes inside a number.
        words = [_HUNDREDS[hundreds], _TENS[tens], "dwie" if ones == _FEW.start and gender == "f" else _ONES[ones]]
    return [word for word in words if word]


def _form(number: int, noun: _Noun) -> str:
    if number == 1:
        return noun.one
    return noun.few if number % 10 in _FEW and number // 10 % 10 != 1 else noun.many
