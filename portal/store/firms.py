"""Firms of an office: the firm, the claim on its number and its entry in the directory, always written together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import date
from typing import NamedTuple

from portal.aws import ConditionFailed, Delete, Expect, Item, Put
from portal.domain import errors, merging
from portal.domain.firms import Firm, IdType, LegalForm, Partner, Status, VatPeriod
from portal.domain.records import RecordKey
from portal.store import directory, keys
from portal.store.directory import Room
from portal.store.office import FirmTable, OfficeTable

CHUNK = 25
"""Firms that are created together: each is three writes, and a transaction has at most a hundred."""
TRIES = 5


class Claim(NamedTuple):
    """Whose a number is: a firm's, or that of a partner of the firm, whom `subject` names in records."""

    firm: str
    subject: str = ""

    def held_key(self, sent: RecordKey) -> RecordKey:
        """Under which key a record that an agent sent for this number is held. Raises `partner-record`."""
        return merging.as_partner(sent, self.subject) if self.subject else sent

    def sent_key(self, held: RecordKey) -> RecordKey | None:
        """How the agent names a held record of this number; None when it is not of this number."""
        if not self.subject:
            return held
        return replace(held, subject="") if held.subject == self.subject else None


def get(table: FirmTable) -> Firm | None:
    """The firm, or None."""
    item = table.get(keys.firm(table.firm))
    return decode(item) if item else None


def decode(item: Item) -> Firm:
    """A stored item as a firm."""
    fields = {name: value for name, value in item.items() if name in Firm.__dataclass_fields__}
    return Firm(
        **{
            **fields,
            "id": item["pk"].rsplit("#", 1)[1],
            "status": Status(item["status"]),
            "legal_form": LegalForm(item["legal_form"]),
            "id_type": IdType(item["id_type"]),
            "vat_period": VatPeriod(item["vat_period"]),
            "bank_accounts": tuple(item["bank_accounts"]),
            "tax_forms": tuple(item["tax_forms"]),
            "partners": tuple(Partner(**partner) for partner in item["partners"]),
            "archived_on": date.fromisoformat(item["archived_on"]) if item["archived_on"] else None,
        }
    )


def by_nip(table: OfficeTable, nips: Sequence[str], *, consistent: bool = False) -> dict[str, Claim]:
    """Whose these NIPs are, as far as they are anybody's."""
    by_key = {keys.identifier(IdType.NIP, nip): nip for nip in nips}
    found = table.get_many(list(by_key), consistent=consistent)
    return {by_key[key]: Claim(item["firm"], item["subject"]) for key, item in found.items()}


def get_many(table: OfficeTable, ids: Sequence[str]) -> dict[str, Firm]:
    """Whole firms by id."""
    found = table.get_many([keys.firm(firm_id) for firm_id in ids])
    return {firm.id: firm for firm in map(decode, found.values())}


def create(table: OfficeTable, firm: Firm, *also: Put | Delete, room: Room | None = None) -> None:
    """Add a firm, with what belongs to it. Raises `firm-exists` when its number is taken, however close two came."""
    try:
        directory.transact(table, {firm.id: directory.of_firm(firm)}, [*_new(table, firm), *also], room)
    except ConditionFailed:
        taken = table.get(keys.identifier(firm.id_type, firm.identifier), consistent=True)
        known = get(table.of_firm(taken["firm"])) if taken else None
        if known is None:
            raise errors.Refusal(errors.CHANGED_MEANWHILE) from None
        raise errors.Refusal(errors.FIRM_EXISTS, "number", name=known.name, firm=known.id) from None


def create_each(table: OfficeTable, made: Mapping[Firm, Put], room: Room | None = None) -> set[str]:
    """Add many firms known by NIP, each with its event; those whose NIP is taken by then are left out.

    Returns the ids of those added. Raises what `room` raises: then those written before that stay.
    """
    added: set[str] = set()
    # Neighbours in the directory together: its parts are written anew each time.
    listed = sorted(made, key=lambda firm: (directory.shard_of(firm.id), firm.id))
    for start in range(0, len(listed), CHUNK):
        added |= _create_chunk(table, {firm: made[firm] for firm in listed[start : start + CHUNK]}, room)
    return added


def _create_chunk(table: OfficeTable, made: Mapping[Firm, Put], room: Room | None) -> set[str]:
    for _ in range(TRIES):
        taken = by_nip(table, [firm.nip for firm in made], consistent=True)
        fresh = [firm for firm in made if firm.nip not in taken]
        if not fresh:
            return set()
        steps = [step for firm in fresh for step in (*_new(table, firm), made[firm])]
        with suppress(ConditionFailed):
            directory.transact(table, {firm.id: directory.of_firm(firm) for firm in fresh}, steps, room)
            return {firm.id for firm in fresh}
    raise errors.Refusal(errors.TRY_AGAIN)


def _new(table: OfficeTable, firm: Firm) -> list[Put]:
    claim = claim_put(table, firm.id_type, firm.identifier, Claim(firm.id), Expect.absent())
    return [claim, put(table, firm, Expect.absent())]


def update(table: OfficeTable, firm: Firm, *also: Put | Delete, room: Room | None = None) -> Firm:
    """Write a firm that was read at `firm.version`, with what belongs to the change. Raises `changed-meanwhile`.

    The number by which it is known never changes.
    """
    after = replace(firm, version=firm.version + 1)
    step = put(table, after, Expect.same("version", firm.version))
    try:
        directory.transact(table, {firm.id: directory.of_firm(after)}, [step, *also], room)
    except ConditionFailed:
        raise errors.Refusal(errors.CHANGED_MEANWHILE) from None
    return after


def partner_claims(table: OfficeTable, before: Firm, after: Firm) -> list[Put | Delete]:
    """The writes by which the NIPs of partners lead to the firm, and those of former ones no longer do.

    A NIP that is another firm's in the office stays that firm's: what an agent brings for it goes there.
    """
    gone = {partner.nip: partner.name for partner in before.partners if partner.nip}
    come = {partner.nip: partner.name for partner in after.partners if partner.nip}
    changed = [nip for nip in gone | come if gone.get(nip) != come.get(nip)]
    held = by_nip(table, changed, consistent=True) if changed else {}
    steps: list[Put | Delete] = []
    for nip in changed:
        if nip in come and nip not in held:
            steps.append(claim_put(table, IdType.NIP, nip, Claim(after.id, come[nip]), Expect.absent()))
        elif nip in gone and held.get(nip) == Claim(before.id, gone[nip]):
            steps.append(table.delete(keys.identifier(IdType.NIP, nip), Expect.same("firm", before.id)))
    return steps


def put(table: OfficeTable, firm: Firm, expect: Expect) -> Put:
    """The write of a firm alone; its entry in the directory goes with it."""
    attributes = {name: value for name, value in asdict(firm).items() if name != "id"}
    attributes["archived_on"] = firm.archived_on.isoformat() if firm.archived_on else ""
    return table.put(keys.firm(firm.id), attributes, expect)


def claim_put(table: OfficeTable, id_type: IdType, number: str, claim: Claim, expect: Expect) -> Put:
    """The write that makes a number a firm's, or a partner's of it."""
    return table.put(keys.identifier(id_type, number), claim._asdict(), expect)
