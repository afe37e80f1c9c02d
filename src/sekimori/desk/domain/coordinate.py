"""Questions about several calendars at once: collisions, common free time, pasted times.

The entry points, each audited in the order of :mod:`sekimori.desk.domain.ask` (decide every person, record an intent
for each, ask the providers, disclose, record an outcome for each). A refusal of one person refuses all, in the words
in which everybody is refused.

``Coordinator.ask(asking)``
    A typed question. Where it names several people or a duration, the common free time; where it has a word for
    collisions, those; everything else goes to the desk as before. Chat commands call this instead of ``Desk.ask``.
``Coordinator.collisions(asking)``
    The button 衝突を調べる: ``asking.choice`` says whose and which days. :class:`NotConnected` where the person has no
    calendar elsewhere; then ask for the times there, and call
``Coordinator.compare(asking)``
    Times that were typed or pasted, ``asking.text``, each marked by what our calendar says of it; ``asking.choice``
    says whose, its days do not matter.
``Coordinator.together(meeting)``
    Common free time of people who were chosen from a form.

What is answered is worked out of the schedules as they may be shown, never of what the providers said: whoever is
shown these schedules could have worked it out alone.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from sekimori.core.clock import Clock
from sekimori.core.errors import SekimoriError
from sekimori.core.ids import PersonId
from sekimori.desk.domain.ask import Asked, Asking, Desk, NotRecorded, Refused, Reply, understand
from sekimori.desk.domain.asker import Actor
from sekimori.desk.domain.choice import Choice
from sekimori.desk.domain.common_time import CommonTime
from sekimori.desk.domain.comparison import marked, pasted_side, placed, still_ahead, taken
from sekimori.desk.domain.coordinated import (
    CollisionsShown,
    Coordinated,
    NotConnected,
    NothingRead,
    Overlaid,
    PastedShown,
    TogetherShown,
    Whose,
)
from sekimori.desk.domain.deciding import Deciding, chosen, named
from sekimori.desk.domain.grammar import read
from sekimori.desk.domain.hours import Hours
from sekimori.desk.domain.inquiry import Inquiry, Lookup, collided, told
from sekimori.desk.domain.journal import Aim, Journal
from sekimori.desk.domain.pasted import PastedTime, read_times
from sekimori.desk.domain.policy import Allow, Deny, Language, PartnerTerms, Policy, admit
from sekimori.desk.domain.question import NotUnderstood, Question, Unclear
from sekimori.desk.domain.sources import Sources
from sekimori.desk.domain.wishes import take_collisions
from sekimori.desk.domain.working_time import WorkingTime

USUAL: Final = timedelta(minutes=30)
"""How long a meeting is where nobody says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """People who were chosen from a form for a meeting; ``asking.choice`` says which days, whatever its person."""

    asking: Asking
    people: tuple[PersonId, ...]
    duration: timedelta = USUAL


@dataclass(frozen=True, slots=True, kw_only=True)
class _Turn:
    """One question being answered: who asks what, by which policy, when."""

    asking: Asking
    policy: Policy
    partner: PartnerTerms
    now: datetime


class Coordinator:
    """Answers questions about several calendars.

    Args:
        working: the rules by which meetings are arranged, in the desk's zone.
        language: of the sentence that nothing can be recorded, where not even the policy can be had.
    """

    def __init__(
        self,
        *,
        desk: Desk,
        sources: Sources,
        journal: Journal,
        clock: Clock,
        working: WorkingTime,
        language: Language,
    ) -> None:
        self._desk = desk
        self._sources = sources
        self._journal = journal
        self._clock = clock
        self._working = working
        self._language = language
        self._inquiry = Inquiry(desk=desk, sources=sources, journal=journal, working=working)

    async def ask(self, asking: Asking) -> Reply | Coordinated:
        """Answer a typed question; several calendars where it is about them, or else one."""
        return await self._safely(asking, self._ask)

    async def collisions(self, asking: Asking) -> Reply | Coordinated:
        """Find where one person's calendars collide."""
        return await self._safely(asking, self._collide)

    async def compare(self, asking: Asking) -> Reply | Coordinated:
        """Mark pasted times by what our calendar says of them."""
        return await self._safely(asking, self._compare)

    async def together(self, meeting: Meeting) -> Reply | Coordinated:
        """Find common free time of people who were chosen from a form."""

        async def work(turn: _Turn) -> Reply | Coordinated:
            question = _question(turn)
            if isinstance(question, NotUnderstood):
                return await self._unclear(turn, question)
            if not meeting.people:
                return await self._unclear(turn, NotUnderstood(reason=Unclear.NO_PERSON))
            deciding = chosen(turn.asking, meeting.people, question.window, turn.now)
            return await self._meet(turn, replace(question, duration=meeting.duration), deciding)

        return await self._safely(meeting.asking, work)

    async def _safely(
        self, asking: Asking, work: Callable[[_Turn], Awaitable[Reply | Coordinated]]
    ) -> Reply | Coordinated:
        """Work for whoever may ask at all; where nothing can be recorded, nothing is disclosed."""
        now, language = self._clock(), self._language
        try:
            policy = await self._desk.policy()
            standing = admit(policy, asking.actor, asking.place, now)
            if isinstance(standing, Deny):
                language = standing.language
                return await self._refused(asking, standing)
            language = standing.partner.language
            return await work(_Turn(asking=asking, policy=policy, partner=standing.partner, now=now))
        except SekimoriError as error:
            return NotRecorded(language=language, cause=error)

    async def _ask(self, turn: _Turn) -> Reply | Coordinated:
        if turn.asking.choice is not None:
            return await self._alone(turn, None)
        if rest := take_collisions(turn.asking.text):
            return await self._collide(replace(turn, asking=replace(turn.asking, text=rest)))
        question = _question(turn)
        if isinstance(question, NotUnderstood) or not (question.others or question.duration):
            return await self._alone(turn, question)
        return await self._meet(turn, question, named(turn.asking, question, turn.now))

    async def _alone(self, turn: _Turn, words: Question | NotUnderstood | None) -> Reply:
        understanding = understand(turn.policy, turn.asking, turn.now, words)
        return await self._desk.answer(turn.asking, understanding, turn.now)

    async def _meet(self, turn: _Turn, question: Question, deciding: Deciding) -> Reply | Coordinated:
        allows = await self._allowed(turn, deciding)
        if not isinstance(allows, tuple):
            return allows
        lookup = _lookup(turn, question, deciding, allows, whose=(Whose.ALL,), aim=Aim.COMMON_TIME)
        found = await self._inquiry.overlay(lookup)
        return TogetherShown(overlay=found) if isinstance(found, Overlaid) else found

    async def _collide(self, turn: _Turn) -> Reply | Coordinated:
        question = _question(turn)
        if isinstance(question, NotUnderstood):
            return await self._unclear(turn, question)
        deciding = _deciding(turn, question)
        if question.others:  # two people have no collisions; what they can have is time in common
            return await self._meet(turn, question, deciding)
        allows = await self._allowed(turn, deciding)
        if not isinstance(allows, tuple):
            return allows
        if not self._sources.elsewhere(allows[0].person.person):
            return await self._not_connected(turn, question, allows[0])
        lookup = _lookup(turn, question, deciding, allows, whose=(Whose.OURS, Whose.THEIRS), aim=Aim.COLLISIONS)
        found = await self._inquiry.overlay(lookup)
        if not isinstance(found, Overlaid):
            return found
        ours, theirs = (told(side, found.window) for side in found.sides)
        return CollisionsShown(overlay=found, collisions=collided(ours, theirs, found.sides[0], self._working.buffer))

    async def _compare(self, turn: _Turn) -> Reply | Coordinated:
        asking, policy, now = turn.asking, turn.policy, turn.now
        if asking.choice is None:
            return await self._unclear(turn, NotUnderstood(reason=Unclear.NO_PERSON))
        today, language = now.astimezone(policy.zone).date(), turn.partner.language
        times = read_times(asking.text, today=today, zone=policy.zone, language=language)
        window = still_ahead(times, policy.zone, now)
        if window is None:
            await self._unclear(turn, NotUnderstood(reason=Unclear.NO_TIME))
            return NothingRead(language=turn.partner.language, times=times)
        deciding = chosen(asking, (asking.choice.person,), window, now)
        allows = await self._allowed(turn, deciding)
        if not isinstance(allows, tuple):
            return allows
        lookup = _lookup(turn, None, deciding, allows, whose=(Whose.OURS,), aim=Aim.PASTED_TIMES)
        found = await self._inquiry.overlay(lookup)
        return self._compared(found, times, now) if isinstance(found, Overlaid) else found

    def _compared(self, found: Overlaid, times: Sequence[PastedTime], now: datetime) -> PastedShown:
        (side,), zone, buffer = found.sides, self._working.zone, self._working.buffer
        pieces = placed(times, side.person, zone)
        ours, theirs = told(side, found.window), taken(pieces, found.window)
        named_days = {piece.time.day for piece in pieces}
        overlay = replace(
            found,
            days=tuple(day for day in found.days if day in named_days),
            sides=(side, pasted_side(side.person, theirs, zone, now)),
            common=CommonTime(),  # of what was not pasted nothing is known
        )
        return PastedShown(
            overlay=overlay,
            collisions=collided(ours, theirs, side, buffer),
            marks=marked(pieces, ours, buffer),
        )

    async def _allowed(self, turn: _Turn, deciding: Deciding) -> tuple[Allow, ...] | Refused | Asked:
        decision = deciding(turn.policy)
        if isinstance(decision, Deny):
            return await self._refused(turn.asking, decision)
        return await self._unclear(turn, decision) if isinstance(decision, NotUnderstood) else decision

    async def _refused(self, asking: Asking, denial: Deny) -> Refused:
        record = await self._journal.refused(denial, asking.actor, asking.place)
        return Refused(language=denial.language, record=record)

    async def _unclear(self, turn: _Turn, what: NotUnderstood) -> Asked:
        partner, actor = turn.partner, _confirmed(turn.asking)
        await self._journal.unclear(what.reason, partner.partner, actor, turn.asking.place)
        return Asked(language=partner.language, reason=what.reason, candidates=what.candidates)

    async def _not_connected(self, turn: _Turn, question: Question, allow: Allow) -> NotConnected:
        record = await self._journal.not_connected(allow, _confirmed(turn.asking), turn.asking.place)
        choice = Choice(person=allow.person.person, first=question.first, last=question.last, hours=question.hours)
        return NotConnected(allow=allow, choice=choice, record=record)


def _question(turn: _Turn) -> Question | NotUnderstood:
    zone = turn.policy.zone
    if turn.asking.choice is not None:
        return turn.asking.choice.question(zone)
    return read(turn.asking.text, today=turn.now.astimezone(zone).date(), zone=zone)


def _deciding(turn: _Turn, question: Question) -> Deciding:
    choice = turn.asking.choice
    if choice is not None:
        return chosen(turn.asking, (choice.person,), question.window, turn.now)
    return named(turn.asking, question, turn.now)


def _confirmed(asking: Asking) -> Actor:
    assert isinstance(asking.actor, Actor)  # whoever is not confirmed has been denied
    return asking.actor


def _lookup(
    turn: _Turn,
    question: Question | None,
    deciding: Deciding,
    allows: tuple[Allow, ...],
    *,
    whose: tuple[Whose, ...],
    aim: Aim,
) -> Lookup:
    return Lookup(
        asking=turn.asking,
        allows=allows,
        deciding=deciding,
        whose=whose,
        hours=question.hours if question else Hours(),
        duration=(question.duration if question else None) or USUAL,
        aim=aim,
        now=turn.now,
    )
