"""A schedule arranged for the eye: pages of at most a week, each day a row of runs."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from sekimori.core.timespan import Timespan
from sekimori.desk.domain.ask import Shown
from sekimori.desk.domain.disclosure import NOON, Day, Precision, Slot
from sekimori.desk.domain.free_busy import FbType
from sekimori.desk.slack.wording import MARKS, WORDINGS, Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One week of an answer, with all that is said around it; every text in it is ours."""

    wording: Wording
    zone: ZoneInfo
    title: str
    days: tuple[Day, ...]
    by_part: bool
    remarks: tuple[str, ...]
    as_of: str
    record: str

    @property
    def empty(self) -> bool:
        """Say whether there is no hour to show."""
        return not any(day.slots for day in self.days)


def pages(shown: Shown) -> tuple[Page, ...]:
    """Cut an answer into weeks, Monday to Sunday."""
    wording = WORDINGS[shown.allow.standing.partner.language]
    weeks = [tuple(days) for _week, days in groupby(shown.schedule.days, key=lambda day: day.date.isocalendar()[:2])]
    return tuple(_page(shown, wording, days) for days in weeks or [()])


def _page(shown: Shown, wording: Wording, days: tuple[Day, ...]) -> Page:
    zone = shown.schedule.zone
    first, last = (days[0].date, days[-1].date) if days else (shown.question.first, shown.question.last)
    return Page(
        wording=wording,
        zone=zone,
        title=wording.title.format(name=wording.name(shown.allow.person), days=wording.days(first, last)),
        days=days,
        by_part=shown.allow.person.precision is Precision.DAY_PART,
        remarks=tuple(_remarks(shown, wording, days)),
        as_of=wording.as_of.format(time=shown.at.astimezone(zone).strftime("%-m/%-d %-H:%M"), zone=zone.key),
        record=wording.record.format(seq=shown.record.seq, hash=shown.record.hash[:8]),
    )


def _remarks(shown: Shown, wording: Wording, days: tuple[Day, ...]) -> Iterator[str]:
    types = [slot.fb_type for day in days for slot in day.slots]
    if not types:
        yield wording.nothing_left
        return
    if FbType.UNKNOWN in types:
        reason = wording.because[shown.problem] if shown.problem else ""
        known = any(fb_type is not FbType.UNKNOWN for fb_type in types)
        yield (
            reason
            + (" " if reason.isascii() and reason else "")
            + (wording.some_unknown if known else wording.all_unknown)
        )


def runs(day: Day) -> tuple[Slot, ...]:
    """Join neighbouring slots of one type."""
    joined: list[Slot] = []
    for slot in day.slots:
        if joined and joined[-1].fb_type is slot.fb_type and joined[-1].span.end == slot.span.start:
            joined[-1] = Slot(span=Timespan(joined[-1].span.start, slot.span.end), fb_type=slot.fb_type)
        else:
            joined.append(slot)
    return tuple(joined)


def minutes(moment: datetime, zone: ZoneInfo) -> int:
    """Return the minutes since local midnight by the wall clock."""
    local = moment.astimezone(zone)
    return local.hour * 60 + local.minute


def clock(of_day: int) -> str:
    """Write minutes since midnight as a time."""
    return f"{of_day // 60}:{of_day % 60:02}"


def label(slot: Slot, page: Page) -> str:
    """Write when a slot is: by the clock, or as morning and afternoon where no more may be shown."""
    start = minutes(slot.span.start, page.zone)
    if page.by_part:
        return page.wording.morning if start < NOON else page.wording.afternoon
    end = minutes(slot.span.end, page.zone) or 24 * 60
    return f"{clock(start)}–{clock(end)}"


def sign(fb_type: FbType, wording: Wording) -> str:
    """Write a type as its mark, with a word where the mark alone says less."""
    kind = wording.kinds.get(fb_type)
    return f"{MARKS[fb_type]} {kind}" if kind else MARKS[fb_type]


def in_words(day: Day, page: Page) -> str:
    """Say a day in one line: what is not free, or that all of it is."""
    wording = page.wording
    taken = [run for run in (day.slots if page.by_part else runs(day)) if run.fb_type is not FbType.FREE]
    if not day.slots:
        return f"{wording.named_day(day.date)}: –"
    said = ", ".join(f"{label(run, page)} {_word(run.fb_type, wording)}" for run in taken)
    return f"{wording.named_day(day.date)}: {said or wording.nothing_on}"


def _word(fb_type: FbType, wording: Wording) -> str:
    return wording.kinds.get(fb_type) or wording.legend[MARKS[fb_type]]
