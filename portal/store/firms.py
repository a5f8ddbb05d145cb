"""Firms of an office: the firm itself and the claim on its NIP, always written together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import NamedTuple

from portal.aws import ConditionFailed, Expect, Item, Put
from portal.domain import errors
from portal.domain.firms import Firm, LegalForm, Status
from portal.store import keys
from portal.store.office import FirmTable, OfficeTable

# "~" sorts after every letter. "#" ends the key's part, and nothing of a name sorts before it: "Kos" before "Kos Jan".
_POLISH = str.maketrans(
    {
        " ": "$",
        "!": "$",
        '"': "",
        "ą": "a~",
        "ć": "c~",
        "ę": "e~",
        "ł": "l~",
        "ń": "n~",
        "ó": "o~",
        "ś": "s~",
        "ź": "z~",
        "ż": "z~~",
        "#": "$",
    }
)


class ListedFirm(NamedTuple):
    """What the index carries of a firm: enough for a list."""

    id: str
    nip: str
    name: str
    status: Status
    prefix: str


def get(table: FirmTable) -> Firm | None:
    """The firm, or None."""
    item = table.get(keys.firm(table.firm))
    return decode(item) if item else None


def decode(item: Item) -> Firm:
    """A stored item as a firm."""
    return Firm(
        id=item["pk"].rsplit("#", 1)[1],
        nip=item["nip"],
        name=item["name"],
        status=Status(item["status"]),
        legal_form=LegalForm(item["legal_form"]),
        prefix=item["prefix"],
        zus_account=item["zus_account"],
        found_in=item["found_in"],
        version=item["version"],
    )


def search(table: OfficeTable, words: str) -> list[ListedFirm]:
    """Firms by name in which every word is part of the name, the NIP or the prefix: the whole list is one read."""
    wanted = words.casefold().split()
    every = map(_listed, table.query(*keys.firms_by_name(), index=keys.INDEX))
    return [firm for firm in every if all(word in _searched(firm) for word in wanted)]


def page_by_name(table: OfficeTable, *, limit: int, after: str = "") -> tuple[list[ListedFirm], str]:
    """One page of firms by name, and where the next one starts (empty: this was the last)."""
    pk, _, end = keys.firms_by_name()
    page = table.page(pk, f"{after} " if after else "", end, index=keys.INDEX, limit=limit)
    return [_listed(item) for item in page.items], page.items[-1]["gsk"] if page.last else ""


def by_nip(table: OfficeTable, nips: Sequence[str]) -> dict[str, str]:
    """Ids of the firms that hold these NIPs."""
    found = table.get_many([keys.nip(nip) for nip in nips])
    return {key.sk: item["firm"] for key, item in found.items()}


def get_many(table: OfficeTable, ids: Sequence[str]) -> dict[str, Firm]:
    """Whole firms by id."""
    found = table.get_many([keys.firm(firm_id) for firm_id in ids])
    return {firm.id: firm for firm in map(decode, found.values())}


def create(table: OfficeTable, firm: Firm) -> None:
    """Add a firm. Raises `firm-exists` when the NIP is taken, however close two requests came."""
    claim = table.put(keys.nip(firm.nip), {"firm": firm.id}, Expect.absent())
    try:
        table.transact([claim, _put(table, firm, Expect.absent())])
    except ConditionFailed:
        holder = by_nip(table, [firm.nip]).get(firm.nip)
        known = get(table.of_firm(holder)) if holder else None
        raise errors.Refusal(errors.FIRM_EXISTS, "nip", name=known.name if known else "–") from None


def update(table: OfficeTable, firm: Firm) -> Firm:
    """Write a firm that was read at `firm.version`. Raises `changed-meanwhile`. Its NIP never changes."""
    after = replace(firm, version=firm.version + 1)
    try:
        table.write(_put(table, after, Expect.same("version", firm.version)))
    except ConditionFailed:
        raise errors.Refusal(errors.CHANGED_MEANWHILE) from None
    return after


def sort_name(name: str) -> str:
    """What firms are ordered by: their name, with ą after a, ł after l and so on."""
    return name.casefold().translate(_POLISH)[:120]


def _searched(firm: ListedFirm) -> str:
    return f"{firm.name} {firm.nip} {firm.prefix}".casefold()


def _put(table: OfficeTable, firm: Firm, expect: Expect) -> Put:
    attributes = {name: value for name, value in asdict(firm).items() if name != "id"}
    return table.put(keys.firm(firm.id), attributes, expect, keys.firm_by_name(sort_name(firm.name), firm.id))


def _listed(item: Item) -> ListedFirm:
    firm_id = item["gsk"].rsplit("#", 1)[1]
    return ListedFirm(firm_id, item["nip"], item["name"], Status(item["status"]), item["prefix"])
