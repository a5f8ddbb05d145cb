"""Invoice PDF: one A4 page (10 lines, VAT summary, two embedded fonts, QR code, WZÓR) and 100 lines, warm.

Each renderer works in a process and an environment of its own and sets the same texts; a round asks all of them in
turn, and ratios are medians over the rounds. Every document differs from the one before. The peers draw the same QR
code with the same fast library. `rss_mb` is the peak of a process that has rendered both kinds.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from typing import IO, Any

PRINTERS = Path(__file__).with_name("printers")
ENVIRONMENTS = {"weasyprint": "weasyprint==70.0", "fpdf2": "fpdf2==2.8.9", "typst": "typst==0.15.2"}
ENVIRONMENTS |= {"platypus": "reportlab==5.1.0"}
PEERS = ", ".join(ENVIRONMENTS.values()).replace("==", " ")
SHARED = ("segno", "font-source-sans-pro")
ROUNDS, LONG_ROUNDS = 15, 7
WARM = 2
OURS_AT_ONCE = 8
"""Ours takes milliseconds: a round times several documents and divides."""

PIECES = ("Usługa księgowa", "Prowadzenie akt osobowych", "Papier ksero A4, ryza 500 arkuszy", "Dojazd Łódź – Żyrardów")


def measure() -> dict[str, float | int | None]:
    """All figures of this page."""
    with tempfile.TemporaryDirectory() as folder:
        printers = {name: _Printer(_python(Path(folder) / name, peer), name) for name, peer in ENVIRONMENTS.items()}
        ours = _Printer(sys.executable, "ours")
        try:
            short = _ratios(ours, printers, 10, ROUNDS)
            long = _ratios(ours, {name: one for name, one in printers.items() if name != "platypus"}, 100, LONG_ROUNDS)
            figures: dict[str, float | int | None] = {f"page1_vs_{name}": ratio for name, ratio in short.items()}
            figures |= {f"lines100_vs_{name}": ratio for name, ratio in long.items()}
            figures |= {"page1_ms": ours.best_ms(10), "lines100_ms": ours.best_ms(100)}
            figures |= {"page1_bytes": ours.size(10), "rss_mb": ours.peak_mb()}
            figures |= {f"{name}_bytes": one.size(10) for name, one in printers.items()}
            return figures
        finally:
            for one in (ours, *printers.values()):
                one.stop()


def invoice(lines: int, turn: int) -> dict[str, Any]:
    """Texts of an invoice; `turn` makes it another one."""
    rows, net, vat = [], 0, 0
    for place in range(lines):
        price, count = 12_345 + place * 777 + turn, 1 + place % 5
        value = price * count
        tax = (value * 23 + 50) // 100
        net, vat = net + value, vat + tax
        name = f"{PIECES[place % len(PIECES)]} {turn}/{place}"
        money = [_money(value), _money(tax), _money(value + tax)]
        rows.append([str(place + 1), name, str(count), "szt.", _money(price), "23%", *money])
    return {
        "title": "Faktura VAT",
        "number": f"S/{turn:04d}/11/26",
        "dates": [["Data wystawienia", "24.11.2026"], ["Data sprzedaży", "20.11.2026"]],
        "seller": [
            "Biuro Rachunkowe „Konto” sp. z o.o.",
            "ul. Świętokrzyska 12/4",
            "90-001 Łódź",
            "NIP: 512 007 91 94",
        ],
        "buyer": ["Nowa Chata Demo i Wspólnicy sp. j.", "ul. Żółwia 5", "00-950 Warszawa", "NIP: 783 191 63 66"],
        "payment": [
            ["Forma płatności", "przelew"],
            ["Termin płatności", "08.12.2026"],
            ["Rachunek", "PL 92 1240 1234 0001 5678 9012 3456"],
        ],
        "head": ["Lp.", "Nazwa", "Ilość", "J.m.", "Cena netto", "VAT", "Wartość netto", "Kwota VAT", "Wartość brutto"],
        "rows": rows,
        "totals": [
            ["23%", _money(net), _money(vat), _money(net + vat)],
            ["Razem", _money(net), _money(vat), _money(net + vat)],
        ],
        "to_pay": ["Razem do zapłaty", f"{_money(net + vat)} PLN"],
        "words": "osiem tysięcy dziewięćset dwadzieścia jeden złotych 56/100",
        "remark": "Faktura wyliczona od cen netto. Dziękujemy za współpracę.",
        "qr": f"5120079194|PL|92124012340001567890123456|{net + vat:06d}|Biuro Rachunkowe|FV S/{turn:04d}/11/26|||",
        "watermark": "WZÓR",
    }


def _money(grosze: int) -> str:
    return f"{grosze // 100:,}".replace(",", "\u00a0") + f",{grosze % 100:02d}"


class _Printer:
    """A renderer that waits in a process for invoices."""

    def __init__(self, python: str, name: str) -> None:
        path = os.pathsep.join([str(PRINTERS), str(PRINTERS.parent.parent)])
        environment = {**os.environ, "PYTHONPATH": path}
        command = [python, "-m", "serve", name]
        self._process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )
        self._turn = 0
        self._best: dict[int, float] = {}

    def seconds(self, lines: int, documents: int = 1) -> float:
        """Seconds for one invoice."""
        invoices = [invoice(lines, self._turn + place) for place in range(documents)]
        self._turn += documents
        took = float(self._ask({"invoices": invoices})["seconds"]) / documents
        self._best[lines] = min(took, self._best.get(lines, took))
        return took

    def size(self, lines: int) -> int:
        return int(self._ask({"invoices": [invoice(lines, 1)]})["bytes"])

    def peak_mb(self) -> float:
        return round(self._ask({"invoices": []})["peak_kb"] / 1024, 1)

    def best_ms(self, lines: int) -> float:
        return round(self._best[lines] * 1000, 2)

    def stop(self) -> None:
        _pipe(self._process.stdin).close()
        self._process.wait(30)

    def _ask(self, question: dict[str, Any]) -> dict[str, Any]:
        asked = _pipe(self._process.stdin)
        asked.write(json.dumps(question) + "\n")
        asked.flush()
        answer: dict[str, Any] = json.loads(_pipe(self._process.stdout).readline())
        return answer


def _pipe(pipe: IO[str] | None) -> IO[str]:
    assert pipe is not None
    return pipe


def _ratios(ours: _Printer, printers: dict[str, _Printer], lines: int, rounds: int) -> dict[str, float]:
    found: dict[str, list[float]] = {name: [] for name in printers}
    for turn in range(rounds + WARM):
        for name, printer in printers.items():
            # Ours right before the peer each time: the machine's speed drifts.
            ratio = ours.seconds(lines, OURS_AT_ONCE) / printer.seconds(lines)
            if turn >= WARM:
                found[name].append(ratio)
    return {name: round(statistics.median(ratios), 4) for name, ratios in found.items()}


def _python(folder: Path, peer: str) -> str:
    """A new environment with a peer, as anybody installs it."""
    venv.create(folder, with_pip=True)
    python = str(folder / "bin/python")
    subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", peer, *SHARED], check=True
    )
    return python
