"""A table in memory that keeps the conditions of writes, so that made-up stories can be long."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import deepcopy
from typing import Any

from portal.aws import ConditionFailed, Delete, Expect, Item, Key, Page, Put


class MemoryTable:
    """What `portal.aws.Table` does, as far as documents use it."""

    def __init__(self) -> None:
        self.items: dict[Key, Item] = {}

    def get(self, key: Key, **_: Any) -> Item | None:
        return deepcopy(self.items.get(key))

    def get_many(self, keys: Sequence[Key], **_: Any) -> dict[Key, Item]:
        return {key: deepcopy(self.items[key]) for key in keys if key in self.items}

    def query_all(self, pk: str, **options: Any) -> Iterator[Item]:
        yield from self.query(pk, **{**options, "limit": None}).items

    def query(
        self,
        pk: str,
        *,
        sk_from: str = "",
        sk_to: str = "\U0010ffff",
        index: str | None = None,
        limit: int | None = None,
        newest_first: bool = False,
        **_: Any,
    ) -> Page:
        pk_name, sk_name = ("gpk", "gsk") if index else ("pk", "sk")
        found = [item for item in self.items.values() if item.get(pk_name) == pk and sk_from <= item[sk_name] <= sk_to]
        ordered = sorted(found, key=lambda item: item[sk_name], reverse=newest_first)
        return Page(deepcopy(ordered[:limit]), None)

    def write(self, step: Put | Delete) -> None:
        self.transact([step])

    def write_each(self, steps: Sequence[Put]) -> list[bool]:
        made = []
        for step in steps:
            try:
                self.write(step)
            except ConditionFailed:
                made.append(False)
            else:
                made.append(True)
        return made

    def transact(self, steps: Sequence[Put | Delete]) -> None:
        keys = [self._key(step) for step in steps]
        assert len(set(keys)) == len(keys), "one transaction names an item twice"
        if not all(self._holds(key, step.expect) for key, step in zip(keys, steps, strict=True)):
            raise ConditionFailed("ConditionalCheckFailed")
        for key, step in zip(keys, steps, strict=True):
            if isinstance(step, Put):
                self.items[key] = deepcopy(dict(step.item))
            else:
                self.items.pop(key, None)

    @staticmethod
    def _key(step: Put | Delete) -> Key:
        return Key(step.item["pk"], step.item["sk"]) if isinstance(step, Put) else step.key

    def _holds(self, key: Key, expect: Expect) -> bool:
        there = self.items.get(key)
        if expect.same_attribute:
            return there is not None and there.get(expect.same_attribute) == expect.values[":same"]
        return (there is None) is expect.expression.startswith("attribute_not_exists")
