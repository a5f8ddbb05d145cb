"""Money as whole grosze, and how the official forms want it written."""


def pln(grosze: int) -> str:
    """Write grosze as złote with two decimals and a dot: 123456 → ``1234.56``."""
    sign = "-" if grosze < 0 else ""
    return f"{sign}{abs(grosze) // 100}.{abs(grosze) % 100:02d}"


def share(grosze: int, per_ten_thousand: int) -> int:
    """Return a part of an amount (976 is 9.76 %), rounded half up to a grosz, away from zero."""
    return _divide(grosze * per_ten_thousand, 10_000)


def whole(grosze: int) -> int:
    """Return whole złote, rounded half up, as a declaration carries them."""
    return _divide(grosze, 100)


def _divide(value: int, by: int) -> int:
    rounded = (abs(value) * 2 + by) // (2 * by)
    return -rounded if value < 0 else rounded
