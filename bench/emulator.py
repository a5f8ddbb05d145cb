"""The emulator as a process of its own, so that a client's CPU time is the client's alone."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import boto3

from local.place import free_port
from tests.contract.template import table_properties

SETTINGS = {
    "TABLE_NAME": "bench",
    "STAGE": "bench",
    "DOMAIN": "portal.example",
    "MAIL_SENDER": "portal@portal.example",
    "RELEASE": "bench",
    "WHITE_LIST_URL": "",
    "EXCHANGE_RATES_URL": "",
    "EXPORT_BUCKET": "",
    "DOCUMENTS_BUCKET": "bench-documents",
    "MALWARE_SCAN": "off",
    "ORIGIN_SECRET": "",
    "CONFIGURATION_SET": "",
    "AWS_DEFAULT_REGION": "eu-central-1",
    "AWS_ACCESS_KEY_ID": "bench",
    "AWS_SECRET_ACCESS_KEY": "bench",
    "POWERTOOLS_LOG_LEVEL": "CRITICAL",
}


@contextmanager
def emulator() -> Iterator[Any]:
    """A running emulator with the template's table, and a client for it; settings point to it."""
    port = free_port()
    with tempfile.TemporaryDirectory() as home:
        own = {
            "PATH": os.environ["PATH"],
            "GATEWAY_PORT": str(port),
            "BIND_HOST": "127.0.0.1",
            "SFTP_ENABLED": "0",
            "IOT_MTLS_ENABLED": "0",
            "LOG_LEVEL": "ERROR",
            "TMPDIR": home,
            "HOME": home,
        }
        server = subprocess.Popen(
            [sys.executable, "-m", "ministack"], env=own, cwd=home, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            os.environ |= {**SETTINGS, "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}"}
            _await(f"http://127.0.0.1:{port}/_ministack/health")
            client = boto3.client("dynamodb")
            client.create_table(**table_properties(SETTINGS["TABLE_NAME"]))
            yield client
        finally:
            server.terminate()
            server.wait(10)


def _await(address: str) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            urllib.request.urlopen(address, timeout=1).close()
            return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)
