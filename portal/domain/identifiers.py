"""Polish numbers with check digits, and the bank accounts that follow from them ."""

from __future__ import annotations

import re
import unicodedata

from stdnum import iban
from stdnum.pl import nip as stdnum_nip

from portal.domain import errors

_ZUS_ACCOUNT = re.compile(r"\d{2}60000002026\d{3}(?P<nip>\d{10})", re.ASCII)
_EMAIL = re.compile(r"[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}")
_PREFIX = re.compile(r"(?:[^\W_]|[.-]){0,20}")
NAME_LIMIT = 240
EMAIL_LIMIT = 254


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


def zus_account(text: str, field: str = "zus_account") -> str:
    """The payer's contribution account (NRS) as the office typed it, 26 digits; empty stays empty.

    Never computed: three of its digits cannot be derived . Raises `zus-account-invalid`.
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


def tax_account(payer_nip: str) -> str:
    """The tax micro-account (mikrorachunek podatkowy) of a payer known by NIP: computed, never asked for."""
    base = f"101000712222{payer_nip}00"
    check = 98 - int(f"{base}252100") % 97
    return f"{check:02d}{base}"


def account_written(digits: str) -> str:
    """`82600000020260017772273629` → `82 6000 0002 0260 0177 7227 3629`."""
    groups = [digits[:2], *(digits[start : start + 4] for start in range(2, len(digits), 4))]
    return "\u00a0".join(groups)


def email(text: str, field: str = "email") -> str:
    """An address in the one form used as a key: NFKC, trimmed, lower case, ASCII. Raises `email-invalid`."""
    address = unicodedata.normalize("NFKC", text).strip().lower()
    if len(address) > EMAIL_LIMIT or not _EMAIL.fullmatch(address):
        raise errors.Refusal(errors.EMAIL_INVALID, field)
    return address


def name(text: str, field: str = "name") -> str:
    """A name of a firm or person: one line, without control or direction-changing characters. Raises `name-invalid`."""
    kept = "".join(" " if char.isspace() else char for char in text if not _invisible(char))
    cleaned = re.sub(r" +", " ", unicodedata.normalize("NFC", kept)).strip()
    if not 1 <= len(cleaned) <= NAME_LIMIT:
        raise errors.Refusal(errors.NAME_INVALID, field, limit=NAME_LIMIT)
    return cleaned


def prefix(text: str, field: str = "prefix") -> str:
    """The office's own ordering code of a firm. Raises `prefix-invalid`."""
    if not _PREFIX.fullmatch(text.strip()):
        raise errors.Refusal(errors.PREFIX_INVALID, field)
    return text.strip()


def _invisible(char: str) -> bool:
    return unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co"} and not char.isspace()
