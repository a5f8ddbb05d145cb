"""What an invoice says fits into one item of the table and comes back as it was; what does not fit is refused."""

from __future__ import annotations

import random
import string

import pytest

from portal.domain import errors
from portal.domain.invoices.content import MOST_LINES, NAME_LIMIT, Content
from portal.store import invoice_codec
from tests.unit.invoicing import advance_content, euros, final_after, line, margin_content, typed

CONTENTS = [
    typed(),
    typed(**euros()),
    advance_content(10_000),
    final_after(10_000, line("200")),
    margin_content(line()),
]


@pytest.mark.parametrize("content", CONTENTS)
def test_a_content_comes_back_as_it_was(content: Content) -> None:
    assert invoice_codec.decode(invoice_codec.encode(content)) == content


def test_the_longest_names_that_people_write_fit() -> None:
    content = typed(*(line(name=f"{number} usługa doradcza ".ljust(NAME_LIMIT, "ż")) for number in range(MOST_LINES)))
    assert invoice_codec.decode(invoice_codec.encode(content)) == content


def test_a_thousand_names_that_nothing_can_press_together_are_refused() -> None:
    letters = random.Random(1)  # noqa: S311 - only has to be incompressible
    noise = ("".join(letters.choices(string.printable[:94], k=NAME_LIMIT)) for _ in range(MOST_LINES))
    with pytest.raises(errors.Refusal) as refused:
        invoice_codec.encode(typed(*(line(name=name) for name in noise)))
    assert (refused.value.code, refused.value.field) == (errors.INVOICE_TOO_LONG, "lines")
