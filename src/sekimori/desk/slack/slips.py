"""What a button or a modal carries: a slip that says what it was made for, and until when.

A slip comes back through Slack as it was given, but an old one can be used again, by anybody who sees it. So it grants
nothing: it runs out, and whatever it asks for is decided anew for whoever pressed.
"""

from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

import msgspec
from msgspec import Struct, field

from sekimori.core.ids import ChannelId, PersonId
from sekimori.desk.domain.choice import Choice
from sekimori.desk.domain.hours import MINUTES_A_DAY, Hours

LONGEST: Final = 2000
"""Slack: the longest value of a button; a modal's ``private_metadata`` may be longer."""

GOOD_FOR: Final = timedelta(days=7)


class Slip(Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True):
    """One slip.

    Attributes:
        request: the id of the request in whose answer the button stood.
        expires: the Unix time after which it is good for nothing.
        phrase: the question that a press asks.
        person, first, last, opens, closes: the choice that a press asks for.
        channel: where the modal was opened from; ``thread`` the message an answer belongs under.
    """

    request: str = field(name="r")
    expires: int = field(name="x")
    phrase: str | None = field(name="q", default=None)
    person: str | None = field(name="p", default=None)
    first: date | None = field(name="f", default=None)
    last: date | None = field(name="l", default=None)
    opens: int = field(name="o", default=0)
    closes: int = field(name="c", default=MINUTES_A_DAY)
    channel: str | None = field(name="h", default=None)
    thread: str | None = field(name="t", default=None)

    @property
    def choice(self) -> Choice | None:
        """What was chosen, if the slip says all of it."""
        if self.person is None or self.first is None or self.last is None:
            return None
        try:
            hours = Hours(opens=self.opens, closes=self.closes)
        except ValueError:
            return None
        return Choice(person=PersonId(self.person), first=self.first, last=self.last, hours=hours)

    @property
    def place(self) -> ChannelId | None:
        """Where the modal was opened from."""
        return None if self.channel is None else ChannelId(self.channel)

    def choosing(self, choice: Choice) -> "Slip":
        """Return the slip for another choice."""
        return msgspec.structs.replace(
            self,
            phrase=None,
            person=choice.person,
            first=choice.first,
            last=choice.last,
            opens=choice.hours.opens,
            closes=choice.hours.closes,
        )


def new_slip(request: str, now: datetime, *, good_for: timedelta = GOOD_FOR) -> Slip:
    """Make a slip that says nothing yet."""
    return Slip(request=request, expires=int((now + good_for).timestamp()))


def written(slip: Slip) -> str:
    """Write a slip for a button or a modal."""
    return msgspec.json.encode(slip).decode()


def read_slip(text: object, now: datetime) -> Slip | None:
    """Read a slip that came back; None where it has run out or is none of ours."""
    if not isinstance(text, str):
        return None
    try:
        slip = msgspec.json.decode(text, type=Slip)
    except (msgspec.MsgspecError, ValueError):
        return None
    return slip if now.timestamp() < slip.expires else None


def end_of_day(now: datetime, zone: ZoneInfo) -> int:
    """Return the Unix time of the next local midnight."""
    midnight = datetime.combine(now.astimezone(zone).date() + timedelta(days=1), time(), zone)
    return int(midnight.timestamp())
