"""Which of several versions of one record counts.

Corrections win over originals; among corrections the later one (DataWytworzeniaJPK, or the higher identifier of a DRA).
Books made on demand are no submissions: the later one counts. The same content twice is one record. Two versions of
equal rank that differ contradict each other, and none is sent; so do two first submissions of one period whenever they
were made, unless something newer replaces them both. The outcome does not depend on the order of the files.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from konektosync.model import Found, Key, Problem
from konektosync.texts import _


@dataclass(frozen=True, slots=True)
class Choice:
    """The version that counts for each record, and the records whose files contradict each other."""

    winners: dict[Key, Found] = field(default_factory=dict)
    contradictions: dict[Key, Problem] = field(default_factory=dict)


def choose(versions: Iterable[Found]) -> Choice:
    """The winner or the contradiction of each record."""
    by_key: defaultdict[Key, list[Found]] = defaultdict(list)
    for one in versions:
        by_key[one.record.key].append(one)
    choice = Choice()
    for key, rivals in sorted(by_key.items()):
        if len(rivals) == 1:
            choice.winners[key] = rivals[0]
            continue
        leading = sorted(_leading(rivals), key=lambda one: (one.file, one.record.digest))
        if len({one.record.digest for one in leading}) == 1:
            choice.winners[key] = max(leading, key=lambda one: one.rank)
        else:
            choice.contradictions[key] = _contradiction(key, leading)
    return choice


def _leading(rivals: list[Found]) -> list[Found]:
    """The versions of which each would count if it stood alone among them."""
    highest = max(one.rank for one in rivals)
    leading = [one for one in rivals if one.rank == highest]
    if any(one.first for one in leading):
        leading += [one for one in rivals if one.first and one.rank != highest]
    return leading


def _contradiction(key: Key, leading: list[Found]) -> Problem:
    files = sorted({one.file for one in leading})
    if len(files) == 1:
        sentence = _("Plik {files} podaje różne kwoty: NIP {nip}, {what}, okres {period}. Nie wysłano żadnej.")
    else:
        sentence = _(
            "Pliki {files} podają różne kwoty: NIP {nip}, {what}, okres {period}. Nie wysłano żadnej. Usuń błędny plik."
        )
    what = key.form or {"contribution": "ZUS", "statement": _("zestawienie"), "tax": _("podatek")}[key.kind]
    detail = sentence.format(files=_listed(files[:3]), nip=key.nip, what=what, period=key.period)
    return Problem(files[0], "files-contradict", None, detail)


def _listed(files: Sequence[str]) -> str:
    """`a.xml, b.xml i c.xml`."""
    *others, last = files
    return _("{others} i {last}").format(others=", ".join(others), last=last) if others else last
