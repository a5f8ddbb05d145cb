"""Who sells and who buys: names, addresses and the numbers that the law asks for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from stdnum import iban

from portal.domain import errors, identifiers
from portal.domain.errors import Refusal
from portal.domain.invoices.content import Content, Kind, Party, PartyKind
from portal.domain.invoices.rates import Rate

_COUNTRY = re.compile(r"[A-Z]{2}")
_FOREIGN_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", re.ASCII)
_NUMBER_OPTIONAL = frozenset({Kind.NO_VAT, Kind.PRO_FORMA, Kind.SIMPLIFIED})
"""Invoices of exempt sellers need no number of the buyer (regulation of 29 October 2021, § 3); a pro forma is none;
a simplified one has a rule of its own."""


def account(text: str, field: str = "account") -> str:
    """A bank account without spaces: 26 digits of a Polish one, or an IBAN of another country; empty stays empty.

    Raises `bank-account-invalid`.
    """
    compact = re.sub(r"[\s-]", "", text).upper()
    if not _FOREIGN_IBAN.fullmatch(compact) or compact.startswith("PL"):
        return identifiers.bank_account(text, field)
    if not iban.is_valid(compact):
        raise Refusal(errors.BANK_ACCOUNT_INVALID, field)
    return compact


def party_faults(content: Content) -> Iterable[Refusal]:
    """What is missing or wrong about seller, buyer, recipient and the account to pay to."""
    yield from _named("seller", content.seller)
    yield from _numbers("seller", content.seller)
    if not content.seller.nip:
        yield Refusal(errors.FIELD_MISSING, "seller.nip")
    if content.base_kind is not Kind.SIMPLIFIED:
        yield from _named("buyer", content.buyer)
    yield from _numbers("buyer", content.buyer)
    yield from _needed(content)
    if content.recipient:
        yield from _named("recipient", content.recipient)
        yield from _numbers("recipient", content.recipient)
    yield from _refused(account, content.account, "account")


def _named(role: str, party: Party) -> Iterable[Refusal]:
    """Names and addresses: art. 106e sec. 1 item 3."""
    for field in ("name", "city"):
        if not getattr(party, field).strip():
            yield Refusal(errors.FIELD_MISSING, f"{role}.{field}")


def _numbers(role: str, party: Party) -> Iterable[Refusal]:
    if not _COUNTRY.fullmatch(party.country):
        yield Refusal(errors.FIELD_INVALID, f"{role}.country")
    if party.nip:
        yield from _refused(identifiers.nip, party.nip, f"{role}.nip")
    if party.vat_ue:
        yield from _refused(identifiers.vat_ue, party.vat_ue, f"{role}.vat_ue")
    if party.kind is PartyKind.CONSUMER and (party.nip or party.vat_ue):
        yield Refusal(errors.BUYER_CONSUMER, f"{role}.nip" if party.nip else f"{role}.vat_ue")


def _refused(check: Callable[[str, str], str], text: str, field: str) -> Iterable[Refusal]:
    try:
        kept = check(text, field)
    except Refusal as refusal:
        yield refusal
    else:
        # What is printed and sent is kept in the one form that such numbers have.
        if kept != text:
            yield Refusal(errors.FIELD_INVALID, field)


def _needed(content: Content) -> Iterable[Refusal]:
    """The buyer's number: of a business (art. 106e sec. 1 item 5), and of one in the Union where the rate needs it."""
    buyer = content.buyer
    code = _nip_needed(content)
    if code and not buyer.nip:
        yield Refusal(code, "buyer.nip")
    union = [line.rate for line in content.lines if line.rate in {Rate.ZERO_WDT, Rate.OUTSIDE_SERVICES}]
    if union and (not buyer.vat_ue or buyer.vat_ue.startswith("PL")):
        yield Refusal(errors.BUYER_VAT_UE_NEEDED, "buyer.vat_ue", rate=union[0].written)


def _nip_needed(content: Content) -> errors.Code | None:
    buyer = content.buyer
    business = buyer.kind is PartyKind.BUSINESS and buyer.country == "PL" and not buyer.vat_ue
    reasons = {
        errors.BUYER_NIP_SIMPLIFIED: content.base_kind is Kind.SIMPLIFIED,  # art. 106e sec. 5 item 3
        errors.BUYER_NIP_REVERSE: any(line.rate is Rate.REVERSE for line in content.lines),
        errors.BUYER_NIP_SPLIT: content.split_payment,  # art. 108a: between VAT payers
        errors.BUYER_NIP_NEEDED: business and content.base_kind not in _NUMBER_OPTIONAL,
    }
    return next((code for code, applies in reasons.items() if applies), None)
