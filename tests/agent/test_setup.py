"""Configuration, token, detection of folders."""

import json
import stat
import sys
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.errors import KeyringError
from konektosync import config, detect, secrets
from konektosync.config import Config, ConfigError

from tests.agent.exports import dra, kedu, v7


class Memory(KeyringBackend):
    priority = 1

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password


class Broken(Memory):
    def get_password(self, *_names: str) -> str | None:
        raise KeyringError

    def set_password(self, *_values: str) -> None:
        raise KeyringError


class Forgetful(Memory):
    def set_password(self, *_values: str) -> None:
        pass


@pytest.fixture(autouse=True)
def keyring_back():
    before = keyring.get_keyring()
    keyring.set_keyring(Forgetful())
    yield
    keyring.set_keyring(before)


class TestAddress:
    @pytest.mark.parametrize(
        ("given", "kept"),
        [
            ("https://portal.example/", "https://portal.example"),
            (" https://portal.example/sync/ ", "https://portal.example"),
            ("https://portal.example:8443/biuro", "https://portal.example:8443/biuro"),
            ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
            ("http://[::1]:8000", "http://[::1]:8000"),
            ("http://localhost", "http://localhost"),
        ],
    )
    def test_taken(self, given, kept):
        assert config.check_address(given) == kept

    @pytest.mark.parametrize(
        "given",
        [
            "",
            "portal.example",
            "http://portal.example",
            "http://127.0.0.1.example",
            "http://10.0.0.1",
            "ftp://portal.example",
            "https://kto:haslo@portal.example",
            "https://portal.example?x=1",
        ],
    )
    def test_refused(self, given):
        with pytest.raises(ConfigError):
            config.check_address(given)


class TestConfig:
    def test_round_trip(self, home, tmp_path):
        stored = Config("https://portal.example", (tmp_path / "Eksporty – ąę",), frozenset({"tax"}), "KADRY")
        path = config.save(stored)
        assert config.load() == stored
        assert path == home / "config.json"

    def test_shared_file_names_no_machine(self, monkeypatch, tmp_path):
        monkeypatch.setenv("KONEKTOSYNC_CONFIG", str(tmp_path / "wspolny.json"))
        config.save(Config("https://portal.example", (tmp_path,)))
        assert "machine" not in json.loads((tmp_path / "wspolny.json").read_text())
        monkeypatch.setattr("platform.node", lambda: "KSIEGOWA-2")
        assert config.load().machine_name == "KSIEGOWA-2"

    def test_variables_in_folders(self, monkeypatch):
        monkeypatch.setenv("EKSPORTY", "/mnt/eksporty")
        (config.home() / "config.json").write_text(
            json.dumps({"address": "https://portal.example", "folders": ["$EKSPORTY/2026", "~/x"]})
        )
        assert config.load().folders == (Path("/mnt/eksporty/2026"), Path.home() / "x")

    @pytest.mark.parametrize(
        "text",
        ["", "[]", "{}", '{"address": "http://portal.example", "folders": []}', '{"address": 1, "folders": []}'],
    )
    def test_broken_file(self, text):
        (config.home() / "config.json").write_text(text)
        with pytest.raises(ConfigError):
            config.load()

    def test_unknown_kind(self):
        with pytest.raises(ConfigError, match="podatki"):
            config.kinds("tax, podatki")
        assert config.kinds("") == frozenset()


class TestToken:
    def test_keyring_first(self, home):
        keyring.set_keyring(Memory())
        assert secrets.store("https://portal.example", "kst_1") == "keyring"
        assert secrets.load("https://portal.example") == "kst_1"
        assert secrets.load("https://inny.example") is None
        assert not (home / "token").exists()

    @pytest.mark.parametrize("backend", [Broken, Forgetful])
    def test_file_where_no_keyring_works(self, home, backend):
        keyring.set_keyring(backend())
        assert secrets.store("https://portal.example", "kst_2") == "file"
        assert secrets.load("https://portal.example") == "kst_2"
        if sys.platform != "win32":
            assert stat.S_IMODE((home / "token").stat().st_mode) == 0o600

    def test_file_is_removed_when_the_keyring_takes_over(self, home):
        secrets.store("https://portal.example", "kst_2")
        keyring.set_keyring(Memory())
        secrets.store("https://portal.example", "kst_3")
        assert not (home / "token").exists()

    def test_environment_wins(self, monkeypatch):
        monkeypatch.setenv("KONEKTOSYNC_TOKEN", " kst_4\n")
        assert secrets.load("https://portal.example") == "kst_4"

    def test_failed_write_leaves_the_old_file(self, home, monkeypatch):
        secrets.store("https://portal.example", "kst_5")

        def full(_handle: int) -> None:
            raise OSError

        monkeypatch.setattr("konektosync.config.os.fsync", full)
        with pytest.raises(OSError):  # noqa: PT011 - any failure of the disk
            secrets.store("https://portal.example", "kst_6")
        assert [path.name for path in home.iterdir()] == ["token"]
        assert secrets.load("https://portal.example") == "kst_5"


class TestDetect:
    def test_narrowest_folder_with_exports(self, tmp_path):
        for place in ("Dokumenty/JPK/2026", "Dokumenty/JPK/2025", "Pulpit", "Puste"):
            (tmp_path / place).mkdir(parents=True)
        (tmp_path / "Dokumenty/JPK/2026/a.xml").write_text(v7(), encoding="utf-8")
        (tmp_path / "Dokumenty/JPK/2025/b.xml").write_text("<JPK/>", encoding="utf-8")
        (tmp_path / "Dokumenty/inne.xml").write_text("<a/>", encoding="utf-8")
        (tmp_path / "Pulpit/c.kedu").write_text(kedu(dra(), version="5_1"), encoding="utf-8")
        found = detect.detect([tmp_path / one for one in ("Dokumenty", "Pulpit", "Puste")])
        assert found == [tmp_path / "Dokumenty/JPK", tmp_path / "Pulpit"]

    def test_folder_inside_another_is_offered_once(self, tmp_path):
        (tmp_path / "a/b").mkdir(parents=True)
        (tmp_path / "a/x.xml").write_text(v7(), encoding="utf-8")
        (tmp_path / "a/b/y.xml").write_text(v7(), encoding="utf-8")
        assert detect.detect([tmp_path / "a", tmp_path / "a/b"]) == [tmp_path / "a"]

    def test_usual_folders_exist(self):
        assert all(one.is_dir() for one in detect.usual_folders())
