"""The office's firms as its lists need them: one entry a firm, in a few items that are read together in one query.

A list of two thousand firms is sixteen items of some kilobytes: search, any order and any filter cost one read,
however many firms there are. Entries are written in the transaction of what they tell of.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any, NamedTuple

from portal.aws import ConditionFailed, Delete, Expect, Item, Key, Put
from portal.domain import errors
from portal.domain.firms import Firm, Status
from portal.store import keys
from portal.store.office import OfficeTable

SHARDS = 16
TRIES = 8

Room = Callable[[int], None]
"""Refuses when one more firm than so many may not be taken on."""

_STATUSES = {status.value: status for status in Status}

# "~" sorts after every letter, so ą comes after a and ł after l. (One `translate` takes twice as long as all these.)
_POLISH = (
    *(("ą", "a~"), ("ć", "c~"), ("ę", "e~"), ("ł", "l~"), ("ń", "n~")),
    *(("ó", "o~"), ("ś", "s~"), ("ź", "z~"), ("ż", "z~~"), ('"', "")),
)


class Contact(NamedTuple):
    """A person with access to a firm; `activated`: has come in."""

    id: str
    name: str
    activated: bool


class Entry(NamedTuple):
    """A firm in the office's lists. `number`: NIP or what it is known by; `found`: an agent brings its data.

    A tuple, because a list of two thousand is made for each page: it costs a quarter of a dataclass (bench: firms).
    """

    id: str
    name: str
    number: str
    prefix: str
    status: Status
    invoices: bool
    own: bool
    found: bool
    people: tuple[Contact, ...] = ()

    @property
    def activated(self) -> bool:
        """Whether one of the firm's people has come in."""
        return any(contact.activated for contact in self.people)

    @property
    def archived(self) -> bool:
        """Whether it is only kept."""
        return self.status is Status.ARCHIVED

    @property
    def taken_on(self) -> bool:
        """Whether the firm counts among those of the plan: the office works for it."""
        return self.status not in (Status.WAITING, Status.ARCHIVED)

    @property
    def without_activation(self) -> bool:
        """Whether the office should still let somebody of an active firm in."""
        return self.status is Status.ACTIVE and not self.own and not self.activated

    @property
    def searched(self) -> str:
        """What a search looks through."""
        written = " ".join((self.name, self.number, self.prefix, *(one.name for one in self.people)))
        return written.replace("-", "").casefold()


Change = Callable[[Entry | None], Entry | None]
"""What becomes of a firm's entry; None: there is none any more."""


def all_of(table: OfficeTable) -> list[Entry]:
    """Every firm of the office, by name: one read, whatever their number."""
    found = [entry for item in table.query(*keys.directory(), consistent=True) for entry in _decode(item)]
    return sorted(found, key=by_name)


def with_agents(table: OfficeTable) -> tuple[list[Entry], list[Item]]:
    """Every firm of the office by name, and the items of its agents, which stand beside: one read."""
    entries: list[Entry] = []
    beside: list[Item] = []
    for item in table.query(*keys.directory_and_agents(), consistent=True):
        if "firms" in item:
            entries += _decode(item)
        else:
            beside.append(item)
    return sorted(entries, key=by_name), beside


def by_name(entry: Entry) -> tuple[str, str]:
    """The order of names, as Polish sorts them."""
    return sort_name(entry.name), entry.id


def sort_name(name: str) -> str:
    """What names are ordered by."""
    folded = name.casefold()
    for letter, place in _POLISH:
        folded = folded.replace(letter, place)
    return folded


def search(entries: Sequence[Entry], words: str) -> list[Entry]:
    """Those in which every word is part of the name, number, prefix or the name of a person."""
    wanted = words.replace("-", "").casefold().split()
    return [entry for entry in entries if _has(entry.searched, wanted)] if wanted else list(entries)


def _has(text: str, words: Iterable[str]) -> bool:
    return all(word in text for word in words)


def of_firm(firm: Firm) -> Change:
    """The entry after the firm was written; what it says of people stays."""

    def change(before: Entry | None) -> Entry:
        entry = before or Entry(firm.id, "", "", "", firm.status, invoices=False, own=False, found=False)
        return entry._replace(
            name=firm.name,
            number=firm.nip or firm.number,
            prefix=firm.prefix,
            status=firm.status,
            invoices=firm.invoices,
            own=firm.own,
            found=bool(firm.found_in),
        )

    return change


def with_person(contact: Contact) -> Change:
    """The entry after a person of the firm was let in, came in, or got another name."""
    return lambda entry: entry._replace(people=(*_others(entry, contact.id), contact)) if entry else None


def without_person(person: str) -> Change:
    """The entry after a person of the firm lost access."""
    return lambda entry: entry._replace(people=_others(entry, person)) if entry else None


def _others(entry: Entry, person: str) -> tuple[Contact, ...]:
    return tuple(contact for contact in entry.people if contact.id != person)


def transact(
    table: OfficeTable, changes: Mapping[str, Change], steps: Sequence[Put | Delete], room: Room | None = None
) -> None:
    """Make these writes together with the entries of the firms that they concern, all or none.

    Another request may change a neighbouring entry in the same moment: then it is done again. `room` is asked for each
    firm that is taken on by this, and no two requests take the last place. Raises ConditionFailed when one of `steps`
    did not find what it expected, and `try-again` when the neighbours keep changing.
    """
    before = _parts(table, changes, whole=room is not None)
    for _ in range(TRIES):
        try:
            table.transact([*steps, *_puts(table, before, changes, room)])
        except ConditionFailed as failure:
            now = _parts(table, changes, whole=room is not None)
            if now == before and not failure.raced:
                raise
            before = now
        else:
            return
    raise errors.Refusal(errors.TRY_AGAIN)


def shard_of(firm: str) -> int:
    """In which part of the directory a firm stands: many firms of one part are written for the price of one."""
    return zlib.crc32(firm.encode()) % SHARDS


def _parts(table: OfficeTable, changes: Iterable[str], *, whole: bool) -> dict[Key, Item]:
    """The parts in which these firms stand; the whole directory with what guards its room."""
    shards = range(SHARDS) if whole else {shard_of(firm) for firm in changes}
    guard = [keys.directory_room()] if whole else []
    return table.get_many([*map(keys.directory_part, shards), *guard], consistent=True)


def _puts(
    table: OfficeTable, before: Mapping[Key, Item], changes: Mapping[str, Change], room: Room | None
) -> list[Put]:
    by_shard: dict[int, dict[str, Change]] = {}
    for firm, change in changes.items():
        by_shard.setdefault(shard_of(firm), {})[firm] = change
    puts, more = [], 0
    for shard, changed in sorted(by_shard.items()):
        key = keys.directory_part(shard)
        entries = _entries(before.get(key))
        after = _changed(entries, changed)
        more += _taken_on(after.values()) - _taken_on(entries.values())
        puts.append(_put(table, key, before.get(key), {"firms": _encode(after)}))
    if room is None or more <= 0:
        return puts
    taken = sum(_taken_on(_entries(item).values()) for key, item in before.items() if "firms" in item)
    room(taken + more - 1)
    guard = keys.directory_room()
    return [*puts, _put(table, guard, before.get(guard), {})]


def _changed(entries: Mapping[str, Entry], changes: Mapping[str, Change]) -> dict[str, Entry]:
    after = dict(entries)
    for firm, change in changes.items():
        entry = change(after.pop(firm, None))
        after |= {firm: entry} if entry else {}
    return after


def _taken_on(entries: Iterable[Entry]) -> int:
    return sum(map(attrgetter("taken_on"), entries))


def _put(table: OfficeTable, key: Key, item: Item | None, attributes: Item) -> Put:
    version = item["version"] if item else 0
    expect = Expect.same("version", version) if item else Expect.absent()
    return table.put(key, {**attributes, "version": version + 1}, expect)


def _encode(entries: Mapping[str, Entry]) -> bytes:
    rows = list(entries.values())
    return zlib.compress(json.dumps(rows, separators=(",", ":"), ensure_ascii=False).encode())


def _entries(item: Item | None) -> dict[str, Entry]:
    return {entry.id: entry for entry in _decode(item)} if item else {}


def _decode(item: Item) -> list[Entry]:
    return [_entry(*row) for row in json.loads(zlib.decompress(item["firms"]))]


def _entry(firm: str, name: str, number: str, prefix: str, status: str, *more: Any) -> Entry:
    invoices, own, found, people = more
    contacts = tuple(Contact(*one) for one in people) if people else ()
    return Entry(firm, name, number, prefix, _STATUSES[status], invoices, own, found, contacts)
