"""Words that the law asks for on an invoice."""

from __future__ import annotations

from portal.domain.invoices.content import Content, Line, MarginProcedure
from portal.domain.invoices.figures import Figures
from portal.domain.invoices.rates import Rate

_REVERSE = frozenset({Rate.REVERSE, Rate.OUTSIDE_SERVICES})
"""The buyer accounts for the tax: at home (oo), or for services in another country of the Union (np II)."""

_MARGINS = {
    MarginProcedure.TRAVEL: "procedura marży dla biur podróży",  # art. 106e sec. 2
    MarginProcedure.USED_GOODS: "procedura marży – towary używane",  # art. 106e sec. 3
    MarginProcedure.ART: "procedura marży – dzieła sztuki",
    MarginProcedure.ANTIQUES: "procedura marży – przedmioty kolekcjonerskie i antyki",
}


def marks(content: Content, figures: Figures) -> tuple[str, ...]:
    """The words of art. 106e sec. 1 items 16, 17, 18, 18a and 19, sec. 2 and 3 that apply, in this order.

    They are the law's own Polish and are never translated.
    """
    lines = (*content.lines, *(content.correction.before.lines if content.correction else ()))
    found = {
        "metoda kasowa": content.cash_method,
        "samofakturowanie": content.self_billing,
        "odwrotne obciążenie": _any_rate(lines, _REVERSE),
        "mechanizm podzielonej płatności": figures.split_payment,
        f"zwolnienie z VAT: {content.exempt_base}": _any_rate(lines, frozenset({Rate.EXEMPT})),
    }
    margin = (_MARGINS[content.margin],) if content.margin else ()
    return (*(words for words, applies in found.items() if applies), *margin)


def _any_rate(lines: tuple[Line, ...], rates: frozenset[Rate]) -> bool:
    return any(line.rate in rates for line in lines)
