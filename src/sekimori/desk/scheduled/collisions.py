"""Tells a partner of new collisions between somebody's calendars, a message each, and withdraws what is gone.

What is there already when a watch begins is told in one message.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from sekimori.audit.canonical import Json
from sekimori.audit.entry import EntryKind
from sekimori.core.clock import Clock
from sekimori.core.ids import ChannelId
from sekimori.core.jobs import ClaimedJob, Job
from sekimori.core.timespan import Timespan
from sekimori.desk.domain.coordinated import Side, Whose
from sekimori.desk.domain.free_busy import FbType
from sekimori.desk.domain.inquiry import collided, told
from sekimori.desk.domain.lookout import Errand, Look, Lookout, Purpose
from sekimori.desk.domain.overlay import Collision
from sekimori.desk.domain.policy import Deny, Language, Policy
from sekimori.desk.domain.standing import AHEAD, CollisionWatch, News, Standing, Told, news, told_of
from sekimori.desk.scheduled.board import Board, Making, Poster
from sekimori.desk.scheduled.collision_messages import (
    SUMMARY,
    Message,
    Words,
    key_of,
    key_of_one,
    read_message,
)
from sekimori.desk.scheduler import Doer, Done, Outcome

KIND: Final = "collisions"
GLANCE: Final = timedelta(minutes=1)
"""How often it is seen whether what was told may still be shown."""
LOOK_EVERY: Final = timedelta(minutes=15)
"""How often the calendars are read."""
_BEGUN: Final = "begun"
_ENTRIES: Final = {
    Standing.THERE: EntryKind.COLLISION_FOUND,
    Standing.GONE: EntryKind.COLLISION_GONE,
    Standing.WITHHELD: EntryKind.COLLISION_WITHHELD,
}


class CollisionWatches:
    """Does the standing watches. ``buffer`` is how much time a collision is looked for around what is taken."""

    def __init__(
        self,
        watches: Sequence[CollisionWatch],
        *,
        policy: Policy,
        lookout: Lookout,
        board: Board,
        clock: Clock,
        buffer: timedelta,
    ) -> None:
        self._watches = {f"{KIND}:{watch.name}": watch for watch in watches}
        self._policy = policy
        self._lookout = lookout
        self._board = board
        self._clock = clock
        self._buffer = buffer
        self._read: dict[str, datetime] = {}

    def doers(self) -> Mapping[str, Doer]:
        """Return who does which kind of job."""
        return {KIND: self.look}

    def jobs(self, now: datetime) -> Sequence[Job]:
        """Return what is to be planned."""
        return [Job(name=name, due=now) for name in self._watches]

    async def look(self, claimed: ClaimedJob) -> Outcome:
        """See what may still be shown, and where it is time to, read the calendars and say what is new."""
        name, now = claimed.job.name, self._clock()
        watch = self._watches.get(name)
        if watch is None:
            return Done()
        messages = await self._messages(name, now)
        decision = await self._lookout.decision(_errand(watch, now))
        if isinstance(decision, Deny):
            await self._withhold(watch, messages, decision.language)
            self._read.pop(name, None)
        elif now - self._read.get(name, now - LOOK_EVERY) >= LOOK_EVERY:
            await self._compare(watch, name, messages)
            self._read[name] = now
        return Done(again=self._clock() + GLANCE)

    async def _messages(self, name: str, now: datetime) -> list[Message]:
        """Return what is told, and let what lies in the past stand as it is."""
        messages = [read_message(notice) for notice in await self._board.there(f"{name}:")]
        over = [each for each in messages if each.told and all(line.span.end <= now for line in each.told)]
        for message in over:
            await self._board.forget(message.notice)
        return [message for message in messages if message not in over]

    async def _compare(self, watch: CollisionWatch, name: str, messages: Sequence[Message]) -> None:
        look = await self._lookout.look(_errand(watch, self._clock()), theirs=lambda _person: True)
        if isinstance(look, Deny):
            await self._withhold(watch, messages, look.language)
            return
        unknown = [slot.span for each in look.schedules for slot in each.slots if slot.fb_type is FbType.UNKNOWN]
        known = dict(pair for message in messages for pair in message.by_key())
        said = news(known, self._found(look), unknown, self._clock())
        for message in messages:
            await self._renew(watch, message, said, look)
        await self._tell(watch, name, [told_of(each) for each in said.new], look)
        if not (said.new or said.again or said.gone):
            await self._lookout.conclude(look.record, "unknown" if look.unreadable else "unchanged")

    def _found(self, look: Look) -> tuple[Collision, ...]:
        person, window = look.allow.person, look.allow.window
        ours, theirs = (
            Side(person=person, whose=whose, schedule=schedule)
            for whose, schedule in zip((Whose.OURS, Whose.THEIRS), look.schedules, strict=True)
        )
        return collided(told(ours, window), told(theirs, window), ours, self._buffer)

    async def _renew(self, watch: CollisionWatch, message: Message, said: News, look: Look) -> None:
        """Let a message say what there is to say now."""
        changed: dict[int, Told] = {}
        for number, each in enumerate(message.lines):
            key = key_of(message, number)
            if key in said.again:
                changed[number] = told_of(said.again[key])
            elif key in said.gone:
                changed[number] = replace(each, standing=Standing.GONE)
        if changed:
            now_said = [changed.get(number, each) for number, each in enumerate(message.lines)]
            await self._board.edit(message.notice, self._making(watch, now_said, list(changed.values()), look))

    async def _tell(self, watch: CollisionWatch, name: str, new: Sequence[Told], look: Look) -> None:
        """Post what is new: at the beginning all of it at once, and a message each from then on."""
        begun = await self._board.has_begun(f"{name}:{_BEGUN}")
        if new:
            channel = watch.channel or await self._conversation(watch)
            if begun or len(new) == 1:
                for each in new:
                    making = self._making(watch, [each], [each], look)
                    await self._board.put_up(key_of_one(name, each.span), channel, making)
            else:
                await self._sum_up(f"{name}:{SUMMARY}", channel, self._making(watch, new, new, look))
        if not begun and not look.unreadable:
            await self._board.begin(f"{name}:{_BEGUN}")

    async def _sum_up(self, key: str, channel: ChannelId, making: Making) -> None:
        if await self._board.put_up(key, channel, making):
            return
        for notice in await self._board.there(key):  # an earlier attempt was cut off: what it said is not known
            await self._board.edit(notice, making)

    async def _withhold(self, watch: CollisionWatch, messages: Sequence[Message], language: Language) -> None:
        for message in messages:
            if message.told is None or any(each.standing is not Standing.WITHHELD for each in message.told):
                withheld = [Told(span=each.span, standing=Standing.WITHHELD) for each in message.lines]
                await self._board.edit(message.notice, self._making(watch, withheld, withheld, language))

    async def _conversation(self, watch: CollisionWatch) -> ChannelId:
        assert watch.requester is not None  # the manifest's own check
        return await self._board.conversation(watch.requester)

    def _making(
        self, watch: CollisionWatch, said: Sequence[Told], changed: Sequence[Told], by: Look | Language
    ) -> Making:
        """Record what changed, an entry for each collision, and make the message of it all."""
        language, body = (by.allow.standing.partner.language, by.body()) if isinstance(by, Look) else (by, {})
        person = next(each for each in self._policy.people if each.person == watch.person)
        words = Words(person=person, language=language, zone=self._policy.zone)

        async def make() -> Poster:
            entries = [
                await self._lookout.record(_ENTRIES[each.standing], {**body, **_about(watch, each)}) for each in changed
            ]
            if not entries:  # what the message said is not known
                entries = [await self._lookout.record(EntryKind.COLLISION_WITHHELD, _about(watch))]
            return words.poster(said, entries[-1])

        return make


def _errand(watch: CollisionWatch, now: datetime) -> Errand:
    return Errand(
        partner=watch.partner,
        person=watch.person,
        window=Timespan(now, now + AHEAD),
        purpose=Purpose.COLLISION_WATCH,
        channel=watch.channel,
        requester=watch.requester,
    )


def _about(watch: CollisionWatch, each: Told | None = None) -> dict[str, Json]:
    span = [each.span.start.isoformat(), each.span.end.isoformat()] if each else None
    kind = each.kind.value if each and each.kind else None
    return {"partner": watch.partner, "person": watch.person, "span": span, "kind": kind}
