"""The messages of a standing watch: what each says, and how that is written down."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import ZoneInfo

import msgspec

from sekimori.audit.entry import Entry
from sekimori.core.timespan import Timespan
from sekimori.desk.domain.notices import Notice
from sekimori.desk.domain.overlay import Collision
from sekimori.desk.domain.policy import Language, PersonTerms
from sekimori.desk.domain.standing import Standing, Told
from sekimori.desk.scheduled.board import Poster
from sekimori.desk.scheduled.wording import SCHEDULED_WORDINGS
from sekimori.desk.slack import blocks
from sekimori.desk.slack.overlay_lines import Saying
from sekimori.desk.slack.overlay_wording import OVERLAY_WORDINGS
from sekimori.desk.slack.wording import WORDINGS

SUMMARY: Final = "summary"
"""How the key of the message ends that tells what was there when the watch began."""
_BETWEEN: Final = "|"


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message that is there: one collision, or those that were there when the watch began, a line each.

    None where a crash left nothing that says which they are.
    """

    notice: Notice
    told: tuple[Told, ...] | None

    @property
    def lines(self) -> tuple[Told, ...]:
        """What is known to be told."""
        return self.told or ()

    def by_key(self) -> Iterator[tuple[str, Told]]:
        """Give each collision a key of its own."""
        yield from ((key_of(self, number), each) for number, each in enumerate(self.lines))


def key_of(message: Message, number: int) -> str:
    """Return the key of a message's collision."""
    return f"{message.notice.key}{_BETWEEN}{number}"


def key_of_one(name: str, span: Timespan) -> str:
    """Return the key of a message about one collision: it says when that is."""
    return f"{name}:{span.start.isoformat()}/{span.end.isoformat()}"


def read_message(notice: Notice) -> Message:
    """Read what a message says; of one that was found again after a crash its key says when the collision is."""
    try:
        content = msgspec.json.decode(notice.content, type=Told | list[Told])
    except msgspec.DecodeError:
        return Message(notice=notice, told=_from_key(notice.key))
    return Message(notice=notice, told=(content,) if isinstance(content, Told) else tuple(content))


def _from_key(key: str) -> tuple[Told, ...] | None:
    when = key.split(":", 4)[4]
    if when == SUMMARY:
        return None
    start, _, end = when.partition("/")
    return (Told(span=Timespan(datetime.fromisoformat(start), datetime.fromisoformat(end))),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Says collisions of one person in one language."""

    person: PersonTerms
    language: Language
    zone: ZoneInfo

    def poster(self, told: Sequence[Told], record: Entry) -> Poster:
        """Make the message that tells so much; ``record`` is the entry that announces it."""
        note = blocks.note(WORDINGS[self.language].record.format(seq=record.seq, hash=record.hash[:8]))
        title, lines = self._said(told)
        content = msgspec.json.encode(told[0] if len(told) == 1 else list(told)).decode()
        text = "\n".join((title, *lines))
        return Poster(text=text, layouts=[[*_sections([title, *lines]), note]], content=content)

    def _said(self, told: Sequence[Told]) -> tuple[str, list[str]]:
        words, name = SCHEDULED_WORDINGS[self.language], WORDINGS[self.language].name(self.person)
        there = [each for each in told if each.standing is Standing.THERE]
        gone = [each for each in told if each.standing is Standing.GONE]
        if not there and not gone:
            return words.collision_withheld.format(name=name), []
        if len(told) == 1:
            said = words.collision if there else words.collision_gone
            return said.format(name=name, time=self._time(told[0])), [self._line(each) for each in there]
        if not there:
            return words.collisions_gone.format(name=name), []
        lines = [self._line(each) for each in told if each.standing is not Standing.WITHHELD]
        return words.collisions.format(name=name, count=len(there)), lines

    def _line(self, each: Told) -> str:
        if each.standing is Standing.GONE:
            return SCHEDULED_WORDINGS[self.language].collision_gone_line.format(time=self._time(each))
        if each.kind is None or each.ours is None or each.theirs is None:
            return self._time(each)
        return self._saying.collision(
            Collision(span=each.span, ours=each.ours, theirs=each.theirs, kind=each.kind),
        )

    def _time(self, each: Told) -> str:
        day = WORDINGS[self.language].day(each.span.start.astimezone(self.zone).date())
        return f"{day} {self._saying.span(each.span)}"

    @property
    def _saying(self) -> Saying:
        return Saying(wording=WORDINGS[self.language], words=OVERLAY_WORDINGS[self.language], zone=self.zone)


def _sections(lines: Sequence[str]) -> list[blocks.Block]:
    """Put lines into as few sections as hold them."""
    texts = [lines[0]]
    for line in lines[1:]:
        if len(texts[-1]) + 1 + len(line) > blocks.LONGEST["section"]:
            texts.append(line)
        else:
            texts[-1] += f"\n{line}"
    return [block for text in texts for block in blocks.say(text)]
