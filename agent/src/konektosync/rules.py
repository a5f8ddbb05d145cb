"""What the server would refuse, found on this machine already: the same codes as in docs/sync-protocol.md.

These rules look at today's date, so they are applied at every scan and not remembered with the file.
"""

import re
from collections.abc import Iterator
from datetime import date

from stdnum.pl import nip as nip_rules

from konektosync.model import Found, SourceError
from konektosync.texts import _, money

LARGEST = 9_999_999_999
"""The largest amount of the protocol, in grosze."""

_PERIOD = re.compile(r"\d{4}-(0[1-9]|1[0-2])", re.ASCII)
_NIP = re.compile(r"\d{10}", re.ASCII)


def check(found: Found, today: date) -> SourceError | None:
    """The first reason why a record cannot be sent, or None."""
    return next(_reasons(found, today), None)


def _reasons(found: Found, today: date) -> Iterator[SourceError]:
    yield from _nip(found)
    yield from _period(found, today)
    yield from _amounts(found)


def _nip(found: Found) -> Iterator[SourceError]:
    nip = found.record.nip
    field = found.fields.get("nip", "nip")
    if not _NIP.fullmatch(nip):
        sentence = _("Pole {field}: NIP „{nip}” powinien mieć 10 cyfr.")
        yield SourceError("nip-invalid", sentence.format(field=field, nip=nip[:20]), field)
    elif not nip_rules.is_valid(nip):
        sentence = _("Pole {field}: NIP {nip} ma błędną cyfrę kontrolną. Sprawdź, czy nie przestawiono cyfr.")
        yield SourceError("nip-invalid", sentence.format(field=field, nip=nip), field)


def _period(found: Found, today: date) -> Iterator[SourceError]:
    period = found.record.period
    field = found.fields.get("period", "period")
    if not _PERIOD.fullmatch(period):
        sentence = _("Pole {field}: okres „{period}” nie jest miesiącem.")
        yield SourceError("period-invalid", sentence.format(field=field, period=period), field)
    elif period > f"{today.year:04d}-{today.month:02d}":
        sentence = _("Pole {field}: okres {period} jeszcze się nie zaczął.")
        yield SourceError("period-in-future", sentence.format(field=field, period=period), field)


def _amounts(found: Found) -> Iterator[SourceError]:
    record = found.record
    if record.kind == "statement":
        for name, value in (("revenue", record.revenue), ("costs", record.costs)):
            if value is not None and not -LARGEST <= value <= LARGEST:
                yield _out_of_range(found, name, value)
        return
    for name, value in (("amount", record.amount), ("surplus", record.surplus)):
        if not 0 <= value <= LARGEST:
            yield _out_of_range(found, name, value)
    if record.amount and record.surplus:
        field = found.fields.get("surplus", "surplus")
        sentence = _("Pole {field}: kwota do zapłaty i nadpłata nie mogą wystąpić jednocześnie.")
        yield SourceError("amount-and-surplus", sentence.format(field=field), field)


def _out_of_range(found: Found, name: str, value: int) -> SourceError:
    field = found.fields.get(name, name)
    sentence = _("Pole {field}: kwota {value} jest poza dozwolonym zakresem.")
    return SourceError("amount-out-of-range", sentence.format(field=field, value=money(value)), field)
