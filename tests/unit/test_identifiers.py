"""Numbers with check digits are verified; the tax account is computed, the ZUS account never is."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

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
        ("Nowa\u3164\uffa0 Cha\u034fta\u2800", "Nowa Chata"),
        ("Łódź \U0001f3e0", "Łódź \U0001f3e0"),
        ("x" * 240, "x" * 240),
    ],
)
def test_a_name_is_one_line_without_invisible_characters(typed: str, name: str) -> None:
    assert identifiers.name(typed) == name


@pytest.mark.parametrize("typed", ["", "   ", "\u200b\u202e", "\u115f\u3164", "x" * 241])
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


# Bank account, REGON, PESEL, VAT UE

BANK_ACCOUNTS = ["61109010140000071219812874", "27114020040000300201355387", ZUS_ACCOUNTS[0]]
REGONS = ["192598184", "123456785", "12345678512347"]
PESELS = ["44051401359", "02211307589"]


@pytest.mark.parametrize("account", BANK_ACCOUNTS)
def test_a_bank_account_is_taken_with_and_without_separators_and_country(account: str) -> None:
    for typed in (
        account,
        f"pl{account}",
        f"PL {identifiers.account_written(account)}",
        f"{account[:2]}-{account[2:]}",
    ):
        assert identifiers.bank_account(typed) == account


@pytest.mark.parametrize("typed", ["", " ", "\u00a0", "PL"])
def test_a_bank_account_not_known_yet_stays_empty(typed: str) -> None:
    assert identifiers.bank_account(typed) == ""


@given(st.from_regex(r"[0-9]{24}", fullmatch=True))
def test_every_account_with_right_check_digits_is_one(number: str) -> None:
    account = with_check_digits(f"00{number}")
    assert identifiers.bank_account(account) == account


@given(st.sampled_from(BANK_ACCOUNTS), st.integers(0, 25), st.integers(1, 9))
def test_one_wrong_digit_of_a_bank_account_is_always_noticed(account: str, place: int, by: int) -> None:
    with refused(errors.BANK_ACCOUNT_INVALID, "bank_account"):
        identifiers.bank_account(f"{account[:place]}{(int(account[place]) + by) % 10}{account[place + 1 :]}")


@pytest.mark.parametrize("typed", ["DE89370400440532013000", "nie wiem", BANK_ACCOUNTS[0][:-1], BANK_ACCOUNTS[0] + "0"])
def test_what_is_no_bank_account_is_refused_for_its_field(typed: str) -> None:
    with refused(errors.BANK_ACCOUNT_INVALID, "account"):
        identifiers.bank_account(typed, "account")


@pytest.mark.parametrize("regon", REGONS)
def test_a_regon_is_taken_with_and_without_separators(regon: str) -> None:
    assert identifiers.regon(regon) == identifiers.regon(f" {regon[:3]}-{regon[3:]} ") == regon


@given(st.sampled_from(REGONS), st.data())
def test_one_wrong_digit_of_a_regon_is_noticed_where_its_rule_can(regon: str, data: st.DataObject) -> None:
    # The check digit of a sum of 10 is 0, so 10 and 0 cannot be told apart: the rule of the number itself.
    place = data.draw(st.integers(0, len(regon) - 1))
    digit = data.draw(st.sampled_from("0123456789".replace(regon[place], "")))
    wrong = f"{regon[:place]}{digit}{regon[place + 1 :]}"
    assume(not _regon_holds(wrong))
    with refused(errors.REGON_INVALID, "regon"):
        identifiers.regon(wrong)


def _regon_holds(regon: str) -> bool:
    weights = {8: (8, 9, 2, 3, 4, 5, 6, 7), 13: (2, 4, 8, 5, 0, 9, 7, 3, 6, 1, 2, 4, 8)}

    def right(digits: str) -> bool:
        summed = sum(int(digit) * weight for digit, weight in zip(digits, weights[len(digits) - 1], strict=False))
        return summed % 11 % 10 == int(digits[-1])

    return right(regon[:9]) and (len(regon) == 9 or right(regon))


@given(st.from_regex(r"[0-9]{9}|[0-9]{14}", fullmatch=True))
def test_a_regon_is_one_exactly_when_its_check_digits_are_right(digits: str) -> None:
    if _regon_holds(digits) and digits.strip("0"):
        assert identifiers.regon(digits) == digits
    else:
        with refused(errors.REGON_INVALID, "regon"):
            identifiers.regon(digits)


@pytest.mark.parametrize("typed", ["", "000000000", "19259818", "1925981840", "PL192598184", "192598184X", "١٩٢٥٩٨١٨٤"])
def test_what_is_no_regon_is_refused_for_its_field(typed: str) -> None:
    with refused(errors.REGON_INVALID, "number"):
        identifiers.regon(typed, "number")


@pytest.mark.parametrize("pesel", PESELS)
def test_a_pesel_is_taken_with_and_without_separators(pesel: str) -> None:
    assert identifiers.pesel(pesel) == identifiers.pesel(f" {pesel[:6]} {pesel[6:]} ") == pesel


@given(st.sampled_from(PESELS), st.integers(0, 10), st.integers(1, 9))
def test_one_wrong_digit_of_a_pesel_is_always_noticed(pesel: str, place: int, by: int) -> None:
    with refused(errors.PESEL_INVALID, "pesel"):
        identifiers.pesel(f"{pesel[:place]}{(int(pesel[place]) + by) % 10}{pesel[place + 1 :]}")


@given(st.dates(min_value=date(1800, 1, 1), max_value=date(2299, 12, 31)), st.integers(0, 9999))
def test_every_day_of_birth_makes_a_pesel(born: date, number: int) -> None:
    century = {18: 80, 19: 0, 20: 20, 21: 40, 22: 60}[born.year // 100]
    ten = f"{born.year % 100:02d}{born.month + century:02d}{born.day:02d}{number:04d}"
    weighted = sum(int(digit) * weight for digit, weight in zip(ten, (1, 3, 7, 9) * 3, strict=False))
    pesel = f"{ten}{-weighted % 10}"
    assert identifiers.pesel(pesel) == pesel


@pytest.mark.parametrize("typed", ["", "4405140135", "440514013590", "44053201357", "44051401359X", "0" * 11])
def test_what_is_no_pesel_is_refused_for_its_field(typed: str) -> None:
    with refused(errors.PESEL_INVALID, "number"):
        identifiers.pesel(typed, "number")


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("DE136695976", "DE136695976"),
        ("de 136.695.976", "DE136695976"),
        ("ATU57194903", "ATU57194903"),
        ("FR61954506077", "FR61954506077"),
        ("EL094259216", "EL094259216"),
        ("XI980780684", "XI980780684"),
        ("BE697449992", "BE0697449992"),
        ("PL 512-007-91-94", "PL5120079194"),
    ],
)
def test_a_vat_number_is_checked_by_the_rules_of_its_country(typed: str, number: str) -> None:
    assert identifiers.vat_ue(typed) == number


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "DE",
        "DE136695977",
        "136695976",
        "5120079194",
        "GB980780684",
        "GR094259216",
        "EU372000041",
        "US123456789",
        "PL1",
    ],
)
def test_what_is_no_vat_number_of_the_union_is_refused_for_its_field(typed: str) -> None:
    with refused(errors.VAT_UE_INVALID, "number"):
        identifiers.vat_ue(typed, "number")


@given(strategies.nips())
def test_a_nip_with_its_country_is_a_vat_number(nip: str) -> None:
    assert identifiers.vat_ue(f"PL{nip}") == f"PL{nip}"


# Postcode, phone, address


@pytest.mark.parametrize("typed", ["00-950", "00950", " 00 - 950 ", "00\u00a0950"])
def test_a_postcode_is_written_in_one_way(typed: str) -> None:
    assert identifiers.postcode(typed) == "00-950"


@pytest.mark.parametrize("typed", ["0095", "00-95", "00--950", "000-50", "AB-CDE", "٠٠-٩٥٠", "00-950 Warszawa"])
def test_what_is_no_postcode_is_refused_for_its_field(typed: str) -> None:
    with refused(errors.POSTCODE_INVALID, "postcode"):
        identifiers.postcode(typed)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("601 234 567", "+48601234567"),
        ("+48 601-234-567", "+48601234567"),
        ("0048601234567", "+48601234567"),
        ("48 601234567", "+48601234567"),
        ("(22) 123 45 67", "+48221234567"),
        ("0 22 123 45 67", "+48221234567"),
        ("22/123.45.67", "+48221234567"),
        ("+49 30 123456", "+4930123456"),
        ("00 49 30 123456", "+4930123456"),
        ("", ""),
    ],
)
def test_a_phone_number_is_written_in_one_way(typed: str, number: str) -> None:
    assert identifiers.phone(typed) == number
    assert identifiers.phone(number) == number


@pytest.mark.parametrize(
    "typed",
    ["12345678", "1234567890", "+48123", "+481234567890", "601 234 567 wew. 8", "+", "=601234567", "٦٠١٢٣٤٥٦٧", "112"],
)
def test_what_is_no_phone_number_is_refused_for_its_field(typed: str) -> None:
    with refused(errors.PHONE_INVALID, "phone"):
        identifiers.phone(typed)


def test_a_part_of_an_address_is_one_line_of_some_length() -> None:
    assert identifiers.address_line(" ul. Długa\r\n1 \u202e", "street") == "ul. Długa 1"
    assert identifiers.address_line("", "street") == ""
    assert len(identifiers.address_line("x" * 120, "street")) == 120
    with refused(errors.ADDRESS_INVALID, "street", says="120"):
        identifiers.address_line("x" * 121, "street")
