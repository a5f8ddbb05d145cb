"""The tenant matrix: for every route of template.yaml, everybody who must not get in asks with the right ids.

They are told that there is no such thing, learn nothing, and leave the table as it was, byte for byte. A route
without a row here fails the build.
"""

from __future__ import annotations

import base64
import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from enum import Enum
from typing import Any
from urllib.parse import quote

import pytest

from portal import aws
from portal.aws import Expect, Key, Page, Put, Table
from portal.domain.documents import Ref
from portal.domain.offices import TERMS_VERSION
from portal.domain.periods import Period
from portal.store import archives, documents, exports, keys, recurring
from portal.store.office import FirmTable, OfficeTable
from portal.store.recurring import Run, RunState
from tests.contract.template import routes
from tests.functions import tables, times
from tests.functions.forms import forms_to
from tests.functions.gateway import Answer, Browser
from tests.functions.tables import read_all
from tests.functions.world import (
    NIPS,
    Agent,
    Mails,
    Office,
    contribution,
    link_in,
    open_office,
    sign_in_by_mail,
    statement,
    tax,
)
from tests.pictures import picture

VAT = "2026-10.tax.VAT-7."
LIST = base64.b64encode(f"NIP;Nazwa\n{NIPS[3]};Nowa\n".encode()).decode()
"""A file with a firm in it."""

SECRETS = (
    "Firma Tajna",
    "Druga Tajna",
    NIPS[0],
    NIPS[1],
    "713131",
    "7 131,31",
    "724242",
    "Agent Tajny",
    "tajny@",
    "Dokument Tajny",
    "Nabywca Tajny",
    "Program Tajny",
)
"""What no stranger may read in any answer."""

OF_THE_FIRM = (
    "Firma Tajna",
    NIPS[0],
    "713131",
    "7 131,31",
    "724242",
    "7 242,42",
    "735353",
    "tajny@",
    "Lis Ewa",
    "Dokument Tajny",
    "Nabywca Tajny",
)
"""What staff may not read who serve other firms."""

OF_ANOTHER_PARTNER = ("Lis Ewa", "735353", "7 353,53", "724242", "7 242,42", "Dokument Tajny")
"""What a partner may not read: contributions and PIT of others, or of the firm as a whole; documents others added."""

STAFF, LIMITED, OFF = "pracownik@demo.example", "ograniczony@demo.example", "wylaczony@demo.example"

Body = Callable[["World"], object]


class For(Enum):
    """Whom a route lets in."""

    ANYONE = "anyone"
    BUYER = "whoever has the link to an invoice"
    SIGNED_IN = "anyone signed in"
    STAFF = "staff of the office"
    ADMINISTRATOR = "administrators of the office"
    CLIENT = "people of the firm"
    AGENT = "agents of the office"


@dataclass(frozen=True)
class Row:
    """Whom the route is for, and a body with which those are let through (JSON)."""

    let_in: For
    body: Body = lambda _world: None
    says: int = 200


def hello(**more: object) -> Body:
    return lambda world: {"protocol": 1, "sent_at": world.now.isoformat(), **more}


NO_ANSWER = {"credential": "e30", "client_data": "e30", "authenticator_data": "e30", "signature": "e30"}
"""Written like the answer of a passkey, and none."""

LOGO = {"name": "logo.png", "content": base64.b64encode(picture()).decode()}
SIGN_UP = {"office_name": "Nowe", "person_name": "Nowa", "email": "nowe@biuro.example", "terms": TERMS_VERSION}

A_FILE = {"name": "faktura.pdf", "media_type": "application/pdf", "size": 1234, "sha256": "0f" * 32}
"""A file that a client hands over."""

AN_INVOICE = {
    "buyer": {"name": "Nabywca Tajny", "city": "Łódź", "nip": NIPS[3]},
    "lines": [{"name": "Usługa", "price": "100"}],
}
"""An invoice that can be issued."""

A_MAILING = {"version": 1, "email": "nabywca@tajny.example"}
"""To whom it goes."""

INVOICES = {
    "POST /firms/{firm}/invoices/{invoice}": "draft",
    "POST /offices/{office}/firms/{firm}/invoices/{invoice}": "draft",
    "/invoices/{invoice}/removal": "spare_draft",
    "/invoices/{invoice}/payments/removal": "paid_invoice",
    "/invoices/{invoice}/cancellation": "spare_invoice",
    "/invoices/{invoice}/sending": "mailed_invoice",
    "/invoices/{invoice}/link": "linked_invoice",
    "/invoices/{invoice}/link/removal": "shared_invoice",
}
"""Which invoice a route is asked about, by its end; the others about the issued one."""

MATRIX: dict[str, Row] = {
    "GET /": Row(For.SIGNED_IN),
    "POST /sign-out": Row(For.SIGNED_IN),
    "GET /devices": Row(For.SIGNED_IN),
    "POST /devices/sign-out": Row(For.SIGNED_IN, lambda _: {"which": "others"}),
    "GET /confirm": Row(For.SIGNED_IN),
    "POST /confirm": Row(For.SIGNED_IN, lambda _: {"back": "/"}),
    "GET /confirm/code": Row(For.SIGNED_IN),
    "POST /confirm/code": Row(For.SIGNED_IN, lambda _: {"challenge": "x", "code": "1"}, 422),
    "POST /confirm/passkey/options": Row(For.SIGNED_IN, says=409),
    "POST /confirm/passkey": Row(For.SIGNED_IN, lambda _: NO_ANSWER, 422),
    "GET /passkeys": Row(For.SIGNED_IN),
    "POST /passkeys/options": Row(For.SIGNED_IN),
    "POST /passkeys": Row(For.SIGNED_IN, lambda _: {"client_data": "e30", "attestation": "e30"}, 422),
    "POST /passkeys/{passkey}/name": Row(For.SIGNED_IN, lambda _: {"name": "Nowa"}, 404),
    "POST /passkeys/{passkey}/removal": Row(For.SIGNED_IN, lambda _: {}, 404),
    "POST /sign-in/passkey/options": Row(For.ANYONE),
    "POST /sign-in/passkey": Row(For.ANYONE, lambda _: {**NO_ANSWER, "user": "e30"}, 422),
    "GET /sign-up": Row(For.ANYONE),
    "POST /sign-up": Row(For.ANYONE, lambda _: SIGN_UP),
    "GET /sign-up/sent": Row(For.ANYONE),
    "GET /terms": Row(For.ANYONE),
    "GET /logos/{office}/{digest}": Row(For.ANYONE),
    "GET /offices/{office}/settings": Row(For.ADMINISTRATOR),
    "POST /offices/{office}/settings": Row(For.ADMINISTRATOR, lambda _: {"version": 3, "name": "Inne"}),
    "GET /offices/{office}/logo": Row(For.ADMINISTRATOR),
    "POST /offices/{office}/logo": Row(For.ADMINISTRATOR, lambda _: {"logo": LOGO}),
    "POST /offices/{office}/logo/removal": Row(For.ADMINISTRATOR),
    "POST /offices/{office}/own-firm": Row(For.ADMINISTRATOR, lambda _: {"legal_form": "company"}, 422),
    "GET /sign-in": Row(For.ANYONE),
    "POST /sign-in": Row(For.ANYONE, lambda _: {"email": "nikt@nigdzie.example"}),
    "GET /sign-in/code": Row(For.ANYONE),
    "POST /sign-in/code": Row(For.ANYONE, lambda _: {"challenge": "x", "code": "1"}, 422),
    "GET /l/{token}": Row(For.ANYONE),
    "POST /l/{token}": Row(For.ANYONE),
    "GET /offices/{office}": Row(For.STAFF),
    "GET /offices/{office}/firms": Row(For.STAFF),
    "GET /offices/{office}/firms/new": Row(For.STAFF),
    "POST /offices/{office}/firms/new": Row(For.STAFF, lambda _: {"number": NIPS[3], "name": "Nowa"}, 201),
    "GET /offices/{office}/registers/nip/{nip}": Row(For.STAFF, says=503),
    "GET /offices/{office}/firms/import": Row(For.ADMINISTRATOR),
    "GET /offices/{office}/firms/import/sample": Row(For.ADMINISTRATOR),
    "GET /offices/{office}/firms/import/preview": Row(For.ADMINISTRATOR),
    "POST /offices/{office}/firms/import/preview": Row(
        For.ADMINISTRATOR, lambda _: {"file": {"name": "a.csv", "content": LIST}}
    ),
    "POST /offices/{office}/firms/import": Row(For.ADMINISTRATOR, lambda _: {"rows": "x", "digest": "x"}, 422),
    "POST /offices/{office}/firms": Row(For.STAFF, lambda _: {"number": NIPS[3], "name": "Nowa"}, 201),
    "GET /offices/{office}/agents": Row(For.STAFF),
    "POST /offices/{office}/agents": Row(For.ADMINISTRATOR, lambda _: {"name": "X"}),
    "POST /offices/{office}/agents/{agent}/revocation": Row(For.ADMINISTRATOR),
    "GET /offices/{office}/months/{period}": Row(For.STAFF),
    "POST /offices/{office}/months/{period}/approvals": Row(
        For.STAFF, lambda world: {"records": [f"{world.ids['firm']}/{VAT}@2"]}
    ),
    "GET /offices/{office}/firms/{firm}/settings": Row(For.STAFF),
    "POST /offices/{office}/firms/{firm}/settings": Row(
        For.STAFF, lambda _: {"version": 1, "name": "Inna", "legal_form": "company"}
    ),
    "POST /offices/{office}/firms/{firm}/module": Row(For.STAFF, lambda _: {"version": 1, "invoices": False}),
    "POST /offices/{office}/firms/{firm}/staff": Row(For.ADMINISTRATOR, lambda _: {"staff": []}),
    "GET /offices/{office}/firms/{firm}/partners": Row(For.STAFF),
    "POST /offices/{office}/firms/{firm}/partners": Row(For.STAFF, lambda _: {"version": 1, "name": "Jan Demo"}),
    "POST /offices/{office}/firms/{firm}/partners/removal": Row(For.STAFF, lambda _: {"version": 1, "name": "X"}, 404),
    "GET /offices/{office}/firms/{firm}/merge": Row(For.ADMINISTRATOR),
    "POST /offices/{office}/firms/{firm}/merge": Row(
        For.ADMINISTRATOR, lambda world: {"into": world.second_firm, "version": 1}, 409
    ),
    "POST /offices/{office}/firms/{firm}/status": Row(For.STAFF, lambda _: {"version": 1, "status": "archived"}),
    "GET /offices/{office}/firms/{firm}/users": Row(For.STAFF),
    "POST /offices/{office}/firms/{firm}/users": Row(
        For.STAFF, lambda _: {"email": "nowy@firma.example", "name": "Nowy"}, 201
    ),
    "GET /offices/{office}/firms/{firm}/users/{person}": Row(For.STAFF),
    "POST /offices/{office}/firms/{firm}/users/{person}": Row(For.STAFF, lambda _: {"role": "partner", "subject": "X"}),
    "POST /offices/{office}/firms/{firm}/users/{person}/invitation": Row(For.STAFF, says=409),
    "POST /offices/{office}/firms/{firm}/users/{person}/deactivation": Row(For.STAFF),
    "POST /offices/{office}/firms/{firm}/users/{person}/activation": Row(For.STAFF),
    "POST /offices/{office}/firms/{firm}/users/{person}/removal": Row(For.STAFF, lambda _: {}),
    "GET /offices/{office}/staff": Row(For.ADMINISTRATOR),
    "POST /offices/{office}/staff": Row(
        For.ADMINISTRATOR, lambda _: {"email": "nowa@demo.example", "name": "Nowa", "role": "administrator"}, 201
    ),
    "GET /offices/{office}/staff/{person}": Row(For.ADMINISTRATOR),
    "POST /offices/{office}/staff/{person}": Row(For.ADMINISTRATOR, lambda _: {"role": "administrator"}),
    "POST /offices/{office}/staff/{person}/assignments": Row(
        For.ADMINISTRATOR,
        lambda world: {"version": int(world.ids["member_version"]), "firms": [world.ids["firm"]]},
    ),
    "POST /offices/{office}/staff/{person}/invitation": Row(For.ADMINISTRATOR, says=409),
    "POST /offices/{office}/staff/{person}/deactivation": Row(For.ADMINISTRATOR),
    "POST /offices/{office}/staff/{person}/activation": Row(For.ADMINISTRATOR),
    "POST /offices/{office}/staff/{person}/removal": Row(For.ADMINISTRATOR, lambda _: {}),
    "GET /offices/{office}/firms/{firm}/contributions": Row(For.STAFF),
    "POST /offices/{office}/firms/{firm}/contributions": Row(For.STAFF, lambda _: {"period": "2026-09", "amount": 1}),
    "GET /offices/{office}/firms/{firm}/taxes": Row(For.STAFF),
    "POST /offices/{office}/firms/{firm}/taxes": Row(
        For.STAFF, lambda _: {"period": "2026-09", "form": "CIT", "amount": 1}
    ),
    "GET /offices/{office}/firms/{firm}/statements": Row(For.STAFF),
    "POST /offices/{office}/firms/{firm}/statements": Row(
        For.STAFF, lambda _: {"period": "2026-09", "revenue": 1, "costs": None}
    ),
    "POST /offices/{office}/firms/{firm}/approvals": Row(For.STAFF, lambda _: {"records": [f"{VAT}@2"]}),
    "POST /offices/{office}/firms/{firm}/withdrawals": Row(
        For.STAFF, lambda _: {"record": f"{VAT}@2", "reason": "Pomyłka"}
    ),
    "GET /offices/{office}/documents": Row(For.STAFF),
    "POST /offices/{office}/documents/status": Row(
        For.STAFF, lambda world: {"documents": [f"{world.ids['firm']}/{world.ids['document']}@2"]}
    ),
    "GET /offices/{office}/documents/status": Row(For.STAFF),
    "GET /offices/{office}/firms/{firm}/documents": Row(For.STAFF),
    "POST /offices/{office}/firms/{firm}/document-months/{period}": Row(
        For.STAFF, lambda _: {"version": 0, "state": "to-book"}
    ),
    "GET /offices/{office}/firms/{firm}/document-months/{period}": Row(For.STAFF),
    "GET /offices/{office}/firms/{firm}/document-rules": Row(For.STAFF),
    "POST /offices/{office}/firms/{firm}/document-rules": Row(For.STAFF, lambda _: {"version": 0, "circulation": True}),
    "GET /offices/{office}/firms/{firm}/documents/{document}": Row(For.STAFF),
    "GET /offices/{office}/firms/{firm}/documents/{document}/{step}": Row(For.STAFF),
    "POST /offices/{office}/firms/{firm}/documents/{document}/status": Row(For.STAFF, lambda _: {"version": 2}),
    "POST /offices/{office}/firms/{firm}/documents/{document}/description": Row(
        For.STAFF, lambda _: {"version": 2, "period": "2026-10", "kind": "sale"}
    ),
    "POST /offices/{office}/firms/{firm}/documents/{document}/question": Row(
        For.STAFF, lambda _: {"version": 2, "text": "Co to?"}, 409
    ),
    "POST /offices/{office}/firms/{firm}/documents/{document}/messages": Row(For.STAFF, lambda _: {"text": "Halo"}),
    "POST /offices/{office}/firms/{firm}/documents/{document}/rejection": Row(
        For.STAFF, lambda _: {"version": 2, "reason": "Nie ta firma"}
    ),
    "POST /offices/{office}/firms/{firm}/documents/{document}/removal": Row(For.STAFF, lambda _: {"version": 2}),
    "POST /offices/{office}/firms/{firm}/documents/{document}/twin": Row(For.STAFF, lambda _: {"version": 2}, 409),
    "GET /offices/{office}/firms/{firm}/history": Row(For.STAFF),
    "GET /offices/{office}/firms/{firm}/history.csv": Row(For.STAFF),
    "GET /offices/{office}/history": Row(For.STAFF),
    "GET /offices/{office}/history.csv": Row(For.STAFF),
    "GET /offices/{office}/exports": Row(For.ADMINISTRATOR),
    "POST /offices/{office}/exports": Row(For.ADMINISTRATOR, says=201),
    "GET /offices/{office}/exports/{export}/file": Row(For.ADMINISTRATOR),
    "GET /offices/{office}/firms/{firm}/removal": Row(For.ADMINISTRATOR),
    "POST /offices/{office}/firms/{firm}/removal": Row(For.ADMINISTRATOR, lambda _: {"version": 1}, 409),
    "GET /offices/{office}/archives": Row(For.STAFF),
    "POST /offices/{office}/archives": Row(
        For.STAFF, lambda world: {"firm": world.ids["firm"], "period": "2026-10"}, 201
    ),
    "GET /offices/{office}/archives/{archive}/file": Row(For.STAFF),
    "GET /offices/{office}/firms/{firm}/documents/{document}/file": Row(For.STAFF),
    "GET /offices/{office}/firms/{firm}/fee-deliveries": Row(For.STAFF),
    "POST /offices/{office}/firms/{firm}/fee-deliveries": Row(For.STAFF, lambda _: {"period": "2026-10"}, 409),
    "POST /offices/{office}/firms/{firm}/documents/{document}/fee-withdrawal": Row(
        For.STAFF, lambda _: {"version": 0}, 409
    ),
    "GET /firms/{firm}/archives": Row(For.CLIENT),
    "POST /firms/{firm}/archives": Row(For.CLIENT, lambda _: {"period": "2026-10"}, 201),
    "GET /firms/{firm}/archives/{archive}/file": Row(For.CLIENT),
    "GET /firms/{firm}/documents/{document}/file": Row(For.CLIENT),
    "GET /firms/{firm}": Row(For.CLIENT),
    "GET /firms/{firm}/contributions": Row(For.CLIENT),
    "GET /firms/{firm}/taxes": Row(For.CLIENT),
    "GET /firms/{firm}/statements": Row(For.CLIENT),
    "GET /firms/{firm}/documents": Row(For.CLIENT),
    "POST /firms/{firm}/documents": Row(For.CLIENT, lambda _: {"files": [A_FILE]}),
    "POST /offices/{office}/firms/{firm}/documents": Row(For.STAFF, lambda _: {"files": [A_FILE]}),
    "GET /firms/{firm}/documents/upload": Row(For.CLIENT),
    "POST /firms/{firm}/documents/upload": Row(For.CLIENT, lambda _: {"extension": "pdf"}),
    "GET /firms/{firm}/documents/{document}": Row(For.CLIENT),
    "POST /firms/{firm}/documents/{document}/messages": Row(For.CLIENT, lambda _: {"text": "Halo"}),
    "POST /firms/{firm}/documents/{document}/removal": Row(For.CLIENT),
    "POST /firms/{firm}/documents/{document}/description": Row(
        For.CLIENT, lambda _: {"kind": "sale", "period": "2026-10"}
    ),
    "GET /firms/{firm}/documents/{document}/{step}": Row(For.CLIENT),
    "GET /firms/{firm}/document-months/{period}/completion": Row(For.CLIENT),
    "POST /firms/{firm}/document-months/{period}/completion": Row(For.CLIENT),
    "GET /firms/{firm}/invoices": Row(For.CLIENT),
    "GET /firms/{firm}/invoices/new": Row(For.CLIENT),
    "POST /firms/{firm}/invoices/new": Row(For.CLIENT, lambda _: {**AN_INVOICE, "step": "issue"}, 201),
    "POST /firms/{firm}/invoices/figures": Row(For.CLIENT, lambda _: AN_INVOICE),
    "GET /firms/{firm}/invoices/counterparties": Row(For.CLIENT),
    "POST /firms/{firm}/invoices/counterparties": Row(For.CLIENT, lambda _: {"name": "Nabywca Tajny"}),
    "POST /firms/{firm}/invoices/counterparties/removal": Row(
        For.CLIENT, lambda world: {"id": world.ids["counterparty"]}
    ),
    "GET /firms/{firm}/invoices/products": Row(For.CLIENT),
    "POST /firms/{firm}/invoices/products": Row(For.CLIENT, lambda _: {"name": "Inna usługa", "price": "5"}),
    "POST /firms/{firm}/invoices/products/removal": Row(For.CLIENT, lambda world: {"id": world.ids["product"]}),
    "GET /firms/{firm}/invoices/settings": Row(For.CLIENT),
    "POST /firms/{firm}/invoices/settings": Row(
        For.CLIENT, lambda _: {"version": 2, "due_days": 7, "seller": {"city": "Łódź"}}
    ),
    "GET /firms/{firm}/invoices/tokens": Row(For.CLIENT),
    "POST /firms/{firm}/invoices/tokens": Row(For.CLIENT, lambda _: {"name": "Sklep"}),
    "POST /firms/{firm}/invoices/tokens/{program}/revocation": Row(For.CLIENT),
    "GET /firms/{firm}/invoices/logo/{digest}": Row(For.CLIENT),
    "GET /firms/{firm}/invoices/logo": Row(For.CLIENT),
    "POST /firms/{firm}/invoices/logo": Row(For.CLIENT, lambda _: {"logo": LOGO}),
    "POST /firms/{firm}/invoices/logo/removal": Row(For.CLIENT),
    "GET /firms/{firm}/invoices/recurring": Row(For.CLIENT),
    "GET /firms/{firm}/invoices/recurring/new": Row(For.CLIENT),
    "POST /firms/{firm}/invoices/recurring/new": Row(For.CLIENT, lambda world: {"like": world.ids["invoice"]}, 201),
    "GET /firms/{firm}/invoices/recurring/{template}": Row(For.CLIENT),
    "POST /firms/{firm}/invoices/recurring/{template}": Row(For.CLIENT, lambda _: {"version": 2, "step": "pause"}),
    "GET /firms/{firm}/invoices/recurring/{template}/{step}": Row(For.CLIENT),
    "POST /firms/{firm}/invoices/recurring/{template}/removal": Row(For.CLIENT, lambda _: {"version": 2}),
    "POST /firms/{firm}/invoices/recurring/{template}/runs": Row(For.CLIENT, lambda _: {"period": "2026-11-23"}),
    "GET /firms/{firm}/invoices/registers/nip/{nip}": Row(For.CLIENT),
    "GET /firms/{firm}/invoices/{invoice}": Row(For.CLIENT),
    "POST /firms/{firm}/invoices/{invoice}": Row(For.CLIENT, lambda _: {**AN_INVOICE, "step": "issue", "version": 1}),
    "GET /firms/{firm}/invoices/{invoice}/preview": Row(For.CLIENT),
    "GET /firms/{firm}/invoices/{invoice}/pdf": Row(For.CLIENT),
    "GET /firms/{firm}/invoices/{invoice}/{step}": Row(For.CLIENT),
    "POST /firms/{firm}/invoices/{invoice}/removal": Row(For.CLIENT, lambda _: {"version": 1}),
    "POST /firms/{firm}/invoices/{invoice}/payments": Row(For.CLIENT, lambda _: {"version": 1, "amount": 100}),
    "POST /firms/{firm}/invoices/{invoice}/payments/removal": Row(For.CLIENT, lambda _: {"version": 2, "index": 0}),
    "POST /firms/{firm}/invoices/{invoice}/cancellation": Row(
        For.CLIENT, lambda _: {"version": 1, "reason": "Pomyłka"}
    ),
    "POST /firms/{firm}/invoices/{invoice}/sending": Row(For.CLIENT, lambda _: A_MAILING),
    "POST /firms/{firm}/invoices/{invoice}/link": Row(For.CLIENT, lambda _: {"version": 1}),
    "POST /firms/{firm}/invoices/{invoice}/link/removal": Row(For.CLIENT, lambda _: {"version": 2}),
    "POST /offices/{office}/firms/{firm}/invoices/{invoice}/sending": Row(For.STAFF, lambda _: A_MAILING),
    "POST /offices/{office}/firms/{firm}/invoices/{invoice}/link": Row(For.STAFF, lambda _: {"version": 1}),
    "POST /offices/{office}/firms/{firm}/invoices/{invoice}/link/removal": Row(For.STAFF, lambda _: {"version": 2}),
    "GET /l/{token}/invoice": Row(For.BUYER),
    "GET /l/{token}/invoice/pdf": Row(For.BUYER),
    "GET /offices/{office}/firms/{firm}/invoices": Row(For.STAFF),
    "GET /offices/{office}/firms/{firm}/invoices/new": Row(For.STAFF),
    "POST /offices/{office}/firms/{firm}/invoices/new": Row(For.STAFF, lambda _: {**AN_INVOICE, "step": "issue"}, 201),
    "POST /offices/{office}/firms/{firm}/invoices/figures": Row(For.STAFF, lambda _: AN_INVOICE),
    "GET /offices/{office}/firms/{firm}/invoices/counterparties": Row(For.STAFF),
    "POST /offices/{office}/firms/{firm}/invoices/counterparties": Row(For.STAFF, lambda _: {"name": "Nabywca Tajny"}),
    "POST /offices/{office}/firms/{firm}/invoices/counterparties/removal": Row(
        For.STAFF, lambda world: {"id": world.ids["counterparty"]}
    ),
    "GET /offices/{office}/firms/{firm}/invoices/products": Row(For.STAFF),
    "POST /offices/{office}/firms/{firm}/invoices/products": Row(
        For.STAFF, lambda _: {"name": "Inna usługa", "price": "5"}
    ),
    "POST /offices/{office}/firms/{firm}/invoices/products/removal": Row(
        For.STAFF, lambda world: {"id": world.ids["product"]}
    ),
    "GET /offices/{office}/firms/{firm}/invoices/settings": Row(For.STAFF),
    "POST /offices/{office}/firms/{firm}/invoices/settings": Row(
        For.STAFF, lambda _: {"version": 2, "due_days": 7, "seller": {"city": "Łódź"}}
    ),
    "GET /offices/{office}/firms/{firm}/invoices/tokens": Row(For.STAFF),
    "POST /offices/{office}/firms/{firm}/invoices/tokens": Row(For.STAFF, lambda _: {"name": "Sklep"}),
    "POST /offices/{office}/firms/{firm}/invoices/tokens/{program}/revocation": Row(For.STAFF),
    "GET /offices/{office}/firms/{firm}/invoices/logo/{digest}": Row(For.STAFF),
    "GET /offices/{office}/firms/{firm}/invoices/logo": Row(For.STAFF),
    "POST /offices/{office}/firms/{firm}/invoices/logo": Row(For.STAFF, lambda _: {"logo": LOGO}),
    "POST /offices/{office}/firms/{firm}/invoices/logo/removal": Row(For.STAFF),
    "GET /offices/{office}/firms/{firm}/invoices/recurring": Row(For.STAFF),
    "GET /offices/{office}/firms/{firm}/invoices/recurring/new": Row(For.STAFF),
    "POST /offices/{office}/firms/{firm}/invoices/recurring/new": Row(
        For.STAFF, lambda world: {"like": world.ids["invoice"]}, 201
    ),
    "GET /offices/{office}/firms/{firm}/invoices/recurring/{template}": Row(For.STAFF),
    "POST /offices/{office}/firms/{firm}/invoices/recurring/{template}": Row(
        For.STAFF, lambda _: {"version": 2, "step": "pause"}
    ),
    "GET /offices/{office}/firms/{firm}/invoices/recurring/{template}/{step}": Row(For.STAFF),
    "POST /offices/{office}/firms/{firm}/invoices/recurring/{template}/removal": Row(
        For.STAFF, lambda _: {"version": 2}
    ),
    "POST /offices/{office}/firms/{firm}/invoices/recurring/{template}/runs": Row(
        For.STAFF, lambda _: {"period": "2026-11-23"}
    ),
    "GET /offices/{office}/firms/{firm}/invoices/registers/nip/{nip}": Row(For.STAFF),
    "GET /offices/{office}/firms/{firm}/invoices/{invoice}": Row(For.STAFF),
    "POST /offices/{office}/firms/{firm}/invoices/{invoice}": Row(
        For.STAFF, lambda _: {**AN_INVOICE, "step": "issue", "version": 1}
    ),
    "GET /offices/{office}/firms/{firm}/invoices/{invoice}/preview": Row(For.STAFF),
    "GET /offices/{office}/firms/{firm}/invoices/{invoice}/pdf": Row(For.STAFF),
    "GET /offices/{office}/firms/{firm}/invoices/{invoice}/{step}": Row(For.STAFF),
    "POST /offices/{office}/firms/{firm}/invoices/{invoice}/removal": Row(For.STAFF, lambda _: {"version": 1}),
    "POST /offices/{office}/firms/{firm}/invoices/{invoice}/payments": Row(
        For.STAFF, lambda _: {"version": 1, "amount": 100}
    ),
    "POST /offices/{office}/firms/{firm}/invoices/{invoice}/payments/removal": Row(
        For.STAFF, lambda _: {"version": 2, "index": 0}
    ),
    "POST /offices/{office}/firms/{firm}/invoices/{invoice}/cancellation": Row(
        For.STAFF, lambda _: {"version": 1, "reason": "Pomyłka"}
    ),
    "GET /share": Row(For.SIGNED_IN),
    "POST /share": Row(For.ANYONE),
    "GET /offline": Row(For.ANYONE),
    "POST /firms/{firm}/payments": Row(For.CLIENT, lambda _: {"record": f"{VAT}@1", "paid_on": "2026-11-20"}),
    "POST /sync/heartbeat": Row(
        For.AGENT, hello(version="1", machine="X", programs=[], problems=[], problems_total=0, state="0f6c" * 8)
    ),
    "POST /sync/firms": Row(
        For.AGENT,
        hello(
            firms=[{"program": "x", "external_id": "1", "nip": NIPS[0], "name": "Przejęta", "natural_person": False}]
        ),
    ),
    "POST /sync/digests": Row(For.AGENT, hello(nips=list(NIPS), **{"from": "2026-01", "to": "2026-11"})),
    "POST /sync/records": Row(For.AGENT, lambda world: hello(records=world.fresh_records())(world)),
}


def rows_for(*whom: For) -> list[str]:
    return [name for name, row in MATRIX.items() if row.let_in in whom]


@dataclass
class World:
    """Two offices. All ids are of the first one; strangers belong to the second."""

    ids: dict[str, str]
    browsers: dict[str, Browser]
    agents: dict[str, Agent]
    programs: dict[str, str]
    second_firm: str
    their_office: str
    items: list[dict[str, Any]]
    clock: times.Clock = field(default_factory=times.Clock)

    @property
    def now(self) -> Any:
        return self.clock()

    def fresh_records(self) -> list[dict[str, Any]]:
        moment = (self.clock() - timedelta(seconds=1)).isoformat()
        return [tax(1, nip=nip, read_at=moment) for nip in NIPS[:2]]

    def ask(self, who: Browser, name: str, **changed: str) -> Answer:
        method, path = name.split(" ")
        # A person of the office's list where it is about staff, a person of the firm elsewhere.
        there = {"person": self.ids["member"]} if "/staff/{person}" in path else {}
        if path.startswith("/firms/"):
            there["archive"] = self.ids["own_archive"]  # a client's ZIPs are others than the office's
        if path.startswith("/l/{token}/invoice"):
            there["token"] = self.ids["shared"]
        if name.endswith("/recurring/{template}/removal"):
            there["template"] = self.ids["spare_template"]
        there |= next(({"invoice": self.ids[INVOICES[end]]} for end in INVOICES if name.endswith(end)), {})
        for key, value in {**self.ids, **there, **changed}.items():
            path = path.replace(f"{{{key}}}", quote(value, safe=".%"))
        body = MATRIX[name].body(self)
        if who.html and isinstance(body, dict):
            body = {key: "" if value is None else value for key, value in body.items()}
        return who.send(method, path, body=body)


def hired(office: Office, email: str) -> Browser:
    body = {"email": email, "name": "Paweł Pracownik", "role": "staff"}
    assert office.boss.post(office.path("/staff"), body).status == 201
    browser = sign_in_by_mail(office.mails.last_to(email)["text"])
    assert browser.get(office.path()).status == 200
    return browser


def people_of(office: Office, page: str) -> dict[str, str]:
    """Ids by e-mail of those on a list."""
    answer = office.boss.get(office.path(page)).json
    return {one["email"]: one["person"] for one in answer.get("users", answer.get("staff"))}


def limit_staff(office: Office, assigned: dict[str, list[str]]) -> None:
    """The office lets its staff see assigned firms only: these."""
    for email, firms in assigned.items():
        path = office.path(f"/staff/{people_of(office, '/staff')[email]}")
        version = office.boss.get(path).json["version"]
        assert office.boss.post(f"{path}/assignments", {"version": version, "firms": firms}).status == 200
    browser = office.boss_in_a_browser
    (form,) = forms_to(browser.get(office.path("/settings")), office.path("/settings"))
    assert form.send(browser, only_assigned="true").status == 303


def partner_of(office: Office, firm: str, email: str, subject: str) -> Browser:
    body = {"email": email, "name": "Wspólnik", "role": "partner", "subject": subject}
    assert office.boss.post(office.path(f"/firms/{firm}/users"), body).status == 201
    return seen_by(sign_in_by_mail(office.mails.last_to(email)["text"]), firm)


def seen_by(client: Browser, firm: str) -> Browser:
    """The pages are looked at, so that looking again writes nothing."""
    for page in ("", "/taxes", "/contributions", "/statements"):
        assert client.get(f"/firms/{firm}{page}").status == 200
    return client


def finished_export(office: Office, clock: times.Clock) -> str:
    """An export that can be fetched, as far as the table knows."""
    export = str(office.boss.post(office.path("/exports")).json["exports"][0]["id"])
    table = OfficeTable(Table(tables.name()), office.id)
    known = exports.get(table, export)
    exports.end(table, known, known.finished(1, 1, clock()))
    return export


def finished_archives(office: Office, client: Browser, firm: str, clock: times.Clock) -> dict[str, str]:
    """ZIPs that can be fetched, one of the office and one of the client, as far as the table knows."""
    body = {"firm": firm, "period": "2026-10"}
    asked = {
        "archive": office.boss.post(office.path("/archives"), body),
        "own_archive": client.post(f"/firms/{firm}/archives", {"period": "2026-10"}),
    }
    found = {name: str(answer.json["archives"][0]["id"]) for name, answer in asked.items()}
    table = OfficeTable(Table(tables.name()), office.id)
    for shelf, name in ((table, "archive"), (table.of_firm(firm), "own_archive")):
        known = archives.get(shelf, found[name])
        archives.end(shelf, known, known.finished(1, 2, clock()))
    return found


def handed_over(office: Office, client: Browser, firm: str, clock: times.Clock) -> str:
    """A document of the client that arrived in order, as far as the table knows."""
    file = {**A_FILE, "name": "Dokument Tajny.pdf"}
    signed = client.post(f"/firms/{firm}/documents", {"files": [file], "period": "2026-10"}).json["uploads"]
    table = FirmTable(Table(tables.name()), office.id, firm)
    known = documents.get(table, Ref.parse(signed[0]["document"]))
    return str(documents.change(table, known, known.arrived(known.declared, clock())).ref)


def invoices_of(client: Browser, firm: str) -> dict[str, str]:
    """An issued invoice and a draft of the firm, and whom and what it is of."""
    home = f"/firms/{firm}/invoices"
    assert client.post(f"{home}/settings", {"version": 0, "seller": {"city": "Łódź"}}).status == 200
    issued = {**AN_INVOICE, "step": "issue"}
    wanted = {"invoice": issued, "paid_invoice": issued, "spare_invoice": issued}
    wanted |= {"shared_invoice": issued, "mailed_invoice": issued, "linked_invoice": issued}
    wanted |= {"draft": AN_INVOICE, "spare_draft": AN_INVOICE}
    made = {name: client.post(f"{home}/new", body) for name, body in wanted.items()}
    assert {answer.status for answer in made.values()} == {201}
    found = {name: str(answer.json["invoice"]) for name, answer in made.items()}
    paid = client.post(f"{home}/{found['paid_invoice']}/payments", {"version": 1, "amount": 100})
    assert paid.status == 200, paid.text
    link = client.post(f"{home}/{found['shared_invoice']}/link", {"version": 1}).json["link"]
    return {
        **found,
        "shared": link.split("/")[-2],
        "counterparty": client.get(f"{home}/counterparties").json["listed"][0]["id"],
        "product": client.get(f"{home}/products").json["listed"][0]["id"],
    }


def program_of(client: Browser, firm: str, name: str = "Program Tajny") -> tuple[str, str]:
    """A program that may issue the firm's invoices: its id and its token."""
    made = client.post(f"/firms/{firm}/invoices/tokens", {"name": name})
    assert made.status == 200, made.text
    return str(made.json["token"]), str(made.json["presented"])


def recurring_of(office: Office, client: Browser, firm: str, invoice: str, clock: times.Clock) -> str:
    """A recurring invoice one of whose days was missed."""
    made = client.post(f"/firms/{firm}/invoices/recurring/new", {"like": invoice}).json["recurring"]
    table = FirmTable(Table(tables.name()), office.id, firm)
    missed = Run(date(2026, 11, 23), clock(), RunState.SKIPPED)
    recurring.ran(table, recurring.get(table, made), [missed], clock())
    return str(made)


def build(dynamodb: Any, mails: Mails, clock: times.Clock) -> World:
    mine, theirs = open_office(mails), open_office(mails, "Biuro Obce", "obce@demo.example", "Olga Obca")
    firm, second = mine.add_firm(NIPS[0], "Firma Tajna"), mine.add_firm(NIPS[1], "Druga Tajna")
    their_firm = theirs.add_firm(NIPS[2], "Ich Firma")
    agent, stranger = mine.agent("Agent Tajny"), theirs.agent("ICH")
    rule = {"tax": True, "contribution": True, "statement": True}
    agent.push(tax(713_131, minutes_ago=9), contribution(724_242), statement(), tax(5, nip=NIPS[1]), approve=rule)
    agent.push(tax(713_132, minutes_ago=1), state="0f6c" * 8)
    stranger.push(tax(6, nip=NIPS[2]))
    agent.push(
        *(contribution(735_353, subject="Lis Ewa", period=period) for period in ("2026-09", "2026-10")),
        tax(735_353, form="PIT-5", subject="Lis Ewa"),
        contribution(100_00, subject="Kos Jan"),
        approve=rule,
    )
    client = seen_by(mine.client(firm, "tajny@firma.example"), firm)
    gone = seen_by(mine.client(firm, "dawny@firma.example"), firm)
    gone_id = people_of(mine, f"/firms/{firm}/users")["dawny@firma.example"]
    assert mine.boss.post(mine.path(f"/firms/{firm}/users/{gone_id}/deactivation")).status == 200
    staff, limited, off = hired(mine, STAFF), hired(mine, LIMITED), hired(mine, OFF)
    limit_staff(mine, {STAFF: [firm, second], LIMITED: [second], OFF: [firm, second]})
    assert mine.boss.post(mine.path(f"/staff/{people_of(mine, '/staff')[OFF]}/deactivation")).status == 200
    browsers = {
        "administrator": mine.boss,
        "staff": staff,
        "limited staff": limited,
        "switched-off staff": off,
        "client": client,
        "partner": partner_of(mine, firm, "kos@firma.example", "Kos Jan"),
        "other partner": partner_of(mine, firm, "lis@firma.example", "Lis Ewa"),
        "client without access": gone,
        "client of the office's other firm": mine.client(second, "drugi@firma.example"),
        "administrator of another office": theirs.boss,
        "client of another office": theirs.client(their_firm, "ich@firma.example"),
        "nobody": Browser(),
    }
    person = people_of(mine, f"/firms/{firm}/users")["tajny@firma.example"]
    Browser().post("/sign-in", {"email": "obce@demo.example"})
    token = link_in(mails.last_to("obce@demo.example")["text"]).removeprefix("/l/")
    named = {"office": mine.id, "firm": firm, "period": "2026-10", "person": person, "agent": agent.id, "nip": NIPS[3]}
    # A member of the staff who serves the other firm only; and the version that a form about them must name.
    named["member"] = people_of(mine, "/staff")[LIMITED]
    named["member_version"] = str(mine.boss.get(mine.path(f"/staff/{named['member']}")).json["version"])
    named |= {"passkey": "a" * 64}
    shown = {"name": "logo.png", "content": base64.b64encode(picture(7)).decode()}
    named["digest"] = mine.boss.post(mine.path("/logo"), {"logo": shown}).json["logo"]
    named["export"] = finished_export(mine, clock)
    named["document"] = handed_over(mine, client, firm, clock)
    named["step"] = "description"  # a form of the office's page and of the client's
    named |= finished_archives(mine, client, firm, clock)
    named |= invoices_of(client, firm)
    for one in ("template", "spare_template"):
        named[one] = recurring_of(mine, client, firm, named["invoice"], clock)
    named["program"], own_token = program_of(client, firm)
    programs = {
        "own": own_token,
        "of the office's other firm": program_of(browsers["client of the office's other firm"], second)[1],
        "of another office": program_of(browsers["client of another office"], their_firm, "Ich Program")[1],
    }
    logo = client.post(f"/firms/{firm}/invoices/logo", {"logo": shown})  # the same picture as the office's
    assert logo.json["logo"] == named["digest"]
    agents = {"own": agent, "of another office": stranger}
    return World({**named, "token": token}, browsers, agents, programs, second, theirs.id, read_all(dynamodb), clock)


@pytest.fixture(scope="module")
def built() -> Iterator[tuple[Any, World]]:
    """The two offices, built once."""
    with tables.on_moto() as dynamodb, pytest.MonkeyPatch.context() as patch:
        clock = times.install(patch)
        mails = Mails(items=lambda: read_all(dynamodb))
        patch.setattr(aws, "send_mail", mails.take)
        with tables.fresh(dynamodb):
            world = build(dynamodb, mails, clock)
        yield dynamodb, world


@pytest.fixture
def dynamodb(built: tuple[Any, World]) -> Iterator[Any]:
    with tables.fresh(built[0], built[1].items) as made:
        yield made


@pytest.fixture
def world(built: tuple[Any, World], dynamodb: Any) -> World:
    browsers = {name: replace(browser, cookies=dict(browser.cookies)) for name, browser in built[1].browsers.items()}
    return replace(built[1], browsers=browsers)


def refused(answer: Answer, code: str, *, html: bool = False) -> None:
    status = {"not-found": 404, "sign-in-needed": 401, "token-invalid": 401, "administrator-only": 403}[code]
    if html and code == "sign-in-needed":
        assert (answer.status, answer.location) == (303, "/sign-in")
    elif html:
        assert answer.status == status
    else:
        assert (answer.status, answer.code) == (status, code), answer.text
    for secret in SECRETS:
        assert secret not in answer.text.replace("\u00a0", " ")


def test_every_route_has_a_row() -> None:
    assert MATRIX.keys() == {f"{route.method} {route.path}" for route in routes()}


@pytest.mark.parametrize("name", MATRIX)
def test_who_should_get_in_does(world: World, name: str) -> None:
    """The rows are true: with this very request the right person gets through, so it is the door that stops others."""
    row = MATRIX[name]
    who = {
        For.ANYONE: world.browsers["nobody"],
        For.BUYER: world.browsers["nobody"],
        For.SIGNED_IN: world.browsers["client"],
        For.STAFF: world.browsers["staff"],
        For.ADMINISTRATOR: world.browsers["administrator"],
        For.CLIENT: world.browsers["client"],
        For.AGENT: Browser(headers={"authorization": f"Bearer {world.agents['own'].token}"}),
    }[row.let_in]
    assert world.ask(who, name).status == row.says


OUTSIDE_THE_OFFICE = [
    "administrator of another office",
    "client of another office",
    "client",
    "partner",
    "other partner",
    "client without access",
    "client of the office's other firm",
    "switched-off staff",
]


@pytest.mark.parametrize("html", [False, True], ids=["json", "html"])
@pytest.mark.parametrize("who", OUTSIDE_THE_OFFICE)
def test_an_office_is_not_there_for_anybody_else(world: World, dynamodb: Any, who: str, html: bool) -> None:
    for name in rows_for(For.STAFF, For.ADMINISTRATOR):
        refused(world.ask(replace(world.browsers[who], html=html), name), "not-found", html=html)
    assert read_all(dynamodb) == world.items


@pytest.mark.parametrize("html", [False, True], ids=["json", "html"])
@pytest.mark.parametrize(
    "who",
    [
        "administrator of another office",
        "client of another office",
        "client of the office's other firm",
        "client without access",
        "administrator",
        "staff",
        "limited staff",
        "switched-off staff",
    ],
)
def test_a_firm_is_not_there_for_anybody_but_its_people(world: World, dynamodb: Any, who: str, html: bool) -> None:
    for name in rows_for(For.CLIENT):
        refused(world.ask(replace(world.browsers[who], html=html), name), "not-found", html=html)
    assert read_all(dynamodb) == world.items


@pytest.mark.parametrize("html", [False, True], ids=["json", "html"])
def test_nobody_gets_in_without_signing_in(world: World, dynamodb: Any, html: bool) -> None:
    for name in rows_for(For.SIGNED_IN, For.STAFF, For.ADMINISTRATOR, For.CLIENT):
        refused(world.ask(Browser(html=html), name), "sign-in-needed", html=html)
    assert read_all(dynamodb) == world.items


def test_a_token_of_an_agent_opens_no_page(world: World, dynamodb: Any) -> None:
    for agent in world.agents.values():
        machine = Browser(headers={"authorization": f"Bearer {agent.token}"})
        for name in rows_for(For.SIGNED_IN, For.STAFF, For.ADMINISTRATOR, For.CLIENT):
            refused(world.ask(machine, name), "token-invalid" if for_programs(name) else "sign-in-needed")
    assert read_all(dynamodb) == world.items


def for_programs(name: str) -> bool:
    """Whether a program of the firm may ask this: there a token is looked at."""
    return name.partition(" ")[2].startswith("/firms/{firm}/invoices")


@pytest.mark.parametrize("whose", ["own", "of the office's other firm", "of another office"])
def test_a_token_of_a_program_opens_invoices_of_its_firm_only(world: World, dynamodb: Any, whose: str) -> None:
    program = Browser(headers={"authorization": f"Bearer {world.programs[whose]}"})
    for name in rows_for(For.SIGNED_IN, For.STAFF, For.ADMINISTRATOR, For.CLIENT, For.AGENT):
        if name.partition(" ")[2].startswith("/sync/"):
            refused(world.ask(program, name), "token-invalid")
        elif not for_programs(name):
            refused(world.ask(program, name), "sign-in-needed")
        elif whose != "own":
            refused(world.ask(program, name), "not-found")
    assert read_all(dynamodb) == world.items


@pytest.mark.parametrize("name", [name for name in MATRIX if for_programs(name)])
def test_a_program_does_what_people_do_but_for_settings_and_tokens(world: World, name: str) -> None:
    program = Browser(headers={"authorization": f"Bearer {world.programs['own']}"})
    answer = world.ask(program, name)
    in_person = name.partition("/invoices/")[2].partition("/")[0] in ("settings", "tokens")
    assert (answer.status, answer.json.get("code")) == (403, "program-refused") if in_person else True
    assert in_person or answer.status == MATRIX[name].says


@pytest.mark.parametrize("who", ["staff", "limited staff"])
def test_staff_do_not_do_what_administrators_do(world: World, dynamodb: Any, who: str) -> None:
    for name in rows_for(For.ADMINISTRATOR):
        answer = world.ask(world.browsers[who], name)
        # A firm that somebody may not see is not there for them, whatever else they may not do.
        hidden = who == "limited staff" and "{firm}" in name
        refused(answer, "not-found" if hidden else "administrator-only")
    assert read_all(dynamodb) == world.items


@pytest.mark.parametrize("html", [False, True], ids=["json", "html"])
def test_a_firm_is_not_there_for_staff_who_serve_others(world: World, dynamodb: Any, html: bool) -> None:
    for name in rows_for(For.STAFF):
        if "{firm}" in name:
            refused(world.ask(replace(world.browsers["limited staff"], html=html), name), "not-found", html=html)
    assert read_all(dynamodb) == world.items


@pytest.mark.parametrize("html", [False, True], ids=["json", "html"])
def test_what_limited_staff_read_names_none_of_the_other_firms(world: World, html: bool) -> None:
    who = replace(world.browsers["limited staff"], html=html)
    for name in rows_for(For.STAFF, For.SIGNED_IN):
        if name.startswith("GET") and "{firm}" not in name:
            answer = world.ask(who, name)
            assert not [secret for secret in (*OF_THE_FIRM, world.ids["firm"]) if secret in plain(answer)], name


def test_limited_staff_approve_nothing_of_other_firms(world: World, dynamodb: Any) -> None:
    refused(world.ask(world.browsers["limited staff"], "POST /offices/{office}/months/{period}/approvals"), "not-found")
    assert read_all(dynamodb) == world.items


@pytest.mark.parametrize("html", [False, True], ids=["json", "html"])
def test_a_partner_reads_nothing_of_another_partner(world: World, html: bool) -> None:
    """Every page of the client and of whoever is signed in, in every year that has something."""
    who = replace(world.browsers["partner"], html=html)
    asked = [*rows_for(For.CLIENT), *(name for name in rows_for(For.SIGNED_IN) if name.startswith("GET"))]
    for name in asked:
        answer = world.ask(who, name)
        assert not [secret for secret in OF_ANOTHER_PARTNER if secret in plain(answer)], name
    for page in ("", "/taxes", "/contributions", "/statements"):
        for year in (2025, 2026, 2027):
            answer = who.get(f"/firms/{world.ids['firm']}{page}", year=year)
            assert answer.status == 200
            assert not [secret for secret in OF_ANOTHER_PARTNER if secret in plain(answer)], page


def test_a_partner_marks_nothing_of_another_partner(world: World, dynamodb: Any) -> None:
    for record in ("2026-10.contribution..Lis Ewa@1", "2026-10.tax.PIT-5.Lis Ewa@1", "2026-10.contribution..@1"):
        body = {"record": record, "paid_on": "2026-11-20"}
        answer = world.browsers["partner"].post(f"/firms/{world.ids['firm']}/payments", body)
        assert (answer.status, answer.code) == (404, "record-unknown")
    assert read_all(dynamodb) == world.items


def plain(answer: Answer) -> str:
    return answer.text.replace("\u00a0", " ")


@pytest.mark.parametrize("who", ["partner", "other partner"])
def test_partners_get_in_where_clients_do(world: World, who: str) -> None:
    for name in rows_for(For.CLIENT):
        says = MATRIX[name].says
        if "{document}" in name or "{archive}" in name:
            says = 404  # the client's: a partner sees the documents they added
        elif name == "POST /firms/{firm}/archives":
            says = 409  # they added none
        elif name.startswith("POST") and "/invoices/tokens" in name:
            says = 403  # a token reads every invoice
        elif name.startswith("POST") and name.endswith("/completion"):
            says = 403  # nobody says of documents they do not see that all are there
        assert world.ask(world.browsers[who], name).status == says, name


def test_ids_of_one_office_mean_nothing_inside_another(world: World, dynamodb: Any) -> None:
    """Staff of another office ask in their own office, with the ids of this one's firms, people and agents."""
    stranger = world.browsers["administrator of another office"]
    for name in rows_for(For.STAFF, For.ADMINISTRATOR):
        if any(f"{{{key}}}" in name for key in KINDS_OF_IDS):
            refused(world.ask(stranger, name, office=world.their_office), "not-found")
    assert read_all(dynamodb) == world.items


KINDS_OF_IDS = ("firm", "person", "agent", "export", "document", "archive", "invoice", "template")


def test_an_id_of_another_kind_is_not_found(world: World, dynamodb: Any) -> None:
    """Ids of the very same office, in each other's places."""
    for name in rows_for(For.STAFF, For.ADMINISTRATOR, For.CLIENT):
        who = world.browsers["client" if MATRIX[name].let_in is For.CLIENT else "administrator"]
        for key in KINDS_OF_IDS:
            if f"{{{key}}}" in name:
                for other in ("office", "firm", "person", "member", "agent"):
                    fits = {"person": "member" if "/staff/{person}" in name else "person"}.get(key, key)
                    if other != fits:
                        refused_as_unknown(world.ask(who, name, **{key: world.ids[other]}), f"{name}: {other}")
    assert read_all(dynamodb) == world.items


def refused_as_unknown(answer: Answer, name: str) -> None:
    assert (answer.status, answer.code) == (404, "not-found"), name


def test_a_person_is_reached_through_their_own_list_only(world: World, dynamodb: Any) -> None:
    """The office's own administrator cannot reach a person through a firm that the person does not belong to."""
    for name in rows_for(For.STAFF, For.ADMINISTRATOR):
        if "/users/{person}" in name:
            refused_as_unknown(world.ask(world.browsers["administrator"], name, firm=world.second_firm), name)
    assert read_all(dynamodb) == world.items


def test_a_picture_is_found_under_its_own_office_only(world: World) -> None:
    name = "GET /logos/{office}/{digest}"
    assert world.ask(world.browsers["nobody"], name).status == 200
    refused_as_unknown(world.ask(world.browsers["nobody"], name, office=world.their_office), name)


def test_a_bulk_approval_reaches_no_firm_of_another_office(world: World, dynamodb: Any) -> None:
    answer = world.ask(
        world.browsers["administrator of another office"],
        "POST /offices/{office}/months/{period}/approvals",
        office=world.their_office,
    )
    assert [outcome["code"] for outcome in answer.json["outcomes"]] == ["record-unknown"]
    assert answer.json["outcomes"][0]["now"] is None
    assert read_all(dynamodb) == world.items


def test_what_an_office_lists_and_counts_is_its_own(world: World) -> None:
    stranger = world.browsers["administrator of another office"]
    for name in rows_for(For.STAFF):
        if name.startswith("GET") and "{firm}" not in name and "{archive}" not in name:
            answer = world.ask(stranger, name, office=world.their_office)
            assert answer.status == MATRIX[name].says
            for secret in SECRETS:
                assert secret not in answer.text, name
    desktop = stranger.get(f"/offices/{world.their_office}").json
    assert (desktop["waiting"], desktop["waiting_firms"]) == (1, 1)


def test_a_person_sees_only_their_own_places(world: World) -> None:
    for who, place in {
        "client": f"/firms/{world.ids['firm']}",
        "client of the office's other firm": f"/firms/{world.second_firm}",
        "partner": f"/firms/{world.ids['firm']}",
        "staff": f"/offices/{world.ids['office']}",
        "limited staff": f"/offices/{world.ids['office']}",
        "administrator of another office": f"/offices/{world.their_office}",
    }.items():
        places = world.browsers[who].get("/").json["contexts"]
        assert [one["address"] for one in places] == [place]


# Agents


def test_without_a_valid_token_nothing_is_synchronised(world: World, dynamodb: Any) -> None:
    own, stranger = world.agents["own"], world.agents["of another office"]
    _, office, agent, secret = own.token.split("_", 3)
    _, their_office, their_agent, their_secret = stranger.token.split("_", 3)
    tokens = {
        "no token": "",
        "another office's secret": f"kst_{office}_{agent}_{their_secret}",
        "another office's agent": f"kst_{office}_{their_agent}_{their_secret}",
        "our secret in another office": f"kst_{their_office}_{agent}_{secret}",
        "our secret for their agent": f"kst_{their_office}_{their_agent}_{secret}",
    }
    for token in tokens.values():
        for name in rows_for(For.AGENT):
            refused(world.ask(Browser(headers={"authorization": f"Bearer {token}"}), name), "token-invalid")
    assert read_all(dynamodb) == world.items


def test_no_person_synchronises(world: World, dynamodb: Any) -> None:
    for browser in world.browsers.values():
        for name in rows_for(For.AGENT):
            refused(world.ask(browser, name), "token-invalid")
    assert read_all(dynamodb) == world.items


def test_an_agent_of_another_office_touches_nothing_of_this_one(world: World, dynamodb: Any) -> None:
    machine = Browser(headers={"authorization": f"Bearer {world.agents['of another office'].token}"})
    answers = {name: world.ask(machine, name).json for name in ("POST /sync/records", "POST /sync/digests")}
    assert [one["code"] for one in answers["POST /sync/records"]["results"]] == ["firm-unknown"] * 2
    assert [one["nip"] for one in answers["POST /sync/digests"]["firms"]] == [NIPS[2]]
    assert world.ask(machine, "POST /sync/heartbeat").json["in_sync"] is False
    assert world.ask(machine, "POST /sync/firms").json["firms"][0]["result"] == "created"
    assert world.ask(machine, "POST /sync/records").json["results"][0]["result"] == "stored"
    theirs = f"O#{world.their_office}#"
    changed = [item for item in read_all(dynamodb) if item not in world.items]
    assert changed
    assert all(item["pk"]["S"].startswith(theirs) for item in changed)
    left = [item for item in read_all(dynamodb) if not item["pk"]["S"].startswith(theirs)]
    assert left == [item for item in world.items if not item["pk"]["S"].startswith(theirs)]


# Public routes


def test_public_routes_tell_nothing_of_any_office(world: World) -> None:
    for name in rows_for(For.ANYONE):
        if name.startswith("GET"):
            answer = world.ask(world.browsers["nobody"], name)
            for secret in (*SECRETS, "Biuro", "obce@demo.example"):
                assert secret not in answer.text, name


# Ids in paths

WEIRD: dict[str, Callable[[str], str]] = {
    "another key behind it": lambda known: f"{known}%23OFFICE",
    "a key before it": lambda known: f"O%23{known}",
    "a slash": lambda known: f"{known}%2F{known}",
    "an escaped escape": lambda known: f"{known}%2523",
    "lower case": str.lower,
    "too short": lambda known: known[:-1],
    "too long": lambda known: known + "0",
    "very long": lambda known: known * 200,
    "beyond a ULID's range": lambda known: "8" + known[1:],
    "a zero byte": lambda known: f"{known}%00",
    "a space": lambda known: f"%20{known}",
    "a line end": lambda known: f"{known}%0A",
    "a step up": lambda _known: "..",
    "a step up, escaped": lambda _known: "%2e%2e",
    "an id that nothing has": lambda _known: "01JDEMXXXXXXXXXXXXXXXXXXXX",
    "another alphabet": lambda known: "٠" + quote(known[1:]),
    "a quotation mark": lambda known: f"{known}%22",
    "a dollar": lambda _known: "$",
}


@pytest.mark.parametrize("decoded", [False, True], ids=["as sent", "decoded"])
@pytest.mark.parametrize("weird", WEIRD.values(), ids=WEIRD.keys())
def test_what_is_no_id_is_not_found(world: World, dynamodb: Any, weird: Callable[[str], str], decoded: bool) -> None:
    for name in rows_for(For.STAFF, For.ADMINISTRATOR, For.CLIENT):
        row = MATRIX[name]
        who = world.browsers["client" if row.let_in is For.CLIENT else "administrator"]
        for key in ("office", *KINDS_OF_IDS):
            if f"{{{key}}}" in name and key in world.ids:
                changed = {key: weird(world.ids[key])}
                if decoded and "%" not in changed[key]:
                    continue  # the very request of the other run
                refused(world.ask(replace(who, decoded=decoded), name, **changed), "not-found")
    assert read_all(dynamodb) == world.items


# The two handles


class Recorder:
    """Stands in for the table, and notes under which partitions it was used."""

    def __init__(self) -> None:
        self.partitions: list[str] = []

    def get(self, key: Key, **_: object) -> None:
        self.partitions.append(key.pk)

    def get_many(self, wanted: list[Key], **_: object) -> dict[Key, Any]:
        self.partitions += [key.pk for key in wanted]
        return {}

    def query_all(self, pk: str, **_: object) -> Iterator[Any]:
        self.partitions.append(pk)
        return iter(())

    def query(self, pk: str, **_: object) -> Page:
        self.partitions.append(pk)
        return Page([], None)


OFFICE, FIRM, OTHER = "01JDEM00000000000000000001", "01JDEM00000000000000000002", "01JDEM00000000000000000003"


def used(handle: OfficeTable, key: Key, recorder: Recorder) -> list[str]:
    """The partitions behind every way of using the handle."""
    put = handle.put(key, {"name": "x"}, Expect.absent(), Key(key.pk, "index"))
    assert isinstance(put, Put)
    handle.get(key)
    handle.get_many([key])
    list(handle.query(key.pk, "", keys.END))
    handle.page(key.pk, "", keys.END)
    return [
        *recorder.partitions,
        put.item["pk"],
        put.item["gpk"],
        handle.delete(key, Expect.present()).key.pk,
        handle.own(key).pk,
    ]


@pytest.mark.parametrize("pk", ["OFFICE", "NIP", f"F#{FIRM}", "P#person", f"O#{OTHER}#OFFICE", "", "#", "E#a@b.pl"])
def test_a_handle_of_an_office_puts_the_office_before_every_key(pk: str) -> None:
    recorder = Recorder()
    handle = OfficeTable(recorder, OFFICE)
    assert set(used(handle, Key(pk, "x"), recorder)) == {f"O#{OFFICE}#{pk}"}


def test_attributes_of_an_item_cannot_change_whose_it_is() -> None:
    handle = OfficeTable(Recorder(), OFFICE)
    put = handle.put(Key("OFFICE", "x"), {"pk": f"O#{OTHER}#OFFICE", "sk": "y"}, Expect.absent())
    assert put.item == {"pk": f"O#{OFFICE}#OFFICE", "sk": "x"}


def test_a_handle_of_a_firm_reaches_its_own_partition() -> None:
    recorder = Recorder()
    handle = OfficeTable(recorder, OFFICE).of_firm(FIRM)
    with pytest.raises(PermissionError):
        used(handle, keys.firm(OTHER), recorder)
    recorder.partitions.clear()
    handle.get(keys.firm(FIRM))
    list(handle.query(*keys.firm_users(FIRM)))
    assert set(recorder.partitions) == {f"O#{OFFICE}#F#{FIRM}"}


@pytest.mark.parametrize(
    "key",
    [
        keys.firm(OTHER),
        keys.firm_month(OTHER, Period(2026, 10)),
        keys.office_details(),
        keys.identifier("nip", NIPS[0]),
        keys.agent(OTHER),
        keys.agent_problems(OTHER),
        Key(f"F#{FIRM}#", "x"),
        Key(f"F#{FIRM.lower()}", "x"),
        Key("", "x"),
    ],
)
def test_a_handle_of_a_firm_refuses_every_other_key(key: Key) -> None:
    recorder = Recorder()
    handle = FirmTable(recorder, OFFICE, FIRM)
    ways: list[Callable[[], object]] = [
        lambda: handle.get(key),
        lambda: handle.get_many([key]),
        lambda: list(handle.query(key.pk, "", keys.END)),
        lambda: handle.page(key.pk, "", keys.END),
        lambda: handle.put(key, {}, Expect.absent()),
        lambda: handle.delete(key, Expect.present()),
        lambda: handle.own(key),
    ]
    for way in ways:
        with pytest.raises(PermissionError):
            way()
    assert recorder.partitions == []


def test_the_ways_of_using_a_handle_are_all_tried() -> None:
    """A new method of OfficeTable has to be added to the tests above."""
    public = {name for name, _ in inspect.getmembers(OfficeTable, inspect.isfunction) if not name.startswith("_")}
    keyed = {"get", "get_many", "query", "page", "put", "delete", "own"}
    takes_what_those_made = {"write", "write_each", "transact"}
    assert public == keyed | takes_what_those_made | {"of_firm"}


@pytest.mark.parametrize("html", [False, True], ids=["json", "html"])
def test_a_buyer_reads_one_invoice_and_nothing_else_of_the_firm(world: World, html: bool) -> None:
    theirs = ("Firma Tajna", NIPS[0], "Nabywca Tajny")
    ids = [world.ids[name] for name in ("office", "firm", "invoice", "shared_invoice")]
    for name in rows_for(For.BUYER):
        answer = world.ask(Browser(html=html), name)
        assert answer.status == 200
        said = answer.text.replace(world.ids["shared"], "")
        for secret in (*(one for one in SECRETS if one not in theirs), "Biuro", *ids):
            assert secret not in said, name


def test_a_link_to_an_invoice_opens_nothing_with_another_secret(world: World, dynamodb: Any) -> None:
    """Nor does one that signs in, nor an id."""
    link, _, secret = world.ids["shared"].partition(".")
    others = (f"{link}.{secret[::-1]}", f"{world.ids['shared_invoice']}.{secret}", world.ids["token"], link, "x")
    for name in rows_for(For.BUYER):
        for other in others:
            path = name.partition(" ")[2].replace("{token}", other)
            answer = Browser().get(path)
            assert (answer.status, answer.code) == (410, "invoice-link-useless"), other
    assert read_all(dynamodb) == world.items


def test_every_item_of_an_office_stands_under_its_prefix(world: World, dynamodb: Any) -> None:
    """Also in the index: nothing of an office can be read without naming it."""
    for item in read_all(dynamodb):
        pk = item["pk"]["S"]
        assert pk.split("#")[0] in {"O", "P", "E", "C", "T", "L", "OUT", "JOB", "AWAITED", "AGENDA"}
        if "gpk" in item:
            assert pk.startswith("O#")
            assert item["gpk"]["S"].split("#")[:2] == pk.split("#")[:2]
