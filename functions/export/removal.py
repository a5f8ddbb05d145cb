"""Removing a firm for ever: it disappears at once, and a job sweeps away what lay under it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date

from portal import access, files, pages, storage
from portal.aws import ConditionFailed, Delete, Expect, Key, Put
from portal.config import settings
from portal.domain import errors
from portal.domain.documents import Document
from portal.domain.firms import Firm, IdType, Status
from portal.domain.periods import OLDEST, Period
from portal.store import directory, documents, exports, keys
from portal.store.office import OfficeTable
from portal.store.people import Listed, Roster

_FIRST, _LAST = Period(OLDEST, 1), Period(9999, 12)


def removable(firm: Firm, today: date) -> bool:
    """Whether a firm may be removed."""
    return not firm.own and firm.status is Status.ARCHIVED and firm.kept_until is not None and firm.kept_until < today


def require_removable(firm: Firm, today: date) -> None:
    """Raises `own-firm-stays`, `not-archived`, `kept-by-law`."""
    if firm.own:
        raise errors.Refusal(errors.OWN_FIRM_STAYS)
    if firm.status is not Status.ARCHIVED or firm.kept_until is None:
        raise errors.Refusal(errors.NOT_ARCHIVED)
    if firm.kept_until >= today:
        raise errors.Refusal(errors.KEPT_BY_LAW, day=pages.day(firm.kept_until))


def take_out(table: OfficeTable, firm: Firm, version: int, *also: Put | Delete) -> None:
    """Remove a firm, its entry in lists and its claims on numbers, with what belongs to it, all or nothing.

    Raises `changed-meanwhile`.
    """
    gone = table.delete(keys.firm(firm.id), Expect.same("version", version))
    try:
        directory.transact(table, {firm.id: lambda _: None}, [gone, *_claims(table, firm), *also])
    except ConditionFailed:
        raise errors.Refusal(errors.CHANGED_MEANWHILE) from None


def sweep(table: OfficeTable, firm_id: str) -> None:
    """Remove what lay under a firm that is gone. Repeating it changes nothing."""
    if table.get(keys.firm(firm_id), consistent=True) is not None:
        return
    _unassign(table, firm_id)
    for item in table.query(*keys.identifiers()):
        if item["firm"] == firm_id:  # a number that came with a firm that was merged into this one
            _delete(table, table.delete(Key(keys.identifiers()[0], item["sk"]), Expect.same("firm", firm_id)))
    for listed in Roster(table, firm_id).people():
        for key in _memberships(listed, firm_id):
            _delete(table, Delete(key, Expect.present()))
        access.the_identity().forget(listed.person)  # who belongs nowhere else
    for document in documents.of_months(table.of_firm(firm_id), _FIRST, _LAST):
        _delete_files(table, firm_id, document)
    for item in list(exports.everything_of_firm(table, firm_id)):
        _delete(table, table.delete(Key(keys.firm(firm_id).pk, item["sk"]), Expect.present()))


def _claims(table: OfficeTable, firm: Firm) -> Iterator[Delete]:
    """The removal of those of the firm's numbers that lead to it: another firm may have taken one over."""
    wanted = [keys.identifier(firm.id_type, firm.identifier)]
    wanted += [keys.identifier(IdType.NIP, partner.nip) for partner in firm.partners if partner.nip]
    for key, item in table.get_many(wanted, consistent=True).items():
        if item["firm"] == firm.id:
            yield table.delete(key, Expect.same("firm", firm.id))


def _unassign(table: OfficeTable, firm_id: str) -> None:
    roster = Roster(table)
    for listed in roster.people():
        if firm_id in listed.assigned:
            roster.change(listed, replace(listed, assigned=tuple(one for one in listed.assigned if one != firm_id)))


def _delete_files(table: OfficeTable, firm_id: str, document: Document) -> None:
    """The file and its page pictures; what was put aside or into a ZIP goes by itself."""
    if document.facts is None:
        return
    pictures = range(1, document.facts.pictures + 1)
    keys_of_it = [files.picture(table.office, firm_id, document.id, number) for number in pictures]
    for key in [files.document(table.office, firm_id, document.id), *keys_of_it]:
        storage.delete(settings().documents_bucket, key)


def _memberships(listed: Listed, firm_id: str) -> list[Key]:
    return [keys.firm_membership(listed.person, firm_id), keys.lapsed_firm_membership(listed.person, firm_id)]


def _delete(table: OfficeTable, step: Delete) -> None:
    with suppress(ConditionFailed):  # an earlier attempt came this far
        table.write(step)
