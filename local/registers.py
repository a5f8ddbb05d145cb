"""Stand-ins of the register of VAT payers („biała lista"), which knows the firms of samples/, and of the NBP's rates.

Their data are made up here.

The functions of a local run ask them over HTTP as they ask the real ones, so nothing leaves this machine.
"""

from __future__ import annotations

import json
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from stdnum import iban
from stdnum.pl import regon

from local.gateway import Request, Response, message
from portal.domain.due_dates import next_working_day

WHITE_LIST = "/_registers/white-list"
EXCHANGE_RATES = "/_registers/nbp"

_SEARCH = re.compile(rf"{WHITE_LIST}/api/search/nip/(\d{{10}})")
_RATES = re.compile(rf"{EXCHANGE_RATES}/exchangerates/rates/a/([a-z]{{3}})/(\d{{4}}-\d\d-\d\d)/(\d{{4}}-\d\d-\d\d)/")
_ABOUT = {"EUR": 4.24, "USD": 3.65, "GBP": 4.83, "CHF": 4.54, "DKK": 0.5675, "NOK": 0.3612, "SEK": 0.3861}
_ABOUT |= {"CZK": 0.1743, "HUF": 0.011034, "RON": 0.8337, "UAH": 0.0863, "CAD": 2.61, "AUD": 2.37, "TRY": 0.0862}
_MOST_DAYS = 93  # as the NBP allows
_DAY = re.compile(r"date=\d{4}-\d{2}-\d{2}")
_DEMO_BANK = "99999999"  # no bank has this number


def white_list(root: Path, request: Request) -> Response:
    """Answer as the register does: a firm, or none; 400 for what is no question."""
    asked = _SEARCH.fullmatch(request.raw_path)
    if asked is None or request.method != "GET":
        return message(404, "Not Found")
    if not _DAY.fullmatch(request.query):
        return _json(400, {"code": "WL-101", "message": "Pole 'data' nie może być puste."})
    nip = asked[1]
    sample = next((firm for firm in _firms(root) if firm["nip"] == nip), None)
    subject = _subject(sample) if sample else None
    return _json(200, {"result": {"subject": subject, "requestId": f"demo-{nip}"}})


def exchange_rates(request: Request) -> Response:
    """Answer as the NBP's table A does: a made-up rate of each working day; 404 where there is none."""
    asked = _RATES.fullmatch(request.raw_path)
    if asked is None or request.method != "GET" or asked[1].upper() not in _ABOUT:
        return message(404, "Not Found")
    try:
        first, last = date.fromisoformat(asked[2]), date.fromisoformat(asked[3])
    except ValueError:
        return message(400, "Bad Request")
    if not 0 <= (last - first).days <= _MOST_DAYS:
        return message(400, "Bad Request")
    code = asked[1].upper()
    days = [day for day in _days(first, last) if next_working_day(day) == day]
    rates = [{"no": _table_number(day), "effectiveDate": day.isoformat(), "mid": _mid(code, day)} for day in days]
    if not rates:
        return message(404, "Not Found")
    return _json(200, {"table": "A", "currency": code, "code": code, "rates": rates})


def _days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def _table_number(day: date) -> str:
    """The running number of the working day in its year."""
    count = sum(next_working_day(one) == one for one in _days(date(day.year, 1, 1), day))
    return f"{count:03d}/A/NBP/{day.year}"


def _mid(code: str, day: date) -> float:
    """It looks like a rate: the same on every machine, another each day."""
    about = _ABOUT[code]
    return round(about + about * (day.toordinal() % 97) / 5_000, 6 if about < 1 else 4)


def _firms(root: Path) -> list[dict[str, Any]]:
    """Every firm of the samples, partners of civil partnerships too; a tree without samples knows none."""
    file = root / "samples" / "firms.json"
    if not file.exists():
        return []
    firms = json.loads(file.read_text(encoding="utf-8"))
    return [one for firm in firms for one in (firm, *firm.get("partners", []))]


def _subject(firm: dict[str, Any]) -> dict[str, Any]:
    nip, person = firm["nip"], firm["natural_person"]
    address = f"UL. PRZYKŁADOWA {int(nip[-3:])} LOK. 2, 00-950 WARSZAWA"
    return {
        "name": firm["name"].upper(),
        "nip": nip,
        "statusVat": "Zwolniony" if firm["vat"] == "exempt" else "Czynny",
        "regon": nip[:8] + regon.calc_check_digit(nip[:8]),
        "pesel": None,
        "krs": f"0000{nip[-6:]}" if firm["legal_form"] == "company" else None,
        "residenceAddress": address if person else None,
        "workingAddress": None if person else address,
        "representatives": [],
        "authorizedClerks": [],
        "partners": [],
        "registrationLegalDate": "2019-01-02",
        "accountNumbers": [_account(nip)],
        "hasVirtualAccounts": False,
    }


def _account(nip: str) -> str:
    number = f"{_DEMO_BANK}{nip:0>16}"
    return iban.calc_check_digits(f"PL00{number}") + number


def _json(status: int, content: dict[str, Any]) -> Response:
    return Response(status, [("content-type", "application/json")], json.dumps(content, ensure_ascii=False).encode())
