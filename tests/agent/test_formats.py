"""Each format: what is read from it, by the official schemas."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from konektosync.model import Found, Record
from konektosync.scan import sorted_winners
from konektosync.sources import jpk_v7
from konektosync.sources import kedu as kedu_source
from lxml import etree

from tests.agent.exports import (
    NIP,
    OTHER_NIP,
    RCA,
    company,
    dra,
    ewp,
    kedu,
    nip,
    person,
    pkpir,
    sale_row,
    v7,
)

SCHEMAS = Path(__file__).parents[3] / "shared" / "schemas"


def only(look: Callable[..., tuple], exports: Path, *texts: str) -> Found:
    """Write the texts as files and expect exactly one record and no problem."""
    _result, verdict = _written(look, exports, *texts)
    assert verdict.problems == []
    (found,) = verdict.choice.winners.values()
    return found


def _written(look: Callable[..., tuple], exports: Path, *texts: str) -> tuple:
    for number, text in enumerate(texts):
        (exports / f"{number}.xml").write_text(text, encoding="utf-8")
    return look()


def tax(period: str, amount: int, surplus: int = 0, settlement: str = "D", form: str = "VAT-7") -> Record:
    return Record(nip=NIP, kind="tax", form=form, period=period, settlement=settlement, amount=amount, surplus=surplus)


class TestV7:
    def test_due(self, look, exports):
        found = only(look, exports, v7(pay=3210, register=sale_row(1) + sale_row(2)))
        assert found.record == tax("2026-10", 321_000)
        assert (found.name, found.natural_person, found.refund) == ("Nowa Chata Demo sp. z o.o.", False, 0)

    def test_surplus_and_refund(self, look, exports):
        found = only(look, exports, v7(pay=0, surplus=880, refund=300))
        assert found.record == tax("2026-10", 0, 88_000)
        assert found.refund == 30_000

    def test_person(self, look, exports):
        found = only(look, exports, v7(party=person(NIP)))
        assert (found.name, found.natural_person) == ("Jan Przykładowy", True)

    def test_correction_wins_whatever_its_name(self, look, exports):
        found = only(look, exports, v7(pay=3450, purpose=2), v7(pay=3210))
        assert found.record == tax("2026-10", 345_000, settlement="K")

    def test_later_correction_wins(self, look, exports):
        early = v7(pay=1, purpose=2, made="2026-11-21T10:00:00Z")
        late = v7(pay=2, purpose=2, made="2026-11-21T10:30:00+00:00")
        # 12:00 in Warsaw is 11:00 UTC: the zone counts.
        latest = v7(pay=3, purpose=2, made="2026-11-21T12:00:00+01:00")
        found = only(look, exports, latest, early, late)
        assert found.record.amount == 300

    def test_register_alone_is_a_note(self, look, exports):
        result, verdict = _written(look, exports, v7(declaration=False))
        assert (verdict.choice.winners, verdict.problems) == ({}, [])
        assert [note.code for note in result.notes] == ["no-declaration"]

    def test_correction_of_the_register_leaves_the_declaration(self, look, exports):
        found = only(look, exports, v7(pay=3210), v7(declaration=False, purpose=2))
        assert found.record == tax("2026-10", 321_000)

    def test_quarter(self, look, exports):
        found = only(look, exports, v7("2026-09", quarterly=True, quarter=3, pay=77))
        assert found.record == tax("2026-09", 7_700, form="VAT-7K")

    @pytest.mark.parametrize("month", ["07", "08"])
    def test_first_months_of_a_quarter_are_notes(self, look, exports, month):
        result, verdict = _written(look, exports, v7(f"2026-{month}", quarterly=True, declaration=False))
        assert (verdict.choice.winners, verdict.problems) == ({}, [])
        assert "kwartału" in result.notes[0].detail

    def test_quarter_that_is_not_of_the_month(self, look, exports):
        _result, verdict = _written(look, exports, v7("2026-09", quarterly=True, quarter=2))
        assert [(one.code, one.field) for one in verdict.problems] == [
            ("period-invalid", "Deklaracja/Naglowek/Kwartal")
        ]

    def test_other_prefix_encoding_and_name(self, look, exports):
        text = v7(party=company(name="Żółć")).replace("UTF-8", "windows-1250")
        (exports / "Plik bez rozszerzenia").write_bytes(text.encode("cp1250"))
        (exports / "utf16.dat").write_bytes(v7("2026-09").replace("UTF-8", "UTF-16").encode("utf-16"))
        _result, verdict = look()
        assert verdict.problems == []
        assert [one.name for one in sorted_winners(verdict.choice)][1] == "Żółć"


class TestBooks:
    def test_month(self, look, exports):
        rows = [
            ("2026-10-02", {"K_7": "1000.10", "K_8": "0.05", "K_9": "1000.15"}),
            ("2026-10-03", {"K_10": "200.00", "K_11": "10.00"}),
            (
                "2026-10-04",
                {"K_12": "50.00", "K_13": "25.5", "K_14": "75.50", "K_15": "999", "K_16A": "B", "K_16B": "9"},
            ),
        ]
        found = only(look, exports, pkpir(rows))
        assert found.record == Record(
            nip=NIP, kind="statement", period="2026-10", settlement="D", revenue=100_015, costs=28_550
        )

    def test_farmers_columns(self, look, exports):
        rows = [("2026-10-02", {"K_9A": "10.00", "K_14A": "3.00"})]
        found = only(look, exports, pkpir(rows, control_extra="<SumaPrzychodow2>10.00</SumaPrzychodow2>"))
        assert (found.record.revenue, found.record.costs) == (1000, 300)

    def test_totals_left_out_are_sums_of_their_parts(self, look, exports):
        rows = [("2026-10-02", {"K_7": "10.00", "K_8": "1.00"}), ("2026-10-02", {"K_12": "2.00", "K_13": "3.00"})]
        found = only(look, exports, pkpir(rows, revenue="11.00"))
        assert (found.record.revenue, found.record.costs) == (1100, 500)

    def test_year_is_split_by_row_dates(self, look, exports):
        rows = [
            ("2026-01-31", {"K_9": "1.00"}),
            ("2026-03-01", {"K_10": "2.00"}),
            ("2026-10-05", {"K_9": "4.00"}),
        ]
        text = pkpir(rows, start="2026-01-01", end="2026-12-31", made="2026-10-31T08:00:00Z")
        _result, verdict = _written(look, exports, text)
        assert verdict.problems == []
        by_month = {one.record.period: one.record for one in verdict.choice.winners.values()}
        # Months that the book covers and leaves empty are zero; those after it was made are unknown.
        assert list(by_month) == [f"2026-{month:02d}" for month in range(1, 11)]
        assert (by_month["2026-01"].revenue, by_month["2026-01"].costs) == (100, 0)
        assert (by_month["2026-02"].revenue, by_month["2026-02"].costs) == (0, 0)
        assert (by_month["2026-03"].revenue, by_month["2026-03"].costs) == (0, 200)

    def test_on_demand_the_later_book_counts(self, look, exports):
        early = pkpir([("2026-10-02", {"K_9": "1.00"})], purpose=0, made="2026-11-02T08:00:00Z")
        late = pkpir([("2026-10-02", {"K_9": "2.00"})], purpose=0, made="2026-11-03T08:00:00Z")
        assert only(look, exports, late, early).record.revenue == 200

    def test_lump_sum_counts_when_earned(self, look, exports):
        rows = [("2026-10-20", "2026-09-30", "100.00"), ("2026-10-21", "2026-10-20", "20.50")]
        _result, verdict = _written(look, exports, ewp(rows, start="2026-09-01", end="2026-10-31"))
        records = {one.record.period: one.record for one in verdict.choice.winners.values()}
        assert (records["2026-09"].revenue, records["2026-09"].costs) == (10_000, None)
        assert records["2026-10"].revenue == 2_050

    def test_negative_month_is_allowed(self, look, exports):
        assert only(look, exports, pkpir([("2026-10-02", {"K_9": "-5.00"})])).record.revenue == -500

    @pytest.mark.parametrize(
        ("text", "field"),
        [
            (pkpir([("2026-10-02", {"K_9": "5.00"})], revenue="5.01"), "PKPIRCtrl/SumaPrzychodow"),
            (pkpir([("2026-10-02", {"K_9": "5.00"})], count=2), "PKPIRCtrl/LiczbaWierszy"),
            (pkpir([("2026-10-02", {"K_7": "4.00", "K_9": "5.00"})]), "PKPIRWiersz[1]/K_9"),
            (ewp([("2026-10-02", "2026-10-02", "5.00")], revenue="6.00"), "EWPCtrl/SumaPrzychodow"),
        ],
    )
    def test_control_sums(self, look, exports, text, field):
        _result, verdict = _written(look, exports, text)
        assert [(one.code, one.field) for one in verdict.problems] == [("control-sum-mismatch", field)]
        assert verdict.choice.winners == {}

    def test_row_outside_of_the_span(self, look, exports):
        rows = [("2026-10-02", {"K_9": "1.00"}), ("2025-12-31", {"K_9": "1.00"})]
        _result, verdict = _written(look, exports, pkpir(rows, start="2026-09-01"))
        assert [(one.code, one.field) for one in verdict.problems] == [("field-invalid", "PKPIRWiersz[2]/K_2")]


class TestKedu:
    def test_several_payers_in_one_file(self, look, exports):
        name = "<p6>J PRZYKŁADOWY</p6><p7>PRZYKŁADOWY</p7><p8>JAN</p8>"
        inside = dra(tax_number=OTHER_NIP, name=name, pay="1646.21")
        text = kedu(dra(), RCA, f'<zestaw id_zestawu="1">{inside}</zestaw>')
        _result, verdict = _written(look, exports, text)
        assert verdict.problems == []
        other, first = sorted_winners(verdict.choice)
        assert first.record == Record(nip=NIP, kind="contribution", period="2026-10", settlement="D", amount=590_211)
        assert (first.name, first.natural_person) == ("NOWA CHATA", False)
        assert (other.record.amount, other.name, other.natural_person) == (164_621, "JAN PRZYKŁADOWY", True)

    def test_persons_are_not_kept(self, look, exports):
        result, _verdict = _written(look, exports, kedu(dra(), RCA))
        assert "TAJNE" not in result.files[0].content.to_json()

    def test_highest_correction_wins(self, look, exports):
        one, two = kedu(dra(identifier="02", pay="1.00"), dra()), kedu(dra(identifier="03", pay="2.00"))
        found = only(look, exports, two, one)
        assert (found.record.amount, found.record.settlement) == (200, "K")

    def test_refund(self, look, exports):
        found = only(look, exports, kedu(dra(pay=None, refund="12.34")))
        assert (found.record.amount, found.record.surplus) == (0, 1_234)

    @pytest.mark.parametrize("identifier", ["40", "41", "99"])
    def test_other_purposes_are_notes(self, look, exports, identifier):
        result, verdict = _written(look, exports, kedu(dra(identifier=identifier)))
        assert (verdict.choice.winners, verdict.problems) == ({}, [])
        assert [note.code for note in result.notes] == ["dra-other-purpose"]

    @pytest.mark.parametrize(("version", "year"), [("5_6", 2024), ("5_7", 2026)])
    def test_versions(self, look, exports, version, year):
        assert only(look, exports, kedu(dra(), version=version, year=year)).record.amount == 590_211

    def test_later_version_is_read_with_a_warning(self, look, exports):
        strange = dra(extra="<NOWY><p1>1</p1></NOWY>")
        result, verdict = _written(look, exports, kedu(strange, version="5_8", year=2027))
        assert len(verdict.choice.winners) == 1
        assert [note.code for note in result.notes] == ["schema-newer"]

    def test_without_declarations(self, look, exports):
        result, verdict = _written(look, exports, kedu(RCA))
        assert (verdict.choice.winners, verdict.problems) == ({}, [])
        assert [note.code for note in result.notes] == ["no-declaration"]

    def test_one_bad_document_does_not_stop_the_others(self, look, exports):
        text = kedu(dra(tax_number=nip(1), pay="abc"), dra(), dra(tax_number=nip(2), extra="<Q/>"), version="5_6")
        _result, verdict = _written(look, exports, text)
        assert [one.record.nip for one in verdict.choice.winners.values()] == [NIP]
        assert sorted((one.code, one.field) for one in verdict.problems) == [
            ("field-invalid", "ZUSDRA/IX/p2"),
            ("field-unknown", "ZUSDRA/Q"),
        ]
        assert any(nip(1) in one.detail for one in verdict.problems)


def test_same_content_twice_is_one_record(look, exports):
    assert only(look, exports, v7(), v7(made="2026-11-22T00:00:00Z")).file == "0.xml"


def test_results_survive_the_store(look, exports):
    result, _verdict = _written(look, exports, v7(), kedu(dra(identifier="50"), dra(tax_number="1")))
    for state in result.files:
        assert type(state.content).from_json(state.content.to_json()) == state.content
        assert json.loads(state.content.to_json())


@pytest.mark.skipif(not SCHEMAS.is_dir(), reason="the official schemas are not on this machine")
class TestAgainstTheSchemas:
    """The names written in our modules are those of the official schemas."""

    def test_v7(self):
        names = self._names("jpk_v7m/jpk_v7m.xsd")
        between = self._between(names, "PozycjeSzczegolowe", "Pouczenia")
        assert set(between) == jpk_v7.POSITIONS
        register = jpk_v7.SHAPE["Ewidencja"]
        assert set(self._between(names, "SprzedazWiersz", "SprzedazCtrl")) == set(register["SprzedazWiersz"])
        assert set(self._between(names, "ZakupWiersz", "ZakupCtrl")) == set(register["ZakupWiersz"])

    @pytest.mark.parametrize(
        ("file", "text"),
        [
            ("jpk_pkpir_3.xsd", pkpir([("2026-10-02", {"K_9": "1.00"})])),
            ("jpk_ewp_4.xsd", ewp([("2026-10-02", "2026-10-02", "1.00")]).replace("Formularza>3<", "Formularza>4<")),
            ("kedu_5_6.xsd", kedu(dra(), version="5_6", year=2024)),
        ],
    )
    def test_our_builders_are_valid(self, file, text):
        schema = etree.XMLSchema(etree.parse(SCHEMAS / file))
        schema.assertValid(etree.fromstring(text.replace("2022/09/13/eD", "2022/01/05/eD").encode()))

    def test_kedu_blocks(self):
        tree = etree.parse(SCHEMAS / "kedu_5_6.xsd")
        for block, type_name in (("I", "t_DADRA"), ("II", "t_DIPL"), ("IX", "t_RIXDRA")):
            path = f"//*[local-name()='complexType'][@name='{type_name}']//*[local-name()='element']/@name"
            assert set(tree.xpath(path)) == kedu_source.NAMES[block]

    def _names(self, file: str) -> list[str]:
        return etree.parse(SCHEMAS / file).xpath("//*[local-name()='element']/@name")

    def _between(self, names: list[str], first: str, last: str) -> list[str]:
        return names[names.index(first) + 1 : names.index(last)]
