"""Reads a question in Japanese or English: who, when, and how long."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sekimori.core.confidential import Personal
from sekimori.core.timespan import Timespan
from sekimori.desk.domain.hours import MINUTES_A_DAY, Hours, instant
from sekimori.desk.domain.phrases.dates import Days
from sekimori.desk.domain.phrases.people import MOST_PEOPLE
from sekimori.desk.domain.phrases.reading import Draft, draft
from sekimori.desk.domain.phrases.times import When
from sekimori.desk.domain.policy import Language
from sekimori.desk.domain.printing import printed
from sekimori.desk.domain.question import NotUnderstood, Question, Unclear

LONGEST: Final = 500
_MOST: Final = 5


def read(text: Personal[str], *, today: date, zone: ZoneInfo) -> Question | NotUnderstood:
    """Understand a question, or say why not; nothing is guessed.

    Names are not looked up here: whether somebody of that name exists is for the policy, so that an unknown name
    and a known one are read alike. Where the words have several meanings the candidates are those meanings, each
    printed so that it has no other. Law: whatever is typed has an answer.
    """
    if len(text.reveal()) > LONGEST:
        return NotUnderstood(reason=Unclear.TOO_LONG)
    return _Reading(draft=draft(text.reveal(), today), zone=zone).answer()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """The words of one question, being made a question of."""

    draft: Draft
    zone: ZoneInfo

    def answer(self) -> Question | NotUnderstood:
        people, times = self.draft.people, self.draft.times
        if not people.names:
            return NotUnderstood(reason=Unclear.NO_PERSON)
        if len(people.names) > MOST_PEOPLE:
            return NotUnderstood(reason=Unclear.TOO_MANY_PEOPLE)
        if self.draft.unsupported:
            return self._not(Unclear.UNSUPPORTED, self._questions())
        if times.reason:
            return self._not(times.reason, self._questions())
        if people.extra or people.unread:
            return self._not(Unclear.EXTRA_WORDS, self._without_extra())
        return self._one(times.whens[0])

    def _one(self, when: When) -> Question | NotUnderstood:
        question = self._question(people_in(self.draft), when)
        if question is None or not on_the_clock(when, self.zone):
            return self._not(Unclear.CLOCK_CHANGE, self._around(when))
        return question

    def _questions(self) -> Iterator[Question]:
        for when in self.draft.times.whens:
            question = self._question(people_in(self.draft), when)
            if question is not None and on_the_clock(when, self.zone):
                yield question

    def _without_extra(self) -> Iterator[Question]:
        """Offer the question without the words that were not read, then with each of them as the only name."""
        yield from self._questions()
        for name in self.draft.people.extra:
            question = self._question((name,), self.draft.times.whens[0])
            if question is not None:
                yield question

    def _around(self, when: When) -> Iterator[Question]:
        """Offer the hour after the one that the clock skips, and the whole day."""
        moved = Hours(opens=min(when.hours.opens + 60, 1380), closes=min(when.hours.closes + 60, MINUTES_A_DAY))
        for hours in (moved, Hours()):
            other = When(days=when.days, hours=hours)
            question = self._question(people_in(self.draft), other)
            if question is not None and on_the_clock(other, self.zone):
                yield question

    def _question(self, names: tuple[str, ...], when: When) -> Question | None:
        try:
            start = instant(when.days.first, when.hours.opens, self.zone)
            end = instant(when.days.last, when.hours.closes, self.zone)
        except OverflowError:
            return None
        if start >= end:
            return None
        first, *others = (Personal(name) for name in names)
        return Question(
            name=first,
            first=when.days.first,
            last=when.days.last,
            hours=when.hours,
            window=Timespan(start, end),
            others=tuple(others),
            duration=self.draft.times.duration,
        )

    def _not(self, reason: Unclear, questions: Iterable[Question]) -> NotUnderstood:
        language = Language.JA if self.draft.japanese else Language.EN
        phrases = dict.fromkeys(printed(question, language) for question in questions)
        return NotUnderstood(reason=reason, candidates=tuple(phrases)[:_MOST])


def people_in(found: Draft) -> tuple[str, ...]:
    """Return the names of a draft."""
    return found.people.names


def on_the_clock(when: When, zone: ZoneInfo) -> bool:
    """Say whether the hours of a single day can be read off a clock there; of many days one may lack them."""
    if when.days.first != when.days.last:
        return True
    return all(_shown(when.days, minutes, zone) for minutes in (when.hours.opens, when.hours.closes))


def _shown(days: Days, minutes: int, zone: ZoneInfo) -> bool:
    wall = datetime.combine(days.first, time()) + timedelta(minutes=minutes)
    there = instant(days.first, minutes, zone).astimezone(zone)
    return there.replace(tzinfo=None) == wall or minutes in {0, MINUTES_A_DAY}
