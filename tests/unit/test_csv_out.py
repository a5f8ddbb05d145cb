"""CSV that we hand out opens in a Polish Excel as it was meant, and calculates nothing."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal import csv_out

# What a table of ours may hold: any text but the two letters no encoding takes apart (NUL, lone surrogates).
cells = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
BEGINNINGS = ["=", "+", "-", "@", "\t", "\r", "\n", " =", "\u00a0=", "\u200b=", "＝", "＋", "－", "＠", " \t＝"]


def read_back(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_a_table_is_utf8_with_a_mark_semicolons_and_crlf() -> None:
    content = csv_out.write(["NIP", "Nazwa"], [["5120079194", "Łódź; „Źdźbło”"]])
    assert content == '\ufeffNIP;Nazwa\r\n5120079194;"Łódź; „Źdźbło”"\r\n'.encode()


@given(st.lists(st.lists(cells, min_size=2, max_size=5), max_size=5))
def test_every_table_is_read_back_cell_by_cell(rows: list[list[str]]) -> None:
    found = read_back(csv_out.write(["a", "b"], rows))
    assert found == [["a", "b"], *[[csv_out.safe(cell) for cell in row] for row in rows]]


@given(cells)
def test_a_cell_loses_nothing_but_gains_an_apostrophe_at_most(cell: str) -> None:
    assert csv_out.safe(cell) in {cell, f"'{cell}"}


@pytest.mark.parametrize("beginning", BEGINNINGS)
@given(rest=cells)
def test_whatever_begins_like_a_formula_becomes_text(beginning: str, rest: str) -> None:
    cell = f"{beginning}A1{rest}"
    assert csv_out.safe(cell) == f"'{cell}"


@pytest.mark.parametrize(
    "cell",
    [
        '=HYPERLINK("http://evil.example";"kliknij")',
        "+48 601 234 567",
        "-1+1",
        "@SUM(A1)",
        "-12,50;=1",
        "--1",
        "-",
        "=1",
    ],
)
def test_formulas_in_the_header_are_text_too(cell: str) -> None:
    assert read_back(csv_out.write([cell], [])) == [[f"'{cell}"]]


@pytest.mark.parametrize("cell", ["-12,50", "+5", "-0.01", "1234,56", "0", "5120079194"])
def test_a_plain_number_stays_a_number(cell: str) -> None:
    assert csv_out.safe(cell) == cell


@pytest.mark.parametrize("cell", ["", " ", "Nowa Chata", "'=1", "a=b", "(=1)", "\u200b", "1-2"])
def test_other_texts_stay_as_they_are(cell: str) -> None:
    assert csv_out.safe(cell) == cell


@pytest.mark.parametrize("cell", ["-١٢", "-12,50 ", " -12"])
def test_what_only_looks_like_a_number_is_text(cell: str) -> None:
    assert csv_out.safe(cell) == f"'{cell}"
