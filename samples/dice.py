"""A seeded source of choices that gives the same answers on every Python version."""

import hashlib
from collections.abc import Sequence
from typing import TypeVar

Item = TypeVar("Item")
SEED = "konektosmart-samples-1"


class Dice:
    """Throws that depend only on the seed and on the name they were made with."""

    def __init__(self, *name: object) -> None:
        """Start the throws of one named thing, for example a firm's month."""
        self._name = "/".join([SEED, *map(str, name)])
        self._throws = 0

    def between(self, low: int, high: int) -> int:
        """Return a number from low to high, both included."""
        return low + self._next() % (high - low + 1)

    def pick(self, items: Sequence[Item]) -> Item:
        """Return one of the items."""
        return items[self._next() % len(items)]

    def chance(self, percent: int) -> bool:
        """Return true in that many cases of a hundred."""
        return self._next() % 100 < percent

    def hexadecimal(self, digits: int) -> str:
        """Return that many upper-case hexadecimal digits."""
        return f"{self._next() % 16**digits:0{digits}X}"

    def _next(self) -> int:
        self._throws += 1
        digest = hashlib.sha256(f"{self._name}#{self._throws}".encode()).digest()
        return int.from_bytes(digest[:12], "big")
