"""Nothing is changed in an office without a trace, and nothing of an office is forgotten when it leaves."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from portal.aws import Key
from portal.domain.periods import Period
from portal.store import exports, keys, months
from tests.contract import test_tenants
from tests.contract.test_tenants import MATRIX, For, World, read_all

built, dynamodb, world = test_tenants.built, test_tenants.dynamodb, test_tenants.world

CHANGES_NOTHING = {
    "POST /offices/{office}/firms/import/preview": "shows what an import would do",
    "POST /offices/{office}/firms/{firm}/invoices/figures": "counts what is being typed",
    "POST /offices/{office}/firms/{firm}/users/{person}/activation": "the matrix's person has access already",
    "POST /offices/{office}/staff/{person}/activation": "the matrix's person has access already",
}
"""Requests of the tenant matrix that change nothing, so that nothing is told of them."""

CHANGING = [
    name
    for name, row in MATRIX.items()
    if name.startswith("POST /offices/") and row.let_in in (For.STAFF, For.ADMINISTRATOR) and row.says < 300
]


def traces(items: list[dict[str, Any]]) -> int:
    """Events, steps of records; documents with their steps and messages."""
    count = 0
    for item in items:
        kind = item["sk"]["S"].partition("#")[0]
        if "event" in item:
            count += 1
        elif kind == "M":
            month = months.decode({"sk": item["sk"]["S"], "revision": 1, "records": bytes(item["records"]["B"])}, "X")
            count += sum(len(record.steps) for record in month.records.values())
        elif kind == "D" and "steps" in item:
            # One that was just signed has no step yet: that it is there, by whom and since when, is its trace.
            count += 1 + len(item["steps"]["L"]) + len(item["thread"]["L"])
    return count


def of_offices(items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [item for item in items if item["pk"]["S"].startswith("O#")]


@pytest.mark.parametrize("name", sorted(CHANGING))
def test_what_changes_an_office_leaves_a_trace(world: World, dynamodb: Any, name: str) -> None:
    row = MATRIX[name]
    who = world.browsers["staff" if row.let_in is For.STAFF else "administrator"]
    answer = world.ask(who, name)
    assert answer.status == row.says, answer.text
    after = read_all(dynamodb)
    if name in CHANGES_NOTHING:
        assert of_offices(after) == of_offices(world.items)
    else:
        assert traces(after) > traces(world.items)


# Leaving


def partitions_of_offices() -> set[str]:
    """Every partition that `portal.store.keys` makes inside an office; those of identity say whose they are."""
    examples = {
        "period": Period(2026, 10),
        "first": Period(2026, 1),
        "last": Period(2026, 12),
        "shard": 1,
        "revision": 1,
    }
    inside = inspect.getsource(keys).partition("# Identity, before a tenant is known")[0]
    found = set()
    for name, function in inspect.getmembers(keys, inspect.isfunction):
        if function.__module__ != keys.__name__ or f"def {name}(" not in inside or name == "of_office":
            continue
        arguments = [examples.get(parameter, "X") for parameter in inspect.signature(function).parameters]
        made = function(*arguments)
        found.add(made.pk if isinstance(made, Key) else made[0])
    return found


def test_an_export_takes_every_partition_of_the_office() -> None:
    taken = {*exports.PARTITIONS.values(), keys.logo("").pk, keys.firm("X").pk}
    listed = keys.documents_listed("X")[0]
    of_the_index = {keys.month_waiting(Period(2026, 10), "X").pk, keys.event_by_time("X").pk, listed}
    only_while_working = {keys.export_under_way().pk, keys.archive_slot(0).pk}
    assert partitions_of_offices() == taken | of_the_index | only_while_working
