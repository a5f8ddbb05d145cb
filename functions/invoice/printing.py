"""The print of an invoice, made when it is asked for, from the data and the flags of that moment: nothing is kept."""

from __future__ import annotations

from datetime import date

from functions.invoice import labels, printed
from functions.invoice.inputs import PrintQuery
from functions.invoice.place import Reader
from functions.invoice.printed import Look
from functions.invoice.printout import Printout
from portal import secrets, web
from portal.config import settings
from portal.domain.invoices.figures import figures
from portal.store import invoice_book, invoice_logos
from portal.store.invoices import Kept

SPECIMEN, DRAFT = "WZÓR", "SZKIC"


def watermark(at: Reader, kept: Kept) -> str:
    """What lies across each page: „WZÓR" unless the firm's invoices are real ones now; a draft is never one."""
    if not at.office.invoices_valid(at.firm):
        return SPECIMEN
    return DRAFT if kept.head.row.draft else ""


def printout(at: Reader, kept: Kept, query: PrintQuery, today: date) -> Printout:
    """What the print says."""
    return _printout(at, kept, query, today, _logo(at))


def _logo(at: Reader) -> str:
    """The digest of the logo that prints bear now."""
    return invoice_book.settings(at.table).logo


def _printout(at: Reader, kept: Kept, query: PrintQuery, today: date, logo: str) -> Printout:
    head = kept.head
    look = Look(
        english=query.english,
        watermark=watermark(at, kept),
        duplicate_on=today if query.duplicate and not head.row.draft else None,
        cancelled=head.course.cancelled,
        ksef_number=head.ksef_number,
        logo=logo,
    )
    made_at = head.issued_at or head.created_at
    return printed.of(kept.content, head.row.number, figures(kept.content, head.course.paid), made_at, look)


def document(at: Reader, kept: Kept, query: PrintQuery, today: date) -> web.Document:
    """The same as PDF. Its tag names all that it is made of, so that a browser which has it is not sent it again."""
    on = today if query.duplicate else None
    head, mark, logo = kept.head, watermark(at, kept), _logo(at)
    made_of = (settings().release, at.firm.id, head.id, head.version, mark, query.english, on, logo)
    return web.Document(
        name=f"{_name(kept)}.pdf",
        media_type="application/pdf",
        etag=secrets.digest("|".join(map(str, made_of)))[:32],
        content=lambda: _rendered(at, _printout(at, kept, query, today, logo)),
    )


def _rendered(at: Reader, said: Printout) -> bytes:
    from functions.invoice import pdf  # noqa: PLC0415 - only who prints pays for fonts and layouts

    return pdf.render(said, invoice_logos.get(at.table, said.logo))


def _name(kept: Kept) -> str:
    title = labels.TITLES[kept.content.kind]
    return f"{title} {kept.head.row.number or DRAFT.lower()}".replace("/", "-")
