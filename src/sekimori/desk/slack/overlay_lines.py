"""What is said of several calendars, line by line: for the list in blocks and for the picture's alternative text."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final
from zoneinfo import ZoneInfo

from sekimori.core.timespan import Timespan
from sekimori.desk.domain.coordinated import (
    CollisionsShown,
    Marked,
    NotConnected,
    NothingRead,
    PastedShown,
    Side,
    TogetherShown,
    Whose,
)
from sekimori.desk.domain.disclosure import Precision, Slot
from sekimori.desk.domain.free_busy import BusyPeriod, FbType
from sekimori.desk.domain.hours import MINUTES_A_DAY, Hours
from sekimori.desk.domain.overlay import Collision, CollisionKind
from sekimori.desk.slack.overlay_wording import OVERLAY_WORDINGS, OverlayWording
from sekimori.desk.slack.week import clock, minutes
from sekimori.desk.slack.wording import MARKS, WORDINGS, Wording

_MOST_UNREAD: Final = 20
UTC: Final = ZoneInfo("UTC")
OverlayShown = TogetherShown | CollisionsShown | PastedShown


@dataclass(frozen=True, slots=True, kw_only=True)
class OverlayDay:
    """One local day: a row of runs for each calendar, and what they make together."""

    date: date
    holiday: str | None
    off: bool
    sides: tuple[tuple[Slot, ...], ...]
    free: tuple[Timespan, ...]
    uncertain: tuple[BusyPeriod, ...]
    collisions: tuple[Collision, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """Says things in one language and zone."""

    wording: Wording
    words: OverlayWording
    zone: ZoneInfo

    def title(self, shown: OverlayShown, days: Sequence[date]) -> str:
        """Name the people, what is shown of them, and the days."""
        people = [self.wording.name(side.person) for side in shown.overlay.sides]
        stretch = self.wording.days(days[0], days[-1]) if days else ""
        if isinstance(shown, TogetherShown):
            names, length = self.words.between.join(people), self.words.length(shown.overlay.duration)
            return self.words.together.format(names=names, length=length, days=stretch).strip()
        title = self.words.pasted if isinstance(shown, PastedShown) else self.words.collisions
        return title.format(name=people[0], days=stretch).strip()

    def label(self, side: Side) -> str:
        """Name a calendar in a column's head."""
        if side.whose is Whose.ALL:
            latin = next((name for name in side.person.names if name.isascii()), side.person.names[0])
            return latin if self.words.ours.isascii() else side.person.names[0]
        return self.words.ours if side.whose is Whose.OURS else self.words.theirs

    def remarks(self, shown: OverlayShown) -> Iterator[str]:
        """Say what has to be known to read the rest."""
        overlay = shown.overlay
        if isinstance(shown, CollisionsShown):
            yield self._count(shown)
        for name in dict.fromkeys(self._of(side) for side in overlay.sides if _unknown(side)):
            yield self.words.unknown_of.format(name=name)
        if any(side.person.precision is Precision.DAY_PART for side in overlay.sides):
            yield self.words.by_part

    def sections(self, shown: OverlayShown, days: Sequence[OverlayDay], number: int) -> Iterator[str]:
        """Say the answer itself, then by which rules free time was looked for."""
        if isinstance(shown, PastedShown) and number == 0:
            yield "\n".join(self.marked(piece) for piece in shown.marks)
        if isinstance(shown, CollisionsShown):
            yield "\n".join(self.collision(c) for day in days for c in day.collisions)
        free = [line for day in days if (line := self.day(day))]
        if isinstance(shown, TogetherShown):
            yield "\n".join(free) if any(d.free or d.uncertain for d in days) else self._nothing(shown)
        elif isinstance(shown, CollisionsShown) and any(day.free for day in days):
            yield "\n".join((self.words.free, *free))
        if not isinstance(shown, PastedShown):
            yield self._rules(shown)

    def day(self, day: OverlayDay) -> str:
        """Say in one line what is free on a day; nothing of a day off."""
        name = self.wording.day(day.date)
        if day.holiday:
            return f"{name}: {day.holiday}"
        if day.off:
            return ""
        free = ", ".join(self.span(span) for span in day.free)
        doubts = [self._doubts(day.uncertain, fb_type) for fb_type in (FbType.TENTATIVE, FbType.UNKNOWN)]
        said = [f"○ {free}"] * bool(free) + [doubt for doubt in doubts if doubt]
        return f"{name}: {'  '.join(said) or '–'}"

    def _doubts(self, pieces: Sequence[BusyPeriod], fb_type: FbType) -> str:
        spans = ", ".join(self.span(piece.span) for piece in pieces if piece.fb_type is fb_type)
        return f"{MARKS[fb_type]} {spans}" if spans else ""

    def collision(self, collision: Collision) -> str:
        """Say one collision, and what each side says."""
        day = self.wording.day(collision.span.start.astimezone(self.zone).date())
        kind = self.words.kinds[collision.kind]
        if collision.kind is CollisionKind.CLOSE:
            middle = collision.span.start + collision.span.duration / 2
            return f"△ {day} {self.words.around.format(time=clock(minutes(middle, self.zone)))} {kind}"
        mark = {CollisionKind.CERTAIN: "✕", CollisionKind.POSSIBLE: "△"}.get(collision.kind, "？")
        sides = f"{self.words.ours} {self._type(collision.ours)} / {self.words.theirs} {self._type(collision.theirs)}"
        return f"{mark} {day} {self.span(collision.span)} {kind} ({sides})"

    def marked(self, piece: Marked) -> str:
        """Say a pasted time with its mark, or why there is none."""
        time = piece.time
        if time.unread:
            return self.words.unread_line.format(words=time.words.reveal(), why=self.words.unread[time.unread])
        when = f"{self.wording.day(time.day)} {self.hours(time.hours)}" if time.day else ""
        if piece.fb_type is None:
            return f"– {when} {self.words.over}"
        word = self.wording.kinds.get(piece.fb_type) or self.wording.legend[MARKS[piece.fb_type]]
        return f"{MARKS[piece.fb_type]} {when} {word}"

    def span(self, span: Timespan) -> str:
        """Write when something is."""
        return f"{clock(minutes(span.start, self.zone))}–{clock(minutes(span.end, self.zone) or MINUTES_A_DAY)}"

    def hours(self, hours: Hours) -> str:
        """Write hours by the clock, halves of a day and whole days by name."""
        if hours == Hours():
            return self.words.all_day
        if hours == Hours(closes=MINUTES_A_DAY // 2):
            return self.wording.morning
        if hours == Hours(opens=MINUTES_A_DAY // 2):
            return self.wording.afternoon
        return f"{clock(hours.opens)}–{clock(hours.closes)}"

    def _type(self, fb_type: FbType) -> str:
        return self.wording.kinds.get(fb_type) or self.wording.legend[MARKS[fb_type]]

    def _of(self, side: Side) -> str:
        name = self.wording.name(side.person)
        if side.whose is Whose.ALL:
            return self.words.all_sides.format(name=name)
        return self.words.side.format(name=name, side=self.label(side))

    def _count(self, shown: CollisionsShown) -> str:
        count = sum(c.kind is not CollisionKind.UNKNOWN for c in shown.collisions)
        if count:
            return self.words.collision_count.format(count=count)
        return self.words.none_certain if any(map(_unknown, shown.overlay.sides)) else self.words.no_collision

    def _nothing(self, shown: TogetherShown) -> str:
        overlay = shown.overlay
        return self.words.nothing_free if overlay.working.within(overlay.window) else self.words.no_working_time

    def _rules(self, shown: TogetherShown | CollisionsShown) -> str:
        working = shown.overlay.working
        if working.hours is None:
            return ""
        said = [self.words.rules.format(hours=self.hours(working.hours))]
        if working.lunch and working.hours.within(working.lunch):
            said.append(self.words.lunch.format(lunch=self.hours(working.lunch)))
        if working.buffer:
            said.append(self.words.buffer.format(length=self.words.length(working.buffer)))
        return ("" if self.words.lunch.isascii() is False else " ").join(said)


def _unknown(side: Side) -> bool:
    return any(slot.fb_type is FbType.UNKNOWN for slot in side.schedule.slots)


def unread_lines(reply: NothingRead) -> tuple[str, ...]:
    """Say of each pasted line why it is of no use."""
    saying = Saying(wording=WORDINGS[reply.language], words=OVERLAY_WORDINGS[reply.language], zone=UTC)
    return tuple(saying.marked(Marked(time=time)) for time in reply.times[:_MOST_UNREAD])


def not_connected(reply: NotConnected) -> str:
    """Say that somebody has no calendar elsewhere, and what to do about it."""
    language = reply.allow.standing.partner.language
    return OVERLAY_WORDINGS[language].not_connected.format(name=WORDINGS[language].name(reply.allow.person))
