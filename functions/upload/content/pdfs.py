"""PDF: whole, readable without a password, not too long; and pictures of its first pages."""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from typing import Any

from functions.upload.content import images
from functions.upload.content.types import MOST_PICTURES, Readable, stopped, unreadable_is_broken
from portal.domain import errors
from portal.domain.documents import PAGE_LIMIT

RENDERING_SECONDS = 20
"""For all pictures of a document: what takes longer has fewer of them."""

_END = b"%%EOF"
_END_WITHIN = 1024
_MOST_SCALE = 4.0  # 288 points to the inch: more than enough for a small receipt
_WHITE = (255, 255, 255, 255)


def read(data: bytes) -> Readable:
    """Raises `stopped-broken`, `stopped-encrypted`, `stopped-pages`."""
    import pypdfium2 as pdfium  # noqa: PLC0415 - only PDFs pay
    from pypdfium2 import raw  # noqa: PLC0415 - only PDFs pay

    # A reader mends what was cut off, and silently leaves pages out.
    if _END not in data.rstrip(b"\0\r\n\t ")[-_END_WITHIN:]:
        raise stopped(errors.STOPPED_BROKEN)
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as failure:
        locked = failure.err_code in (raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY)
        raise stopped(errors.STOPPED_ENCRYPTED if locked else errors.STOPPED_BROKEN) from failure
    pages = len(document)
    if pages > PAGE_LIMIT:
        raise stopped(errors.STOPPED_PAGES)
    with unreadable_is_broken():
        document[0].close()
    return Readable(pages, _pictures(document, min(pages, MOST_PICTURES)))


def _pictures(document: Any, count: int) -> Iterator[bytes]:
    """Of the first pages, up to one that cannot be drawn or until the time is over."""
    import pypdfium2 as pdfium  # noqa: PLC0415 - only PDFs pay

    deadline = time.monotonic() + RENDERING_SECONDS
    try:
        for number in range(count):
            page = document[number]
            bitmap = _drawn(page, deadline)
            page.close()
            if bitmap is None:
                return
            yield images.as_jpeg(bitmap.to_pil())
    except pdfium.PdfiumError:
        return
    finally:
        document.close()


def _drawn(page: Any, deadline: float) -> Any:
    """A page's bitmap; None where it is not ready in time."""
    import pypdfium2 as pdfium  # noqa: PLC0415 - only PDFs pay
    from pypdfium2 import internal, raw  # noqa: PLC0415 - only PDFs pay

    width, height = _size(page.get_width(), page.get_height())
    bitmap = pdfium.PdfBitmap.new_native(width, height, raw.FPDFBitmap_BGR)
    bitmap.fill_rect(_WHITE, 0, 0, width, height)
    pause = raw.IFSDK_PAUSE(version=1)
    internal.set_callback(pause, "NeedToPauseNow", lambda _pause: time.monotonic() > deadline)
    status = raw.FPDF_RenderPageBitmap_Start(bitmap, page, 0, 0, width, height, 0, raw.FPDF_ANNOT, pause)
    raw.FPDF_RenderPage_Close(page)
    return bitmap if status == raw.FPDF_RENDER_DONE else None


def _size(width: float, height: float) -> tuple[int, int]:
    """A4 is a thousand pixels wide; other pages get as many pixels, in their own shape."""
    width, height = max(1.0, width), max(1.0, height)
    scale = min(_MOST_SCALE, math.sqrt(images.PICTURE_PIXELS / (width * height)), images.LONGEST / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))
