"""Questions to public services outside: asked once, over https, with an end to time and size. Nothing is trusted."""

from __future__ import annotations

import json
import time
from decimal import Decimal
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import urllib3

HTTP_OK = 200
HTTP_NOT_FOUND = 404
# Not compressed: then what is counted is what it takes.
_HEADERS = {"accept": "application/json", "accept-encoding": "identity", "user-agent": "KonektoSmart"}
_LOOPBACK = ("127.0.0.1", "localhost")


class Patience(NamedTuple):
    """How long one waits, in seconds, and how many bytes one reads."""

    connect: float
    read: float
    whole: float
    most_bytes: int


class SilentError(Exception):
    """The service answered nothing that could be used; the text is the reason, `status` that of the answer, if any."""

    def __init__(self, reason: str, status: int = 0) -> None:
        super().__init__(reason)
        self.status = status


FAILURES = (SilentError, urllib3.exceptions.HTTPError, OSError)
"""Everything that can come instead of an answer."""


def reason(failure: Exception) -> str:
    """The kind of a failure, for the log: its text may hold the address, and so what was asked."""
    return str(failure) if isinstance(failure, SilentError) else type(failure).__name__


def base(setting: str) -> str:
    """The beginning of a service's addresses. Raises SilentError when it is switched off, or could be listened to."""
    address = setting.rstrip("/")
    if not address:
        raise SilentError("switched off")
    parts = urlsplit(address)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOOPBACK):
        raise SilentError("no https")
    return address


def ask(address: str, patience: Patience) -> Any:
    """The JSON that is there, its fractions exact. Raises one of FAILURES."""
    ends = time.monotonic() + patience.whole
    timeout = urllib3.Timeout(connect=patience.connect, read=patience.read)
    # `retries=False`: neither asks again nor follows a redirect, which then is a status like any other. A connection
    # for each question: one kept over a function's sleep would be dead, and questions are rare.
    with urllib3.PoolManager(num_pools=1, timeout=timeout, retries=False) as pool:
        answer = pool.request("GET", address, headers=_HEADERS, preload_content=False, decode_content=False)
        try:
            if answer.status != HTTP_OK:
                raise SilentError(f"status {answer.status}", answer.status)
            return json.loads(_read(answer, patience.most_bytes, ends), parse_float=Decimal)
        except (ValueError, RecursionError):
            raise SilentError("no JSON") from None
        finally:
            answer.close()


def _read(answer: urllib3.BaseHTTPResponse, most_bytes: int, ends: float) -> bytes:
    """The whole answer, unless it is enormous, or trickles in for ever."""
    content = bytearray()
    while piece := answer.read1(most_bytes):
        content += piece
        if len(content) > most_bytes:
            raise SilentError("too much")
        if time.monotonic() > ends:
            raise SilentError("too slow")
    return bytes(content)
