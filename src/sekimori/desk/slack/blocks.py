"""An answer as Block Kit blocks: the week as a table, or day by day where tables are not to be had.

All text is ``plain_text`` or raw: it can mention nobody and link nowhere, whatever it says.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from sekimori.desk.domain.disclosure import NOON, Day
from sekimori.desk.domain.free_busy import FbType
from sekimori.desk.slack.week import Page, clock, in_words, minutes, sign
from sekimori.desk.slack.wording import Wording

MOST_BLOCKS: Final = 50
MOST_ROWS: Final = 100
LONGEST: Final = {"header": 150, "section": 3000, "context": 2000}

Block = dict[str, Any]
_PART: Final = 30


def table_page(page: Page) -> list[Block]:
    """Lay a page out as a grid: a column a day, a row an hour, or half an hour where the two halves differ."""
    if page.empty:
        return list_page(page)
    columns = [{"align": "left"}] + [{"align": "center"}] * len(page.days)
    grid = {"type": "table", "rows": list(_rows(page)), "column_settings": columns}
    return [_header(page.title), *map(_section, page.remarks), grid, *_feet(page)]


def list_page(page: Page) -> list[Block]:
    """Lay a page out as a list: a line a day."""
    lines = [] if page.empty else ["\n".join(in_words(day, page) for day in page.days)]
    return [_header(page.title), *map(_section, page.remarks), *map(_section, lines), *_feet(page)]


def words(page: Page) -> str:
    """Say a page in plain lines: for notifications, screen readers, and as the picture's alternative text."""
    lines = [page.title, *page.remarks, *(in_words(day, page) for day in page.days if day.slots)]
    return "\n".join(lines)


def say(text: str) -> list[Block]:
    """Make blocks of a sentence."""
    return [_section(text)]


def heading(text: str) -> Block:
    """Make a heading."""
    return _header(text)


def note(text: str) -> Block:
    """Make a line of small print."""
    return _context(text)


def escaped(text: str) -> str:
    """Escape a text for a field that Slack reads as mrkdwn; nothing in it can become a mention or a link."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _rows(page: Page) -> Iterator[list[Block]]:
    yield [_cell(" "), *(_cell(page.wording.headed_day(day.date)) for day in page.days)]
    columns = [_by_time(day, page) for day in page.days]
    times = sorted({time for column in columns for time in column})
    for time in _coarser(times, columns):
        marks = (column.get(time) for column in columns)
        cells = (_cell(sign(mark, page.wording) if mark else "–") for mark in marks)
        yield [_cell(_time_label(time, page)), *cells]


def _by_time(day: Day, page: Page) -> dict[int, FbType]:
    times = ((minutes(slot.span.start, page.zone), slot.fb_type) for slot in day.slots)
    if page.by_part:
        return {0 if time < NOON else NOON: fb_type for time, fb_type in times}
    return dict(times)


def _coarser(times: Sequence[int], columns: Sequence[Mapping[int, FbType]]) -> list[int]:
    """Leave out the half hours where none of them says anything else than its full hour."""
    halves = {time for time in times if time % 60 == _PART and time - _PART in times}
    differ = any(column.get(time) is not column.get(time - _PART) for column in columns for time in halves)
    return list(times) if differ else [time for time in times if time not in halves]


def _time_label(time: int, page: Page) -> str:
    if page.by_part:
        return page.wording.morning if time < NOON else page.wording.afternoon
    return clock(time)


def _feet(page: Page) -> Iterator[Block]:
    if not page.empty:
        yield _context(legend(page.wording))
    yield _context(f"{page.as_of} · {page.record}")


def legend(wording: Wording) -> str:
    """Explain the marks."""
    return "  ".join(f"{mark} {word}" for mark, word in wording.legend.items())


def _header(text: str) -> Block:
    return {"type": "header", "text": _plain(text, LONGEST["header"])}


def _section(text: str) -> Block:
    return {"type": "section", "text": _plain(text, LONGEST["section"])}


def _context(text: str) -> Block:
    return {"type": "context", "elements": [_plain(text, LONGEST["context"])]}


def _plain(text: str, longest: int) -> Block:
    return {"type": "plain_text", "text": text if len(text) <= longest else text[: longest - 1] + "…", "emoji": False}


def _cell(text: str) -> Block:
    return {"type": "raw_text", "text": text}
