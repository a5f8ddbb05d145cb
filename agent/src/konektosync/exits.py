"""The exit codes of the command line (docs/konektosync.md)."""

from enum import IntEnum


class Exit(IntEnum):
    """How a command ended."""

    OK = 0
    PROBLEMS = 1
    USAGE = 2
    REFUSED = 3
    UNREACHABLE = 4
