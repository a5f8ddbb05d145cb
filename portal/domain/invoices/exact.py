"""Arithmetic that loses nothing until it rounds, and then rounds halves away from zero (art. 106e sec. 11)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal, DivisionByZero, InvalidOperation, Overflow

_EXACT = Context(prec=80, rounding=ROUND_HALF_UP, traps=[InvalidOperation, DivisionByZero, Overflow])
"""The longest quantity times the longest price has 42 digits; nothing in between is ever rounded."""

_CENT = Decimal("0.01")


def minor(value: Decimal) -> int:
    """`12.345` → `1235`: an amount in the currency's smallest unit."""
    return int(_EXACT.scaleb(_EXACT.quantize(value, _CENT), 2))


def product(*factors: Decimal) -> Decimal:
    """Factors multiplied, exactly."""
    result = Decimal(1)
    for factor in factors:
        result = _EXACT.multiply(result, factor)
    return result


def share(amount: int, numerator: int, denominator: int) -> int:
    """`amount · numerator / denominator`, rounded. The denominator is positive."""
    sign = -1 if amount * numerator < 0 else 1
    return sign * ((2 * abs(amount * numerator) + denominator) // (2 * denominator))


def apportion(total: int, numerators: Sequence[int], denominator: int) -> list[int]:
    """Parts near `numerator / denominator` each, which add up to the total (their sum, rounded).

    Each is rounded as it would be alone; what is then too much or missing is taken from or given to those that rounding
    moved furthest, a unit each. The first of equals goes first, so the answer is always the same.
    """
    parts = [share(numerator, 1, denominator) for numerator in numerators]
    missing = total - sum(parts)
    if missing:
        step = 1 if missing > 0 else -1
        moved = [step * (part * denominator - numerator) for part, numerator in zip(parts, numerators, strict=True)]
        for index in sorted(range(len(parts)), key=moved.__getitem__)[: abs(missing)]:
            parts[index] += step
    return parts


def decimals(value: Decimal) -> int:
    """How many digits stand after the decimal point, without zeros at the end."""
    _, digits, exponent = value.as_tuple()
    written = "".join(map(str, digits)).rstrip("0")
    # Not `normalize`: it would round what is too small for a context to nothing.
    return max(0, -int(exponent) - (len(digits) - len(written))) if written else 0
