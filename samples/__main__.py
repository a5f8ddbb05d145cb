"""Write the samples: ``python -m samples [--out FOLDER]``; without a folder, into this package's own."""

import argparse
import json
import shutil
from collections.abc import Iterable
from pathlib import Path

from samples.build import build


def main() -> None:
    """Replace the generated files of a folder."""
    parser = argparse.ArgumentParser(prog="python -m samples", description=main.__doc__)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent)
    out: Path = parser.parse_args().out
    samples = build()
    shutil.rmtree(out / "exports", ignore_errors=True)
    for name, content in samples.files.items():
        path = out / "exports" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    _write_json(out / "firms.json", samples.firms)
    _write_json(out / "expected.json", samples.records)


def _write_json(path: Path, items: Iterable[object]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = ",\n".join(json.dumps(item, ensure_ascii=False) for item in items)
    path.write_bytes(f"[\n{lines}\n]\n".encode())


if __name__ == "__main__":
    main()
