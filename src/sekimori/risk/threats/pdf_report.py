"""Reports in PDF: the text of each page. A scan has none, and that is said."""

import io
import logging

from sekimori.risk.threats.passages import Form, PageTold, Passage, Place, Report, Unreadable, joined

_SCANNED = "has no text: it looks like a scan"


def read(data: bytes, file: str, page: PageTold = lambda _: None) -> Report | Unreadable:
    """Read a PDF."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.ERROR)
    passages: list[Passage] = []
    number = 0
    try:
        document = PdfReader(io.BytesIO(data))
        if document.is_encrypted and not document.decrypt(""):
            return Unreadable(place=Place(file=file), reason="is protected by a password", hint="save it without one")
        for number, each in enumerate(document.pages, 1):
            passages += _passages(each.extract_text() or "", file, number)
            page(number)
        title = str((document.metadata and document.metadata.title) or "")
    # a broken PDF raises whatever its broken part does
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError, IndexError) as error:
        reason = f"is no PDF that can be read: {error}"
        return Unreadable(place=Place(file=file, page=number or None), reason=reason, hint="save it anew")
    if not any(passage.text.strip() for passage in passages):
        return Unreadable(place=Place(file=file), reason=_SCANNED, hint="run it through OCR first, such as ocrmypdf")
    return Report(file=file, title=title or passages[0].text[:120], form=Form.PDF, passages=tuple(passages))


def _passages(text: str, file: str, number: int) -> list[Passage]:
    """Return a page as paragraphs; a PDF knows lines only, so a paragraph ends where a line ends a sentence."""
    found: list[Passage] = []
    kept: list[str] = []
    for line in text.splitlines():
        if line.strip():
            kept.append(line.strip())
        if kept and (not line.strip() or kept[-1].endswith(("。", ".", "!", "?", ":"))):
            found.append(Passage(text=joined(kept), place=Place(file=file, page=number)))
            kept = []
    if kept:
        found.append(Passage(text=joined(kept), place=Place(file=file, page=number)))
    return found
