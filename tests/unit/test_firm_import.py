"""What the rows of a table of firms will do: each is added, known, there twice, or refused with every reason."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain import errors, firm_import
from portal.domain.firm_import import ImportedFirm, ImportPlan, Outcome, PlannedRow, plan
from portal.domain.firms import LegalForm, Status
from tests.unit import strategies
from tests.unit.making import NIP, ZUS_ACCOUNT, refused

OTHER = "5120079194"
THIRD = "7831916366"
HEADER = ["NIP", "Nazwa"]
FULL = ["NIP", "Nazwa", "Prefiks", "Forma prawna", "Ulica", "Kod", "Miejscowość", "E-mail", "Telefon", "NRS"]


def one(title: str, cell: str) -> PlannedRow:
    """The row of one firm with one more column."""
    (row,) = plan([[*HEADER, title], [NIP, "Nowa Chata", cell]], {}).rows
    return row


def outcomes(found: ImportPlan) -> list[tuple[int, str]]:
    return [(row.line, row.outcome.value) for row in found.rows]


def test_a_row_becomes_a_firm_with_every_value_in_its_one_form() -> None:
    cells = ["595-141-61-68", " Nowa  Chata ", "N-1", "Spółka z o.o.", "ul. Długa 1", "00950", "Warszawa"]
    cells += ["Biuro@Chata.PL", "(22) 123 45 67", f"PL {ZUS_ACCOUNT}", "61 1090 1014 0000 0712 1981 2874", "zawieszona"]
    (row,) = plan([[*FULL, "Rachunek bankowy", "Status"], cells], {}).rows
    assert row == PlannedRow(
        2,
        Outcome.ADD,
        NIP,
        "Nowa Chata",
        ImportedFirm(
            nip=NIP,
            name="Nowa Chata",
            prefix="N-1",
            legal_form=LegalForm.COMPANY,
            street="ul. Długa 1",
            postcode="00-950",
            city="Warszawa",
            email="biuro@chata.pl",
            phone="+48221234567",
            zus_account=ZUS_ACCOUNT,
            bank_account="61109010140000071219812874",
            status=Status.SUSPENDED,
        ),
    )


def test_two_columns_are_enough() -> None:
    assert plan([HEADER, [NIP, "Nowa Chata"]], {}).firms == [ImportedFirm(NIP, "Nowa Chata")]


def test_each_row_is_added_known_there_twice_or_refused() -> None:
    rows = [[], HEADER, [NIP, "A"], [], [OTHER, "B"], ["595-141-61-68", "A again"], ["1", "C"], [THIRD, "D"]]
    found = plan(rows, {OTHER: "Znana"})
    assert outcomes(found) == [(3, "add"), (5, "known"), (6, "double"), (7, "refused"), (8, "add")]
    assert [found.count(outcome) for outcome in Outcome] == [2, 1, 1, 1]
    assert [firm.nip for firm in found.firms] == [NIP, THIRD]
    assert (found.rows[1].name, found.rows[1].firm) == ("Znana", None)


def test_a_known_firm_is_left_alone_whatever_else_the_row_says() -> None:
    found = plan([[*HEADER, "E-mail"], [NIP, "", "nonsense"], [NIP, "", "nonsense"]], {NIP: "Znana"})
    assert outcomes(found) == [(2, "known"), (3, "known")]


def test_a_refused_row_does_not_stand_in_the_way_of_the_right_one() -> None:
    found = plan([[*HEADER, "Kod"], [NIP, "A", "?"], [NIP, "A", "00-950"], [NIP, "A", "00-950"]], {})
    assert outcomes(found) == [(2, "refused"), (3, "add"), (4, "double")]


def test_a_row_tells_everything_that_is_wrong_with_it() -> None:
    cells = ["5120079195", "", "a b", "spółdzielczość", "x" * 121, "1", "y" * 121, "x@", "1", "2"]
    (row,) = plan([FULL, cells], {}).rows
    assert (row.outcome, row.firm, row.nip) == (Outcome.REFUSED, None, "5120079195")
    assert {refusal.field: refusal.code.name for refusal in row.refusals} == {
        "nip": "nip-invalid",
        "name": "field-missing",
        "prefix": "prefix-invalid",
        "legal_form": "legal-form-unknown",
        "street": "address-invalid",
        "postcode": "postcode-invalid",
        "city": "address-invalid",
        "email": "email-invalid",
        "phone": "phone-invalid",
        "zus_account": "zus-account-invalid",
    }
    assert all("{" not in refusal.detail for refusal in row.refusals)


def test_a_contribution_account_of_another_payer_is_refused() -> None:
    (row,) = plan([[*HEADER, "NRS"], [OTHER, "A", ZUS_ACCOUNT]], {}).rows
    assert [(refusal.field, refusal.code) for refusal in row.refusals] == [("zus_account", errors.ZUS_ACCOUNT_INVALID)]


def test_a_cell_nobody_would_read_refuses_its_row_only() -> None:
    found = plan([[*HEADER, "Uwagi"], [NIP, "A", "x" * 501], [OTHER, "B", "x" * 500], [THIRD, "C", "", "y" * 501]], {})
    assert outcomes(found) == [(2, "refused"), (3, "add"), (4, "refused")]
    assert [(refusal.field, refusal.detail) for row in found.rows for refusal in row.refusals] == [
        ("Uwagi", "Komórka „Uwagi” jest za długa: najwyżej 500 znaków."),
        ("4", "Komórka „4” jest za długa: najwyżej 500 znaków."),
    ]


# Titles


@pytest.mark.parametrize("title", ["Miejscowość", "MIEJSCOWOŚĆ", " miejscowosc ", "Miejscowość:", "miasto"])
def test_a_title_is_known_in_any_letters(title: str) -> None:
    found = one(title, "Łódź")
    assert found.firm is not None
    assert found.firm.city == "Łódź"


def test_columns_stand_in_any_order() -> None:
    assert plan([["nazwa", "prefiks", "n.i.p."], ["Nowa Chata", "1", NIP]], {}).firms == [
        ImportedFirm(NIP, "Nowa Chata", prefix="1")
    ]


def test_our_own_titles_are_all_known() -> None:
    found = plan([list(firm_import.TITLES.values())], {})
    assert (found.rows, found.unknown_columns) == ((), ())


def test_columns_nobody_understands_are_told_and_passed_over() -> None:
    found = plan([["Lp.", "NIP", "Nazwa", "", "Opiekun"], ["1", NIP, "A", "?", "Anna"]], {})
    assert found.unknown_columns == ("Lp.", "Opiekun")
    assert found.firms == [ImportedFirm(NIP, "A")]


@pytest.mark.parametrize(("titles", "missing"), [(["Nazwa"], "NIP"), (["NIP"], "Nazwa"), (["<html>"], "NIP")])
def test_a_table_without_its_two_columns_is_refused(titles: list[str], missing: str) -> None:
    with refused(errors.COLUMN_MISSING, "file", says=f"„{missing}”"):
        plan([titles, ["x"]], {})


def test_a_column_that_stands_twice_is_refused() -> None:
    with refused(errors.COLUMN_DOUBLE, "file", says="„Miasto”"):
        plan([[*HEADER, "Miejscowość", "Miasto"]], {})


@pytest.mark.parametrize("rows", [[], [[]], [["", " "]]])
def test_an_empty_table_is_refused(rows: list[list[str]]) -> None:
    with refused(errors.FILE_NOT_TABLE, "file"):
        plan(rows, {})


def test_a_row_may_be_shorter_or_longer_than_its_titles() -> None:
    assert plan([[*HEADER, "Kod"], [NIP, "A"], [OTHER, "B", "", "x", "y"]], {}).count(Outcome.ADD) == 2


# Values


@pytest.mark.parametrize(
    "written", ["5951416168.0", "5951416168,00", "5,951416168E+09", "5.951416168e9", "595 141 61 68"]
)
def test_a_number_that_a_spreadsheet_made_of_a_nip_is_that_nip(written: str) -> None:
    assert [firm.nip for firm in plan([HEADER, [written, "A"]], {}).firms] == [NIP]


@pytest.mark.parametrize("written", ["5,95E+09", "5951416168.5", "1e99", "5.951416168E-9", "٥٩٥١٤١٦١٦٨"])
def test_a_number_that_lost_its_digits_is_refused(written: str) -> None:
    assert plan([HEADER, [written, "A"]], {}).count(Outcome.REFUSED) == 1


def test_an_account_that_a_spreadsheet_made_a_number_is_refused() -> None:
    (refusal,) = one("Rachunek bankowy", "6.11090101400001E+25").refusals
    assert (refusal.field, refusal.code) == ("bank_account", errors.BANK_ACCOUNT_INVALID)


@pytest.mark.parametrize(
    ("written", "form"),
    [
        ("", LegalForm.SOLE_TRADER),
        ("JDG", LegalForm.SOLE_TRADER),
        ("jednoosobowa działalność", LegalForm.SOLE_TRADER),
        ("S.C.", LegalForm.CIVIL_PARTNERSHIP),
        ("Sp. z o.o.", LegalForm.COMPANY),
        ("spolka / osoba prawna", LegalForm.COMPANY),
        ("jednostka budżetowa", LegalForm.BUDGET_UNIT),
        ("budget_unit", LegalForm.BUDGET_UNIT),
    ],
)
def test_a_legal_form_is_known_by_its_usual_names(written: str, form: LegalForm) -> None:
    found = one("Forma prawna", written)
    assert found.firm is not None
    assert found.firm.legal_form is form


@pytest.mark.parametrize(("written", "status"), [("", Status.ACTIVE), ("W archiwum", Status.ARCHIVED)])
def test_a_status_is_known_by_its_name(written: str, status: Status) -> None:
    found = one("Status", written)
    assert found.firm is not None
    assert found.firm.status is status


@pytest.mark.parametrize(
    ("title", "code"), [("Forma prawna", errors.LEGAL_FORM_UNKNOWN), ("Status", errors.STATUS_UNKNOWN)]
)
def test_a_word_nobody_knows_is_told(title: str, code: errors.Code) -> None:
    (refusal,) = one(title, "co innego").refusals
    assert refusal.code is code
    assert "co innego" in refusal.detail


FORMULAS = ['=HYPERLINK("http://evil.example";"kliknij")', "+1+1", "-1", "@SUM(A1)", "'=1+1", "=cmd|' /C calc'!A0"]


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_formula_in_a_text_is_kept_as_the_text_it_is(formula: str) -> None:
    (row,) = plan([[*HEADER, "Ulica"], [NIP, formula, f"\t{formula}"]], {}).rows
    assert row.firm is not None
    assert (row.firm.name, row.firm.street) == (formula, formula)


@pytest.mark.parametrize("title", ["Prefiks", "Kod", "E-mail", "Telefon", "NRS", "Rachunek bankowy", "Forma prawna"])
@pytest.mark.parametrize("formula", FORMULAS[:1] + FORMULAS[3:])
def test_a_formula_is_no_number_and_no_address(title: str, formula: str) -> None:
    assert one(title, formula).outcome is Outcome.REFUSED


@given(st.lists(st.lists(st.text(max_size=20), max_size=6), max_size=6))
def test_any_table_under_known_titles_is_planned_row_by_row(rows: list[list[str]]) -> None:
    found = plan([FULL, *rows], {})
    filled = [line for line, row in enumerate(rows, start=2) if any(cell.strip() for cell in row)]
    assert [row.line for row in found.rows] == filled
    for row in found.rows:
        assert (row.firm is not None) == (row.outcome is Outcome.ADD)
        assert bool(row.refusals) == (row.outcome is Outcome.REFUSED)


@given(st.lists(strategies.nips(), max_size=12), st.sets(strategies.nips(), max_size=4))
def test_every_new_firm_is_added_once(nips: list[str], known: set[str]) -> None:
    found = plan([HEADER, *([nip, "A"] for nip in nips)], dict.fromkeys(known, "Znana"))
    assert [firm.nip for firm in found.firms] == list(dict.fromkeys(nip for nip in nips if nip not in known))
