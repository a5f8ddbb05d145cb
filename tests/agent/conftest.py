from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import keyring
import pytest
from keyring.backends import null
from konektosync.config import Config
from konektosync.protocol import Backoff, Client
from konektosync.queue import Queue
from konektosync.scan import Scan, Verdict, judge, scan
from konektosync.sync import Outcome, Sync

from tests.agent.portal import TOKEN, Portal

TODAY = date(2026, 11, 24)


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home of its own, and no keyring of the machine."""
    folder = tmp_path / "home"
    monkeypatch.setenv("KONEKTOSYNC_HOME", str(folder))
    monkeypatch.delenv("KONEKTOSYNC_CONFIG", raising=False)
    monkeypatch.delenv("KONEKTOSYNC_TOKEN", raising=False)
    # For processes that a test starts; this one has chosen its keyring at the import already.
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
    before = keyring.get_keyring()
    keyring.set_keyring(null.Keyring())
    yield folder
    keyring.set_keyring(before)


@pytest.fixture
def exports(tmp_path: Path) -> Path:
    folder = tmp_path / "exports"
    folder.mkdir()
    return folder


@pytest.fixture
def look(exports: Path) -> Callable[..., tuple[Scan, Verdict]]:
    """Scan the folder of exports as on 24 November 2026."""

    def look(today: date = TODAY, **options: object) -> tuple[Scan, Verdict]:
        result = scan([exports], **options)
        return result, judge(result, today)

    return look


@pytest.fixture
def portal() -> Iterator[Portal]:
    with Portal() as running:
        yield running


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Queue]:
    with Queue(tmp_path / "queue.sqlite") as queue:
        yield queue


@pytest.fixture
def synchronise(exports: Path, portal: Portal, store: Queue) -> Callable[..., Outcome]:
    """One run in this process, with attempts that do not wait."""

    def run(**options: object) -> Outcome:
        waits = options.pop("waits", [])
        config = options.pop("config", None) or Config(portal.address, (exports,), machine="KSIEGOWA-1")
        backoff = Backoff(attempts=int(options.pop("attempts", 1)), sleep=waits.append)
        queue = options.pop("queue", store)
        with Client(portal.address, str(options.pop("token", TOKEN)), backoff=backoff) as client:
            return Sync(queue, config, client, today=lambda: TODAY, **options).run()

    return run
