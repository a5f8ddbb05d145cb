"""Renders the invoices that come in, one JSON object a line, and answers how long it took: `python -m serve NAME`."""

from __future__ import annotations

import importlib
import json
import sys
import time
from pathlib import Path


def main() -> None:
    """Until there are no more."""
    render = importlib.import_module(f"print_{sys.argv[1]}").render
    for line in sys.stdin:
        invoices = json.loads(line)["invoices"]
        size, began = 0, time.perf_counter()
        for invoice in invoices:
            size = len(render(invoice))
        took = time.perf_counter() - began
        print(json.dumps({"seconds": took, "bytes": size, "peak_kb": _peak_kb()}), flush=True)


def _peak_kb() -> int:
    """Most memory so far; of this process alone, other than `getrusage` counts it."""
    status = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))


if __name__ == "__main__":
    main()
