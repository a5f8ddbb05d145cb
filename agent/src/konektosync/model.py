"""The words of the agent: a record, where it was found, and what is wrong with it.

Amounts are whole grosze. Periods are `YYYY-MM`.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import astuple, dataclass, field
from typing import Any, Literal, NamedTuple

Kind = Literal["contribution", "tax", "statement"]
Settlement = Literal["D", "K", "Z", "P", "I"]

KINDS: tuple[Kind, ...] = ("contribution", "tax", "statement")
DIGEST_LENGTH = 32

# Made once: `json.dumps` with options makes an encoder at every call.
_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False)
_COMPACT = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False)


class Key(NamedTuple):
    """What makes two records versions of one: the same firm, kind, form, subject and period."""

    nip: str
    kind: Kind
    form: str
    subject: str
    period: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One contribution, tax or statement of one month, as it goes to the server.

    `amount` and `surplus` belong to contributions and taxes, `revenue` and `costs` to statements; `costs` is None where
    the books have none (lump sum).
    """

    nip: str
    kind: Kind
    period: str
    settlement: Settlement
    form: str = ""
    subject: str = ""
    amount: int = 0
    surplus: int = 0
    revenue: int = 0
    costs: int | None = None

    @property
    def key(self) -> Key:
        """Which record this is a version of."""
        return Key(self.nip, self.kind, self.form, self.subject, self.period)

    def content(self) -> dict[str, str | int | None]:
        """The part that the digest covers (docs/sync-protocol.md, "Digests")."""
        common: dict[str, str | int | None] = {
            "kind": self.kind,
            "form": self.form,
            "subject": self.subject,
            "period": self.period,
            "settlement": self.settlement,
        }
        if self.kind == "statement":
            return common | {"revenue": self.revenue, "costs": self.costs}
        return common | {"amount": self.amount, "surplus": self.surplus}

    @property
    def digest(self) -> str:
        """The digest of the content, as the protocol defines it."""
        return short_hash(_CANONICAL.encode(self.content()))


def short_hash(text: str) -> str:
    """The first 32 hex digits of SHA-256 over the text in UTF-8."""
    return hashlib.sha256(text.encode()).hexdigest()[:DIGEST_LENGTH]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A record with what its file says beside it.

    `version` orders what replaces each other (a later one is larger). `first` marks a first submission: two that differ
    contradict each other.
    `fields` says by which name the file knows `nip`, `period`, `amount` …, so that a refusal can name it.
    """

    record: Record
    version: str = ""
    first: bool = False
    name: str = ""
    natural_person: bool = False
    refund: int | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    file: str = ""
    source: str = ""

    @property
    def rank(self) -> tuple[bool, str]:
        """Corrections stand above originals, and a later version above an earlier one."""
        return (self.record.settlement == "K", self.version)

    def values(self) -> list[Any]:
        """For the local store: everything in the order of the fields. (`asdict` would take most of a run's time.)"""
        record = [getattr(self.record, name) for name in Record.__dataclass_fields__]
        rest = [getattr(self, name) for name in Found.__dataclass_fields__ if name not in ("record", "fields")]
        return [record, dict(self.fields), *rest]

    @classmethod
    def of(cls, values: list[Any]) -> "Found":
        """The inverse of `values`."""
        record, fields, *rest = values
        names = [name for name in cls.__dataclass_fields__ if name not in ("record", "fields")]
        return cls(
            record=Record(**dict(zip(Record.__dataclass_fields__, record, strict=True))),
            fields=fields,
            **dict(zip(names, rest, strict=True)),
        )

    def to_json(self) -> str:
        """`values` as text."""
        return _COMPACT.encode(self.values())

    @classmethod
    def from_json(cls, text: str) -> "Found":
        """The inverse of `to_json`."""
        return cls.of(json.loads(text))


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """What could not be read or sent: the file, a stable code, the field if one is known, a sentence in Polish."""

    file: str
    code: str
    field: str | None
    detail: str


@dataclass(frozen=True, slots=True, order=True)
class Note:
    """What was left out or let through with a reason, and needs nobody's action."""

    file: str
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class FileContent:
    """What one file holds. Nothing at all means that the file is none of ours (`ignored`)."""

    found: tuple[Found, ...] = ()
    problems: tuple[Problem, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def ignored(self) -> bool:
        """True for a file that is not an export we know."""
        return not (self.found or self.problems or self.notes)

    def to_json(self) -> str:
        """For the local store."""
        notes = [astuple(one) for one in self.notes]
        problems = [astuple(one) for one in self.problems]
        return _COMPACT.encode([[one.values() for one in self.found], problems, notes])

    @classmethod
    def from_json(cls, text: str) -> "FileContent":
        """The inverse of `to_json`."""
        found, problems, notes = json.loads(text)
        return cls(
            found=tuple(Found.of(one) for one in found),
            problems=tuple(Problem(*one) for one in problems),
            notes=tuple(Note(*one) for one in notes),
        )


class SourceError(Exception):
    """A file, or one document in it, cannot be taken. Carries what a `Problem` needs except the file."""

    def __init__(self, code: str, detail: str, field: str | None = None) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.field = field

    def problem(self, file: str) -> Problem:
        """This refusal, for the named file."""
        return Problem(file, self.code, self.field, self.detail)
