"""Several calendars arranged for the eye: pages of at most a week, a column for each calendar in every day."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from zoneinfo import ZoneInfo

from sekimori.desk.domain.coordinated import Overlaid, PastedShown, Side, TogetherShown
from sekimori.desk.domain.disclosure import Slot
from sekimori.desk.domain.hours import Hours
from sekimori.desk.domain.overlay import Collision
from sekimori.desk.slack.overlay_lines import OverlayDay, OverlayShown, Saying
from sekimori.desk.slack.overlay_wording import OVERLAY_WORDINGS, OverlayWording
from sekimori.desk.slack.week import runs
from sekimori.desk.slack.wording import WORDINGS, Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class OverlayPage:
    """One week of an answer, with all that is said around it.

    Attributes:
        labels: what the calendars are called, in a column's head.
        sections: paragraphs of lines; what somebody typed is in them, without what cannot be seen.
    """

    wording: Wording
    words: OverlayWording
    zone: ZoneInfo
    title: str
    labels: tuple[str, ...]
    days: tuple[OverlayDay, ...]
    remarks: tuple[str, ...]
    sections: tuple[str, ...]
    as_of: str
    record: str

    @property
    def empty(self) -> bool:
        """Say whether there is no hour to draw."""
        return not any(slots for day in self.days for slots in day.sides)


def overlay_pages(shown: OverlayShown) -> tuple[OverlayPage, ...]:
    """Cut an answer into weeks, Monday to Sunday; days off on which nothing happens are left out."""
    overlay = shown.overlay
    found = () if isinstance(shown, TogetherShown) else shown.collisions
    every = [_day(date, overlay, found) for date in overlay.days]
    days = [day for day in every if not day.off or day.collisions or isinstance(shown, PastedShown)] or every
    weeks = [tuple(week) for _number, week in groupby(days, key=lambda day: day.date.isocalendar()[:2])]
    return tuple(_page(shown, week, number) for number, week in enumerate(weeks or [()]))


def _day(day: date, overlay: Overlaid, collisions: Sequence[Collision]) -> OverlayDay:
    zone, working = overlay.working.zone, overlay.working
    whole = Hours().on(day, zone)
    slots = tuple(_slots(side, day) for side in overlay.sides)
    longest = [piece for piece in overlay.common.uncertain if piece.span.duration >= overlay.duration]
    return OverlayDay(
        date=day,
        holiday=working.holiday(day),
        off=working.is_off(day),
        sides=slots,
        free=tuple(span for span in overlay.common.free if whole and span.overlaps(whole)),
        uncertain=tuple(piece for piece in longest if whole and piece.span.overlaps(whole)),
        collisions=tuple(c for c in collisions if whole and c.span.overlaps(whole)),
    )


def _slots(side: Side, day: date) -> tuple[Slot, ...]:
    return next((runs(found) for found in side.schedule.days if found.date == day), ())


def _page(shown: OverlayShown, days: tuple[OverlayDay, ...], number: int) -> OverlayPage:
    overlay = shown.overlay
    language, zone = overlay.standing.partner.language, overlay.working.zone
    wording, words = WORDINGS[language], OVERLAY_WORDINGS[language]
    saying = Saying(wording=wording, words=words, zone=zone)
    return OverlayPage(
        wording=wording,
        words=words,
        zone=zone,
        title=saying.title(shown, [day.date for day in days]),
        labels=tuple(saying.label(side) for side in overlay.sides),
        days=days,
        remarks=tuple(saying.remarks(shown)) if number == 0 else (),
        sections=tuple(section for section in saying.sections(shown, days, number) if section),
        as_of=wording.as_of.format(time=overlay.at.astimezone(zone).strftime("%-m/%-d %-H:%M"), zone=zone.key),
        record=wording.record.format(seq=overlay.record.seq, hash=overlay.record.hash[:8]),
    )
