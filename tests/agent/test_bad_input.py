"""Every kind of bad input has a clear refusal that names file and field, and the rest goes through."""

import os
import time
import tracemalloc
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from konektosync.model import SourceError
from konektosync.money import to_grosze
from konektosync.sources import file as source_file
from konektosync.sources.tree import DEEPEST, LARGEST_UNIT

from tests.agent.exports import EWP, NIP, OTHER_NIP, dra, ewp, kedu, pkpir, sale_row, v7

GOOD = v7(tax_number=OTHER_NIP)
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE JPK [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><JPK>&c;</JPK>'
)
OUTSIDE = '<?xml version="1.0"?><!DOCTYPE JPK [<!ENTITY x SYSTEM "file:///etc/passwd">]><JPK>&x;</JPK>'


def deep(levels: int) -> str:
    return f'<JPK xmlns="{EWP}">' + "<Naglowek>" * levels + "</Naglowek>" * levels + "</JPK>"


CASES = {
    "cut off": (v7()[:-400].encode(), "xml-broken", None, "urywa się"),
    "broken tag": (v7().replace("</Podmiot1>", "</Podmiot>").encode(), "xml-broken", None, "wiersz"),
    "empty": (b"", "xml-broken", None, ".xml"),
    "no xml": (b"PK\x03\x04 a zip", "xml-broken", None, ".xml"),
    "wrong encoding": (v7().replace("Nowa", "Żółta").encode("cp1250"), "encoding-wrong", None, "UTF-8"),
    "cut off within a letter": (v7().replace("Nowa", "Ż").encode().partition(b"\xbb")[0], "xml-broken", None, "urywa"),
    "unknown encoding": (v7().replace("UTF-8", "x-nieznane").encode(), "encoding-wrong", None, "x-nieznane"),
    "multi-byte encoding": (v7().replace("UTF-8", "big5").encode(), "encoding-wrong", None, "big5"),
    "not utf-16": (v7().replace("UTF-8", "UTF-16").encode(), "encoding-wrong", None, "UTF-16"),
    "bomb": (BOMB.encode(), "xml-unsafe", None, "encje"),
    "outside file": (OUTSIDE.encode(), "xml-unsafe", None, "encje"),
    "deep": (deep(DEEPEST + 1).encode(), "xml-broken", None, "zagnieżdżone"),
    "wide unit": (v7(extra="<P_67>1</P_67>" * LARGEST_UNIT).encode(), "xml-broken", "Deklaracja", "zbyt wiele"),
    "older V7": (v7().replace("2025/12/19/14090", "2021/12/27/11148").replace("V7M (3)", "V7M (2)").encode(),
                 "schema-version-unsupported", None, "JPK_V7M (2)"),
    "older PKPIR": (pkpir([]).replace("2024/10/30/1", "2016/03/09/0").replace("PKPIR (3)", "PKPIR (2)").encode(),
                    "schema-version-unsupported", None, "JPK_PKPIR (2)"),
    "unknown JPK": (b"<JPK><Naglowek/></JPK>", "schema-version-unsupported", None, "przestrzeni nazw"),
    "older KEDU": (kedu(dra(), version="5_4", year=2021).encode(), "schema-version-unsupported", None, "KEDU_5_4"),
    "next KEDU": (kedu(dra(), version="6_0", year=2030).encode(), "schema-version-unsupported", None, "KEDU_6_0"),
    "another form in our namespace": (v7().replace("V7M (3)", "V7K (3)").encode(), "field-invalid",
                                      "Naglowek/KodFormularza", "JPK_V7M (3)"),
    "check digit": (v7(tax_number="5120079195").encode(), "nip-invalid", "Podmiot1/NIP", "5120079195"),
    "short NIP": (v7(tax_number="512").encode(), "nip-invalid", "Podmiot1/NIP", "10 cyfr"),
    "payer's check digit": (kedu(dra(tax_number="5120079195")).encode(), "nip-invalid", "II/p1", "5120079195"),
    "no NIP": (v7().replace(f"<NIP>{NIP}</NIP>", "").encode(), "field-missing", "Podmiot1/OsobaNiefizyczna/NIP", "NIP"),
    "no payer": (kedu(dra(tax_number="")).encode(), "field-missing", "ZUSDRA/II/p1", "II/p1"),
    "future": (v7("2026-12").encode(), "period-in-future", "Naglowek/Miesiac", "2026-12"),
    "future KEDU": (kedu(dra(period="2031-01")).encode(), "period-in-future", "I/p2/p2", "2031-01"),
    "month 13": (v7("2026-13").encode(), "period-invalid", "Naglowek/Miesiac", "13"),
    "month 13 in KEDU": (kedu(dra(period="2026-13")).encode(), "period-invalid", "ZUSDRA/I/p2/p2", "2026-13"),
    "span backwards": (ewp([], start="2026-10-31", end="2026-10-01").encode(), "period-invalid", "Naglowek/DataDo", ""),
    "negative": (v7(pay=-1).encode(), "amount-out-of-range", "Deklaracja/PozycjeSzczegolowe/P_51", "−1,00"),
    "negative DRA": (kedu(dra(pay="-5.00")).encode(), "amount-out-of-range", "IX/p2", "−5,00"),
    "absurd": (v7(pay=10**9).encode(), "amount-out-of-range", "Deklaracja/PozycjeSzczegolowe/P_51", ""),
    "very absurd": (v7(pay="9" * 39).encode(), "amount-out-of-range", "Deklaracja/PozycjeSzczegolowe/P_51", ""),
    "absurd book": (pkpir([("2026-10-02", {"K_9": "999999999.00"})]).encode(), "amount-out-of-range",
                    "PKPIRCtrl/SumaPrzychodow", ""),
    "no number": (v7(pay="trzy").encode(), "field-invalid", "Deklaracja/PozycjeSzczegolowe/P_51", "trzy"),
    "not a number": (v7(pay="NaN").encode(), "field-invalid", "Deklaracja/PozycjeSzczegolowe/P_51", "NaN"),
    "comma": (kedu(dra(pay="5,00")).encode(), "field-invalid", "ZUSDRA/IX/p2", "5,00"),
    "parts of a zloty": (v7(pay="3.50").encode(), "field-invalid", "Deklaracja/PozycjeSzczegolowe/P_51", "pełnych"),
    "parts of a grosz": (kedu(dra(pay="5.001")).encode(), "field-invalid", "ZUSDRA/IX/p2", "dwa miejsca"),
    "both": (v7(pay=1, surplus=1).encode(), "amount-and-surplus", "Deklaracja/PozycjeSzczegolowe/P_53", ""),
    "no amount": (v7().replace("<P_51>3210</P_51>", "").encode(), "field-missing",
                  "Deklaracja/PozycjeSzczegolowe/P_51", "P_51"),
    "no amounts in DRA": (kedu(dra(pay=None)).encode(), "field-missing", "ZUSDRA/IX/p2", "IX/p2"),
    "unknown position": (v7(extra="<P_999>1</P_999>").encode(), "field-unknown",
                         "Deklaracja/PozycjeSzczegolowe/P_999", "P_999"),
    "unknown part": (v7().replace("<Ewidencja>", "<Cos/><Ewidencja>").encode(), "field-unknown", "Cos", "Cos"),
    "unknown row field": (v7(register="<SprzedazWiersz><X/></SprzedazWiersz>").encode(), "field-unknown",
                          "Ewidencja/SprzedazWiersz/X", "X"),
    "unknown column": (pkpir([("2026-10-02", {"K_99": "1"})]).encode(), "field-unknown", "PKPIRWiersz/K_99", "K_99"),
    "unknown DRA field": (kedu(dra(name="<p6>A</p6><p77>1</p77>")).encode(), "field-unknown", "ZUSDRA/II/p77", "p77"),
    "purpose": (v7(purpose=3).encode(), "field-invalid", "Naglowek/CelZlozenia", "3"),
    "when made": (v7(made="wczoraj").encode(), "field-invalid", "Naglowek/DataWytworzeniaJPK", "wczoraj"),
    "no header": (v7().replace("Naglowek", "Inny", 2).encode(), "field-unknown", "Inny", "Inny"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_refused_with_file_and_field(look, exports, name):
    content, code, field, words = CASES[name]
    (exports / "zle.xml").write_bytes(content)
    (exports / "dobre.xml").write_text(GOOD, encoding="utf-8")
    _result, verdict = look()
    (problem,) = verdict.problems
    assert (problem.file, problem.code, problem.field) == ("zle.xml", code, field)
    assert words in problem.detail
    assert [one.record.nip for one in verdict.choice.winners.values()] == [OTHER_NIP]


def test_period_begins_with_its_month(look, exports):
    (exports / "a.xml").write_text(v7("2026-12"), encoding="utf-8")
    assert look(date(2026, 11, 30))[1].problems[0].code == "period-in-future"
    assert look(date(2026, 12, 1))[1].problems == []


def test_contradiction_names_both_files_and_sends_neither(look, exports):
    (exports / "a.xml").write_text(v7(pay=1), encoding="utf-8")
    (exports / "b.xml").write_text(v7(pay=2, made="2026-11-23T00:00:00Z"), encoding="utf-8")
    (exports / "c.xml").write_text(GOOD, encoding="utf-8")
    _result, verdict = look()
    (problem,) = verdict.problems
    assert problem.code == "files-contradict"
    assert "a.xml" in problem.detail
    assert "b.xml" in problem.detail
    assert len(verdict.choice.winners) == 1


def test_two_amounts_in_one_file(look, exports):
    (exports / "a.xml").write_text(kedu(dra(pay="1.00"), dra(pay="2.00")), encoding="utf-8")
    _result, verdict = look()
    assert [one.code for one in verdict.problems] == ["files-contradict"]


def test_equal_corrections_contradict_although_the_original_is_clear(look, exports):
    for name, pay, purpose in (("a", 1, 1), ("b", 2, 2), ("c", 3, 2)):
        (exports / f"{name}.xml").write_text(v7(pay=pay, purpose=purpose), encoding="utf-8")
    _result, verdict = look()
    assert "b.xml i c.xml" in verdict.problems[0].detail
    assert verdict.choice.winners == {}


def test_a_correction_settles_a_contradiction(look, exports):
    for name, pay, purpose in (("a", 1, 1), ("b", 2, 1), ("c", 3, 2)):
        (exports / f"{name}.xml").write_text(v7(pay=pay, purpose=purpose), encoding="utf-8")
    _result, verdict = look()
    assert verdict.problems == []
    assert [one.record.amount for one in verdict.choice.winners.values()] == [300]


class TestLargeFiles:
    def test_over_the_limit_is_not_read(self, look, exports):
        with (exports / "wielki.xml").open("wb") as file:
            file.write(v7()[:-6].encode())
            file.truncate(300_000_000)  # sparse: takes no room on the disk
        (exports / "dobre.xml").write_text(GOOD, encoding="utf-8")
        started = time.perf_counter()
        _result, verdict = look()
        assert time.perf_counter() - started < 1
        (problem,) = verdict.problems
        assert (problem.file, problem.code) == ("wielki.xml", "file-too-large")
        assert "287 MB" in problem.detail
        assert len(verdict.choice.winners) == 1

    @pytest.mark.parametrize("head", [b"PK\x03\x04", b"<html><body>"])
    def test_large_files_of_other_kinds_are_not_ours(self, look, exports, head):
        with (exports / "kopia.bak").open("wb") as file:
            file.write(head)
            file.truncate(300_000_000)
        result, verdict = look()
        assert verdict.problems == []
        assert result.ignored == 1

    def test_memory_does_not_grow_with_the_file(self, exports):
        path = exports / "rejestr.xml"
        path.write_text(v7(register=sale_row(1) * 20_000), encoding="utf-8")
        assert path.stat().st_size > 5_000_000
        tracemalloc.start()
        reading = source_file.read(path, "rejestr.xml")
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert len(reading.content.found) == 1
        assert peak < 3_000_000


class TestOtherFiles:
    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("notatki.txt", b"nic"),
            ("faktura.xml", b'<Faktura xmlns="http://crd.gov.pl/wzor/2025/06/25/13775/"/>'),
            ("strona.html", b"<!DOCTYPE html><html><body><p>zle</body>"),
            ("rysunek.svg", b'<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY ns "x">]><svg/>'),
            ("obraz", bytes(range(256))),
            ("kopia.bak", b"<zepsute"),
        ],
    )
    def test_ignored_quietly(self, look, exports, name, content):
        (exports / name).write_bytes(content)
        result, verdict = look()
        assert (verdict.problems, result.notes, result.ignored) == ([], [], 1)

    def test_other_kinds_of_jpk_are_notes(self, look, exports):
        code = '<KodFormularza kodSystemowy="JPK_FA (4)">JPK_FA</KodFormularza>'
        text = f'<JPK xmlns="http://jpk.mf.gov.pl/wzor/2022/02/17/02171/"><Naglowek>{code}</Naglowek></JPK>'
        (exports / "fa.xml").write_text(text, encoding="utf-8")
        result, verdict = look()
        assert verdict.problems == []
        assert [note.code for note in result.notes] == ["kind-not-sent"]


class TestFolders:
    def test_missing_folder_is_a_problem(self, look, exports):
        exports.rmdir()
        result, verdict = look()
        assert [one.code for one in verdict.problems] == ["folder-missing"]
        assert result.absent_folders == [str(exports)]

    @pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs a user whom permissions stop")
    def test_unreadable_file_and_folder(self, look, exports):
        (exports / "a.xml").write_text(GOOD, encoding="utf-8")
        (exports / "a.xml").chmod(0)
        (exports / "b").mkdir(mode=0)
        _result, verdict = look()
        assert sorted(one.code for one in verdict.problems) == ["file-unreadable", "folder-unreadable"]

    def test_file_that_cannot_be_opened(self, tmp_path):
        reading = source_file.read(tmp_path / "nie ma.xml", "nie ma.xml")
        assert [one.code for one in reading.content.problems] == ["file-unreadable"]

    @pytest.mark.skipif(os.name == "nt", reason="names of this file system are bytes")
    def test_strange_names(self, look, exports):
        strange = os.fsdecode(os.fsencode(exports) + b"/z\xff\tle\n.xml")
        Path(strange).write_text("<JPK>", encoding="utf-8")
        _result, verdict = look()
        assert verdict.problems[0].file == "z??le?.xml"

    def test_pipes_are_not_opened(self, look, exports):
        if not hasattr(os, "mkfifo"):
            pytest.skip("no pipes here")
        os.mkfifo(exports / "rura.xml")
        assert look()[1].problems == []


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    text=st.sampled_from([v7(), pkpir([("2026-10-02", {"K_9": "1.00"})]), kedu(dra())]),
    cuts=st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=6), st.integers(0, 40)), max_size=4),
)
def test_no_damage_raises(tmp_path_factory, text, cuts):
    """Whatever happens to the bytes of a file: an answer, never an exception."""
    content = text.encode()
    for place, inserted, removed in cuts:
        at = int(place * len(content))
        content = content[:at] + inserted + content[at + removed :]
    path = tmp_path_factory.getbasetemp() / "zniszczony.xml"
    path.write_bytes(content)
    reading = source_file.read(path, "zniszczony.xml")
    assert not reading.content.ignored or not source_file.looks_like_xml(content) or b"JPK" not in content[:200]


class TestMoney:
    @given(st.integers(-(10**12), 10**12))
    def test_grosze_round_trip(self, grosze):
        zloty, rest = divmod(abs(grosze), 100)
        assert to_grosze(f"{'-' if grosze < 0 else ''}{zloty}.{rest:02d}", "x") == grosze

    @pytest.mark.parametrize(("text", "grosze"), [("1", 100), ("+1.5", 150), ("1.", 100), (".5", 50), ("2.500", 250)])
    def test_forms_of_xsd_decimal(self, text, grosze):
        assert to_grosze(text, "x") == grosze

    @pytest.mark.parametrize("text", ["", "1e3", "١", "1 000", "0x1", "--1", "Infinity", "1" * 41])
    def test_other_forms(self, text):
        with pytest.raises(SourceError):
            to_grosze(text, "x")
