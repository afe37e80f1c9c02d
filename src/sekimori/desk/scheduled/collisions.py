"""Tells a partner of new collisions between somebody's calendars, a message each, and withdraws what is gone."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec

from sekimori.audit.canonical import Json
from sekimori.audit.entry import Entry, EntryKind
from sekimori.core.clock import Clock
from sekimori.core.ids import ChannelId
from sekimori.core.jobs import ClaimedJob, Job
from sekimori.core.timespan import Timespan
from sekimori.desk.domain.coordinated import Side, Whose
from sekimori.desk.domain.free_busy import FbType
from sekimori.desk.domain.inquiry import collided, told
from sekimori.desk.domain.lookout import Errand, Look, Lookout, Purpose
from sekimori.desk.domain.notices import Notice
from sekimori.desk.domain.overlay import Collision
from sekimori.desk.domain.policy import Deny, Language, Policy
from sekimori.desk.domain.standing import AHEAD, CollisionWatch, News, Standing, Told, news
from sekimori.desk.scheduled.board import Board, Making, Poster
from sekimori.desk.scheduled.wording import SCHEDULED_WORDINGS
from sekimori.desk.scheduler import Doer, Done, Outcome
from sekimori.desk.slack import blocks
from sekimori.desk.slack.overlay_lines import Saying
from sekimori.desk.slack.overlay_wording import OVERLAY_WORDINGS
from sekimori.desk.slack.wording import WORDINGS

KIND: Final = "collisions"
GLANCE: Final = timedelta(minutes=1)
"""How often it is seen whether what was told may still be shown."""
LOOK_EVERY: Final = timedelta(minutes=15)
"""How often the calendars are read."""


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
        notices = {notice.key: notice for notice in await self._board.there(f"{name}:")}
        known = {key: _told(notice) for key, notice in notices.items()}
        for key in [key for key, each in known.items() if each.span.end <= now]:
            await self._board.forget(notices[key])
            del known[key]
        decision = await self._lookout.decision(_errand(watch, now))
        if isinstance(decision, Deny):
            await self._withhold(watch, notices, known, decision.language)
            self._read.pop(name, None)
        elif now - self._read.get(name, now - LOOK_EVERY) >= LOOK_EVERY:
            await self._compare(watch, name, notices, known)
            self._read[name] = now
        return Done(again=self._clock() + GLANCE)

    async def _compare(
        self, watch: CollisionWatch, name: str, notices: Mapping[str, Notice], known: Mapping[str, Told]
    ) -> None:
        look = await self._lookout.look(_errand(watch, self._clock()), theirs=lambda _person: True)
        if isinstance(look, Deny):
            await self._withhold(watch, notices, known, look.language)
            return
        found = self._found(look)
        unknown = [slot.span for each in look.schedules for slot in each.slots if slot.fb_type is FbType.UNKNOWN]
        said = news(known, found, unknown, self._clock())
        await self._say(watch, name, said, look, (notices, known))
        if not (said.new or said.again or said.gone):
            await self._lookout.conclude(look.record, "unknown" if look.unreadable else "unchanged")

    def _found(self, look: Look) -> tuple[Collision, ...]:
        person, window = look.allow.person, look.allow.window
        ours, theirs = (
            Side(person=person, whose=whose, schedule=schedule)
            for whose, schedule in zip((Whose.OURS, Whose.THEIRS), look.schedules, strict=True)
        )
        return collided(told(ours, window), told(theirs, window), ours, self._buffer)

    async def _say(
        self,
        watch: CollisionWatch,
        name: str,
        said: News,
        look: Look,
        posted: tuple[Mapping[str, Notice], Mapping[str, Told]],
    ) -> None:
        (notices, known), language = posted, look.allow.standing.partner.language
        for key, collision in said.again.items():
            await self._board.edit(notices[key], self._there(watch, collision, look))
        for key in said.gone:
            was = known[key]
            now_said = Told(span=was.span, standing=Standing.GONE, kind=was.kind)
            await self._board.edit(notices[key], self._sentence(watch, now_said, language))
        if not said.new:
            return
        channel = watch.channel or await self._conversation(watch)
        for collision in said.new:
            key = f"{name}:{collision.span.start.isoformat()}/{collision.span.end.isoformat()}"
            await self._board.put_up(key, channel, self._there(watch, collision, look))

    async def _withhold(
        self, watch: CollisionWatch, notices: Mapping[str, Notice], known: Mapping[str, Told], language: Language
    ) -> None:
        for key, was in known.items():
            if was.standing is not Standing.WITHHELD:
                withheld = Told(span=was.span, standing=Standing.WITHHELD)
                await self._board.edit(notices[key], self._sentence(watch, withheld, language))

    async def _conversation(self, watch: CollisionWatch) -> ChannelId:
        assert watch.requester is not None  # the manifest's own check
        return await self._board.conversation(watch.requester)

    def _there(self, watch: CollisionWatch, collision: Collision, look: Look) -> Making:
        language = look.allow.standing.partner.language
        saying = Saying(wording=WORDINGS[language], words=OVERLAY_WORDINGS[language], zone=self._policy.zone)
        said = SCHEDULED_WORDINGS[language].collision.format(name=self._name(watch, language))
        text = f"{said}\n{saying.collision(collision)}"
        content = Told(span=collision.span, kind=collision.kind)

        async def make() -> Poster:
            body = look.body() | _about(watch, content)
            return _poster(text, content, await self._lookout.record(EntryKind.COLLISION_FOUND, body), language)

        return make

    def _sentence(self, watch: CollisionWatch, content: Told, language: Language) -> Making:
        """Say that a collision is gone, or nothing of it at all."""
        words, saying = (
            SCHEDULED_WORDINGS[language],
            Saying(wording=WORDINGS[language], words=OVERLAY_WORDINGS[language], zone=self._policy.zone),
        )
        gone = content.standing is Standing.GONE
        day = WORDINGS[language].day(content.span.start.astimezone(self._policy.zone).date())
        text = (words.collision_gone if gone else words.collision_withheld).format(
            name=self._name(watch, language), time=f"{day} {saying.span(content.span)}"
        )
        kind = EntryKind.COLLISION_GONE if gone else EntryKind.COLLISION_WITHHELD

        async def make() -> Poster:
            return _poster(text, content, await self._lookout.record(kind, _about(watch, content)), language)

        return make

    def _name(self, watch: CollisionWatch, language: Language) -> str:
        person = next(each for each in self._policy.people if each.person == watch.person)
        return WORDINGS[language].name(person)


def _errand(watch: CollisionWatch, now: datetime) -> Errand:
    return Errand(
        partner=watch.partner,
        person=watch.person,
        window=Timespan(now, now + AHEAD),
        purpose=Purpose.COLLISION_WATCH,
        channel=watch.channel,
        requester=watch.requester,
    )


def _about(watch: CollisionWatch, content: Told) -> dict[str, Json]:
    span = [content.span.start.isoformat(), content.span.end.isoformat()]
    kind = content.kind.value if content.kind else None
    return {"partner": watch.partner, "person": watch.person, "span": span, "kind": kind}


def _poster(text: str, content: Told, record: Entry, language: Language) -> Poster:
    note = blocks.note(WORDINGS[language].record.format(seq=record.seq, hash=record.hash[:8]))
    written = msgspec.json.encode(content).decode()
    return Poster(text=text, layouts=[[*blocks.say(text), note]], content=written)


def _told(notice: Notice) -> Told:
    """Read what a message says; of one that was found again after a crash its key says when the collision is."""
    try:
        return msgspec.json.decode(notice.content, type=Told)
    except msgspec.DecodeError:
        start, _, end = notice.key.split(":", 4)[4].partition("/")
        return Told(span=Timespan(datetime.fromisoformat(start), datetime.fromisoformat(end)))
