"""The gettext catalogues: Polish is the source language, so locales/pl holds only what needs plural forms.

`python -m scripts.catalogues compile` writes the .mo files (never committed) that are older than their .po,
`extract` puts new plural messages of the code and the templates into the .po files, for their forms to be written, and
`check` tells which forms are missing and which messages nobody uses.
"""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
_WIDTH = 120


def compile_catalogues(root: Path = ROOT) -> list[Path]:
    """Compile those that are newer than what was compiled from them; tell which."""
    compiled = []
    for source in _sources(root):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        unfinished = target.with_suffix(".mo.new")
        with unfinished.open("wb") as binary:
            write_mo(binary, _read(source))
        unfinished.replace(target)
        compiled.append(target)
    return compiled


def extract_catalogues(root: Path = ROOT) -> list[Path]:
    """Put new plural messages into the catalogues and take out those that nobody uses; tell which changed."""
    changed = []
    template = Catalog()
    for singular, plural in sorted(plural_messages(root)):
        template.add((singular, plural))
    for source in _sources(root):
        before = source.read_bytes()
        catalogue = _read(source)
        catalogue.update(template, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        entries = io.BytesIO()
        write_po(entries, catalogue, width=_WIDTH, sort_output=True, no_location=True, omit_header=True)
        header, _, _ = before.partition(b"\n\n")  # as written by hand: no dates and tools that change at every run
        source.write_bytes(header.rstrip() + b"\n\n" + entries.getvalue().strip() + b"\n")
        if source.read_bytes() != before:
            changed.append(source)
    return changed


def problems(root: Path = ROOT) -> list[str]:
    """What is missing or left over in the catalogues, one sentence each."""
    used = plural_messages(root)
    found = []
    for source in _sources(root):
        catalogue = _read(source)
        held = {message.id: message for message in catalogue if isinstance(message.id, tuple)}
        found += [f"{source}: no entry for {ids[0]!r}" for ids in sorted(used - held.keys())]
        found += [f"{source}: nobody uses {ids[0]!r}" for ids in sorted(held.keys() - used)]
        found += [
            f"{source}: forms are missing of {message.id[0]!r}"
            for message in held.values()
            if not _complete(message, catalogue.num_plurals)
        ]
    return found


def plural_messages(root: Path = ROOT) -> set[tuple[str, str]]:
    """Singular and plural of every message in the code and the templates that counts something."""
    return {(message[0], message[1]) for message in _messages(root) if isinstance(message, tuple)}


def _messages(root: Path) -> Iterator[str | tuple[str, ...]]:
    with (root / "locales" / "babel.cfg").open(encoding="utf-8") as configuration:
        methods, options = parse_mapping_cfg(configuration)  # type: ignore[no-untyped-call] # typed in part only
    for _file, _line, message, _comments, _context in extract_from_dir(
        root,
        method_map=methods,
        options_map=options,
        keywords=DEFAULT_KEYWORDS,
        directory_filter=lambda folder: not Path(folder).name.startswith("."),
    ):
        yield message


def _complete(message: Message, forms: int) -> bool:
    return isinstance(message.string, tuple) and len(message.string) == forms and all(message.string)


def _sources(root: Path) -> list[Path]:
    return sorted((root / "locales").rglob("*.po"))


def _read(source: Path) -> Catalog:
    with source.open("rb") as text:
        return read_po(text, abort_invalid=True)


def main(arguments: list[str]) -> int:
    """Run one command; 1 when the check finds a problem."""
    parser = argparse.ArgumentParser(prog="python -m scripts.catalogues", description=__doc__)
    parser.add_argument("command", choices=["compile", "extract", "check"], nargs="?", default="compile")
    command = parser.parse_args(arguments).command
    if command == "check":
        found = problems()
        for problem in found:
            print(problem)
        return 1 if found else 0
    for path in compile_catalogues() if command == "compile" else extract_catalogues():
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
