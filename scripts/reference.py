"""Writes docs/reference.md from the code: every route, setting and error code. A test compares the two."""

from __future__ import annotations

import importlib
import inspect
import os
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

from local.template import load
from portal.config import Settings
from portal.domain.errors import CODES

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "reference.md"

WHO = {
    "AtOffice": "staff of the office",
    "AtFirm": "staff of the office",
    "AtClientFirm": "people of the firm",
    "AtAgent": "agents of the office",
    "AtSharedInvoice": "whoever has the link to an invoice",
    "AnyPerson": "anyone signed in",
}
SETTINGS = {
    "table_name": "name of the DynamoDB table",
    "stage": "environment: `test`, `production`; `local` on this machine",
    "domain": "where people reach the portal, without scheme",
    "mail_sender": "`From` of every mail",
    "release": "changes with each deployment; part of the addresses of static files",
    "export_bucket": "where an office's exports wait to be fetched",
    "documents_bucket": "where clients' documents lie",
    "malware_scan": "`guardduty` when it looks into each document before it is accepted, else `off`",
    "white_list_url": "where the register of VAT payers answers; empty: it is never asked",
    "exchange_rates_url": "where the NBP tells exchange rates; empty: it is never asked",
    "configuration_set": "SES's configuration set of every mail, by which its bounces and complaints are told",
    "origin_secret": "what CloudFront adds to a request, so that the viewer's address is believed; empty: not checked",
}


def reference() -> str:
    """The whole page."""
    return "\n".join(
        [
            "# Reference: routes, settings, error codes",
            "",
            "Made by `python -m scripts.reference`; a test fails when it differs from the code.",
            "",
            "## Routes",
            "",
            "Each answers as a page (`Accept: text/html`) or as JSON, except `/sync/…`, which speaks JSON only.",
            "",
            *_table(("route", "feature", "for", "what"), _routes()),
            "",
            "## Settings",
            "",
            "Environment variables of the functions, set by `template.yaml`.",
            "",
            *_table(("variable", "meaning"), ((f"`{f.name.upper()}`", SETTINGS[f.name]) for f in fields(Settings))),
            "",
            "## Error codes",
            "",
            "Codes are stable, sentences are what people read. JSON answers are problem details (RFC 9457): `code`,",
            "`detail`, `errors[]`.",
            "",
            *_table(
                ("code", "status", "sentence"), ((f"`{c.name}`", str(c.status), c.sentence) for c in CODES.values())
            ),
            "",
        ]
    )


def _routes() -> Iterator[tuple[str, str, str, str]]:
    resources = load(ROOT / "template.yaml")["Resources"]
    for logical_id, resource in resources.items():
        if resource["Type"] != "AWS::Serverless::Function":
            continue
        feature = logical_id.removesuffix("Function").lower()
        for event in resource["Properties"].get("Events", {}).values():
            if event["Type"] == "HttpApi":
                method, path = event["Properties"]["Method"].upper(), event["Properties"]["Path"]
                route = _function(feature, method, path)
                yield f"`{method} {path}`", feature, _who(route, path), (route.__doc__ or "").strip().splitlines()[0]


def _function(feature: str, method: str, path: str) -> Any:
    for setting in fields(Settings):
        os.environ.setdefault(setting.name.upper(), "")  # importing a feature asks for them; their values do not matter
    app = importlib.import_module(f"functions.{feature}.app").app
    # The resolver lists its routes in private attributes only.
    every = [*app._static_routes, *app._dynamic_routes]
    return next(route.func for route in every if (route.method, route.openapi_path) == (method, path))


def _who(route: Any, path: str) -> str:
    # Annotations are texts (PEP 563), which is what is wanted: the name of the need.
    needs = [str(parameter.annotation) for parameter in inspect.signature(route).parameters.values()]
    if {"AtEitherSide", "PersonAtEitherSide"} & set(needs):
        return WHO["AtFirm" if path.startswith("/offices/") else "AtClientFirm"]
    return next((WHO[need] for need in needs if need in WHO), "anyone")


def _table(head: tuple[str, ...], rows: Any) -> list[str]:
    return [f"| {' | '.join(head)} |", f"|{'---|' * len(head)}", *(f"| {' | '.join(row)} |" for row in rows)]


if __name__ == "__main__":
    TARGET.write_text(reference(), encoding="utf-8")
    sys.stdout.write(f"{TARGET.relative_to(ROOT)}\n")
