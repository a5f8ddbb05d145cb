"""The only place that asks for the time."""

from datetime import UTC, date, datetime


def now() -> datetime:
    """This moment in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """This day where the machine stands: a period begins by the local calendar."""
    return datetime.now().astimezone().date()


def rfc3339(moment: datetime) -> str:
    """A moment as the protocol writes it: UTC, milliseconds, `Z`. Such texts sort like the moments."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
