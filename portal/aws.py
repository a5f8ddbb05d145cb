"""The door to AWS: DynamoDB's items as plain values, conditions on every write, and mail (`storage`: S3)."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple, cast

import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError

Item = dict[str, Any]

_OK = 200
_BATCH_GET_LIMIT = 100
_STATEMENTS_LIMIT = 25
_INDEX = ("gpk", "gsk")
_NOT_MADE = {
    "ConditionalCheckFailed",
    "DuplicateItem",
    "InternalServerError",
    "ProvisionedThroughputExceeded",
    "RequestLimitExceeded",
    "ThrottlingError",
    "TransactionConflict",
}
_UNPROCESSED_TRIES = 6


class Key(NamedTuple):
    """Partition and sort key of an item."""

    pk: str
    sk: str


class MailRefused(Exception):  # noqa: N818 - SES's answer, which names the address: only its code goes on
    """A mail was not taken; the text is the code of the reason."""


class ConditionFailed(Exception):  # noqa: N818 - an expected outcome of a race, handled by the store
    """A conditional write found the table in another state than expected; nothing was written.

    `raced`: another transaction was at the same items in this moment, and the state may be as expected after all.
    """

    def __init__(self, reason: str, *, raced: bool = False) -> None:
        super().__init__(reason)
        self.raced = raced


@dataclass(frozen=True, slots=True)
class Expect:
    """The condition of a write."""

    expression: str
    values: Mapping[str, Any] = field(default_factory=dict)
    same_attribute: str = ""

    @staticmethod
    def absent() -> Expect:
        """There is no such item yet."""
        return Expect("attribute_not_exists(pk)")

    @staticmethod
    def present() -> Expect:
        """There is such an item."""
        return Expect("attribute_exists(pk)")

    @staticmethod
    def same(attribute: str, value: Any) -> Expect:
        """The attribute still has the value that was read."""
        return Expect(f"{attribute} = :same", {":same": value}, attribute)


@dataclass(frozen=True, slots=True)
class Put:
    """Write a whole item."""

    item: Item
    expect: Expect


@dataclass(frozen=True, slots=True)
class Delete:
    """Remove an item."""

    key: Key
    expect: Expect


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a query; `last` continues it, `None` when there is no more."""

    items: list[Item]
    last: Item | None


@lru_cache(maxsize=1)
def session() -> Any:
    """Credentials, region and settings of this process."""
    return botocore.session.get_session()


@lru_cache(maxsize=8)
def client(service: str) -> Any:
    """A client of a service, made once."""
    # botocore without boto3 starts faster; its parameter validation costs half of a call's CPU time (docs/adr/0003).
    config = Config(
        parameter_validation=False,
        retries={"mode": "standard", "max_attempts": 3},
        connect_timeout=2,
        # Thrice this, and the pauses between, stay below records.WRITE_TAKES; a part of an upload is megabytes.
        read_timeout=60 if service == "s3" else 3,
    )
    client = session().create_client(service, config=config)
    client.meta.events.register("before-parse.dynamodb", _parse)
    return client


def _parse(response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: Any) -> None:
    """Read an answer of DynamoDB ourselves: it is JSON, and botocore's parser takes five times as long.

    The parser is left an empty object, to which this is added; what went wrong stays its own business. A page of
    2,000 firms takes half the time by it, a batch of an agent a seventh less (bench: firms, sync).
    """
    if response_dict["status_code"] == _OK:
        customized_response_dict.update(json.loads(response_dict["body"]))
        response_dict["body"] = b"{}"


class Table:
    """The one table. Callers name whole keys here; tenants are added by `portal.store.office` alone."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._dynamodb = client("dynamodb")

    def get(self, key: Key, *, consistent: bool = False) -> Item | None:
        """One item, or None."""
        answer = self._dynamodb.get_item(TableName=self._name, Key=_to_wire(key._asdict()), ConsistentRead=consistent)
        return _read(answer["Item"]) if "Item" in answer else None

    def get_many(self, keys: Sequence[Key], *, consistent: bool = False) -> dict[Key, Item]:
        """The items that exist among these, a hundred a request."""
        found: dict[Key, Item] = {}
        distinct = list(dict.fromkeys(keys))
        for start in range(0, len(distinct), _BATCH_GET_LIMIT):
            for item in self._batch_get(distinct[start : start + _BATCH_GET_LIMIT], consistent):
                found[Key(item["pk"], item["sk"])] = item
        return found

    def _batch_get(self, keys: Sequence[Key], consistent: bool) -> Iterator[Item]:
        wire_keys = [_to_wire(key._asdict()) for key in keys]
        asked: Mapping[str, Any] = {self._name: {"Keys": wire_keys, "ConsistentRead": consistent}}
        for attempt in range(_UNPROCESSED_TRIES):
            answer = self._dynamodb.batch_get_item(RequestItems=asked)
            yield from map(_read, answer["Responses"].get(self._name, []))
            asked = answer.get("UnprocessedKeys") or {}
            if not asked:
                return
            time.sleep(0.05 * 2**attempt)
        raise TimeoutError("the table left keys unprocessed")

    def query(
        self,
        pk: str,
        *,
        sk_from: str = "",
        sk_to: str = "\U0010ffff",
        index: str | None = None,
        limit: int | None = None,
        start: Item | None = None,
        consistent: bool = False,
        newest_first: bool = False,
    ) -> Page:
        """One page of a partition, ordered by sort key, both ends included."""
        pk_name, sk_name = ("gpk", "gsk") if index else ("pk", "sk")
        asked: dict[str, Any] = {
            "TableName": self._name,
            "KeyConditionExpression": f"{pk_name} = :pk AND {sk_name} BETWEEN :low AND :high",
            "ExpressionAttributeValues": _to_wire({":pk": pk, ":low": sk_from or " ", ":high": sk_to}),
        }
        asked |= {"IndexName": index} if index else {}
        asked |= {"Limit": limit} if limit else {}
        asked |= {"ConsistentRead": True} if consistent else {}
        asked |= {"ScanIndexForward": False} if newest_first else {}
        asked |= {"ExclusiveStartKey": _to_wire(start)} if start else {}
        answer = self._dynamodb.query(**asked)
        last = answer.get("LastEvaluatedKey")
        return Page([_read(item) for item in answer["Items"]], _read(last) if last else None)

    def query_all(self, pk: str, **options: Any) -> Iterator[Item]:
        """A whole range, page after page."""
        start: Item | None = None
        while True:
            page = self.query(pk, start=start, **options)
            yield from page.items
            if page.last is None:
                return
            start = page.last

    def write(self, step: Put | Delete) -> None:
        """One conditional write. Raises ConditionFailed."""
        if isinstance(step, Put):
            self._call("put_item", Item=_to_wire(step.item), **_condition(step.expect))
        else:
            self._call("delete_item", Key=_to_wire(step.key._asdict()), **_condition(step.expect))

    def write_each(self, steps: Sequence[Put]) -> list[bool]:
        """Many independent conditional writes of different items; tells of each whether it was made.

        Twenty-five a request, as PartiQL statements: DynamoDB's other batch has no conditions, a transaction costs
        double, and a request for each costs many times the CPU (bench: sync). What was not made for want of
        capacity counts like a lost race, because callers apply their step again.
        """
        done: list[bool] = []
        for start in range(0, len(steps), _STATEMENTS_LIMIT):
            statements = [self._statement(step) for step in steps[start : start + _STATEMENTS_LIMIT]]
            answers = self._dynamodb.batch_execute_statement(Statements=statements)["Responses"]
            done += [_made(answer) for answer in answers]
        return done

    def _statement(self, step: Put) -> dict[str, Any]:
        item, expect = _to_wire(step.item), step.expect
        if not expect.same_attribute:
            named = ",".join(f"'{name}':?" for name in item)
            return {"Statement": f'INSERT INTO "{self._name}" VALUE {{{named}}}', "Parameters": list(item.values())}
        keys = {name: item.pop(name) for name in ("pk", "sk")}
        changes = [f'SET "{name}"=?' for name in item] + [f'REMOVE "{name}"' for name in _INDEX if name not in item]
        condition = f'"pk"=? AND "sk"=? AND "{expect.same_attribute}"=?'
        held = _wire_value(expect.values[":same"])
        return {
            "Statement": f'UPDATE "{self._name}" {" ".join(changes)} WHERE {condition}',
            "Parameters": [*item.values(), *keys.values(), held],
        }

    def transact(self, steps: Sequence[Put | Delete]) -> None:
        """All of these writes or none. Raises ConditionFailed."""
        try:
            self._dynamodb.transact_write_items(TransactItems=[self._transact_item(step) for step in steps])
        except ClientError as failure:
            raise _translated(failure) from failure

    def _transact_item(self, step: Put | Delete) -> dict[str, Any]:
        if isinstance(step, Put):
            return {"Put": {"TableName": self._name, "Item": _to_wire(step.item), **_condition(step.expect)}}
        key = _to_wire(step.key._asdict())
        return {"Delete": {"TableName": self._name, "Key": key, **_condition(step.expect)}}

    def _call(self, operation: str, **arguments: Any) -> None:
        try:
            getattr(self._dynamodb, operation)(TableName=self._name, **arguments)
        except ClientError as failure:
            raise _translated(failure) from failure


def send_mail(
    *,
    sender: str,
    to: str,
    reply_to: str,
    subject: str,
    text: str,
    html: str,
    configuration_set: str,
    tags: Mapping[str, str],
) -> None:
    """One message through SES, in both forms. Events about it come with its tags. Raises MailRefused."""
    body = {"Text": {"Data": text, "Charset": "UTF-8"}, "Html": {"Data": html, "Charset": "UTF-8"}}
    content = {"Simple": {"Subject": {"Data": subject, "Charset": "UTF-8"}, "Body": body}}
    try:
        client("sesv2").send_email(
            FromEmailAddress=sender,
            Destination={"ToAddresses": [to]},
            ReplyToAddresses=[reply_to] if reply_to else [],
            Content=content,
            ConfigurationSetName=configuration_set,
            EmailTags=[{"Name": name, "Value": value} for name, value in tags.items()],
        )
    except ClientError as failure:
        raise MailRefused(failure.response["Error"]["Code"]) from None


def from_stream(image: Mapping[str, Any]) -> Item:
    """An item as the table's stream tells it (binary attributes come as base64 text and stay so)."""
    return {name: value["B"] if "B" in value else _plain_value(value) for name, value in image.items()}


def _condition(expect: Expect) -> dict[str, Any]:
    values = {"ExpressionAttributeValues": _to_wire(expect.values)} if expect.values else {}
    return {"ConditionExpression": expect.expression, **values}


def _made(answer: Mapping[str, Any]) -> bool:
    error = answer.get("Error")
    if error is None:
        return True
    if error["Code"] in _NOT_MADE:
        return False
    raise RuntimeError(f"a write was refused: {error['Code']}")


def _translated(failure: Any) -> Exception:
    error = failure.response["Error"]["Code"]
    reasons = {reason.get("Code") for reason in failure.response.get("CancellationReasons", [])}
    if error == "ConditionalCheckFailedException" or "ConditionalCheckFailed" in reasons:
        return ConditionFailed(error)
    if error == "TransactionConflictException" or "TransactionConflict" in reasons:
        return ConditionFailed(error, raced=True)
    return cast("Exception", failure)


def _to_wire(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _wire_value(value) for name, value in values.items()}


def _wire_value(value: Any) -> dict[str, Any]:
    # bool before int: a bool is an int in Python.
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, int):
        return {"N": str(value)}
    if isinstance(value, str):
        return {"S": value}
    if isinstance(value, bytes):
        return {"B": value}
    if value is None:
        return {"NULL": True}
    if isinstance(value, Mapping):
        return {"M": _to_wire(value)}
    if isinstance(value, Iterable):
        return {"L": [_wire_value(part) for part in value]}
    raise TypeError(f"no attribute type for {type(value).__name__}")


def _read(wire: Mapping[str, Any]) -> Item:
    """An item of an answer."""
    return {name: _plain_value(value) for name, value in wire.items()}


def _plain_value(wire: Mapping[str, Any]) -> Any:
    ((kind, value),) = wire.items()
    match kind:
        case "N":
            return int(value)
        case "B":
            return base64.b64decode(value)
        case "NULL":
            return None
        case "M":
            return {name: _plain_value(part) for name, part in value.items()}
        case "L":
            return [_plain_value(part) for part in value]
        case _:
            return value
