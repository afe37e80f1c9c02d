"""Reads a report in whatever form it is: PDF, HTML, Markdown, STIX 2.1, plain text."""

import re
from pathlib import Path
from typing import Final

from sekimori.risk.threats import html_report, pdf_report, stix_report
from sekimori.risk.threats.passages import Form, PageTold, Place, Report, Unreadable, paragraphs

_BY_SUFFIX: Final = {
    ".pdf": Form.PDF,
    ".html": Form.HTML,
    ".htm": Form.HTML,
    ".md": Form.MARKDOWN,
    ".markdown": Form.MARKDOWN,
    ".json": Form.STIX,
    ".stix": Form.STIX,
}
_CHARSET: Final = re.compile(rb"charset=[\"']?([A-Za-z0-9_-]+)")
_LARGEST: Final = 200 * 1024 * 1024


def read_report(path: Path, *, shown: str | None = None, page: PageTold = lambda _: None) -> Report | Unreadable:
    """Read one report; ``shown`` is what it is called in places."""
    file = shown or str(path)
    try:
        if path.stat().st_size > _LARGEST:
            return _unreadable(file, "is larger than 200 MB", "split it")
        data = path.read_bytes()
    except OSError as error:
        return _unreadable(file, f"cannot be read: {error.strerror}")
    form = _form(path, data)
    if form is Form.PDF:
        return pdf_report.read(data, file, page)
    text = _decoded(data)
    if text is None:
        return _unreadable(file, "is no text in UTF-8, UTF-16, Shift_JIS or EUC-JP", "save it as UTF-8")
    match form:
        case Form.HTML:
            return html_report.read(text, file)
        case Form.STIX:
            return stix_report.read(text, file)
        case _:
            found = tuple(paragraphs(text, file))
            return Report(file=file, title=_title(found[0].text if found else file), form=form, passages=found)


def _form(path: Path, data: bytes) -> Form:
    head = data[:512].lstrip().lower()
    if data.startswith(b"%PDF-"):
        return Form.PDF
    if head.startswith((b"<!doctype html", b"<html")):
        return Form.HTML
    return _BY_SUFFIX.get(path.suffix.casefold(), Form.TEXT)


def _decoded(data: bytes) -> str | None:
    """Return the text; what a page says of its own encoding is tried first, and Shift_JIS last, which takes most."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _as(data, "utf-16")
    if b"\0" in data[:1024]:
        return None
    said = _CHARSET.search(data[:2048])
    encodings = ("utf-8-sig", *([said[1].decode()] if said else []), "euc_jp", "cp932")
    return next((text for text in (_as(data, encoding) for encoding in encodings) if text is not None), None)


def _as(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return None


def _title(first: str) -> str:
    return first.lstrip("# ").strip()[:120]


def _unreadable(file: str, reason: str, hint: str = "") -> Unreadable:
    return Unreadable(place=Place(file=file), reason=reason, hint=hint)
