"""The command line: output, exit codes, set-up without questions."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest
from konektosync import __version__
from konektosync.cli import app
from konektosync.queue import one_at_a_time
from typer.testing import CliRunner, Result

from tests.agent.exports import NIP, OTHER_NIP, dra, ewp, kedu, pkpir, v7
from tests.agent.portal import TOKEN, Portal, drop, status

FREE_PORT = "http://127.0.0.1:9"  # the discard port: nobody listens


def run(*arguments: str, stdin: str | None = None) -> Result:
    result = CliRunner().invoke(app, list(arguments), input=stdin)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture
def ready(portal: Portal, exports: Path) -> Portal:
    result = run("setup", "--address", portal.address, "--token-stdin", "--folder", str(exports), stdin=TOKEN + "\n")
    assert result.exit_code == 0, result.output
    portal.requests.clear()
    return portal


class TestScan:
    def test_json_needs_no_setup(self, exports, home):
        (exports / "vat.xml").write_text(v7(pay=0, surplus=880, refund=300), encoding="utf-8")
        (exports / "dra.xml").write_text(kedu(dra(period="2026-09")), encoding="utf-8")
        rows = [("2026-10-02", {"K_9": "5.00"}), ("2026-10-03", {"K_10": "2.00"})]
        (exports / "kpir.xml").write_text(pkpir(rows), encoding="utf-8")
        lump = ewp([("2026-10-02", "2026-10-02", "7.00")], tax_number=OTHER_NIP)
        (exports / "ewp.xml").write_text(lump, encoding="utf-8")
        result = run("scan", "--json", str(exports))
        common = {"nip": NIP, "form": "", "surplus": 0, "settlement": "D"}
        assert [json.loads(line) for line in result.stdout.splitlines()] == [
            {
                **common,
                "nip": OTHER_NIP,
                "kind": "statement",
                "period": "2026-10",
                "amount": 700,
                "revenue": 700,
                "costs": None,
                "file": "ewp.xml",
            },
            {**common, "kind": "contribution", "period": "2026-09", "amount": 590_211, "file": "dra.xml"},
            {
                **common,
                "kind": "statement",
                "period": "2026-10",
                "amount": 500,
                "revenue": 500,
                "costs": 200,
                "file": "kpir.xml",
            },
            {
                **common,
                "kind": "tax",
                "form": "VAT-7",
                "period": "2026-10",
                "amount": 0,
                "surplus": 88_000,
                "refund": 30_000,
                "file": "vat.xml",
            },
        ]
        assert result.exit_code == 0
        assert not home.exists()

    def test_problems_go_to_standard_errors(self, exports):
        (exports / "vat.xml").write_text(v7(), encoding="utf-8")
        (exports / "zly [1].xml").write_text("<JPK", encoding="utf-8")
        result = run("scan", "--json", str(exports))
        assert result.exit_code == 1
        assert len(result.stdout.splitlines()) == 1
        assert "✗ zly [1].xml" in result.stderr
        assert "(xml-broken)" in result.stderr

    def test_table(self, exports):
        (exports / "vat.xml").write_text(v7(pay=0, surplus=880), encoding="utf-8")
        (exports / "sama ewidencja.xml").write_text(v7("2026-09", declaration=False), encoding="utf-8")
        (exports / "notatki.txt").write_text("nic", encoding="utf-8")
        rows = [("2026-10-02", {"K_9": "1234567.89", "K_10": "2.00"})]
        (exports / "kpir.xml").write_text(pkpir(rows), encoding="utf-8")
        result = run("scan", str(exports))
        assert result.exit_code == 0
        assert "nadpłata 880,00 zł" in result.stdout.replace("\xa0", " ")
        assert "przychód 1 234 567,89 zł, koszty 2,00 zł" in result.stdout.replace("\xa0", " ")
        assert "sama ewidencja.xml: JPK_V7M (3)" in result.stdout
        assert "Inne pliki w folderach: 1" in result.stdout

    def test_without_setup_or_folder(self, tmp_path):
        assert run("scan").exit_code == 2
        assert run("scan", str(tmp_path / "nie ma")).exit_code == 2

    def test_folders_of_the_setup(self, ready, exports):
        (exports / "vat.xml").write_text(v7(), encoding="utf-8")
        assert json.loads(run("scan", "--json").stdout)["nip"] == NIP
        assert ready.requests == []


class TestSetup:
    def test_without_questions(self, portal, exports, home):
        result = run(
            *("setup", "--address", portal.address, "--token-stdin", "--folder", str(exports)),
            *("--approve", "contribution,tax", "--machine", "KSIEGOWA-1", "--yes"),
            stdin=TOKEN + "\n",
        )
        assert result.exit_code == 0
        assert "Biuro Demo" in result.output
        assert TOKEN not in result.output
        assert json.loads((home / "config.json").read_text()) == {
            "address": portal.address,
            "folders": [str(exports)],
            "approve": ["contribution", "tax"],
            "machine": "KSIEGOWA-1",
        }
        assert portal.heartbeats[0]["state"] is None

    def test_token_of_the_environment_and_found_folder(self, portal, exports, monkeypatch):
        (exports / "vat.xml").write_text(v7(), encoding="utf-8")
        monkeypatch.setattr("konektosync.detect.usual_folders", lambda: [exports.parent / "exports"])
        monkeypatch.setenv("KONEKTOSYNC_TOKEN", TOKEN)
        result = run("setup", "--address", portal.address, "--yes")
        assert result.exit_code == 0
        assert f"Znaleziono eksporty w {exports}" in result.output

    @pytest.mark.usefixtures("ready")
    def test_second_time_only_what_changes(self):
        result = run("setup", "--approve", "", "--machine", "KADRY")
        assert result.exit_code == 0
        assert run("status", "--json").stdout.count("KADRY") == 1

    def test_with_questions(self, portal, exports, monkeypatch, home):
        monkeypatch.setattr("konektosync.cli._someone_there", lambda: True)
        monkeypatch.setattr("konektosync.detect.usual_folders", lambda: [exports])
        (exports / "vat.xml").write_text(v7(), encoding="utf-8")
        result = run("setup", stdin=f"{portal.address}\ny\n{TOKEN}\n")
        assert result.exit_code == 0, result.output
        assert TOKEN not in result.output
        assert json.loads((home / "config.json").read_text())["folders"] == [str(exports)]
        (home / "config.json").unlink()
        (home / "token").unlink()
        answers = f"{portal.address}\nn\n{exports.parent}\n{TOKEN}\n"
        assert run("setup", stdin=answers).exit_code == 0
        assert json.loads((home / "config.json").read_text())["folders"] == [str(exports.parent)]

    def test_refused_token_stores_nothing(self, portal, exports, home):
        portal.token = None
        arguments = ("setup", "--address", portal.address, "--token-stdin", "--folder", str(exports))
        result = run(*arguments, stdin="kst_zly\n")
        assert (result.exit_code, list(home.iterdir())) == (3, [])
        assert "Token został odwołany" in result.stderr

    def test_server_away_stores_everything(self, exports, home):
        result = run("setup", "--address", FREE_PORT, "--token-stdin", "--folder", str(exports), stdin="kst_1\n")
        assert result.exit_code == 4
        assert sorted(path.name for path in home.iterdir()) == ["config.json", "token"]

    @pytest.mark.parametrize(
        ("arguments", "stdin"),
        [
            (["--token-stdin", "--folder", "."], "kst_1"),
            (["--address", "http://portal.example", "--token-stdin", "--folder", "."], "kst_1"),
            (["--address", FREE_PORT, "--token-stdin", "--folder", "nie-ma-takiego"], "kst_1"),
            (["--address", FREE_PORT, "--token-stdin", "--folder", "."], "\n"),
            (["--address", FREE_PORT, "--token-stdin", "--folder", "."], "kst z odstępem"),
            (["--address", FREE_PORT, "--token-stdin", "--folder", ".", "--approve", "vat"], "kst_1"),
            (["--nie-ma-takiej-opcji"], None),
        ],
    )
    def test_usage(self, arguments, stdin, monkeypatch):
        monkeypatch.setattr("konektosync.detect.usual_folders", list)
        assert run("setup", *arguments, stdin=stdin).exit_code == 2

    def test_no_folder(self, monkeypatch):
        monkeypatch.setattr("konektosync.detect.usual_folders", list)
        assert run("setup", "--address", FREE_PORT, "--token-stdin", stdin="kst_1").exit_code == 2


class TestSync:
    @pytest.mark.usefixtures("ready")
    def test_all_fine(self, exports):
        (exports / "vat.xml").write_text(v7(), encoding="utf-8")
        result = run("sync")
        assert result.exit_code == 0
        assert "Wysłano 1: przyjęto 1" in result.stdout
        assert run("sync").stdout == "Biuro Demo: Bez zmian.\n"

    @pytest.mark.usefixtures("ready")
    def test_problems(self, exports):
        (exports / "vat.xml").write_text(v7(pay=-1), encoding="utf-8")
        result = run("sync")
        assert result.exit_code == 1
        assert "amount-out-of-range" in result.stdout

    def test_refused_by_the_server(self, ready):
        ready.token = None
        result = run("sync")
        assert result.exit_code == 3
        assert "Token został odwołany" in result.stderr

    def test_another_run_is_under_way(self, ready, home, monkeypatch):
        monkeypatch.setattr("konektosync.cli.one_at_a_time", lambda folder: one_at_a_time(folder, wait_seconds=0.05))
        with one_at_a_time(home):
            assert run("sync").exit_code == 1
        assert ready.requests == []

    def test_wrong_clock(self, ready):
        ready.clock_offset = timedelta(hours=1)
        result = run("sync")
        assert result.exit_code == 3
        assert "clock-wrong" in result.stderr

    def test_unreachable(self, ready, exports):
        ready.before[1] = drop
        (exports / "vat.xml").write_text(v7(), encoding="utf-8")
        result = run("sync", "--attempts", "1")
        assert result.exit_code == 4
        told = json.loads(run("status", "--json").stdout)
        assert told["counts"] == {"found": 1, "acknowledged": 0, "waiting": 1, "refused": 0}
        assert (told["last_sync"], told["last_run"]["result"]) == (None, "unreachable")

    @pytest.mark.usefixtures("ready")
    def test_without_setup_or_token(self, home):
        (home / "token").unlink()
        assert run("sync").exit_code == 2
        (home / "config.json").unlink()
        assert run("sync").exit_code == 2

    def test_rejected_records_again(self, ready, exports):
        (exports / "vat.xml").write_text(v7(), encoding="utf-8")
        ready.refuse = lambda _record: "period-too-old"
        assert run("sync").exit_code == 1
        ready.refuse = lambda _record: None
        assert run("sync").exit_code == 1
        assert run("sync", "--again").exit_code == 0


class TestStatus:
    def test_before_anything(self):
        result = run("status")
        assert result.exit_code == 0
        assert "nie skonfigurowano" in result.stdout

    def test_everything_is_shown(self, ready, exports):
        (exports / "vat.xml").write_text(v7(), encoding="utf-8")
        (exports / "zly.xml").write_text("<JPK", encoding="utf-8")
        (exports / "ewidencja.xml").write_text(v7("2026-09", declaration=False), encoding="utf-8")
        (exports / "inny.txt").write_text("x", encoding="utf-8")
        ready.refuse = lambda _record: "firm-archived"
        run("sync")
        result = run("status")
        assert result.exit_code == 1
        for words in (
            __version__,
            ready.address,
            "odrzucone: 1",
            "zly.xml",
            "xml-broken",
            "vat.xml",
            "firm-archived",
            "ewidencja.xml",
            "Inne pliki w folderach: 1",
        ):
            assert words in result.stdout
        told = json.loads(run("status", "--json").stdout)
        assert [(one["file"], one["code"]) for one in told["problems"]] == [
            ("vat.xml", "firm-archived"),
            ("zly.xml", "xml-broken"),
        ]
        assert (told["ignored_files"], told["skipped"][0]["code"]) == (1, "no-declaration")


def test_version_and_help():
    assert run("--version").stdout == f"KonektoSync {__version__}\n"
    told = re.sub(r"\s+", " ", run("--help").stdout)
    for command in ("setup", "scan", "sync", "watch", "status"):
        assert command in told
        assert run(command, "--help").exit_code == 0


class TestAsProcess:
    def environment(self, home: Path) -> dict[str, str]:
        return os.environ | {"KONEKTOSYNC_HOME": str(home), "KONEKTOSYNC_TOKEN": TOKEN}

    def call(self, home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "konektosync", *arguments]
        return subprocess.run(  # noqa: S603 - this very package
            command, env=self.environment(home), capture_output=True, encoding="utf-8", timeout=60, check=False
        )

    @pytest.mark.usefixtures("ready")
    def test_module(self, home, exports):
        (exports / "zażółć.xml").write_text(v7(), encoding="utf-8")
        done = self.call(home, "scan", "--json", str(exports))
        assert (done.returncode, done.stderr) == (0, "")
        assert json.loads(done.stdout)["file"] == "zażółć.xml"

    def test_codes_of_a_real_process(self, ready, home):
        assert self.call(home, "sync").returncode == 0
        ready.token = None
        assert self.call(home, "sync").returncode == 3
        ready.before[len(ready.requests) + 1] = status(503)
        assert self.call(home, "sync", "--attempts", "1").returncode == 4

    @pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
    def test_watch_sends_changes_and_stops_cleanly(self, ready, home, exports, number):
        command = [sys.executable, "-m", "konektosync", "watch"]
        environment = self.environment(home)
        with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as process:  # noqa: S603 - as above
            try:
                wait_for(lambda: len(ready.requests) >= 1)
                (exports / "vat.xml").write_text(v7(), encoding="utf-8")
                wait_for(lambda: len(ready.records) == 1)
                process.send_signal(number)
                assert process.wait(timeout=10) == 0
            finally:
                process.kill()


def wait_for(condition, seconds: float = 20) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "nothing happened"
        time.sleep(0.05)
