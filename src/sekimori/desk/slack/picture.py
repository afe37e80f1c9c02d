"""An answer's week as a PNG that reads well on a phone: 1080 pixels wide, days across, hours down."""

from collections.abc import Iterable
from datetime import date
from functools import cached_property
from typing import Final

from PIL import Image, ImageDraw

from sekimori.desk.domain.disclosure import NOON, Day, Slot
from sekimori.desk.domain.free_busy import FbType
from sekimori.desk.slack import ink
from sekimori.desk.slack.holiday_wording import short_holiday_in
from sekimori.desk.slack.png import encode
from sekimori.desk.slack.week import Page, clock, minutes, runs
from sekimori.desk.slack.wording import MARKS

WIDTH: Final = 1080
_MARGIN: Final = 36
_AXIS: Final = 112
_HOUR: Final = 84
_PARTS: Final = 480
_DAY_HEAD: Final = 130
_HOLIDAY: Final = 27
_TITLE: Final = 48
_TITLE_LINE: Final = 66
_REMARK: Final = 32
_REMARK_LINE: Final = 46
_FOOT: Final = 180
_MARK: Final = 36
_GAP: Final = 3
_INNER: Final = WIDTH - 2 * _MARGIN


def draw_page(page: Page) -> bytes:
    """Draw a page as PNG.

    Raises:
        ValueError: the page has no hour to show.
    """
    if page.empty:
        raise ValueError("there is no hour to draw")
    return _Sheet(page).png()


class _Sheet:
    """One picture being drawn."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.title = ink.wrapped(page.title, _TITLE, "Bold", _INNER)
        self.remarks = [line for remark in page.remarks for line in ink.wrapped(remark, _REMARK, "Regular", _INNER)]
        self.top = _MARGIN + _TITLE_LINE * len(self.title) + _REMARK_LINE * len(self.remarks) + _DAY_HEAD
        self.column = (_INNER - _AXIS) / len(page.days)
        self.image = Image.new("RGB", (WIDTH, round(self.y(self.last)) + _FOOT), ink.PAPER)
        self.draw = ImageDraw.Draw(self.image)

    @cached_property
    def first(self) -> int:
        """The minute of the day the grid starts at."""
        starts = [day.slots[0].span.start for day in self.page.days if day.slots]
        return min(minutes(start, self.page.zone) for start in starts) // 60 * 60

    @cached_property
    def last(self) -> int:
        """The minute of the day the grid ends at."""
        return max(-(-self._end(day.slots[-1]) // 60) * 60 for day in self.page.days if day.slots)

    def _end(self, slot: Slot) -> int:
        return minutes(slot.span.end, self.page.zone) or 24 * 60

    def y(self, minute: float) -> float:
        """Return where a minute of the day is."""
        scale = _PARTS / (self.last - self.first) if self.page.by_part else _HOUR / 60
        return self.top + (minute - self.first) * scale

    def png(self) -> bytes:
        """Draw everything."""
        self._head()
        columns = [(_MARGIN + _AXIS + number * self.column, day) for number, day in enumerate(self.page.days)]
        shapes = [(left, self._shapes(day)) for left, day in columns]
        for left, day in columns:
            self._day_head(day.date, left + self.column / 2)
            self._ground(left)
        for left, slots in shapes:
            self._fields([slot for slot in slots if slot.fb_type is FbType.FREE], left)
        self._axis()
        for left, slots in shapes:
            self._fields([slot for slot in slots if slot.fb_type is not FbType.FREE], left)
            self._marks(slots, left)
        self._foot()
        return encode(self.image)

    def _head(self) -> None:
        y = _MARGIN
        for line in self.title:
            self.draw.text((_MARGIN, y), line, font=ink.font(_TITLE, "Bold"), fill=ink.TEXT)
            y += _TITLE_LINE
        for line in self.remarks:
            self.draw.text((_MARGIN, y), line, font=ink.font(_REMARK), fill=ink.WARNING)
            y += _REMARK_LINE

    def _axis(self) -> None:
        if self.page.by_part:
            wording = self.page.wording
            for start, end, word in ((self.first, NOON, wording.morning), (NOON, self.last, wording.afternoon)):
                if start < end:
                    y = self.y((start + end) / 2)
                    ink.write(self.draw, (_MARGIN, y), word, ink.font(34), fill=ink.QUIET, anchor="lm")
            return
        right = _MARGIN + _AXIS
        for minute in range(self.first, self.last + 1, 60):
            y = self.y(minute)
            self.draw.line((right - 8, y, WIDTH - _MARGIN, y), fill=ink.LINE, width=2)
            ink.write(self.draw, (right - 18, y), clock(minute), ink.font(32), fill=ink.QUIET, anchor="rm")

    def _day_head(self, day: date, middle: float) -> None:
        holiday = short_holiday_in(self.page.wording.language, day)
        colour = ink.SUNDAY if holiday else {5: ink.SATURDAY, 6: ink.SUNDAY}.get(day.weekday(), ink.TEXT)
        weekday = self.page.wording.headed_weekday(day)
        number = ink.font(36, "Bold")
        ink.write(self.draw, (middle, self.top - 94), f"{day.month}/{day.day}", number, fill=colour, anchor="mm")
        ink.write(self.draw, (middle, self.top - 55), weekday, ink.font(32), fill=colour, anchor="mm")
        if holiday:
            size = round(_HOLIDAY * min(1, (self.column - 4 * _GAP) / ink.font(_HOLIDAY).getlength(holiday)))
            ink.write(self.draw, (middle, self.top - 20), holiday, ink.font(size), fill=colour, anchor="mm")

    def _shapes(self, day: Day) -> tuple[Slot, ...]:
        return day.slots if self.page.by_part else runs(day)

    def _ground(self, left: float) -> None:
        box = (left + _GAP, self.top + _GAP, left + self.column - _GAP, self.y(self.last) - _GAP)
        self.draw.rounded_rectangle(box, radius=8, fill=ink.FAINT)

    def _fields(self, slots: Iterable[Slot], left: float) -> None:
        for slot in slots:
            top, bottom = self._edges(slot)
            box = (left + _GAP, top + _GAP, left + self.column - _GAP, bottom - _GAP)
            ink.field(self.image, box, slot.fb_type)

    def _marks(self, slots: Iterable[Slot], left: float) -> None:
        for slot in slots:
            top, bottom = self._edges(slot)
            self._mark(slot.fb_type, (left + self.column / 2, (top + bottom) / 2), bottom - top)

    def _edges(self, slot: Slot) -> tuple[float, float]:
        return self.y(minutes(slot.span.start, self.page.zone)), self.y(self._end(slot))

    def _mark(self, fb_type: FbType, centre: tuple[float, float], height: float) -> None:
        x, y = centre
        size = min(_MARK, height - 16)
        word = self.page.wording.kinds.get(fb_type)
        if word is None or height < _HOUR:
            ink.mark(self.draw, centre, size, fb_type)
            return
        ink.mark(self.draw, (x, y - 18), size - 6, fb_type)
        font = ink.font(22 if word.isascii() else 26)
        ink.write(self.draw, (x, y + 22), word, font, fill=ink.INKS[fb_type].mark, anchor="mm")

    def _foot(self) -> None:
        x, y = float(_MARGIN), self.y(self.last) + 56
        for fb_type in (FbType.BUSY, FbType.TENTATIVE, FbType.FREE, FbType.UNKNOWN):
            word = self.page.wording.legend[MARKS[fb_type]]
            ink.field(self.image, (x, y, x + 52, y + 48), fb_type, behind=ink.PAPER)
            ink.mark(self.draw, (x + 26, y + 24), 26, fb_type)
            ink.write(self.draw, (x + 66, y + 24), word, ink.font(32), fill=ink.TEXT, anchor="lm")
            x += 66 + ink.font(32).getlength(word) + 38
        line = f"{self.page.as_of}  {self.page.record}"
        self.draw.text((_MARGIN, y + 88), line, font=ink.font(26), fill=ink.QUIET, anchor="lm")
