"""Posts somebody's weeks to a partner's channel every week, and keeps the post true for as long as it is the newest."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from sekimori.audit.entry import Entry, EntryKind
from sekimori.core.clock import Clock
from sekimori.core.jobs import ClaimedJob, Job
from sekimori.core.timespan import Timespan
from sekimori.desk.domain.ask import Shown
from sekimori.desk.domain.choice import Choice
from sekimori.desk.domain.disclosure import Schedule
from sekimori.desk.domain.hours import MINUTES_A_DAY, instant
from sekimori.desk.domain.lookout import Errand, Look, Lookout, Purpose
from sekimori.desk.domain.notices import Notice
from sekimori.desk.domain.policy import Allow, Deny, Language, Policy
from sekimori.desk.domain.question import Question
from sekimori.desk.domain.weekly import Content, PostKind, WeeklyPost, changed, content_of
from sekimori.desk.scheduled.board import Board, Picture, Poster
from sekimori.desk.scheduled.wording import SCHEDULED_WORDINGS
from sekimori.desk.scheduler import Doer, Done, Outcome
from sekimori.desk.slack import blocks, sheets
from sekimori.desk.slack.week import pages
from sekimori.desk.slack.wording import WORDINGS

POST: Final = "weekly"
LOOK: Final = "look"
GLANCE: Final = timedelta(minutes=1)
"""How often it is seen whether a post may still be shown."""
LOOK_EVERY: Final = timedelta(minutes=15)
"""How often the calendar behind a post is read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Week:
    """One message of a post: a week of it, from ``first`` to ``last``, under a key of its own."""

    key: str
    first: date
    last: date


@dataclass(frozen=True, slots=True, kw_only=True)
class _Saying:
    """What a week is to say, and how to make that into a message once its entry is written."""

    content: Content
    poster: Callable[[Entry], Poster]


class WeeklyPosts:
    """Does the jobs of the weekly posts: posting at their times, and looking after them in between.

    Every week of a post is a message of its own, as Slack shows one grid a message.
    """

    def __init__(
        self, posts: Sequence[WeeklyPost], *, policy: Policy, lookout: Lookout, board: Board, clock: Clock
    ) -> None:
        self._posts = {post.name: post for post in posts}
        self._policy = policy
        self._zone: ZoneInfo = policy.zone
        self._lookout = lookout
        self._board = board
        self._clock = clock
        self._read: dict[str, datetime] = {}

    def doers(self) -> dict[str, Doer]:
        """Return who does which kind of job."""
        return {POST: self.post, LOOK: self.look}

    def jobs(self, now: datetime) -> list[Job]:
        """Return the jobs that are to be planned at every start."""
        posting = [Job(name=f"{POST}:{p.name}", due=p.at.following(now, self._zone)) for p in self._posts.values()]
        return [*posting, *(Job(name=f"{LOOK}:{name}", due=now) for name in self._posts)]

    async def post(self, claimed: ClaimedJob) -> Outcome:
        """Post what is due: of several that a downtime missed, the newest alone. One no longer declared ends."""
        post = self._posts.get(claimed.job.name.partition(":")[2])
        if post is None:
            return Done()
        occurrence = post.at.latest(self._clock(), self._zone)
        if not await self._board.has_begun(_posted(post, occurrence)):
            await self._tend(post, occurrence)
            await self._board.begin(_posted(post, occurrence))
        return Done(again=post.at.following(self._clock(), self._zone))

    async def look(self, claimed: ClaimedJob) -> Outcome:
        """Look after the newest post; not while it is being posted, or both would post what is missing."""
        post, now = self._posts.get(claimed.job.name.partition(":")[2]), self._clock()
        if post is None:
            return Done()
        occurrence = post.at.latest(now, self._zone)
        prefix = _prefix(post, occurrence)
        there = await self._board.there(prefix)
        posted = len(there) == post.weeks or await self._board.has_begun(_posted(post, occurrence))
        if there and posted and await self._is_time(post, occurrence, there, now):
            await self._tend(post, occurrence)
            self._read[prefix] = now
        for notice in await self._board.noted(f"{POST}:{post.name}:"):
            if not notice.key.startswith(prefix) and notice.begun < occurrence:
                await self._board.forget(notice)
        return Done(again=self._clock() + GLANCE)

    async def _is_time(self, post: WeeklyPost, occurrence: datetime, there: list[Notice], now: datetime) -> bool:
        """Say whether a look is due: by the clock, or because the policy lets less through than is shown."""
        if now - self._read.get(_prefix(post, occurrence), occurrence) >= LOOK_EVERY:
            return True
        decision = await self._lookout.decision(self._errand(post, occurrence))
        said = [_content(notice) for notice in there]
        if isinstance(decision, Deny):
            return any(content.kind is not PostKind.WITHHELD for content in said)
        return any(content.precision > decision.person.precision for content in said)

    def _errand(self, post: WeeklyPost, occurrence: datetime) -> Errand:
        first, last = post.days(occurrence, self._zone)
        window = Timespan(instant(first, 0, self._zone), instant(last, MINUTES_A_DAY, self._zone))
        return Errand(
            partner=post.partner,
            person=post.person,
            channel=post.channel,
            window=window,
            purpose=Purpose.WEEKLY_POST,
        )

    async def _tend(self, post: WeeklyPost, occurrence: datetime) -> None:
        there = {notice.key: notice for notice in await self._board.there(_prefix(post, occurrence))}
        errand, weeks = self._errand(post, occurrence), _weeks(post, occurrence, self._zone)
        if there and isinstance(await self._lookout.decision(errand), Deny):
            weeks = [week for week in weeks if week.key in there]
        look = await self._lookout.look(errand)
        done = False
        for number, week in enumerate(weeks):
            notice = there.get(week.key)
            saying = self._saying(post, week, look)
            if notice is None and saying.content.kind is not PostKind.SHOWN and number:
                continue  # the sentence stands in one place
            done |= await self._bring_up_to_date(post, week, notice, saying, look)
        if isinstance(look, Look) and not done:
            await self._lookout.conclude(look.record, "unknown" if look.unreadable else "unchanged")

    async def _bring_up_to_date(
        self, post: WeeklyPost, week: _Week, notice: Notice | None, saying: _Saying, look: Look | Deny
    ) -> bool:
        """Post or edit one week where that is called for; say whether it was."""

        async def make() -> Poster:
            kind = EntryKind.POST_SENT if notice is None else EntryKind.POST_EDITED
            body = look.body() if isinstance(look, Look) else {"partner": post.partner, "person": post.person}
            result = {"result": saying.content.kind.value, "channel": post.channel, "week": week.first.isoformat()}
            return saying.poster(await self._lookout.record(kind, {**body, **result}))

        if notice is None:
            return await self._board.put_up(week.key, post.channel, make)
        before = _content(notice)
        if saying.content.kind is PostKind.SKIPPED and before.kind is PostKind.SHOWN:
            return False  # what was last known stands there, with its time
        if not changed(before, saying.content, self._clock()):
            return False
        await self._board.edit(notice, make)
        return True

    def _saying(self, post: WeeklyPost, week: _Week, look: Look | Deny) -> _Saying:
        if isinstance(look, Deny):
            return self._sentence(post, week, PostKind.WITHHELD, look.language)
        if look.unreadable:
            return self._sentence(post, week, PostKind.SKIPPED, look.allow.standing.partner.language)
        (schedule,) = look.schedules
        days = tuple(day for day in schedule.days if week.first <= day.date <= week.last)
        content = content_of(days, look.allow.person.precision)
        return _Saying(content=content, poster=lambda entry: _shown(look, week, days_of=schedule, record=entry))

    def _sentence(self, post: WeeklyPost, week: _Week, kind: PostKind, language: Language) -> _Saying:
        person = next(each for each in self._policy.people if each.person == post.person)
        wording, words = WORDINGS[language], SCHEDULED_WORDINGS[language]
        time = self._clock().astimezone(self._zone).strftime("%-m/%-d %-H:%M")
        said = words.withheld if kind is PostKind.WITHHELD else words.skipped
        text = said.format(name=wording.name(person), days=wording.days(week.first, week.last), time=time)
        content = Content(kind=kind)

        def poster(entry: Entry) -> Poster:
            note = blocks.note(wording.record.format(seq=entry.seq, hash=entry.hash[:8]))
            return Poster(text=text, layouts=[[*blocks.say(text), note]], content=_written(content))

        return _Saying(content=content, poster=poster)


def _shown(look: Look, week: _Week, *, days_of: Schedule, record: Entry) -> Poster:
    days = tuple(day for day in days_of.days if week.first <= day.date <= week.last)
    shown = Shown(
        allow=look.allow,
        question=_question(look.allow, week, days_of.zone),
        schedule=Schedule(zone=days_of.zone, days=days),
        problem=look.problems[0],
        record=record,
        at=look.at,
    )
    page = pages(shown)[0]
    name = f"week-{week.first.isoformat()}.png"
    picture = None if page.empty else Picture(draw=lambda: sheets.draw(page), name=name, alt=sheets.words(page))
    content = _written(content_of(days, look.allow.person.precision))
    layouts = [laid_out() for laid_out in sheets.layouts(page)]
    return Poster(text=sheets.words(page), layouts=layouts, content=content, picture=picture)


def _question(allow: Allow, week: _Week, zone: ZoneInfo) -> Question:
    question = Choice(person=allow.person.person, first=week.first, last=week.last).question(zone)
    assert isinstance(question, Question)  # the days of a week are days of the calendar
    return question


def _prefix(post: WeeklyPost, occurrence: datetime) -> str:
    return f"{POST}:{post.name}:{occurrence.isoformat()}:"


def _posted(post: WeeklyPost, occurrence: datetime) -> str:
    """Return the key under which it is noted that a post was posted whole."""
    return f"{_prefix(post, occurrence)}posted"


def _weeks(post: WeeklyPost, occurrence: datetime, zone: ZoneInfo) -> list[_Week]:
    first, _last = post.days(occurrence, zone)
    mondays = [first + timedelta(weeks=number) for number in range(post.weeks)]
    prefix = _prefix(post, occurrence)
    return [
        _Week(key=f"{prefix}{number}", first=monday, last=monday + timedelta(days=6))
        for number, monday in enumerate(mondays)
    ]


def _written(content: Content) -> str:
    return msgspec.json.encode(content).decode()


def _content(notice: Notice) -> Content:
    """Read what a message says; of one that was found again after a crash nothing is known, and it is edited."""
    try:
        return msgspec.json.decode(notice.content, type=Content)
    except msgspec.DecodeError:
        return Content(kind=PostKind.SHOWN, precision=-1)
