"""Reminds owners and requesters, each in a direct message, that a grant is about to end."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from sekimori.audit.entry import EntryKind
from sekimori.core.clock import Clock
from sekimori.core.jobs import ClaimedJob, Job
from sekimori.desk.domain.lookout import Lookout
from sekimori.desk.domain.policy import Policy
from sekimori.desk.domain.reminders import Reminder, To, reminders
from sekimori.desk.scheduled.board import Board, Poster
from sekimori.desk.scheduled.wording import SCHEDULED_WORDINGS
from sekimori.desk.scheduler import Doer, Done, Outcome
from sekimori.desk.slack import blocks
from sekimori.desk.slack.wording import WORDINGS

KIND: Final = "reminder"
_RECENT: Final = timedelta(days=1)


class Reminders:
    """Does the reminders. One that a downtime missed is sent late, unless a later one is due already."""

    def __init__(self, policy: Policy, *, lookout: Lookout, board: Board, clock: Clock) -> None:
        self._reminders = {f"{KIND}:{reminder.name}": reminder for reminder in reminders(policy)}
        self._policy = policy
        self._lookout = lookout
        self._board = board
        self._clock = clock

    def doers(self) -> Mapping[str, Doer]:
        """Return who does which kind of job."""
        return {KIND: self.remind}

    def jobs(self, now: datetime) -> Sequence[Job]:
        """Return what is to be planned: what was due before this version of the manifest is not made up for."""
        due = {name: reminder.due(self._policy.zone) for name, reminder in self._reminders.items()}
        return [Job(name=name, due=at) for name, at in due.items() if at > now - _RECENT]

    async def remind(self, claimed: ClaimedJob) -> Outcome:
        """Send one reminder; of a grant that was extended or taken away meanwhile there is none."""
        reminder = self._reminders.get(claimed.job.name)
        left = reminder.days_left(self._clock(), self._policy.zone) if reminder else None
        if reminder is None or left is None:
            return Done()
        channel = await self._board.conversation(reminder.user)

        async def make() -> Poster:
            await self._lookout.record(
                EntryKind.REMINDER_SENT,
                {
                    "to": reminder.to.value,
                    "partner": reminder.partner,
                    "user": reminder.requester,
                    "person": reminder.person,
                    "until": reminder.last.isoformat(),
                    "days": left,
                },
            )
            return self._poster(reminder, left)

        await self._board.put_up(claimed.job.name, channel, make)
        return Done()

    def _poster(self, reminder: Reminder, left: int) -> Poster:
        wording, words = WORDINGS[reminder.language], SCHEDULED_WORDINGS[reminder.language]
        person = next(each for each in self._policy.people if each.person == reminder.person)
        said = words.ends_for_owner if reminder.to is To.OWNER else words.ends_for_requester
        days = words.days_left.format(days=left) if left else words.today
        text = said.format(
            name=wording.name(person), partner=reminder.partner, left=days, day=wording.day(reminder.last)
        )
        return Poster(text=text, layouts=[[*blocks.say(text), *_who(reminder, words.about)]], content="")


def _who(reminder: Reminder, about: str) -> list[blocks.Block]:
    """Name the requester to the owner, such that Slack shows the name and tells them nothing."""
    if reminder.to is To.REQUESTER:
        return []
    elements = [{"type": "text", "text": about}, {"type": "user", "user_id": reminder.requester}]
    return [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": elements}]}]
