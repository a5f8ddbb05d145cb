"""Amounts of the official schemas as whole grosze."""

import re
from decimal import Decimal, localcontext

from konektosync.model import SourceError
from konektosync.texts import _

# The lexical form of xsd:decimal; 40 characters hold every number the schemas know and keep Decimal exact.
_DECIMAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)", re.ASCII)
_LONGEST = 40


def to_grosze(text: str, field: str, *, whole_zloty: bool = False) -> int:
    """An amount in zloty, written as xsd:decimal, in grosze.

    `whole_zloty` is for the fields of a VAT declaration (type TKwotaC: an integer of zloty).
    Raises SourceError `field-invalid` for a text that is no number or has parts of a grosz (of a zloty).
    """
    if len(text) > _LONGEST or not _DECIMAL.fullmatch(text):
        raise SourceError(
            "field-invalid", _("Pole {field}: „{text}” nie jest kwotą.").format(field=field, text=text[:60]), field
        )
    with localcontext(prec=2 * _LONGEST):
        value = Decimal(text)
        grosze = value * 100
        if whole_zloty and value % 1:
            sentence = _("Pole {field}: kwota {text} powinna być w pełnych złotych.")
            raise SourceError("field-invalid", sentence.format(field=field, text=text), field)
        if grosze % 1:
            sentence = _("Pole {field}: kwota {text} ma więcej niż dwa miejsca po przecinku.")
            raise SourceError("field-invalid", sentence.format(field=field, text=text), field)
        return int(grosze)
