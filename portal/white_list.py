"""The „biała lista": the public register of VAT payers, asked by NIP. What strangers say there is checked here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from portal import outside
from portal.config import settings
from portal.domain import errors, identifiers
from portal.domain.firms import LegalForm
from portal.log import logger
from portal.outside import Patience, SilentError

_PATIENCE = Patience(connect=2, read=4, whole=6, most_bytes=256 * 1024)
_MOST_ACCOUNTS = 100
_LONGEST_ADDRESS = 1_000
_ADDRESS = re.compile(r"(?P<street>.*?)[,\s]*\b(?P<postcode>\d{2}-\d{3})\s+(?P<city>\S.*)", re.ASCII)
_KRS = re.compile(r"\d{10}", re.ASCII)
_CIVIL_PARTNERSHIP = re.compile(r"SPÓŁKA CYWILNA|(?<!\w)S\. ?C\.?(?!\w)", re.IGNORECASE)


class VatStatus(StrEnum):
    """What a firm is to VAT; `unregistered`: the register knows it, and it pays none."""

    ACTIVE = "active"
    EXEMPT = "exempt"
    UNREGISTERED = "unregistered"


_STATUSES = {"Czynny": VatStatus.ACTIVE, "Zwolniony": VatStatus.EXEMPT}


@dataclass(frozen=True, slots=True)
class Company:
    """A firm as the register knows it. What the register does not say, or says wrongly, is empty."""

    nip: str
    name: str
    vat_status: VatStatus
    regon: str = ""
    krs: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    bank_accounts: tuple[str, ...] = ()

    @property
    def legal_form(self) -> LegalForm:
        """The likely one: the register does not tell, but the court's number and the name do."""
        if self.krs:
            return LegalForm.COMPANY
        return LegalForm.CIVIL_PARTNERSHIP if _CIVIL_PARTNERSHIP.search(self.name) else LegalForm.SOLE_TRADER


def look_up(nip: str, today: date) -> Company | None:
    """The firm of a checked NIP, or None when the register does not know it. Asked once, never again by itself.

    Raises `register-silent` for whatever else comes, or does not come.
    """
    try:
        base = outside.base(settings().white_list_url)
        return _company(nip, outside.ask(f"{base}/api/search/nip/{nip}?date={today.isoformat()}", _PATIENCE))
    except outside.FAILURES as failure:
        logger().warning("register silent", extra={"register": "white-list", "reason": outside.reason(failure)})
        raise errors.Refusal(errors.REGISTER_SILENT) from None


def _company(nip: str, answer: Any) -> Company | None:
    result = answer.get("result") if isinstance(answer, dict) else None
    if not isinstance(result, dict) or "subject" not in result:
        raise SilentError("no result")
    subject = result["subject"]
    if subject is None:
        return None
    if not isinstance(subject, dict) or subject.get("nip") != nip:
        raise SilentError("another subject")
    street, postcode, city = address_parts(_text(subject, "workingAddress") or _text(subject, "residenceAddress"))
    krs = _text(subject, "krs")
    return Company(
        nip=nip,
        name=_name(subject),
        vat_status=_STATUSES.get(_text(subject, "statusVat"), VatStatus.UNREGISTERED),
        regon=_regon(_text(subject, "regon")),
        krs=krs if _KRS.fullmatch(krs) else "",
        street=street,
        postcode=postcode,
        city=city,
        bank_accounts=_accounts(subject.get("accountNumbers")),
    )


def address_parts(written: str) -> tuple[str, str, str]:
    """Street with number, postcode and town of `UL. PRZYKŁADOWA 1 LOK. 2, 00-950 WARSZAWA`.

    A best effort: without a postcode, what follows the last comma is the town.
    """
    line = " ".join(written[:_LONGEST_ADDRESS].split())  # taking apart takes long of long texts
    if match := _ADDRESS.fullmatch(line):
        return _line(match["street"]), match["postcode"], _line(match["city"])
    street, _, city = line.rpartition(",")
    return (_line(street), "", _line(city)) if street else (_line(line), "", "")


def _line(text: str) -> str:
    try:
        return identifiers.address_line(text.strip(" ,"), "")
    except errors.Refusal:
        return ""


def _name(subject: dict[str, Any]) -> str:
    try:
        return identifiers.name(_text(subject, "name")[: identifiers.NAME_LIMIT])
    except errors.Refusal:
        raise SilentError("no name") from None


def _regon(text: str) -> str:
    try:
        return identifiers.regon(text)
    except errors.Refusal:
        return ""


def _accounts(listed: Any) -> tuple[str, ...]:
    found = []
    for entry in listed[:_MOST_ACCOUNTS] if isinstance(listed, list) else []:
        try:
            found.append(identifiers.bank_account(entry if isinstance(entry, str) else ""))
        except errors.Refusal:
            continue
    return tuple(dict.fromkeys(account for account in found if account))


def _text(subject: dict[str, Any], name: str) -> str:
    value = subject.get(name)
    return value if isinstance(value, str) else ""
