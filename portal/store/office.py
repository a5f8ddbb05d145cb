"""The choke point for tenants: every read and write of an office's data goes through one of these two handles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from portal.aws import Delete, Expect, Item, Key, Page, Put, Table
from portal.store import keys


class OfficeTable:
    """The table as one office sees it. Made only in `portal.access` (and by the operator's commands).

    Every key is relative to the office and gets the tenant in front here, so another tenant's key cannot be expressed.
    """

    def __init__(self, table: Table, office: str) -> None:
        self._table = table
        self.office = office

    def get(self, key: Key, *, consistent: bool = False) -> Item | None:
        """One item of this office, or None."""
        return self._table.get(self.own(key), consistent=consistent)

    def get_many(self, wanted: Sequence[Key], *, consistent: bool = False) -> dict[Key, Item]:
        """The items that exist among these, by relative key."""
        relative = {self.own(key): key for key in wanted}
        found = self._table.get_many(list(relative), consistent=consistent)
        return {relative[key]: item for key, item in found.items()}

    def query(self, pk: str, sk_from: str, sk_to: str, **options: Any) -> Iterator[Item]:
        """A range of one partition of this office, page after page."""
        return self._table.query_all(self._partition_of_office(pk), sk_from=sk_from, sk_to=sk_to, **options)

    def page(self, pk: str, sk_from: str, sk_to: str, **options: Any) -> Page:
        """One page of a range; continue with `start=page.last`."""
        return self._table.query(self._partition_of_office(pk), sk_from=sk_from, sk_to=sk_to, **options)

    def put(self, key: Key, attributes: Item, expect: Expect, index: Key | None = None) -> Put:
        """A write of this office's item, to be handed to `write`, `write_each` or `transact`."""
        item = {**attributes, **self.own(key)._asdict()}
        if index is not None:
            item |= {"gpk": keys.of_office(self.office, index.pk), "gsk": index.sk}
        return Put(item, expect)

    def delete(self, key: Key, expect: Expect) -> Delete:
        """A removal, to be handed to `write` or `transact`."""
        return Delete(self.own(key), expect)

    def write(self, step: Put | Delete) -> None:
        """One conditional write. Raises ConditionFailed."""
        self._table.write(step)

    def write_each(self, steps: Sequence[Put]) -> list[bool]:
        """Many independent conditional writes; tells of each whether its condition held."""
        return self._table.write_each(steps)

    def transact(self, steps: Sequence[Put | Delete]) -> None:
        """All of these writes or none. Raises ConditionFailed."""
        self._table.transact(steps)

    def of_firm(self, firm_id: str) -> FirmTable:
        """The same, narrowed to one firm."""
        return FirmTable(self._table, self.office, firm_id)

    def own(self, key: Key) -> Key:
        """The whole key of an item of this office, for reading it together with a session."""
        return Key(self._partition_of_office(key.pk), key.sk)

    def _partition_of_office(self, pk: str) -> str:
        return keys.of_office(self.office, pk)


class FirmTable(OfficeTable):
    """The table as one firm of one office sees it: any key outside the firm's own partition is a defect."""

    def __init__(self, table: Table, office: str, firm_id: str) -> None:
        super().__init__(table, office)
        self.firm = firm_id
        self._partition = keys.firm(firm_id).pk

    def _partition_of_office(self, pk: str) -> str:
        if pk != self._partition:
            raise PermissionError("a firm's handle reaches its own partition only")
        return super()._partition_of_office(pk)
