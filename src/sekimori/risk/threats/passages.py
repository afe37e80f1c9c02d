"""A report as passages of text, each with the place it stands at."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, TypeAlias

_HALF_ID: Final = re.compile(r"T\d{4}\.$")


PageTold: TypeAlias = Callable[[int], object]
"""Is told the number of each page that was read."""


class Form(StrEnum):
    """What a report is written in."""

    PDF = "pdf"
    HTML = "html"
    MARKDOWN = "markdown"
    STIX = "stix"
    TEXT = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where something stands in a report: a line, or a page where the format knows no lines. Both count from 1."""

    file: str
    line: int | None = None
    page: int | None = None

    def __str__(self) -> str:
        if self.line is not None:
            return f"{self.file}:{self.line}"
        return f"{self.file}: page {self.page}" if self.page is not None else self.file


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A paragraph, a heading or a cell. ``ids`` are what a structured report says of it beside the text."""

    text: str
    place: Place
    ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """A report that could be read. ``actors`` are those that a structured report names as such."""

    file: str
    title: str
    form: Form
    passages: tuple[Passage, ...]
    actors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Unreadable:
    """A report that could not be read, or a part of one: where, why, and what to do."""

    place: Place
    reason: str
    hint: str = ""

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}" + (f" ({self.hint})" if self.hint else "")


def paragraphs(text: str, file: str) -> Iterator[Passage]:
    """Yield the paragraphs of a text: runs of lines that are not blank; each line of a list or table is one."""
    kept: list[str] = []
    start = 1
    for number, line in enumerate(text.splitlines(), 1):
        alone = line.lstrip().startswith(("#", "- ", "* ", "|", "・", "> ", "■", "◆", "●", "【"))
        if kept and (alone or not line.strip()):
            yield Passage(text=joined(kept), place=Place(file=file, line=start))
            kept = []
        if line.strip():
            start = start if kept else number
            kept.append(line.strip())
        if alone:
            yield Passage(text=joined(kept), place=Place(file=file, line=start))
            kept = []
    if kept:
        yield Passage(text=joined(kept), place=Place(file=file, line=start))


def joined(lines: list[str]) -> str:
    """Join the lines of a paragraph; Japanese knows no space at a line's end."""
    text = ""
    for line in lines:
        # an id that was broken after its dot is one again
        glued = _HALF_ID.search(text) is not None and line[:3].isdecimal()
        glued = glued or (bool(text) and ord(text[-1]) > 0x2E7F and bool(line) and ord(line[0]) > 0x2E7F)
        text += line if not text or glued else f" {line}"
    return text
