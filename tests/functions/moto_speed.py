"""moto, without two costs that most of the tests' time went into. What it stores and answers stays the same.

Left out: a deep copy of the whole table before each transaction (it replaces items and never changes them in place
under our puts and deletes, so a copy of its index of items is enough to go back to), and a walk through each answer
by botocore's shapes (answers of DynamoDB are JSON already).
"""

from __future__ import annotations

import base64
import json
from collections import defaultdict
from contextlib import contextmanager
from copy import copy
from typing import Any
from unittest import mock

from moto.core.responses import ActionResult
from moto.dynamodb.models.table import Table

_PLAIN = {"GetItem", "BatchGetItem", "Query", "PutItem", "DeleteItem", "UpdateItem", "TransactWriteItems"}
_by_shapes = ActionResult.execute_result


@contextmanager
def faster() -> Any:
    """While this lasts."""
    with (
        mock.patch.object(Table, "__deepcopy__", _as_it_stands, create=True),
        mock.patch.object(ActionResult, "execute_result", _as_json),
    ):
        yield


def _as_it_stands(table: Table, _memo: dict[int, Any]) -> Table:
    same = copy(table)
    same.items = defaultdict(dict, {key: copy(value) for key, value in table.items.items()})
    return same


def _as_json(action: ActionResult, context: Any) -> Any:
    operation = context.operation_model.name
    if (
        context.service_model.service_name != "dynamodb"
        or operation not in _PLAIN
        or not isinstance(action.result, dict)
    ):
        return _by_shapes(action, context)
    return 200, {"Content-Type": "application/x-amz-json-1.0"}, json.dumps(action.result, default=_binary)


def _binary(value: Any) -> str:
    return base64.b64encode(bytes(value)).decode()
