"""Polish numbers with check digits, and the bank accounts that follow from them."""

from __future__ import annotations

import re
import unicodedata

from stdnum import iban
from stdnum.pl import nip as stdnum_nip
from stdnum.pl import pesel as stdnum_pesel
from stdnum.pl import regon as stdnum_regon

from portal.domain import errors

_ZUS_ACCOUNT = re.compile(r"\d{2}60000002026\d{3}(?P<nip>\d{10})", re.ASCII)
# A dot before the @ only between other signs: SES takes no other address, and one it refuses holds up the mails behind.
_EMAIL = re.compile(
    r"(?=[^@]{1,64}@)[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}"
)
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Letters and marks by Unicode's book, which show nothing: with them two names look the same, or like none."""
_PREFIX = re.compile(r"(?:[^\W_]|[.-]){0,20}")
NAME_LIMIT = 240
NIP_DIGITS = 10
PESEL_DIGITS = 11
EMAIL_LIMIT = 254
ADDRESS_LIMIT = 120
_POSTCODE = re.compile(r"(\d{2})-?(\d{3})", re.ASCII)
_NRB = re.compile(r"\d{26}", re.ASCII)
_REGON = re.compile(r"\d{9}|\d{14}", re.ASCII)
_PESEL = re.compile(r"\d{11}", re.ASCII)
_VAT_UE = re.compile(r"[A-Z]{2}[0-9A-Z+*]{2,12}")
_POLISH_PHONE = re.compile(r"(?:(?:\+|00)?48|0)?([1-9]\d{8})", re.ASCII)
_FOREIGN_PHONE = re.compile(r"(?:\+|00)([1-9]\d{6,14})", re.ASCII)


def nip(text: str, field: str = "nip") -> str:
    """Ten digits of a NIP, with or without separators and `PL`. Raises `nip-invalid`."""
    compact = re.sub(r"[\s-]", "", text).removeprefix("PL")
    # Ten zeros have the right check digit and are nobody's.
    if not (compact.isascii() and compact.strip("0").isdigit() and compact.isdigit() and stdnum_nip.is_valid(compact)):
        raise errors.Refusal(errors.NIP_INVALID, field)
    return compact


def nip_written(digits: str) -> str:
    """`5120079194` → `512 007 91 94`, as the screens show it."""
    return f"{digits[:3]}\u00a0{digits[3:6]}\u00a0{digits[6:8]}\u00a0{digits[8:]}"


def number_written(number: str) -> str:
    """A NIP in its groups; any other number by which a firm may be known as it is."""
    return nip_written(number) if len(number) == NIP_DIGITS and number.isdigit() else number


def zus_account(text: str, field: str = "zus_account") -> str:
    """The payer's contribution account (NRS) as the office typed it, 26 digits; empty stays empty.

    Never computed: three of its digits cannot be derived. Raises `zus-account-invalid`.
    """
    compact = re.sub(r"[\s-]", "", text).removeprefix("PL")
    if not compact:
        return ""
    match = _ZUS_ACCOUNT.fullmatch(compact)
    if match is None or not iban.is_valid(f"PL{compact}") or not stdnum_nip.is_valid(match["nip"]):
        raise errors.Refusal(errors.ZUS_ACCOUNT_INVALID, field)
    return compact


def require_payer(account: str, payer_nip: str, field: str = "zus_account") -> None:
    """A contribution account ends with its payer's NIP. Raises `zus-account-invalid`."""
    if account and not account.endswith(payer_nip):
        raise errors.Refusal(errors.ZUS_ACCOUNT_INVALID, field)


def tax_account(payer: str) -> str:
    """The tax micro-account (mikrorachunek podatkowy) of a payer known by NIP or PESEL: computed, never asked for.

    Empty for a payer whose number is not known.
    """
    if not payer:
        return ""
    base = f"101000712221{payer}0" if len(payer) == PESEL_DIGITS else f"101000712222{payer}00"
    check = 98 - int(f"{base}252100") % 97
    return f"{check:02d}{base}"


def account_written(digits: str) -> str:
    """`82600000020260017772273629` → `82 6000 0002 0260 0177 7227 3629`."""
    groups = [digits[:2], *(digits[start : start + 4] for start in range(2, len(digits), 4))]
    return "\u00a0".join(groups)


def bank_account(text: str, field: str = "bank_account") -> str:
    """A Polish account (NRB): 26 digits with their check digits, with or without `PL`; empty stays empty.

    Raises `bank-account-invalid`.
    """
    compact = re.sub(r"[\s-]", "", text).upper().removeprefix("PL")
    if compact and not (_NRB.fullmatch(compact) and iban.is_valid(f"PL{compact}")):
        raise errors.Refusal(errors.BANK_ACCOUNT_INVALID, field)
    return compact


def regon(text: str, field: str = "regon") -> str:
    """A REGON: 9 digits of a firm, or 14 of a unit of it. Raises `regon-invalid`."""
    compact = re.sub(r"[\s-]", "", text)
    # All zeros have the right check digit and are nobody's.
    if not (_REGON.fullmatch(compact) and compact.strip("0") and stdnum_regon.is_valid(compact)):
        raise errors.Refusal(errors.REGON_INVALID, field)
    return compact


def pesel(text: str, field: str = "pesel") -> str:
    """A PESEL, with its check digit and a day of birth that exists. Raises `pesel-invalid`."""
    compact = re.sub(r"[\s-]", "", text)
    if not (_PESEL.fullmatch(compact) and stdnum_pesel.is_valid(compact)):
        raise errors.Refusal(errors.PESEL_INVALID, field)
    return compact


def vat_ue(text: str, field: str = "vat_ue") -> str:
    """A VAT number of the Union with its country in front, checked by that country's rules. Raises `vat-ue-invalid`."""
    from stdnum.eu import vat  # noqa: PLC0415 - a rare number, and the rules of 28 countries

    compact = re.sub(r"[\s.-]", "", text).upper()
    # „EU" and „IM" are schemes for sales from outside the Union, not numbers of a firm.
    member = compact[:2].lower().replace("el", "gr") in vat.MEMBER_STATES and not compact.startswith("GR")
    if not (member and _VAT_UE.fullmatch(compact) and vat.is_valid(compact)):
        raise errors.Refusal(errors.VAT_UE_INVALID, field)
    return vat.validate(compact)


def postcode(text: str, field: str = "postcode") -> str:
    """A Polish postcode as `00-950`; empty stays empty. Raises `postcode-invalid`."""
    compact = re.sub(r"\s", "", text)
    match = _POSTCODE.fullmatch(compact)
    if compact and match is None:
        raise errors.Refusal(errors.POSTCODE_INVALID, field)
    return f"{match[1]}-{match[2]}" if match else ""


def phone(text: str, field: str = "phone") -> str:
    """A telephone number as `+48601234567`: nine digits are Polish, others name their country; empty stays empty.

    Raises `phone-invalid`.
    """
    compact = re.sub(r"[\s().\-–/]", "", text)
    if not compact:
        return ""
    polish, foreign = _POLISH_PHONE.fullmatch(compact), _FOREIGN_PHONE.fullmatch(compact)
    if polish is None and (foreign is None or foreign[1].startswith("48")):
        raise errors.Refusal(errors.PHONE_INVALID, field)
    return f"+48{polish[1]}" if polish else f"+{foreign[1]}" if foreign else ""


def address_line(text: str, field: str) -> str:
    """A street with its number, or a town: one line; empty stays empty. Raises `address-invalid`."""
    cleaned = _one_line(text)
    if len(cleaned) > ADDRESS_LIMIT:
        raise errors.Refusal(errors.ADDRESS_INVALID, field, limit=ADDRESS_LIMIT)
    return cleaned


def email(text: str, field: str = "email") -> str:
    """An address in the one form used as a key: NFKC, trimmed, lower case, ASCII. Raises `email-invalid`."""
    address = unicodedata.normalize("NFKC", text).strip().lower()
    if len(address) > EMAIL_LIMIT or not _EMAIL.fullmatch(address):
        raise errors.Refusal(errors.EMAIL_INVALID, field)
    return address


def name(text: str, field: str = "name") -> str:
    """A name of a firm or person: one line, without control or direction-changing characters. Raises `name-invalid`."""
    cleaned = _one_line(text)
    if not 1 <= len(cleaned) <= NAME_LIMIT:
        raise errors.Refusal(errors.NAME_INVALID, field, limit=NAME_LIMIT)
    return cleaned


def prefix(text: str, field: str = "prefix") -> str:
    """The office's own ordering code of a firm. Raises `prefix-invalid`."""
    if not _PREFIX.fullmatch(text.strip()):
        raise errors.Refusal(errors.PREFIX_INVALID, field)
    return text.strip()


def _one_line(text: str) -> str:
    """Text without control or direction-changing characters, each run of spaces one."""
    kept = "".join(" " if char.isspace() else char for char in text if not _invisible(char))
    return re.sub(r" +", " ", unicodedata.normalize("NFC", kept)).strip()


def _invisible(char: str) -> bool:
    return char in _BLANK or (unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co"} and not char.isspace())
