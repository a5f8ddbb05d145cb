"""Who is at the other end of a request before anybody is known to be: a network, a browser, what it was marked with."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Visitor:
    """Where a request comes from, for limits, for the history and for the list of devices.

    `marks`: secrets that people's earlier sign-ins left in the browser, so that it is known again.
    """

    network: str
    device: str
    marks: tuple[str, ...] = ()
