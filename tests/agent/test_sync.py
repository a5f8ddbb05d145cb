"""A run against a real HTTP server that keeps the protocol."""

import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from konektosync.clock import rfc3339
from konektosync.config import Config
from konektosync.model import Found, Record
from konektosync.protocol import Backoff, Client, RefusedError, UnreachableError, batches, month_windows
from konektosync.queue import BusyError, Queue, Queued, one_at_a_time
from konektosync.scan import judge, scan
from konektosync.sync import Sync

from tests.agent.conftest import TODAY
from tests.agent.exports import NIP, OTHER_NIP, dra, kedu, nip, pkpir, v7
from tests.agent.portal import TOKEN, Handler, Portal, drop, slow, status

HEARTBEAT, FIRMS, DIGESTS, RECORDS = "/sync/heartbeat", "/sync/firms", "/sync/digests", "/sync/records"


@pytest.fixture
def three(exports: Path) -> Path:
    """A contribution, a tax and a statement of one firm."""
    (exports / "dra.xml").write_text(kedu(dra()), encoding="utf-8")
    (exports / "vat.xml").write_text(v7(), encoding="utf-8")
    (exports / "kpir.xml").write_text(pkpir([("2026-10-02", {"K_9": "5.00"})]), encoding="utf-8")
    return exports


class TestRun:
    def test_first_run(self, three, portal, synchronise, store):
        outcome = synchronise(config=Config(portal.address, (three,), frozenset({"tax"}), "KSIEGOWA-1"))
        assert portal.paths == [HEARTBEAT, FIRMS, RECORDS]
        assert (outcome.office, outcome.sent, outcome.stored, outcome.problems) == ("Biuro Demo", 3, 3, 0)
        assert set(portal.firms) == {NIP}
        assert {key[1]: one.get("amount") for key, one in portal.records.items()} == {
            "contribution": 590_211,
            "tax": 321_000,
            "statement": None,
        }
        assert len(portal.published) == 1
        assert portal.state == store.state()
        beat = portal.heartbeats[0]
        assert (beat["machine"], beat["problems_total"], beat["programs"][0]["firms"]) == ("KSIEGOWA-1", 0, 1)

    @pytest.mark.usefixtures("three")
    def test_unchanged_run_is_exactly_one_request(self, portal, synchronise):
        synchronise()
        portal.requests.clear()
        for _time in range(3):
            outcome = synchronise()
            assert (outcome.sent, outcome.summary()) == (0, "Bez zmian.")
        assert portal.paths == [HEARTBEAT] * 3

    def test_only_what_changed_is_sent(self, three, portal, synchronise):
        synchronise()
        portal.requests.clear()
        (three / "vat2.xml").write_text(v7(pay=1, purpose=2), encoding="utf-8")
        synchronise()
        assert portal.paths == [HEARTBEAT, RECORDS]
        assert [one["settlement"] for one in portal.requests[-1][1]["records"]] == ["K"]

    def test_removed_file_deletes_nothing(self, three, portal, synchronise):
        synchronise()
        (three / "vat.xml").unlink()
        portal.requests.clear()
        assert synchronise().sent == 0
        assert len(portal.records) == 3
        assert portal.paths == [HEARTBEAT]

    def test_what_was_read_is_sent_though_its_file_is_gone(self, three, portal, synchronise):
        portal.before[1] = status(503)
        with pytest.raises(UnreachableError):
            synchronise()
        for path in three.iterdir():
            path.unlink()
        assert synchronise().stored == 3

    def test_correction_that_was_moved_away_still_stands(self, three, portal, synchronise):
        correction = three / "korekta.xml"
        correction.write_text(v7(pay=9, purpose=2), encoding="utf-8")
        synchronise()
        correction.unlink()
        synchronise()
        assert portal.records[NIP, "tax", "VAT-7", "", "2026-10"]["amount"] == 900

    def test_moved_file_changes_nothing(self, three, portal, synchronise):
        synchronise()
        (three / "2026").mkdir()
        (three / "vat.xml").rename(three / "2026/vat.xml")
        portal.requests.clear()
        synchronise()
        assert portal.paths == [HEARTBEAT]


class TestReadAt:
    @pytest.mark.usefixtures("three")
    def test_unchanged_content_keeps_its_moment(self, portal, synchronise, store):
        portal.before[1] = status(500)
        with pytest.raises(UnreachableError):
            synchronise()
        before = {one.digest: one.read_at for one in store.waiting(datetime.now(UTC))}
        time.sleep(0.01)
        synchronise()
        assert {one["digest"]: one["read_at"] for one in portal.records.values()} == before

    def test_content_that_comes_back_is_new(self, exports, portal, synchronise):
        path = exports / "vat.xml"
        moments = []
        for pay in (1, 2, 1):
            path.write_text(v7(pay=pay), encoding="utf-8")
            time.sleep(0.005)
            synchronise()
            (record,) = portal.records.values()
            moments.append(record["read_at"])
            assert record["amount"] == pay * 100
        assert moments == sorted(set(moments))

    def test_content_that_comes_back_after_a_lost_answer(self, exports, portal, synchronise):
        """The server took the second content, the answer was lost, the file went back: the first is sent again."""
        path = exports / "vat.xml"
        path.write_text(v7(pay=1), encoding="utf-8")
        synchronise()
        path.write_text(v7(pay=2), encoding="utf-8")
        portal.after[len(portal.requests) + 2] = drop
        with pytest.raises(UnreachableError):
            synchronise()
        path.write_text(v7(pay=1), encoding="utf-8")
        synchronise()
        (record,) = portal.records.values()
        assert record["amount"] == 100

    @pytest.mark.usefixtures("three")
    def test_clock_ahead_heals_itself(self, portal, synchronise):
        portal.clock_offset = -timedelta(days=400)  # this machine is 400 days ahead of the server
        with pytest.raises(RefusedError) as refused:
            synchronise()
        assert refused.value.code == "clock-wrong"
        portal.clock_offset = timedelta()
        assert synchronise().stored == 3

    def test_read_under_a_clock_behind_is_stamped_again(self, three, portal, synchronise, store):
        past = datetime(2020, 1, 1, tzinfo=UTC)
        with pytest.raises(RefusedError):
            synchronise_at(past, three, portal, store)
        synchronise()
        assert all(one["read_at"] > "2026" for one in portal.records.values())


def synchronise_at(moment: datetime, exports: Path, portal: Portal, store: Queue) -> None:
    with Client(portal.address, TOKEN, Backoff(attempts=1), now=lambda: moment) as client:
        Sync(store, Config(portal.address, (exports,)), client, now=lambda: moment, today=lambda: TODAY).run()


class TestRefusals:
    @pytest.mark.usefixtures("three")
    def test_refused_record_is_kept_shown_and_reported_once(self, portal, synchronise, store):
        portal.refuse = lambda record: "period-too-old" if record["kind"] == "tax" else None
        outcome = synchronise()
        assert (outcome.stored, outcome.refused, outcome.problems) == (2, 1, 1)
        assert portal.paths == [HEARTBEAT, FIRMS, RECORDS, HEARTBEAT, RECORDS]
        assert [(one["file"], one["code"]) for one in portal.problems] == [("vat.xml", "period-too-old")]
        assert store.counts().refused == 1
        portal.requests.clear()
        assert synchronise().problems == 1
        assert portal.paths == [HEARTBEAT]

    @pytest.mark.usefixtures("three")
    def test_refused_record_is_sent_again_after_a_day_and_on_demand(self, portal, synchronise, store):
        portal.refuse = lambda record: "firm-archived" if record["kind"] == "tax" else None
        synchronise()
        now = datetime.now(UTC)
        assert store.waiting(now) == []
        assert len(store.waiting(now + timedelta(hours=25))) == 1
        portal.refuse = lambda _record: None
        outcome = synchronise(refused_too=True)
        assert (outcome.stored, outcome.problems) == (1, 0)
        assert portal.problems == []

    def test_refused_record_is_sent_again_when_it_changes(self, three, portal, synchronise):
        portal.refuse = lambda record: "amount-out-of-range" if record.get("amount") == 321_000 else None
        synchronise()
        (three / "vat.xml").write_text(v7(pay=5), encoding="utf-8")
        outcome = synchronise()
        assert (outcome.stored, outcome.problems, portal.problems) == (1, 0, [])

    def test_unknown_firm_is_announced_and_sent_again_once(self, three, portal, synchronise):
        synchronise()
        portal.firms.clear()
        (three / "vat.xml").write_text(v7(pay=5), encoding="utf-8")
        portal.requests.clear()
        outcome = synchronise()
        assert portal.paths == [HEARTBEAT, RECORDS, FIRMS, RECORDS]
        assert (outcome.stored, outcome.refused) == (1, 0)

    @pytest.mark.usefixtures("three")
    def test_refused_firm_is_shown(self, portal, synchronise):
        portal.refuse_firms = {NIP}
        outcome = synchronise()
        assert outcome.refused == 3
        assert {one["code"] for one in portal.problems} == {"firm-unknown", "field-invalid"}

    def test_local_problems_reach_the_panel(self, three, portal, synchronise):
        (three / "zly.xml").write_text("<JPK", encoding="utf-8")
        outcome = synchronise()
        assert (outcome.stored, outcome.problems) == (3, 1)
        assert [one["file"] for one in portal.problems] == ["zly.xml"]
        portal.requests.clear()
        synchronise()
        assert portal.paths == [HEARTBEAT]
        (three / "zly.xml").unlink()
        synchronise()
        assert portal.problems == []

    def test_at_most_fifty_problems_and_their_number(self, exports, portal, synchronise):
        for number in range(60):
            (exports / f"{number}.xml").write_text("<JPK", encoding="utf-8")
        synchronise()
        assert (len(portal.problems), portal.heartbeats[0]["problems_total"]) == (50, 60)

    def test_contradiction_stops_what_waits(self, exports, portal, synchronise):
        (exports / "a.xml").write_text(v7(pay=1), encoding="utf-8")
        portal.before[1] = drop
        with pytest.raises(UnreachableError):
            synchronise()
        (exports / "b.xml").write_text(v7(pay=2), encoding="utf-8")
        assert synchronise().sent == 0
        assert portal.records == {}
        (exports / "a.xml").unlink()
        synchronise()
        assert [one["amount"] for one in portal.records.values()] == [200]

    @pytest.mark.parametrize("token", [None, "kst_inny"])
    @pytest.mark.usefixtures("three")
    def test_revoked_token(self, portal, synchronise, store, token):
        portal.token = token
        with pytest.raises(RefusedError) as refused:
            synchronise()
        assert (refused.value.status, refused.value.code) == (401, "token-revoked")
        assert store.counts().waiting == 3
        assert store.last_run().result == "refused"

    def test_too_large_batches_are_halved(self, exports, portal, synchronise):
        documents = [dra(tax_number=nip(number)) for number in range(10)]
        (exports / "a.xml").write_text(kedu(*documents), encoding="utf-8")
        portal.most_records = 3
        assert synchronise().stored == 10
        states = [body["state"] for path, body in portal.requests if path == RECORDS]
        assert states[-1] is not None
        assert states[-2] is None


class TestLostMemory:
    def test_equal_records_are_not_sent_again(self, three, portal, synchronise, tmp_path):
        synchronise()
        moments = {one["digest"]: one["read_at"] for one in portal.records.values()}
        (three / "vat.xml").write_text(v7(pay=5), encoding="utf-8")
        portal.requests.clear()
        with Queue(tmp_path / "nowa.sqlite") as fresh:
            outcome = synchronise(queue=fresh)
            assert portal.paths == [HEARTBEAT, FIRMS, DIGESTS, RECORDS]
            assert (outcome.equal, outcome.stored) == (2, 1)
        held = {one["digest"]: one["read_at"] for one in portal.records.values()}
        assert len(moments.items() & held.items()) == 2

    @pytest.mark.usefixtures("three")
    def test_an_old_file_does_not_replace_what_came_since(self, portal, synchronise, tmp_path):
        """The amount was typed in by hand; the memory is lost; the file is as old as before."""
        synchronise()
        (key,) = [key for key, record in portal.records.items() if record["kind"] == "tax"]
        by_hand = {**portal.records[key], "amount": 77_700, "digest": "f" * 32, "read_at": rfc3339(datetime.now(UTC))}
        portal.records[key] = by_hand
        with Queue(tmp_path / "nowa.sqlite") as fresh:
            synchronise(queue=fresh)
        assert portal.records[key] == by_hand

    def test_where_it_differs_nothing_is_approved_by_itself(self, three, portal, store, tmp_path):
        config = Config(portal.address, (three,), approve=frozenset({"tax"}))
        with Client(portal.address, TOKEN, Backoff(attempts=1)) as client:
            Sync(store, config, client, today=lambda: TODAY).run()
            (three / "vat.xml").write_text(v7(pay=5), encoding="utf-8")
            with Queue(tmp_path / "nowa.sqlite") as fresh:
                Sync(fresh, config, client, today=lambda: TODAY).run()
        approved = [body["approve"]["tax"] for path, body in portal.requests if path == RECORDS]
        assert approved == [True, False]

    def test_digests_are_asked_in_windows(self, exports, portal, synchronise, tmp_path):
        documents = [dra(period=period) for period in ("2020-01", "2023-05", "2026-10")]
        (exports / "a.xml").write_text(kedu(*documents), encoding="utf-8")
        synchronise()
        portal.requests.clear()
        with Queue(tmp_path / "nowa.sqlite") as fresh:
            assert synchronise(queue=fresh).equal == 3
        assert portal.paths == [HEARTBEAT, FIRMS, DIGESTS, DIGESTS, DIGESTS]

    def test_windows(self):
        assert list(month_windows("2025-11", "2026-02", 2)) == [("2025-11", "2025-12"), ("2026-01", "2026-02")]


class TestFaults:
    @pytest.mark.parametrize(
        "fault",
        [
            drop,
            status(500),
            status(503, b"<html>"),
            status(429, b"{}", {"Retry-After": "7"}),
            status(200, b"<html>logowanie do sieci</html>"),
            status(200, b"{}"),
            status(200, b'{"results": []}'),
            status(302, b"", {"Location": "http://127.0.0.1:1/"}),
        ],
    )
    @pytest.mark.parametrize("when", ["before", "after"])
    @pytest.mark.parametrize("number", [1, 2, 3])
    @pytest.mark.usefixtures("three")
    def test_kept_and_sent_next_time(self, portal, synchronise, store, fault, when, number):
        getattr(portal, when)[number] = fault
        with pytest.raises(UnreachableError):
            synchronise()
        assert store.counts().waiting == 3
        assert store.last_run().result == "unreachable"
        synchronise()
        assert set(portal.stored.values()) == {1}
        assert len(portal.records) == 3
        portal.requests.clear()
        synchronise()
        assert portal.paths == [HEARTBEAT]

    @pytest.mark.usefixtures("three")
    def test_tried_again_with_growing_pauses(self, portal, synchronise):
        portal.before |= {1: drop, 2: status(500), 3: status(429, b"{}", {"Retry-After": "60"})}
        waits: list[float] = []
        assert synchronise(attempts=4, waits=waits).stored == 3
        assert 1 <= waits[0] <= 2 <= waits[1] <= 4
        assert waits[2] == 60

    @pytest.mark.usefixtures("three")
    def test_slow_server(self, portal, synchronise):
        portal.before |= {1: slow(0.3), 3: slow(0.3)}
        assert synchronise().stored == 3

    def test_pauses_double_to_a_quarter_of_an_hour(self):
        backoff = Backoff()
        assert 1 <= backoff.delay(1) <= 2
        assert 4 <= backoff.delay(3) <= 8
        assert 450 <= backoff.delay(50) <= 900

    @pytest.mark.usefixtures("three")
    def test_no_server(self, synchronise, portal):
        address = portal.address
        portal.__exit__()
        try:
            with pytest.raises(UnreachableError) as failed:
                synchronise()
            assert address in failed.value.detail
        finally:
            portal._server.shutdown = portal._server.server_close = lambda: None

    @pytest.mark.usefixtures("three")
    def test_502_of_a_proxy_and_unknown_refusals(self, portal, synchronise):
        portal.before[1] = status(404, b"<html>")
        with pytest.raises(RefusedError) as refused:
            synchronise()
        assert refused.value.code == "address-wrong"
        body = b'{"code": "field-invalid", "detail": "Zle.", "errors": [{"field": "sent_at", "detail": "nie data"}]}'
        portal.before[2] = status(422, body)
        with pytest.raises(RefusedError, match=r"Zle\. sent_at: nie data"):
            synchronise()


def queued(count: int) -> list[Queued]:
    return [
        Queued(
            Found(record=Record(nip=nip(0), kind="tax", form="VAT-7", period="2026-10", settlement="D", amount=number)),
            "2026-11-24T03:41:40.000Z",
        )
        for number in range(count)
    ]


def test_batches_keep_both_limits():
    records = queued(12)
    assert [len(one) for one in batches(records, most=5)] == [5, 5, 2]
    assert [one for batch in batches(records, most_bytes=600) for one in batch] == records
    assert max(len(one) for one in batches(records, most_bytes=600)) == 2
    assert list(batches([])) == []


class TestKill:
    """SIGKILL at any instant, run again: the server has each record exactly once, and right."""

    COUNT = 5_050  # more than one batch

    @pytest.fixture
    def many(self, exports: Path) -> Path:
        documents = [
            dra(
                tax_number=nip(number % 200),
                period=f"{2022 + number // 2400}-{number // 200 % 12 + 1:02d}",
                pay=f"{number}.00",
            )
            for number in range(self.COUNT)
        ]
        (exports / "wiele.xml").write_text(kedu(*documents), encoding="utf-8")
        return exports

    def start(self, portal: Portal, exports: Path, home: Path) -> subprocess.Popen[bytes]:
        home.mkdir(exist_ok=True)
        config = home / "config.json"
        if not config.exists():
            config.write_text(json.dumps({"address": portal.address, "folders": [str(exports)]}), encoding="utf-8")
        environment = os.environ | {"KONEKTOSYNC_HOME": str(home), "KONEKTOSYNC_TOKEN": TOKEN}
        return subprocess.Popen(
            [sys.executable, "-m", "konektosync", "sync", "--attempts", "1"],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    def finish(self, process: subprocess.Popen[bytes]) -> int:
        output, _nothing = process.communicate(timeout=120)
        assert b"Traceback" not in output, output.decode()
        return process.returncode

    def check(self, portal: Portal, many: Path, home: Path) -> None:
        assert self.finish(self.start(portal, many, home)) == 0
        verdict = judge(scan([many]), TODAY)
        expected = {tuple(key): found.record.digest for key, found in verdict.choice.winners.items()}
        assert len(expected) == self.COUNT
        assert {key: one["digest"] for key, one in portal.records.items()} == expected
        assert set(portal.stored.values()) == {1}
        portal.requests.clear()
        assert self.finish(self.start(portal, many, home)) == 0
        assert portal.paths == [HEARTBEAT]

    def test_at_every_request(self, many, portal, home):
        """The process dies as a request arrives, and as its answer is due: at each of the run's four requests."""
        for turn in range(8):
            number = len(portal.requests) + 1 + min(turn // 2, 3)
            running: list[subprocess.Popen[bytes]] = []
            started = threading.Event()

            def kill(_portal: Portal, handler: Handler, running=running, started=started) -> bool:
                started.wait()
                running[0].kill()
                running[0].wait()
                handler.close_connection = True
                return True

            (portal.before if turn % 2 == 0 else portal.after)[number] = kill
            running.append(self.start(portal, many, home))
            started.set()
            code = self.finish(running[0])
            portal.before.clear()
            portal.after.clear()
            assert code in (-signal.SIGKILL, 0)
        self.check(portal, many, home)

    @pytest.mark.parametrize("seed", range(2))
    def test_at_random_moments(self, many, portal, home, seed):
        dice = random.Random(seed)  # noqa: S311 - picks moments, guards nothing
        for _turn in range(3):
            process = self.start(portal, many, home)
            time.sleep(dice.uniform(0.2, 2.5))
            process.kill()
            self.finish(process)
        self.check(portal, many, home)


def test_two_runs_at_once_wait_for_each_other(home):
    home.mkdir()
    with one_at_a_time(home), pytest.raises(BusyError), one_at_a_time(home, wait_seconds=0.05):
        pass
    with one_at_a_time(home):
        pass


def test_other_firm_in_the_same_file(exports, portal, synchronise):
    (exports / "a.xml").write_text(kedu(dra(), dra(tax_number=OTHER_NIP)), encoding="utf-8")
    assert synchronise().stored == 2
