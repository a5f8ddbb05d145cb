"""BatchExecuteStatement for moto, which cannot take INSERT with parameters nor tell of a failed condition.

Each statement of the two shapes that `portal.aws` makes becomes a conditional PutItem or UpdateItem on moto, and is
answered as DynamoDB answers (the real statements run in tests/e2e, on the emulator).
"""

from __future__ import annotations

import base64
import json
import re
from types import SimpleNamespace
from typing import Any

_NAMED = re.compile(r"""['"](\w+)['"](?::|=)\?""")
_REMOVED = re.compile(r'REMOVE "(\w+)"')


def teach(client: Any) -> None:
    """From now on this client's batches of statements run on moto."""

    def run(params: dict[str, Any], **_: Any) -> tuple[Any, dict[str, Any]]:
        statements = json.loads(params["body"])["Statements"]
        answers = [_run(client, statement["Statement"], statement["Parameters"]) for statement in statements]
        return SimpleNamespace(status_code=200, headers={}), {"Responses": answers}

    client.meta.events.register("before-call.dynamodb.BatchExecuteStatement", run)


def _run(client: Any, text: str, parameters: list[Any]) -> dict[str, Any]:
    names = _NAMED.findall(text)
    assert len(names) == len(parameters), text
    table = re.findall(r'"([^"]+)"', text)[0]
    if text.startswith("INSERT"):
        return _insert(client, table, dict(zip(names, parameters, strict=True)))
    assert text.startswith("UPDATE"), text
    return _update(client, table, names, parameters, _REMOVED.findall(text))


def _insert(client: Any, table: str, item: dict[str, Any]) -> dict[str, Any]:
    return _answer(
        "DuplicateItem",
        client.put_item,
        TableName=table,
        Item=_values(item),
        ConditionExpression="attribute_not_exists(pk)",
    )


def _update(client: Any, table: str, names: list[str], values: list[Any], removed: list[str]) -> dict[str, Any]:
    *set_names, pk, sk, held = names
    assert (pk, sk) == ("pk", "sk")
    *set_values, pk_value, sk_value, held_value = values
    changes = "SET " + ", ".join(f"#n{index} = :v{index}" for index in range(len(set_names)))
    changes += " REMOVE " + ", ".join(removed) if removed else ""
    return _answer(
        "ConditionalCheckFailed",
        client.update_item,
        TableName=table,
        Key=_values({"pk": pk_value, "sk": sk_value}),
        UpdateExpression=changes,
        ConditionExpression="#held = :held",
        ExpressionAttributeNames={f"#n{index}": name for index, name in enumerate(set_names)} | {"#held": held},
        ExpressionAttributeValues=_values(
            {f":v{index}": value for index, value in enumerate(set_values)} | {":held": held_value}
        ),
    )


def _answer(code: str, call: Any, **arguments: Any) -> dict[str, Any]:
    try:
        call(**arguments)
    except call.__self__.exceptions.ConditionalCheckFailedException:
        return {"Error": {"Code": code, "Message": "The conditional request failed"}}
    return {}


def _values(wire: dict[str, Any]) -> dict[str, Any]:
    """Binary comes serialised; the client serialises it again."""
    return {name: {"B": base64.b64decode(value["B"])} if "B" in value else value for name, value in wire.items()}
