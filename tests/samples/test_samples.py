"""The generated samples: complete, the same every time, valid by the official schemas, and right to the grosz."""

import json
import re
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from stdnum.iso7064 import mod_97_10
from stdnum.pl import nip

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "samples"
EXPORTS = SAMPLES / "exports"
FILES = sorted(EXPORTS.rglob("*.xml"))

V7M = "http://crd.gov.pl/wzor/2025/12/19/14090/"
V7K = "http://crd.gov.pl/wzor/2025/12/19/14089/"
PKPIR = "http://jpk.mf.gov.pl/wzor/2024/10/30/10302/"
EWP = "http://jpk.mf.gov.pl/wzor/2024/10/30/10301/"
KEDU_5_6 = "http://www.zus.pl/2024/KEDU_5_6"
KEDU_5_7 = "http://www.zus.pl/2026/KEDU_5_7"

Fields = dict[str, Decimal]


@cache
def document(path: Path) -> Any:
    """Return the root element of a sample."""
    return etree.parse(path).getroot()


def of_namespace(*namespaces: str) -> list[Path]:
    """Return the samples of these formats."""
    return [path for path in FILES if etree.QName(document(path)).namespace in namespaces]


def all_of(element: Any, name: str) -> list[Any]:
    """Return the descendants with that local name."""
    return list(element.iter(f"{{*}}{name}"))


def text_of(element: Any, *names: str) -> str:
    """Return the text at a path of local names, each the first of its name."""
    for name in names:
        element = element.find(f"{{*}}{name}")
    return str(element.text)


def amounts(element: Any, letter: str) -> Fields:
    """Return the children named ``K_…`` or ``P_…`` that hold an amount."""
    names = ((etree.QName(child).localname, child.text) for child in element)
    number = re.compile(r"-?\d+(\.\d\d)?")
    return {
        name: Decimal(text) for name, text in names if re.fullmatch(letter + r"_\d+", name) and number.fullmatch(text)
    }


def loaded(name: str) -> list[dict[str, Any]]:
    """Return a list from one of the JSON files."""
    items: list[dict[str, Any]] = json.loads((SAMPLES / name).read_text(encoding="utf-8"))
    return items


def everybody() -> Iterator[dict[str, Any]]:
    """Return firms and partners."""
    for firm in loaded("firms.json"):
        yield firm
        yield from firm.get("partners", [])


# --- the set as a whole


def test_writing_again_gives_the_same_bytes(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "samples", "--out", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True)  # noqa: S603 - our own generator
    written = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    kept = [*FILES, SAMPLES / "firms.json", SAMPLES / "expected.json"]
    assert written == {path.relative_to(SAMPLES): path.read_bytes() for path in kept}


def test_there_are_enough_firms_of_different_kinds() -> None:
    firms = loaded("firms.json")
    assert len(firms) >= 12
    assert {firm["legal_form"] for firm in firms} == {"sole_trader", "civil_partnership", "company", "budget_unit"}
    assert {firm["vat"] for firm in firms} == {"monthly", "quarterly", "exempt"}
    assert {"scale", "flat", "lump_sum", "cit"} <= {firm["taxation"] for firm in firms}
    assert [len(firm["partners"]) for firm in firms if firm["legal_form"] == "civil_partnership"] == [2]
    assert max(len(firm["name"]) for firm in firms) > 200


def test_there_are_many_files_of_every_format_and_they_are_small() -> None:
    counts = Counter(etree.QName(document(path)).namespace for path in FILES)
    assert set(counts) == {V7M, V7K, PKPIR, EWP, KEDU_5_6, KEDU_5_7}
    assert len(FILES) > 150
    assert min(counts.values()) > 20
    assert sum(path.stat().st_size for path in FILES) < 3_000_000
    assert max(path.stat().st_size for path in FILES) < 40_000


def test_fourteen_months_are_covered() -> None:
    periods = {record["period"] for record in loaded("expected.json")}
    assert len(periods) == 14
    assert (min(periods), max(periods)) == ("2025-09", "2026-10")


def test_every_nip_is_valid_and_the_firms_are_unique() -> None:
    numbers = [entry["nip"] for entry in everybody()]
    assert all(nip.is_valid(number) for number in numbers)
    assert len(set(numbers)) == len(numbers)
    written = {str(element.text) for path in FILES for element in all_of(document(path), "NIP")}
    written |= {text_of(payer, "p1") for path in of_namespace(KEDU_5_6, KEDU_5_7) for payer in payers(path)}
    assert written == set(numbers)


def test_a_counterparty_has_one_name_and_a_valid_nip() -> None:
    names: defaultdict[str, set[str]] = defaultdict(set)
    for path in of_namespace(PKPIR):
        for row in all_of(document(path), "PKPIRWiersz"):
            if row.find("{*}K_4A") is not None and text_of(row, "K_4A") == "PL":
                names[text_of(row, "K_4B")].add(text_of(row, "K_5A"))
    assert all(len(found) == 1 for found in names.values())
    assert all(nip.is_valid(number) for number in names)


def test_every_zus_account_is_valid_and_ends_with_the_nip() -> None:
    for entry in everybody():
        account = entry["zus_account"]
        assert re.fullmatch(r"\d\d60000002026\d{3}\d{10}", account)
        assert account.endswith(entry["nip"])
        assert mod_97_10.is_valid(f"{account[2:]}2521{account[:2]}")


def test_every_demo_client_has_an_example_address_and_a_demo_name() -> None:
    assert all(re.fullmatch(r"[a-z-]+@firma\.example", entry["email"]) for entry in everybody())
    assert all("Demo" in entry["name"] for entry in everybody())


def test_no_pesel_is_written() -> None:
    pesel = re.compile(rb"(?<![\d-])\d{11}(?![\d-])")
    assert not [path for path in FILES if pesel.search(path.read_bytes()) or b"PESEL" in path.read_bytes()]


# --- the official schemas


def compiled(path: Path, change: Callable[[str], str] = str) -> Any:
    """Return a compiled schema, with its text changed first."""
    text = change(path.read_text(encoding="utf-8"))
    tree = etree.ElementTree(etree.fromstring(text.encode(), base_url=str(path)))
    return etree.XMLSchema(tree)


def quarterly(text: str) -> str:
    """Turn the schema of JPK_V7M(3) into that of JPK_V7K(3), which is not at hand.

    The two differ in namespace, form codes, and the quarter in the declaration's header.
    """
    swaps = {V7M: V7K, "JPK_V7M (3)": "JPK_V7K (3)", "VAT-7 (23)": "VAT-7K (17)", '"VAT-7"': '"VAT-7K"',
             'enumeration value="23"': 'enumeration value="17"'}  # fmt: skip
    for old, new in swaps.items():
        assert old in text, old
        text = text.replace(old, new)
    variant = text.index('name="WariantFormularzaDekl"')
    end = text.index("</xsd:element>", variant) + len("</xsd:element>")
    return f'{text[:end]}<xsd:element name="Kwartal" type="etd:TKwartal"/>{text[end:]}'


def newer(text: str) -> str:
    """Turn the schema of KEDU 5.6 into that of 5.7, which is not at hand: the fields of a DRA have the same names."""
    return text.replace(KEDU_5_6, KEDU_5_7)


@pytest.mark.parametrize(
    ("namespace", "file", "change"),
    [
        pytest.param(V7M, "jpk_v7m/jpk_v7m.xsd", str, id="JPK_V7M(3)"),
        pytest.param(V7K, "jpk_v7m/jpk_v7m.xsd", quarterly, id="JPK_V7K(3)-derived"),
        pytest.param(PKPIR, "jpk_pkpir_3.xsd", str, id="JPK_PKPIR(3)"),
        pytest.param(EWP, "jpk_ewp_4.xsd", str, id="JPK_EWP(4)"),
        pytest.param(KEDU_5_6, "kedu_5_6.xsd", str, id="KEDU-5.6"),
        pytest.param(KEDU_5_7, "kedu_5_6.xsd", newer, id="KEDU-5.7-derived"),
    ],
)
def test_every_file_is_valid(schemas: Path, namespace: str, file: str, change: Callable[[str], str]) -> None:
    schema = compiled(schemas / file, change)
    wrong = {str(path.relative_to(EXPORTS)): schema.error_log.last_error for path in of_namespace(namespace)
             if not schema.validate(document(path))}  # fmt: skip
    assert not wrong


# --- VAT

DUE = [f"K_{number}" for number in (16, 18, 20, 24, 26, 28, 30, 32, 33, 34)]
BASES = [f"P_{number}" for number in (10, 11, 13, 15, 17, 19, 21, 22, 23, 25, 27, 29, 31)]


def whole(amount: Decimal) -> Decimal:
    """Round to whole złote, half up."""
    return amount.quantize(Decimal(1), rounding="ROUND_HALF_UP")


def register_sums(root: Any) -> Fields:
    """Return the sums of a register's K fields, without invoices to receipts."""
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for row in [*all_of(root, "SprzedazWiersz"), *all_of(root, "ZakupWiersz")]:
        kind = row.find("{*}TypDokumentu")
        for name, amount in amounts(row, "K").items() if kind is None or kind.text != "FP" else ():
            sums[name] += amount
    return dict(sums)


@pytest.mark.parametrize("path", of_namespace(V7M, V7K), ids=lambda path: path.stem)
def test_the_control_sums_of_a_vat_register_are_those_of_its_rows(path: Path) -> None:
    root = document(path)
    sums = register_sums(root)
    sales, purchases = all_of(root, "SprzedazWiersz"), all_of(root, "ZakupWiersz")
    assert int(text_of(root, "Ewidencja", "SprzedazCtrl", "LiczbaWierszySprzedazy")) == len(sales) > 0
    assert int(text_of(root, "Ewidencja", "ZakupCtrl", "LiczbaWierszyZakupow")) == len(purchases)
    due, deducted = sum(sums.get(name, Decimal(0)) for name in DUE), sums.get("K_41", 0) + sums.get("K_43", 0)
    assert Decimal(text_of(root, "Ewidencja", "SprzedazCtrl", "PodatekNalezny")) == due
    assert Decimal(text_of(root, "Ewidencja", "ZakupCtrl", "PodatekNaliczony")) == deducted


def vat_files(namespace: str) -> dict[tuple[str, int, int], list[Any]]:
    """Return the roots by firm and month, in the order of making."""
    found: defaultdict[tuple[str, int, int], list[Any]] = defaultdict(list)
    for root in sorted(
        map(document, of_namespace(namespace)), key=lambda r: text_of(r, "Naglowek", "DataWytworzeniaJPK")
    ):
        month = int(text_of(root, "Naglowek", "Miesiac"))
        found[str(all_of(root, "NIP")[0].text), int(text_of(root, "Naglowek", "Rok")), month].append(root)
    return found


def check_declaration(fields: Fields, sums: Fields) -> None:
    """Compare a declaration with the sums of its registers, and its own fields with each other."""
    declared = {name.replace("P_", "K_"): amount for name, amount in fields.items() if 10 <= int(name[2:]) < 37
                or name in ("P_40", "P_41", "P_42", "P_43")}  # fmt: skip
    assert declared == {name: whole(amount) for name, amount in sums.items()}
    check_totals(fields)


def check_totals(fields: Fields) -> None:
    """Compare a declaration's totals with its parts."""

    def at(number: int) -> Decimal:
        return fields.get(f"P_{number}", Decimal(0))

    assert at(37) == sum(fields.get(name, Decimal(0)) for name in BASES)
    assert at(38) == sum(fields.get(name.replace("K_", "P_"), Decimal(0)) for name in DUE)
    assert at(48) == at(39) + at(41) + at(43)
    assert (at(51), at(53)) == (max(Decimal(0), at(38) - at(48)), max(Decimal(0), at(48) - at(38)))
    assert at(53) == at(54) + at(62)


def declared(root: Any) -> Fields:
    """Return the P fields of a file's declaration."""
    return amounts(all_of(root, "PozycjeSzczegolowe")[0], "P")


def test_a_monthly_declaration_adds_up_the_rows_of_its_register() -> None:
    for roots in vat_files(V7M).values():
        for root in roots:
            if all_of(root, "Deklaracja"):
                check_declaration(declared(root), register_sums(root))


def test_a_quarterly_declaration_stands_in_the_last_month_and_adds_up_the_quarter() -> None:
    files = vat_files(V7K)
    for (firm, year, month), roots in files.items():
        for root in roots:
            assert bool(all_of(root, "Deklaracja")) == (month % 3 == 0)
            if month % 3 == 0:
                assert text_of(root, "Deklaracja", "Naglowek", "Kwartal") == str(month // 3)
                check_totals(declared(root))
            if month in (6, 9):  # of the first quarter, January was filed in an older version
                registers = [files[firm, year, month - 2][-1], files[firm, year, month - 1][-1], root]
                sums: defaultdict[str, Decimal] = defaultdict(Decimal)
                for name, amount in [pair for register in registers for pair in register_sums(register).items()]:
                    sums[name] += amount
                check_declaration(declared(root), dict(sums))


@pytest.mark.parametrize(("namespace", "step"), [(V7M, 1), (V7K, 3)])
def test_a_surplus_carried_over_arrives_in_the_next_declaration(namespace: str, step: int) -> None:
    with_declaration = {
        key: [root for root in roots if all_of(root, "Deklaracja")] for key, roots in vat_files(namespace).items()
    }
    last = {key: declared(roots[-1]) for key, roots in with_declaration.items() if roots}
    for (firm, year, month), fields in last.items():
        following = last.get((firm, year, month + step))
        assert following is None or following.get("P_39", 0) == fields.get("P_62", 0)


def test_there_are_a_refund_a_surplus_carried_over_and_corrections() -> None:
    roots = [document(path) for path in of_namespace(V7M, V7K)]
    declarations = [declared(root) for root in roots if all_of(root, "Deklaracja")]
    assert [fields for fields in declarations if fields.get("P_54", 0) > 0]
    assert [fields for fields in declarations if fields.get("P_39", 0) > 0 and fields.get("P_62", 0) > 0]
    corrections = [root for root in roots if text_of(root, "Naglowek", "CelZlozenia") == "2"]
    assert {bool(all_of(root, "Deklaracja")) for root in corrections} == {True, False}
    books = [document(path) for path in of_namespace(PKPIR)]
    assert [root for root in books if text_of(root, "Naglowek", "CelZlozenia") == "2"]


def test_every_ksef_number_has_a_valid_checksum() -> None:
    names = ("NrKSeF", "K_3B", "K_5")
    numbers = {str(element.text) for path in of_namespace(V7M, V7K, PKPIR, EWP) for name in names
               for element in all_of(document(path), name)}  # fmt: skip
    assert len(numbers) > 300
    assert all(f"{crc8(number[:32]):02X}" == number[33:] for number in numbers)


def crc8(text: str) -> int:
    """Return CRC-8 with polynomial 7, bit by bit over one long number."""
    value = int.from_bytes(text.encode(), "big") << 8
    for shift in range(value.bit_length() - 9, -1, -1):
        if value >> (shift + 8) & 1:
            value ^= 0x107 << shift
    return value


# --- books


@pytest.mark.parametrize("path", of_namespace(PKPIR), ids=lambda path: path.stem)
def test_the_sums_of_a_revenue_and_expense_book_are_those_of_its_rows(path: Path) -> None:
    root = document(path)
    rows = [amounts(row, "K") for row in all_of(root, "PKPIRWiersz")]

    def total(*columns: int) -> Decimal:
        return sum((row.get(f"K_{column}", Decimal(0)) for row in rows for column in columns), Decimal(0))

    assert int(text_of(root, "PKPIRCtrl", "LiczbaWierszy")) == len(rows)
    assert Decimal(text_of(root, "PKPIRCtrl", "SumaPrzychodow")) == total(9) == total(7, 8)
    assert total(14) == total(12, 13)
    info = amounts(all_of(root, "PKPIRInfo")[0], "P")
    assert info["P_3"] == info["P_1"] - info["P_2"] + total(10, 11, 14)
    assert info["P_4"] == total(9) - info["P_3"]


@pytest.mark.parametrize("path", of_namespace(EWP), ids=lambda path: path.stem)
def test_the_sums_of_a_lump_sum_record_are_those_of_its_rows(path: Path) -> None:
    root = document(path)
    rows = all_of(root, "EWPWiersz")
    assert int(text_of(root, "EWPCtrl", "LiczbaWierszy")) == len(rows)
    assert Decimal(text_of(root, "EWPCtrl", "SumaPrzychodow")) == sum(Decimal(text_of(row, "K_8")) for row in rows)
    month = text_of(root, "Naglowek", "DataOd")[:7]
    assert {text_of(row, "K_3")[:7] for row in rows} == {month}
    assert all(text_of(row, "K_2") >= text_of(row, "K_3") for row in rows)


def test_one_firm_has_cumulative_books() -> None:
    months = {
        path: {text_of(row, "K_2")[:7] for row in all_of(document(path), "PKPIRWiersz")} for path in of_namespace(PKPIR)
    }
    assert sorted(len(found) for found in months.values() if len(found) > 1) == [4, 6, 10]


# --- ZUS


def payers(path: Path) -> list[Any]:
    """Return the payers' blocks of a KEDU."""
    return [element.find("{*}II") for name in ("ZUSDRA", "ZUSRCA") for element in all_of(document(path), name)]


def block(dra: Any, name: str) -> Fields:
    """Return the amounts of a block of a DRA."""
    found = dra.find(f"{{*}}{name}")
    return defaultdict(Decimal, {etree.QName(e).localname: Decimal(e.text) for e in (() if found is None else found)})


def declarations_of(path: Path) -> list[Any]:
    """Return the DRA of a KEDU."""
    return all_of(document(path), "ZUSDRA")


@pytest.mark.parametrize("path", of_namespace(KEDU_5_6, KEDU_5_7), ids=lambda path: path.stem)
def test_a_zus_declaration_adds_up(path: Path) -> None:
    for dra in declarations_of(path):
        social, benefits, health, funds, result = (block(dra, name) for name in ("IV", "V", "VI", "VII", "IX"))
        for first in (1, 4, 7, 19, 22, 25):
            assert social[f"p{first + 2}"] == social[f"p{first}"] + social[f"p{first + 1}"]
        assert [social[f"p{n}"] for n in (1, 2, 19, 20)] == [
            social[f"p{low}"] + social[f"p{high}"] for low, high in ((4, 7), (5, 8), (22, 25), (23, 26))
        ]
        assert social["p37"] == social["p3"] + social["p21"]
        assert funds["p3"] == funds["p1"] + funds["p2"]
        assert result["p2"] - result["p1"] == social["p37"] + health["p7"] + funds["p3"] - benefits["p5"]
        assert 0 in (result["p1"], result["p2"])


def test_a_list_of_persons_adds_up_to_its_declaration() -> None:
    lists = [(root, rca) for root in map(document, of_namespace(KEDU_5_6, KEDU_5_7)) for rca in all_of(root, "ZUSRCA")]
    assert len(lists) > 20
    for root, rca in lists:
        number = text_of(rca, "II", "p1")
        dra = next(found for found in all_of(root, "ZUSDRA") if text_of(found, "II", "p1") == number)
        people = rca.findall("{*}III")
        assert int(text_of(dra, "III", "p1")) == len(people)
        assert block(dra, "IV")["p37"] == sum(Decimal(text_of(person, "B", "p29")) for person in people)
        assert block(dra, "VI")["p7"] == sum(Decimal(text_of(person, "C", "p4")) for person in people)


def test_the_contributions_of_owners_are_the_real_ones() -> None:
    social: defaultdict[str, set[tuple[str, Decimal]]] = defaultdict(set)
    for path in of_namespace(KEDU_5_6, KEDU_5_7):
        for dra in declarations_of(path):
            title = dra.find("{*}X/{*}p1/{*}p1")
            if title is not None:
                total = block(dra, "IV")["p37"] + block(dra, "VII")["p3"]
                social[title.text].add((text_of(dra, "I", "p2", "p2")[:4], total))
    assert social["0510"] == {("2025", Decimal("1773.96")), ("2026", Decimal("1926.76"))}
    assert social["0570"] == {("2025", Decimal("442.90")), ("2026", Decimal("456.18"))}


def test_health_is_never_below_the_real_lowest_one() -> None:
    lowest: dict[str, Decimal] = {}
    for path in of_namespace(KEDU_5_6, KEDU_5_7):
        for dra in declarations_of(path):
            basis = dra.find("{*}XI")
            if basis is not None and etree.QName(basis[0]).localname != "p14":
                period, health = text_of(dra, "I", "p2", "p2"), block(dra, "VI")["p7"]
                lowest[period] = min(health, lowest.get(period, health))
    assert {amount for period, amount in lowest.items() if period < "2026-02"} == {Decimal("314.96")}
    assert {amount for period, amount in lowest.items() if period >= "2026-02"} == {Decimal("432.54")}


def test_there_are_refunds_corrections_and_files_of_several_payers() -> None:
    roots = [document(path) for path in of_namespace(KEDU_5_6, KEDU_5_7)]
    found = [dra for root in roots for dra in all_of(root, "ZUSDRA")]
    assert [dra for dra in found if block(dra, "IX")["p1"] > 0]
    assert {text_of(dra, "I", "p2", "p1") for dra in found} == {"01", "02", "03"}
    assert {len(all_of(root, "ZUSDRA")) for root in roots} == {1, 3}
    assert {len(all_of(root, "zestaw")) for root in roots} == {0, 3}


def test_the_version_of_a_kedu_follows_its_period() -> None:
    for namespace, is_new in ((KEDU_5_6, False), (KEDU_5_7, True)):
        for path in of_namespace(namespace):
            periods = {text_of(dra, "I", "p2", "p2") for dra in declarations_of(path)}
            assert {period >= "2026-04" for period in periods} == {is_new}


# --- what an agent must derive


def test_the_expected_records_are_unique_and_whole() -> None:
    records = loaded("expected.json")
    keys = [(record["nip"], record["kind"], record["form"], record["period"]) for record in records]
    assert len(set(keys)) == len(keys) > 300
    counts = Counter(record["kind"] for record in records)
    assert counts["contribution"] == 14 * len(list(filter(lambda e: e["legal_form"] != "none", everybody())))
    assert set(counts) == {"contribution", "tax", "statement"}
    assert {record["settlement"] for record in records} == {"D", "K"}
    assert all((record["amount"], record["surplus"]).count(0) for record in records if "amount" in record)


Records = dict[tuple[str, str, str, str], dict[str, Any]]


def grosze(text: str) -> int:
    """Return złote as grosze."""
    return int(Decimal(text) * 100)


def derived_taxes() -> Records:
    """Read the tax of each period: a file made later wins, one without a declaration says nothing."""
    records: Records = {}
    for namespace, form in ((V7M, "VAT-7"), (V7K, "VAT-7K")):
        for (firm, year, month), roots in vat_files(namespace).items():
            for root in (root for root in roots if all_of(root, "Deklaracja")):
                fields = declared(root)
                records[firm, "tax", form, f"{year}-{month:02d}"] = {
                    "settlement": "DK"[int(text_of(root, "Naglowek", "CelZlozenia")) - 1],
                    "amount": grosze(str(fields["P_51"])),
                    "surplus": grosze(str(fields.get("P_53", 0))),
                }
    return records


def derived_statements() -> Records:
    """Read each month's revenue and costs: a file made later wins."""
    records: Records = {}
    roots = [document(path) for path in of_namespace(PKPIR, EWP)]
    for root in sorted(roots, key=lambda root: text_of(root, "Naglowek", "DataWytworzeniaJPK")):
        months: defaultdict[str, Counter[str]] = defaultdict(Counter)
        is_lump = bool(all_of(root, "EWPCtrl"))
        for row in all_of(root, "EWPWiersz" if is_lump else "PKPIRWiersz"):
            for name, amount in amounts(row, "K").items():
                months[text_of(row, "K_3" if is_lump else "K_2")[:7]][name] += grosze(str(amount))
        for month, sums in months.items():
            records[str(all_of(root, "NIP")[0].text), "statement", "", month] = {
                "settlement": "K" if text_of(root, "Naglowek", "CelZlozenia") == "2" else "D",
                "revenue": sums["K_8"] if is_lump else sums["K_9"],
                "costs": None if is_lump else sums["K_10"] + sums["K_11"] + sums["K_14"],
            }
    return records


def derived_contributions() -> Records:
    """Read the contributions of each payer and month: the higher number wins."""
    records: Records = {}
    found = [dra for path in of_namespace(KEDU_5_6, KEDU_5_7) for dra in declarations_of(path)]
    for dra in sorted(found, key=lambda dra: text_of(dra, "I", "p2", "p1")):
        records[text_of(dra, "II", "p1"), "contribution", "", text_of(dra, "I", "p2", "p2")] = {
            "settlement": "D" if text_of(dra, "I", "p2", "p1") == "01" else "K",
            "amount": grosze(text_of(dra, "IX", "p2")),
            "surplus": grosze(text_of(dra, "IX", "p1")),
        }
    return records


def test_the_files_say_what_the_generator_intended() -> None:
    keys = ("nip", "kind", "form", "period")
    expected = {
        tuple(record[key] for key in keys): {key: value for key, value in record.items() if key not in keys}
        for record in loaded("expected.json")
    }
    assert derived_taxes() | derived_statements() | derived_contributions() == expected
