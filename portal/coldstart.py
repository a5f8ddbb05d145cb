"""What ends a cold start."""

from __future__ import annotations

import gc


def imported() -> None:
    """Everything is imported: from now on garbage is collected, but never looked for among what is there already."""
    gc.freeze()
    gc.enable()
