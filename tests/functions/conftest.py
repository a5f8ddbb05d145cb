"""A table with one office in it for each test. The office is opened once, through its own doors, and copied."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest

from portal import aws
from tests.functions import tables, times
from tests.functions.register import register  # noqa: F401 - a fixture
from tests.functions.times import Clock
from tests.functions.world import Mails, Office, Snapshot, open_office


@pytest.fixture(scope="session")
def dynamodb() -> Iterator[Any]:
    with tables.on_moto() as client:
        yield client


@pytest.fixture(scope="session")
def opened(dynamodb: Any) -> Snapshot:
    """The demo office ten minutes before the tests' time, its administrator signed in."""
    with pytest.MonkeyPatch.context() as patch, tables.fresh(dynamodb):
        times.install(patch, times.START - timedelta(minutes=10))
        box = Mails(items=lambda: tables.read_all(dynamodb))
        patch.setattr(aws, "send_mail", box.take)
        office = open_office(box)
        return Snapshot(office.id, office.boss.cookies, tables.read_all(dynamodb))


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return times.install(monkeypatch)


@pytest.fixture
def table(dynamodb: Any, opened: Snapshot) -> Iterator[Any]:
    with tables.fresh(dynamodb, opened.items) as made:
        yield made


@pytest.fixture
def items(table: Any) -> Callable[[], list[dict[str, Any]]]:
    """Reads the whole table, to prove that nothing changed."""
    return lambda: tables.read_all(table)


@pytest.fixture
def mails(items: Any, monkeypatch: pytest.MonkeyPatch) -> Mails:
    """Mail as handed to SES. The message is built by the product; only the last step to AWS is replaced."""
    box = Mails(items=items)
    monkeypatch.setattr(aws, "send_mail", box.take)
    return box


@pytest.fixture
def office(mails: Mails, opened: Snapshot) -> Office:
    return opened.office(mails)
