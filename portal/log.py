"""Structured logs: one line a request, ids only. Never NIP, e-mail, amounts, bodies or headers."""

from __future__ import annotations

from functools import lru_cache

from aws_lambda_powertools import Logger

from portal.config import settings


@lru_cache(maxsize=1)
def logger() -> Logger:
    """The process's logger."""
    return Logger(service="konektosmart", stage=settings().stage, utc=True)
