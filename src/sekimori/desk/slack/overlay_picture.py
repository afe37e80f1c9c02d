"""Several calendars' week as a PNG: in each day a column for each calendar, collisions and common free time framed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from PIL import Image, ImageDraw

from sekimori.core.timespan import Timespan, merged
from sekimori.desk.domain.common_time import without
from sekimori.desk.domain.disclosure import Slot
from sekimori.desk.domain.free_busy import FbType
from sekimori.desk.domain.overlay import Collision, CollisionKind
from sekimori.desk.slack import ink
from sekimori.desk.slack.overlay_lines import OverlayDay
from sekimori.desk.slack.overlay_page import OverlayPage
from sekimori.desk.slack.picture import WIDTH
from sekimori.desk.slack.png import encode
from sekimori.desk.slack.week import clock, minutes
from sekimori.desk.slack.wording import MARKS

_MARGIN: Final = 36
_AXIS: Final = 100
_HOUR: Final = 84
_TITLE: Final = 46
_TITLE_LINE: Final = 64
_REMARK: Final = 32
_REMARK_LINE: Final = 46
_DAY_HEAD: Final = 166
_FOOT: Final = 190
_LEGEND_LINE: Final = 72
_GAP: Final = 2
_DAY_GAP: Final = 6
_INNER: Final = WIDTH - 2 * _MARGIN


def draw_overlay(page: OverlayPage) -> bytes:
    """Draw a page as PNG.

    Raises:
        ValueError: the page has no hour to show.
    """
    if page.empty:
        raise ValueError("there is no hour to draw")
    return _Sheet(page).png()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Column:
    """Where one day is drawn."""

    day: OverlayDay
    left: float
    width: float

    @property
    def right(self) -> float:
        return self.left + self.width

    def part(self, number: int) -> tuple[float, float]:
        """Return where a calendar's own column begins and ends."""
        each = self.width / len(self.day.sides)
        return self.left + number * each, self.left + (number + 1) * each


class _Sheet:
    """One picture being drawn."""

    def __init__(self, page: OverlayPage) -> None:
        self.page = page
        self.title = ink.wrapped(page.title, _TITLE, "Bold", _INNER)
        self.numbered = self._too_wide(page.labels)
        notes = [*page.remarks, *([self._key()] if self.numbered else [])]
        self.notes = [line for note in notes for line in ink.wrapped(note, _REMARK, "Regular", _INNER)]
        self.top = _MARGIN + _TITLE_LINE * len(self.title) + _REMARK_LINE * len(self.notes) + _DAY_HEAD
        self.image = Image.new(
            "RGB", (WIDTH, round(self.y(self.last)) + _FOOT + self._framed * _LEGEND_LINE), ink.PAPER
        )
        self.draw = ImageDraw.Draw(self.image)

    @cached_property
    def columns(self) -> list[_Column]:
        """The days' places, from left to right."""
        each = (_INNER - _AXIS) / len(self.page.days)
        places = [_MARGIN + _AXIS + number * each for number in range(len(self.page.days))]
        return [
            _Column(day=day, left=left + _DAY_GAP / 2, width=each - _DAY_GAP)
            for day, left in zip(self.page.days, places, strict=True)
        ]

    @cached_property
    def first(self) -> int:
        """The minute of the day the grid starts at."""
        return min(self._start(slot.span) for slot in self._slots) // 60 * 60

    @cached_property
    def last(self) -> int:
        """The minute of the day the grid ends at."""
        return max(-(-self._end(slot.span) // 60) * 60 for slot in self._slots)

    @property
    def _framed(self) -> bool:
        return any(day.free or day.collisions for day in self.page.days)

    @property
    def _slots(self) -> list[Slot]:
        return [slot for day in self.page.days for slots in day.sides for slot in slots]

    def _start(self, span: Timespan) -> int:
        return minutes(span.start, self.page.zone)

    def _end(self, span: Timespan) -> int:
        return minutes(span.end, self.page.zone) or 24 * 60

    def y(self, minute: float) -> float:
        """Return where a minute of the day is."""
        return self.top + (minute - self.first) * _HOUR / 60

    def _edges(self, span: Timespan) -> tuple[float, float]:
        return self.y(max(self.first, self._start(span))), self.y(min(self.last, self._end(span)))

    def png(self) -> bytes:
        """Draw everything."""
        self._head()
        for column in self.columns:
            self._day_head(column)
            self._ground(column)
            self._fields(column, free=True)
        self._axis()
        for column in self.columns:
            self._fields(column, free=False)
        for column in self.columns:
            for span in column.day.free:
                self._free(column, span)
            for collision in column.day.collisions:
                self._collision(column, collision)
        self._foot()
        return encode(self.image)

    def _head(self) -> None:
        y = _MARGIN
        for line in self.title:
            self.draw.text((_MARGIN, y), line, font=ink.font(_TITLE, "Bold"), fill=ink.TEXT)
            y += _TITLE_LINE
        for line in self.notes:
            self.draw.text((_MARGIN, y), line, font=ink.font(_REMARK), fill=ink.WARNING)
            y += _REMARK_LINE

    def _day_head(self, column: _Column) -> None:
        day, middle = column.day.date, column.left + column.width / 2
        colour = ink.SUNDAY if column.day.holiday else {5: ink.SATURDAY, 6: ink.SUNDAY}.get(day.weekday(), ink.TEXT)
        weekday = self.page.wording.weekdays[day.weekday()]
        number = ink.font(36, "Bold")
        ink.write(self.draw, (middle, self.top - 132), f"{day.month}/{day.day}", number, fill=colour, anchor="mm")
        ink.write(self.draw, (middle, self.top - 90), weekday, ink.font(30), fill=colour, anchor="mm")
        if len(self.page.labels) < 2:
            return
        for number_, label in enumerate(self._labels()):
            left, right = column.part(number_)
            font = ink.font(self._label_size())
            ink.write(self.draw, ((left + right) / 2, self.top - 32), label, font, fill=ink.QUIET, anchor="mm")

    def _labels(self) -> Sequence[str]:
        labels = self.page.labels
        return [str(number) for number in range(1, len(labels) + 1)] if self.numbered else labels

    def _label_size(self) -> int:
        return 28 if self.numbered else self._fitting(self.page.labels)

    def _part_width(self) -> float:
        return ((_INNER - _AXIS) / len(self.page.days) - _DAY_GAP) / len(self.page.labels)

    def _fitting(self, labels: Sequence[str]) -> int:
        """Return the largest size in which every label fits over its column; 0 where there is none to be read."""
        sizes = (size for size, gap in ((28, 8), (26, 8), (24, 8), (22, 2)) if self._fit(labels, size, gap))
        return next(sizes, 0)

    def _fit(self, labels: Sequence[str], size: int, gap: int) -> bool:
        return all(ink.font(size).getlength(label) <= self._part_width() - gap for label in labels)

    def _too_wide(self, labels: Sequence[str]) -> bool:
        return len(labels) > 1 and not self._fitting(labels)

    def _key(self) -> str:
        return "  ".join(f"{number} {label}" for number, label in enumerate(self.page.labels, start=1))

    def _ground(self, column: _Column) -> None:
        box = (column.left + _GAP, self.top + _GAP, column.right - _GAP, self.y(self.last) - _GAP)
        self.draw.rounded_rectangle(box, radius=8, fill=ink.FAINT)

    def _axis(self) -> None:
        right = _MARGIN + _AXIS
        for minute in range(self.first, self.last + 1, 60):
            y = self.y(minute)
            self.draw.line((right - 8, y, WIDTH - _MARGIN, y), fill=ink.LINE, width=2)
            ink.write(self.draw, (right - 16, y), clock(minute), ink.font(30), fill=ink.QUIET, anchor="rm")

    def _fields(self, column: _Column, *, free: bool) -> None:
        for number, slots in enumerate(column.day.sides):
            left, right = column.part(number)
            for slot in slots:
                if (slot.fb_type is FbType.FREE) == free:
                    top, bottom = self._edges(slot.span)
                    ink.field(self.image, (left + _GAP, top + _GAP, right - _GAP, bottom - _GAP), slot.fb_type)
                    if not free:
                        self._mark(slot, column.day, (left + right) / 2, right - left)

    def _mark(self, slot: Slot, day: OverlayDay, middle: float, width: float) -> None:
        """Mark a slot where no frame is in the way; what lies in a frame of free time has the frame's own mark."""
        frames = sorted((*(collision.span for collision in day.collisions), *day.free))
        pieces = list(without(slot.span, merged(frames)))
        if not pieces and slot.fb_type is FbType.WORKING_ELSEWHERE:
            return
        top, bottom = self._edges(max(pieces, key=lambda piece: piece.duration) if pieces else slot.span)
        size = min(32.0, bottom - top - 16, width - 16)
        if size > 6:
            ink.mark(self.draw, (middle, (top + bottom) / 2), size, slot.fb_type)

    def _free(self, column: _Column, span: Timespan) -> None:
        """Frame time that all have free, and write when it is where there is room."""
        top, bottom = self._edges(span)
        box = (column.left + _GAP, top + _GAP, column.right - _GAP, bottom - _GAP)
        self.draw.rounded_rectangle(box, radius=10, outline=ink.COMMON, width=6)
        middle, centre = column.left + column.width / 2, (top + bottom) / 2
        start, end = clock(self._start(span)), clock(self._end(span))
        font = ink.font(26 if column.width > 130 else 24, "Bold")
        if bottom - top >= 2 * _HOUR:
            ink.mark(self.draw, (middle, centre - 54), 34, FbType.FREE)
            for offset, text in ((-10, start), (14, "|"), (40, end)):
                ink.write(self.draw, (middle, centre + offset), text, font, fill=ink.COMMON, anchor="mm")
        elif font.getlength(f"{start}–{end}") <= column.width - 16:
            ink.write(self.draw, (middle, centre), f"{start}–{end}", font, fill=ink.COMMON, anchor="mm")
        else:
            ink.mark(self.draw, (middle, centre), min(30, bottom - top - 18), FbType.FREE)

    def _collision(self, column: _Column, collision: Collision) -> None:
        """Frame a collision over both calendars; the badge is full where it is certain."""
        top, bottom = self._edges(collision.span)
        width = 8 if collision.kind is CollisionKind.CERTAIN else 5
        box = (column.left - 2, top - 2, column.right + 2, max(bottom, top + 12) + 2)
        self.draw.rounded_rectangle(box, radius=10, outline=ink.CRASH, width=width)
        _badge(self.draw, (column.left + column.width / 2, (top + bottom) / 2), collision.kind)

    def _foot(self) -> None:
        x, y = float(_MARGIN), self.y(self.last) + 50
        for fb_type in (FbType.BUSY, FbType.TENTATIVE, FbType.FREE, FbType.UNKNOWN):
            word = self.page.wording.legend[MARKS[fb_type]]
            ink.field(self.image, (x, y, x + 52, y + 48), fb_type, behind=ink.PAPER)
            ink.mark(self.draw, (x + 26, y + 24), 26, fb_type)
            x = self._word(x, y, word)
        x, y = float(_MARGIN), y + self._framed * _LEGEND_LINE
        if any(day.free for day in self.page.days):
            self.draw.rounded_rectangle((x, y, x + 52, y + 48), radius=10, outline=ink.COMMON, width=6)
            x = self._word(x, y, self.page.words.free_mark)
        for kind, word in self._kinds():
            _badge(self.draw, (x + 26, y + 24), kind)
            x = self._word(x, y, word)
        line = f"{self.page.as_of}  {self.page.record}"
        self.draw.text((_MARGIN, y + 92), line, font=ink.font(26), fill=ink.QUIET, anchor="lm")

    def _kinds(self) -> Iterator[tuple[CollisionKind, str]]:
        there = {collision.kind for day in self.page.days for collision in day.collisions}
        yield from ((kind, self.page.words.short_kinds[kind]) for kind in CollisionKind if kind in there)

    def _word(self, x: float, y: float, word: str) -> float:
        ink.write(self.draw, (x + 66, y + 24), word, ink.font(32), fill=ink.TEXT, anchor="lm")
        return x + 66 + ink.font(32).getlength(word) + 36


def _badge(draw: ImageDraw.ImageDraw, centre: tuple[float, float], kind: CollisionKind) -> None:
    (x, y), half = centre, 22
    certain = kind is CollisionKind.CERTAIN
    box = (x - half, y - half, x + half, y + half)
    draw.ellipse(box, fill=ink.SUN if certain else ink.PAPER, outline=ink.CRASH, width=4)
    sign = {CollisionKind.CERTAIN: "!", CollisionKind.POSSIBLE: "△", CollisionKind.UNKNOWN: "?"}.get(kind, "↔")
    ink.write(draw, (x, y), sign, ink.font(30 if sign in "!?" else 24, "Bold"), fill=ink.CRASH, anchor="mm")
