"""Settings and texts that every test of the portal needs; nothing here reaches outside this process."""

from __future__ import annotations

import os
from pathlib import Path

from scripts.catalogues import compile_catalogues

os.environ |= {
    "TABLE_NAME": "portal-test",
    "STAGE": "test",
    "DOMAIN": "portal.example",
    "MAIL_SENDER": "KonektoSmart <poczta@portal.example>",
    "RELEASE": "test",
    "WHITE_LIST_URL": "",
    "EXCHANGE_RATES_URL": "",
    "EXPORT_BUCKET": "portal-test-exports",
    "DOCUMENTS_BUCKET": "portal-test-documents",
    "MALWARE_SCAN": "off",
    "ORIGIN_SECRET": "",
    "CONFIGURATION_SET": "portal-mail",
    "AWS_DEFAULT_REGION": "eu-central-1",
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "POWERTOOLS_LOG_LEVEL": "CRITICAL",
}

compile_catalogues(Path(__file__).resolve().parents[1])
