"""Numbers with check digits are verified; the tax account is computed, the ZUS account never is."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from portal.domain import errors, identifiers
from tests.unit import strategies
from tests.unit.making import refused

ZUS_ACCOUNTS = ["82600000020260017772273629", "68600000020260015951416168", "02600000020260006109165886"]


def iban_remainder(account: str) -> int:
    """What ISO 7064 asks to be 1: country and check digits moved to the end, P = 25, L = 21."""
    return int(f"{account[2:]}2521{account[:2]}") % 97


def with_check_digits(account: str) -> str:
    """A 26-digit account whose first two digits are made right."""
    return f"{98 - int(f'{account[2:]}252100') % 97:02d}{account[2:]}"


# NIP


def test_ten_zeros_are_nobodys_nip() -> None:
    with refused(errors.NIP_INVALID, "nip"):
        identifiers.nip("0000000000")


def test_a_contribution_account_belongs_to_the_payer_whose_nip_ends_it() -> None:
    identifiers.require_payer("68600000020260015951416168", "5951416168")
    identifiers.require_payer("", "5951416168")
    with refused(errors.ZUS_ACCOUNT_INVALID, "zus_account"):
        identifiers.require_payer("68600000020260015951416168", "7831916366")


@pytest.mark.parametrize(
    "text",
    [
        "5120079194",
        "512-007-91-94",
        "512 007 91 94",
        "PL5120079194",
        "PL 512-007-91-94",
        "512\u00a0007\u00a091\u00a094",
    ],
)
def test_a_nip_is_taken_with_and_without_separators_and_country(text: str) -> None:
    assert identifiers.nip(text) == "5120079194"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "512007919",
        "51200791940",
        "5120079195",
        "512007919X",
        "PL",
        "PLPL5120079194",
        "5120079194.",
        "٥١٢٠٠٧٩١٩٤",
        "５120079194",
    ],
)
def test_what_is_no_nip_is_refused_for_its_field(text: str) -> None:
    with refused(errors.NIP_INVALID, "buyer"):
        identifiers.nip(text, "buyer")


@given(strategies.nips())
def test_any_number_with_the_right_tenth_digit_is_a_nip_and_is_read_back_as_written(nip: str) -> None:
    assert identifiers.nip(nip) == nip
    assert identifiers.nip(identifiers.nip_written(nip)) == nip


@given(strategies.nips(), st.integers(0, 9), st.integers(1, 9))
def test_one_wrong_digit_is_always_noticed(nip: str, place: int, by: int) -> None:
    wrong = f"{nip[:place]}{(int(nip[place]) + by) % 10}{nip[place + 1 :]}"
    with refused(errors.NIP_INVALID, "nip"):
        identifiers.nip(wrong)


@given(strategies.nips(), st.integers(0, 8))
def test_two_neighbouring_digits_swapped_are_always_noticed(nip: str, place: int) -> None:
    assume(nip[place] != nip[place + 1])
    with refused(errors.NIP_INVALID, "nip", says="przestawiono"):
        identifiers.nip(f"{nip[:place]}{nip[place + 1]}{nip[place]}{nip[place + 2 :]}")


def test_a_nip_is_written_in_groups_that_do_not_break() -> None:
    assert identifiers.nip_written("5120079194") == "512\u00a0007\u00a091\u00a094"


# Tax account


@pytest.mark.parametrize(
    ("nip", "account"),
    [("7831916366", "56101000712222783191636600"), ("5951416168", "88101000712222595141616800")],
)
def test_the_tax_account_of_a_nip_is_the_published_one(nip: str, account: str) -> None:
    assert identifiers.tax_account(nip) == account


@given(strategies.nips())
def test_every_tax_account_is_a_valid_polish_account_that_names_its_payer(nip: str) -> None:
    account = identifiers.tax_account(nip)
    assert re.fullmatch(r"\d\d10100071222" + "2" + nip + "00", account)
    assert iban_remainder(account) == 1


# ZUS account


@pytest.mark.parametrize("account", ZUS_ACCOUNTS)
def test_a_zus_account_is_taken_as_the_office_typed_it(account: str) -> None:
    for typed in (account, f"PL{account}", identifiers.account_written(account), f" {account[:2]}-{account[2:]} "):
        assert identifiers.zus_account(typed) == account


@pytest.mark.parametrize("typed", ["", "  ", "\u00a0"])
def test_a_zus_account_not_known_yet_stays_empty(typed: str) -> None:
    assert identifiers.zus_account(typed) == ""


@given(st.sampled_from(ZUS_ACCOUNTS), st.integers(0, 25), st.integers(1, 9))
def test_one_wrong_digit_of_a_zus_account_is_always_noticed(account: str, place: int, by: int) -> None:
    wrong = f"{account[:place]}{(int(account[place]) + by) % 10}{account[place + 1 :]}"
    with refused(errors.ZUS_ACCOUNT_INVALID, "zus_account"):
        identifiers.zus_account(wrong)


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param(ZUS_ACCOUNTS[0][:-1], id="a digit short"),
        pytest.param(ZUS_ACCOUNTS[0] + "0", id="a digit long"),
        pytest.param("DE" + ZUS_ACCOUNTS[0], id="another country"),
        pytest.param("56101000712222783191636600", id="a tax account"),
        pytest.param(with_check_digits("00600000020270017772273629"), id="another bank, check digits right"),
        pytest.param(with_check_digits("00600000020260017772273628"), id="no NIP at the end, check digits right"),
        pytest.param("nie wiem", id="words"),
    ],
)
def test_what_is_no_zus_account_is_refused_for_its_field(typed: str) -> None:
    with refused(errors.ZUS_ACCOUNT_INVALID, "nrs"):
        identifiers.zus_account(typed, "nrs")


@given(strategies.nips(), st.integers(0, 999))
def test_three_digits_of_a_zus_account_are_free_so_it_cannot_be_computed(nip: str, middle: int) -> None:
    account = with_check_digits(f"0060000002026{middle:03d}{nip}")
    assert identifiers.zus_account(account) == account


def test_an_account_is_written_in_groups_of_four_that_do_not_break() -> None:
    assert identifiers.account_written(ZUS_ACCOUNTS[0]) == "82 6000 0002 0260 0177 7227 3629".replace(" ", "\u00a0")


# E-mail, name, prefix


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("jan@firma.pl", "jan@firma.pl"),
        ("  Jan.Kowalski@Firma.PL ", "jan.kowalski@firma.pl"),
        ("ｊａｎ＠ｆｉｒｍａ．ｐｌ", "jan@firma.pl"),
        ("a+b_c@x-y.co.uk", "a+b_c@x-y.co.uk"),
    ],
)
def test_an_address_has_one_form_however_it_was_typed(typed: str, address: str) -> None:
    assert identifiers.email(typed) == address


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "jan",
        "jan@",
        "@firma.pl",
        "jan@firma",
        "jan@@firma.pl",
        "jan kowalski@firma.pl",
        "jan@-firma.pl",
        "jan@firma..pl",
        "jan@firma.pl\nBcc: x@y.pl",
        "Jan <jan@firma.pl>",
        "łukasz@firma.pl",
        "a@b.pl,c@d.pl",
        "x" * 65 + "@firma.pl",
        "x@" + "a." * 130 + "pl",
    ],
)
def test_what_is_no_address_is_refused_for_its_field(typed: str) -> None:
    with refused(errors.EMAIL_INVALID, "to"):
        identifiers.email(typed, "to")


@given(st.emails())
def test_an_address_once_normalised_stays_as_it_is(typed: str) -> None:
    try:
        address = identifiers.email(typed)
    except errors.Refusal:
        return
    assert identifiers.email(address) == identifiers.email(f" {address.upper()} ") == address
    assert address.isascii()


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Nowa Chata", "Nowa Chata"),
        ("  Nowa \t Chata\n", "Nowa Chata"),
        ("Z\u0307o\u0301łw", "Żółw"),
        ("Nowa\u202e Chata\u200b", "Nowa Chata"),
        ("A\x00B\x1b[31m", "AB[31m"),
        ("Łódź \U0001f3e0", "Łódź \U0001f3e0"),
        ("x" * 240, "x" * 240),
    ],
)
def test_a_name_is_one_line_without_invisible_characters(typed: str, name: str) -> None:
    assert identifiers.name(typed) == name


@pytest.mark.parametrize("typed", ["", "   ", "\u200b\u202e", "x" * 241])
def test_a_name_of_no_or_too_many_characters_is_refused_for_its_field(typed: str) -> None:
    with refused(errors.NAME_INVALID, "company", says="od 1 do 240 znaków"):
        identifiers.name(typed, "company")


@given(st.text(min_size=1, max_size=60))
def test_a_name_once_cleaned_stays_as_it_is_and_shows_all_it_holds(typed: str) -> None:
    try:
        name = identifiers.name(typed)
    except errors.Refusal:
        return
    assert identifiers.name(name) == name
    assert not {unicodedata.category(char) for char in name} & {"Cc", "Cf", "Zl", "Zp"}


@pytest.mark.parametrize("typed", ["", "A", "12-b.C", "żółw", "x" * 20])
def test_a_prefix_is_up_to_twenty_letters_digits_dots_and_hyphens(typed: str) -> None:
    assert identifiers.prefix(f" {typed} ") == typed


@pytest.mark.parametrize("typed", ["x" * 21, "a b", "a/b", "#1", "a,b", "a\nb", "<b>"])
def test_another_prefix_is_refused_for_its_field(typed: str) -> None:
    with refused(errors.PREFIX_INVALID, "prefix"):
        identifiers.prefix(typed)
