"""The QR code of a bank transfer by the standard of the Polish Bank Association (ZBP 2D)."""

from __future__ import annotations

import re

from portal.domain.invoices.content import Content, PaymentForm
from portal.domain.invoices.currencies import Currency

MOST = 999_999
"""9 999,99 zł: what banks take from a code."""

_RECIPIENT, _TITLE, _WHOLE = 20, 32, 160
_NRB = re.compile(r"\d{26}", re.ASCII)


def transfer_text(*, nip: str, account: str, amount: int, recipient: str, title: str) -> str:
    """What the code says; empty where the standard cannot say it (amount, account). `nip` may be empty."""
    if not (0 < amount <= MOST and _NRB.fullmatch(account)):
        return ""
    text = f"{nip}|PL|{account}|{amount:06d}|{_cut(recipient, _RECIPIENT)}|{_cut(title, _TITLE)}|||"
    return text if len(text) <= _WHOLE else ""


def transfer_of(content: Content, number: str, left: int, *, split_payment: bool) -> str:
    """The code of an invoice; empty when it is not for a transfer in zloty.

    A transfer with split payment needs fields that the standard lacks.
    """
    if content.currency is not Currency.PLN or content.payment is not PaymentForm.TRANSFER or split_payment:
        return ""
    seller = content.seller
    return transfer_text(nip=seller.nip, account=content.account, amount=left, recipient=seller.name, title=number)


def _cut(text: str, length: int) -> str:
    """A text without what separates fields, as long as it may be."""
    return " ".join(text.replace("|", " ").split())[:length].rstrip()
