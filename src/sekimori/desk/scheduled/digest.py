"""Tells each calendar's owner every week who asked, when, why, for what, and what was shown: from the audit log."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from sekimori.audit.canonical import Json
from sekimori.audit.entry import EntryKind
from sekimori.core.clock import Clock
from sekimori.core.ids import UserId
from sekimori.core.jobs import ClaimedJob, Job
from sekimori.desk.domain.lookout import Lookout
from sekimori.desk.domain.lookups import Lookup, Lookups
from sekimori.desk.domain.policy import PersonTerms, Policy
from sekimori.desk.domain.weekly import WeeklyTime
from sekimori.desk.scheduled.board import Board, Poster
from sekimori.desk.scheduled.wording import SCHEDULED_WORDINGS
from sekimori.desk.scheduler import Doer, Done, Outcome
from sekimori.desk.slack import blocks
from sekimori.desk.slack.home import lookup_blocks
from sekimori.desk.slack.wording import WORDINGS

KIND: Final = "digest"
AT: Final = WeeklyTime(weekday=0, minute=9 * 60)
MOST: Final = 300
"""Questions that are counted; a digest of more says that there are more."""
LISTED: Final = 45
_A_BLOCK: Final = 15


class Digests:
    """Does the digests. One that a downtime missed is sent late, once, and reaches back to the last one sent."""

    def __init__(self, policy: Policy, *, lookups: Lookups, lookout: Lookout, board: Board, clock: Clock) -> None:
        self._people = {f"{KIND}:{p.person}": (p, p.slack_user) for p in policy.people if p.slack_user}
        self._policy = policy
        self._lookups = lookups
        self._lookout = lookout
        self._board = board
        self._clock = clock

    def doers(self) -> Mapping[str, Doer]:
        """Return who does which kind of job."""
        return {KIND: self.send}

    def jobs(self, now: datetime) -> Sequence[Job]:
        """Return what is to be planned."""
        return [Job(name=name, due=AT.following(now, self._policy.zone)) for name in self._people]

    async def send(self, claimed: ClaimedJob) -> Outcome:
        """Send one owner what happened since the week before the digest was due."""
        owned = self._people.get(claimed.job.name)
        if owned is None:
            return Done()
        person, user = owned
        since, now = claimed.job.due - timedelta(weeks=1), self._clock()
        found = [each for each in await self._lookups.about(person.person, most=MOST) if each.at >= since]
        channel = await self._board.conversation(UserId(user))

        async def make() -> Poster:
            body: dict[str, Json] = {"person": person.person, "since": since.isoformat(), "questions": len(found)}
            await self._lookout.record(EntryKind.DIGEST_SENT, body)
            return self._poster(person, found, since, now)

        await self._board.put_up(f"{claimed.job.name}:{claimed.job.due.isoformat()}", channel, make)
        return Done(again=AT.following(now, self._policy.zone))

    def _poster(self, person: PersonTerms, found: Sequence[Lookup], since: datetime, now: datetime) -> Poster:
        language, zone = self._policy.language, self._policy.zone
        wording, words = WORDINGS[language], SCHEDULED_WORDINGS[language]
        days = wording.days(since.astimezone(zone).date(), now.astimezone(zone).date())
        title = words.digest.format(name=wording.name(person), days=days)
        count = words.digest_count.format(count=f"{len(found)}+" if len(found) >= MOST else len(found))
        lines = [blocks.heading(title), *blocks.say(count)]
        for start in range(0, len(found[:LISTED]), _A_BLOCK):
            lines += lookup_blocks(found[start : min(start + _A_BLOCK, LISTED)], language, zone)
        if len(found) > LISTED:
            lines.append(blocks.note(words.digest_more.format(count=LISTED)))
        return Poster(text=f"{title}\n{count}", layouts=[lines], content="")
