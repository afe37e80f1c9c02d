"""The use case: a question comes in, and what may be told goes out, recorded before and after."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

from sekimori.audit.entry import Entry
from sekimori.audit.log import AuditUnavailable
from sekimori.core.clock import Clock
from sekimori.core.confidential import Personal
from sekimori.core.errors import SekimoriError
from sekimori.desk.domain.asker import Actor, Place, Setting, Unconfirmed
from sekimori.desk.domain.choice import Choice
from sekimori.desk.domain.disclosure import Schedule, Terms, disclose
from sekimori.desk.domain.free_busy import FbType
from sekimori.desk.domain.grammar import read
from sekimori.desk.domain.journal import Calls, Journal
from sekimori.desk.domain.narrowing import NothingNarrowed, Reading, narrowed
from sekimori.desk.domain.offers import by_name, of_one_name, one_by_one, whoever_it_is
from sekimori.desk.domain.policy import (
    Allow,
    Deny,
    Language,
    PersonTerms,
    Policy,
    Several,
    Standing,
    Surface,
    admit,
    decide,
    decide_person,
    may_ask,
)
from sekimori.desk.domain.ports import Finding, FreeBusyProvider, Problem
from sekimori.desk.domain.question import NotUnderstood, Question, Unclear

SHOWN: Final = "shown"
OFFERED: Final = "offered"
UNKNOWN: Final = "unknown"
FAILED: Final = "failed"
WITHHELD: Final = "withheld"
_NOTHING_NARROWED: Final = NothingNarrowed()


_NOTHING: Final = Personal("")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """One question as it arrived: typed, or chosen from a form.

    ``surface`` is where the answer goes if the way of asking decides it, otherwise the partner's setting does.
    """

    actor: Actor | Unconfirmed
    place: Place
    text: Personal[str] = _NOTHING
    choice: Choice | None = None
    surface: Surface | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What may be shown; ``problem`` says why parts of it are unknown."""

    allow: Allow
    question: Question
    schedule: Schedule
    problem: Problem | None
    record: Entry
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """The question passes, and its answer is to be shown in a modal: nothing was looked up until one is opened."""

    allow: Allow
    choice: Choice
    record: Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The question does not pass. Nothing here says why, so that no reply can."""

    language: Language
    record: Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One of several people of one name, with the days that were asked about."""

    person: PersonTerms
    choice: Choice


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A permitted requester's words were not understood; they are asked back."""

    language: Language
    reason: Unclear
    candidates: tuple[str, ...]
    choices: tuple[Candidate, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NotRecorded:
    """The audit log could not be written: nothing is disclosed. The cause is for the operator, not for the asker."""

    language: Language
    cause: SekimoriError


Reply = Shown | Offered | Refused | Asked | NotRecorded


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What a requester can choose from in a form at this moment."""

    standing: Standing
    people: tuple[PersonTerms, ...]
    at: datetime
    zone: ZoneInfo


@dataclass(frozen=True, slots=True, kw_only=True)
class Understanding:
    """What the desk makes of a question, before anything is asked of a calendar or recorded."""

    question: Question | NotUnderstood | None
    decision: Allow | Deny | NotUnderstood
    language: Language
    partner: str | None = None
    choices: tuple[Candidate, ...] = ()


def understand(
    policy: Policy, asking: Asking, now: datetime, words: Question | NotUnderstood | None = None
) -> Understanding:
    """Read and decide a question. Whoever may not ask at all is refused before their words are read.

    ``words`` is what they came to, where they were read already at this instant.
    """
    standing = admit(policy, asking.actor, asking.place, now)
    if isinstance(standing, Deny):
        return Understanding(question=None, decision=standing, language=standing.language, partner=standing.partner)
    question = words or _read(policy, asking, now)
    if isinstance(question, NotUnderstood):
        people, today = may_ask(policy, standing, now), now.astimezone(policy.zone).date()
        language = standing.partner.language
        if question.reason is Unclear.NO_PERSON:
            question = whoever_it_is(asking.text, people, today=today, zone=policy.zone, language=language)
        else:
            question = by_name(question, people, today=today, zone=policy.zone)
    decision = _decided(policy, asking, question, now)
    if isinstance(question, Question) and question.others:
        decision = one_by_one(question, standing.partner.language)
    choices: tuple[Candidate, ...] = ()
    if isinstance(decision, Several) and isinstance(question, Question):
        choices = tuple(_candidate(person, question) for person in decision.people)
        decision = of_one_name(decision.people, question, standing.partner.language)
    assert not isinstance(decision, Several)  # only a question can name several people
    return Understanding(
        question=question,
        decision=decision,
        language=standing.partner.language,
        partner=standing.partner.partner,
        choices=choices,
    )


def _read(policy: Policy, asking: Asking, now: datetime) -> Question | NotUnderstood:
    if asking.choice is not None:
        return asking.choice.question(policy.zone)
    return read(asking.text, today=now.astimezone(policy.zone).date(), zone=policy.zone)


def _decided(
    policy: Policy, asking: Asking, question: Question | NotUnderstood, now: datetime
) -> Allow | Several | Deny | NotUnderstood:
    if isinstance(question, NotUnderstood):
        return question
    if asking.choice is not None:
        person, window = asking.choice.person, question.window
        return decide_person(policy, asking.actor, asking.place, person=person, window=window, now=now)
    return decide(policy, asking.actor, asking.place, question, now)


def _candidate(person: PersonTerms, question: Question) -> Candidate:
    return Candidate(person=person, choice=_choice(person, question))


def _choice(person: PersonTerms, question: Question) -> Choice:
    return Choice(person=person.person, first=question.first, last=question.last, hours=question.hours)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Begun:
    """A question whose intent is recorded."""

    asking: Asking
    question: Question
    allow: Allow
    intent: Entry
    calls: Calls
    now: datetime


class Desk:
    """Answers questions: decide, record the intent, ask the provider, disclose, record the outcome."""

    def __init__(
        self,
        *,
        policy: Policy,
        provider: FreeBusyProvider,
        journal: Journal,
        clock: Clock,
        narrowings: Reading = _NOTHING_NARROWED,
    ) -> None:
        self._policy = policy
        self._narrowings = narrowings
        self._provider = provider
        self._journal = journal
        self._clock = clock

    @property
    def zone(self) -> ZoneInfo:
        """The zone in which the desk's days begin and end."""
        return self._policy.zone

    async def policy(self) -> Policy:
        """Return what passes at this moment: the manifest's terms, less what was paused and narrowed since.

        Raises:
            SekimoriError: that cannot be told; nothing may be disclosed.
        """
        return narrowed(self._policy, await self._narrowings.in_force())

    async def ask(self, asking: Asking) -> Reply:
        """Answer one question. Where its entry cannot be written, nothing is disclosed."""
        now = self._clock()
        try:
            policy = await self.policy()
        except SekimoriError as error:
            return NotRecorded(language=self._policy.language, cause=error)
        return await self.answer(asking, understand(policy, asking, now), now)

    async def answer(self, asking: Asking, understanding: Understanding, now: datetime) -> Reply:
        """Answer a question that was understood a moment ago, at ``now``, as :meth:`ask` does."""
        try:
            return await self._reply(asking, understanding, now)
        except SekimoriError as error:
            return NotRecorded(language=understanding.language, cause=error)

    async def options(self, actor: Actor | Unconfirmed, place: Place) -> Options | Refused | NotRecorded:
        """Say what somebody can choose from; whoever may not ask is refused, and the refusal recorded."""
        now, language = self._clock(), self._policy.language
        try:
            policy = await self.policy()
            standing = admit(policy, actor, place, now)
            if isinstance(standing, Standing):
                people = may_ask(policy, standing, now)
                return Options(standing=standing, people=people, at=now, zone=policy.zone)
            language = standing.language
            return Refused(language=language, record=await self._journal.refused(standing, actor, place))
        except SekimoriError as error:
            return NotRecorded(language=language, cause=error)

    async def not_delivered(self, outcomes: Sequence[Entry]) -> None:
        """Record that what these outcomes announced did not reach whoever asked.

        Raises:
            AuditUnavailable: it could not be recorded.
        """
        for outcome in outcomes:
            await self._journal.not_delivered(outcome)

    async def _reply(self, asking: Asking, understanding: Understanding, now: datetime) -> Reply:
        decision, actor = understanding.decision, asking.actor
        if isinstance(decision, Deny):
            record = await self._journal.refused(decision, actor, asking.place)
            return Refused(language=decision.language, record=record)
        assert isinstance(actor, Actor)  # whoever is not confirmed has been denied
        if isinstance(decision, NotUnderstood):
            await self._journal.unclear(decision.reason, understanding.partner or "", actor, asking.place)
            return Asked(
                language=understanding.language,
                reason=decision.reason,
                candidates=decision.candidates,
                choices=understanding.choices,
            )
        assert isinstance(understanding.question, Question)  # only a question is allowed
        intent = await self._journal.intent(decision, actor, asking.place)
        if asking.surface is None and decision.standing.partner.answer_in is Surface.MODAL:
            return await self._offer(intent, decision, understanding.question)
        async with self._journal.held_calls(intent, self._provider.name) as calls:
            begun = _Begun(
                asking=asking, question=understanding.question, allow=decision, intent=intent, calls=calls, now=now
            )
            return await self._answer(begun)

    async def _offer(self, intent: Entry, allow: Allow, question: Question) -> Offered:
        surface = Surface.MODAL.value
        record = await self._journal.outcome(intent, result=OFFERED, periods=0, unknown=0, surface=surface)
        return Offered(allow=allow, choice=_choice(allow.person, question), record=record)

    async def _answer(self, begun: _Begun) -> Shown | Refused:
        surface = surface_of(begun.asking, begun.allow)
        finding = await self._find(begun, surface)
        # Looking up takes its time: what was paused or narrowed meanwhile holds already.
        understanding = understand(await self.policy(), begun.asking, begun.now, begun.question)
        allow, question, now = understanding.decision, begun.question, begun.now
        if not isinstance(allow, Allow):
            return Refused(language=understanding.language, record=await self._nothing_shown(begun, WITHHELD, surface))
        schedule = self._disclosed(allow, question, finding, now)
        record = await self._record(begun, surface, finding, schedule)
        return Shown(allow=allow, question=question, schedule=schedule, problem=finding.problem, record=record, at=now)

    async def _find(self, begun: _Begun, surface: Surface) -> Finding:
        """Ask the provider; a defect in it is recorded and ends the question."""
        try:
            return await self._provider.free_busy(begun.allow.person.person, begun.allow.window, begun.calls)
        except AuditUnavailable:
            raise
        except Exception:
            await self._nothing_shown(begun, FAILED, surface)
            raise

    async def _nothing_shown(self, begun: _Begun, result: str, surface: Surface) -> Entry:
        return await self._journal.outcome(
            begun.intent, result=result, periods=0, unknown=0, surface=surface.value, calls=begun.calls
        )

    def _disclosed(self, allow: Allow, question: Question, finding: Finding, now: datetime) -> Schedule:
        hours = allow.person.hours.within(question.hours)
        if hours is None:
            return Schedule(zone=self._policy.zone, days=())
        terms = Terms(precision=allow.person.precision, hours=hours, zone=self._policy.zone)
        return disclose(finding.free_busy, terms, window=allow.window, now=now)

    async def _record(self, begun: _Begun, surface: Surface, finding: Finding, schedule: Schedule) -> Entry:
        slots = schedule.slots
        unknown = sum(slot.fb_type is FbType.UNKNOWN for slot in slots)
        nothing_known = finding.problem is not None and unknown == len(slots)
        return await self._journal.outcome(
            begun.intent,
            result=UNKNOWN if nothing_known else SHOWN,
            periods=len(slots),
            unknown=unknown,
            surface=surface.value,
            calls=begun.calls,
        )


def surface_of(asking: Asking, allow: Allow) -> Surface:
    """Say where an answer is shown; what is asked in a direct conversation is answered there."""
    if asking.surface is not None:
        return asking.surface
    return Surface.DIRECT if asking.place.setting is Setting.DIRECT else allow.standing.partner.answer_in
