"""Scanning: unchanged files are not read again, and nothing that changed is missed."""

import os
import time
from pathlib import Path

import pytest
from konektosync.scan import FileState, Scan, scan
from konektosync.sources import file as source_file

from tests.agent.exports import NIP, OTHER_NIP, v7

LONG_AGO = time.time_ns() - 3_600 * 10**9


def write(path: Path, text: str, mtime_ns: int = LONG_AGO) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    os.utime(path, ns=(mtime_ns, mtime_ns))
    return path


def known(result: Scan) -> dict[str, FileState]:
    return {one.source: one for one in result.files}


def amounts(result: Scan) -> list[int]:
    return [found.record.amount for one in result.files for found in one.content.found]


def test_found_at_any_depth(exports):
    write(exports / "a/b/c/d.dat", v7())
    result = scan([exports])
    assert [one.shown for one in result.files] == ["a/b/c/d.dat"]


def test_unchanged_file_is_not_read_again(exports, monkeypatch):
    write(exports / "a.xml", v7())
    write(exports / "notatki.txt", "nic")
    first = scan([exports])
    assert first.parsed == 2
    monkeypatch.setattr("konektosync.scan.source_file.read", None)
    monkeypatch.setattr("konektosync.scan._hash", None)
    second = scan([exports], known(first))
    assert (second.parsed, amounts(second), second.ignored) == (0, [321_000], 1)


def test_touched_file_is_recognised_by_its_hash(exports):
    path = write(exports / "a.xml", v7())
    first = scan([exports])
    os.utime(path, ns=(LONG_AGO + 10**9, LONG_AGO + 10**9))
    second = scan([exports], known(first))
    assert (second.parsed, amounts(second)) == (0, [321_000])


def test_changed_file_is_read_again(exports):
    path = write(exports / "a.xml", v7(pay=3210))
    first = scan([exports])
    write(path, v7(pay=4210), LONG_AGO + 10**9)
    assert amounts(scan([exports], known(first))) == [421_000]


def test_change_within_the_same_tick_is_seen(exports):
    """Same size, same modification time: a file read right after it was written is looked at again."""
    just_now = time.time_ns()
    path = write(exports / "a.xml", v7(pay=3210), just_now)
    first = scan([exports])
    write(path, v7(pay=4210), just_now)
    assert amounts(scan([exports], known(first))) == [421_000]


def test_removed_file_is_forgotten_by_the_scan(exports):
    path = write(exports / "a.xml", v7())
    first = scan([exports])
    path.unlink()
    assert scan([exports], known(first)).files == []


def test_folder_that_is_away_keeps_what_it_held(exports):
    write(exports / "a.xml", v7())
    first = scan([exports])
    exports.rename(exports.with_name("gdzie indziej"))
    second = scan([exports], known(first))
    assert amounts(second) == [321_000]
    assert [one.code for one in second.problems] == ["folder-missing"]


def test_several_folders_name_their_files_apart(tmp_path):
    write(tmp_path / "jeden/a.xml", v7(tax_number=NIP))
    write(tmp_path / "dwa/a.xml", v7(tax_number=OTHER_NIP))
    first = scan([tmp_path / "jeden"])
    assert [one.shown for one in first.files] == ["a.xml"]
    both = scan([tmp_path / "jeden", tmp_path / "dwa"], known(first))
    assert [one.shown for one in both.files] == ["jeden/a.xml", "dwa/a.xml"]
    assert [found.file for one in both.files for found in one.content.found] == ["jeden/a.xml", "dwa/a.xml"]


def test_folders_inside_each_other_count_once(exports):
    write(exports / "b/a.xml", v7())
    assert len(scan([exports, exports / "b"]).files) == 1


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_links_in_circles_end(exports):
    write(exports / "a.xml", v7())
    (exports / "kolo").symlink_to(exports, target_is_directory=True)
    (exports / "donikad.xml").symlink_to(exports / "nie ma")
    assert len(scan([exports]).files) == 1


def test_file_that_changes_while_it_is_read(exports, monkeypatch):
    path = write(exports / "a.xml", v7())

    whole = source_file._read_open

    def read_and_grow(*args: object) -> object:
        reading = whole(*args)
        with path.open("ab") as file:
            file.write(b" ")
        return reading

    monkeypatch.setattr(source_file, "_read_open", read_and_grow)
    first = scan([exports])
    assert [one.code for state in first.files for one in state.content.problems] == ["file-changing"]
    monkeypatch.setattr(source_file, "_read_open", whole)
    assert amounts(scan([exports], known(first))) == [321_000]
