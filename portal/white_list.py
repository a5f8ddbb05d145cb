"""The „biała lista": the public register of VAT payers, asked by NIP. What strangers say there is checked here."""

from __future__ import annotations

import json
import re
import time
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

import urllib3

from portal.config import settings
from portal.domain import errors, identifiers
from portal.domain.firms import LegalForm
from portal.log import logger

_CONNECT_SECONDS = 2
_READ_SECONDS = 4
_WHOLE_SECONDS = 6
_MOST_BYTES = 256 * 1024
_MOST_ACCOUNTS = 100
_LONGEST_ADDRESS = 1_000
_HTTP_OK = 200
# Not compressed: then what is counted is what it takes.
_HEADERS = {"accept": "application/json", "accept-encoding": "identity", "user-agent": "KonektoSmart"}
_LOOPBACK = ("127.0.0.1", "localhost")
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
        return _company(nip, _ask(f"{_base()}/api/search/nip/{nip}?date={today.isoformat()}"))
    except (_SilentError, urllib3.exceptions.HTTPError, OSError) as failure:
        # The kind of failure only: its text may hold the address, and so the NIP.
        logger().warning("register silent", extra={"register": "white-list", "reason": _reason(failure)})
        raise errors.Refusal(errors.REGISTER_SILENT) from None


class _SilentError(Exception):
    """The register answered nothing that could be used; the text is the reason."""


def _reason(failure: Exception) -> str:
    return str(failure) if isinstance(failure, _SilentError) else type(failure).__name__


def _base() -> str:
    base = settings().white_list_url.rstrip("/")
    if not base:
        raise _SilentError("switched off")
    address = urlsplit(base)
    if address.scheme != "https" and not (address.scheme == "http" and address.hostname in _LOOPBACK):
        raise _SilentError("no https")
    return base


def _ask(address: str) -> Any:
    timeout = urllib3.Timeout(connect=_CONNECT_SECONDS, read=_READ_SECONDS)
    # `retries=False`: neither asks again nor follows a redirect, which then is a status like any other. A connection
    # for each question: one kept over a function's sleep would be dead, and questions are rare.
    with urllib3.PoolManager(num_pools=1, timeout=timeout, retries=False) as pool:
        answer = pool.request("GET", address, headers=_HEADERS, preload_content=False, decode_content=False)
        try:
            if answer.status != _HTTP_OK:
                raise _SilentError(f"status {answer.status}")
            return json.loads(_read(answer))
        except (ValueError, RecursionError):
            raise _SilentError("no JSON") from None
        finally:
            answer.close()


def _read(answer: urllib3.BaseHTTPResponse) -> bytes:
    """The whole answer, unless it is enormous, or trickles in for ever."""
    ends = time.monotonic() + _WHOLE_SECONDS
    content = bytearray()
    while piece := answer.read1(_MOST_BYTES):
        content += piece
        if len(content) > _MOST_BYTES:
            raise _SilentError("too much")
        if time.monotonic() > ends:
            raise _SilentError("too slow")
    return bytes(content)


def _company(nip: str, answer: Any) -> Company | None:
    result = answer.get("result") if isinstance(answer, dict) else None
    if not isinstance(result, dict) or "subject" not in result:
        raise _SilentError("no result")
    subject = result["subject"]
    if subject is None:
        return None
    if not isinstance(subject, dict) or subject.get("nip") != nip:
        raise _SilentError("another subject")
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
        raise _SilentError("no name") from None


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
