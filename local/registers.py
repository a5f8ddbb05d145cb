"""A stand-in of the register of VAT payers („biała lista"): it knows the firms of samples/, with data made up here.

The functions of a local run ask it over HTTP as they ask the real one, so nothing leaves this machine.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from stdnum import iban
from stdnum.pl import regon

from local.gateway import Request, Response, message

WHITE_LIST = "/_registers/white-list"

_SEARCH = re.compile(rf"{WHITE_LIST}/api/search/nip/(\d{{10}})")
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
