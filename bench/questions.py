"""What was asked of a running service, what came of it, and whose the time was that it took.

The time of one question, from outside: from when somebody wrote it in the simulator's Slack until the answer stood
there. Ours: from when the request's last byte was written to the service until the answer's request arrived, less what
the simulator took for Graph's answers meanwhile, by its own clock. A call of Graph's is a question's where the audit
log says so: the answer names its record, which names the question, which its calls name, whose ids Graph was sent.

Nothing else is taken off. What cannot be told apart stays ours: waiting for a processor that the simulator was using,
reading and writing the sockets, encryption, signing in to Entra and asking Slack about people (one call serves many).
"""

import json
import re
import time
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from sekimori.audit.entry import Entry, EntryKind
from sekimori.sim import world
from sekimori.sim.handling import Handling
from sekimori.sim.server import Simulator
from sekimori.sim.slack.delivery import Attempt

QUESTION: Final = f"<@{world.BOT_USER}> 佐藤さん 来週"
_RECORD: Final = re.compile(r"記録 (\d+) ·")
_SHOWN_BY: Final = {"chat.postMessage": "answers", "files.completeUploadExternal": "pictures"}
Calls = Mapping[str, tuple[str, ...]]
"""Which ids Graph was sent for the answer of each record, by the record's number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """Something that was posted under a question; ``record`` is the number that it names."""

    handling: Handling
    record: str


@dataclass(slots=True)
class Load:
    """What was asked and what came of it; instants are of :func:`time.monotonic`, in seconds."""

    sim: Simulator
    asked: dict[str, float] = field(default_factory=dict)
    attempts: dict[str, Attempt] = field(default_factory=dict)
    answers: dict[str, list[Shown]] = field(default_factory=dict)
    pictures: dict[str, list[Shown]] = field(default_factory=dict)
    disturbed: list[tuple[float, float]] = field(default_factory=list)
    restarts: list[tuple[float, float]] = field(default_factory=list)
    seen: int = 0

    async def ask(self) -> None:
        """Ask one question; the rest is seen by :meth:`look`."""
        started = time.monotonic()
        said = await self.sim.control.say("U0SEC", world.SHARED_CHANNEL, QUESTION)
        self.asked[said.message.ts] = started
        self.attempts[said.message.ts] = said.attempts[0]

    def look(self) -> None:
        """Note what was posted since the last look."""
        new = self.sim.control.slack_calls[self.seen :]
        self.seen += len(new)
        for call in new:
            thread = call.arguments.get("thread_ts")
            if call.ok and thread and call.method in _SHOWN_BY:
                shown = Shown(handling=call.handling, record=_record(call.arguments))
                getattr(self, _SHOWN_BY[call.method]).setdefault(str(thread), []).append(shown)

    def settled(self, before: float = float("inf")) -> bool:
        """Say whether everything that was asked before an instant is answered."""
        self.look()
        return all(ts in self.answers and ts in self.pictures for ts, at in self.asked.items() if at < before)

    def calm(self) -> list[str]:
        """Return the questions with an answer that no kill fell between."""
        return [ts for ts in self.asked if ts in self.answers and not self._overtaken(ts)]

    def _overtaken(self, ts: str) -> bool:
        start, end = self.asked[ts], _ended(self.answers[ts][0].handling)
        return any(start < last and first < end for first, last in self.disturbed)

    def lost(self) -> int:
        """Count the questions without an answer or a picture."""
        return sum(ts not in self.answers or ts not in self.pictures for ts in self.asked)

    def doubled(self) -> int:
        """Count the questions with more than one of either."""
        return sum(len(self.answers.get(ts, ())) > 1 or len(self.pictures.get(ts, ())) > 1 for ts in self.asked)


@dataclass(frozen=True, slots=True, kw_only=True)
class Took:
    """How long questions took, in seconds: all of it, and what of it is ours."""

    outside: list[float]
    ours: list[float]


def acknowledged(load: Load) -> Took:
    """Return how long Slack waited to be acknowledged; what was not is as good as never."""
    calm = load.calm()
    attempts = [(load.asked[ts], load.attempts[ts]) for ts in calm]
    never = [float("inf") for _, attempt in attempts if attempt.status != 200]
    good = [(asked, a.sent, a.answered) for asked, a in attempts if a.status == 200 and a.sent and a.answered]
    return Took(
        outside=[*never, *(answered - asked for asked, _, answered in good)],
        ours=[*never, *(answered - sent for _, sent, answered in good)],
    )


def answered(load: Load, calls: Calls) -> Took:
    """Return how long answers took."""
    graph = {call.headers.get("client-request-id", ""): call.handling for call in load.sim.control.graph_calls}
    outside, ours = [], []
    for ts in load.calm():
        shown, sent = load.answers[ts][0], load.attempts[ts].sent
        outside.append(_ended(shown.handling) - load.asked[ts])
        arrived, began = shown.handling.began, load.asked[ts] if sent is None else sent
        spans = [graph[id_] for id_ in calls.get(shown.record, ()) if id_ in graph]
        ours.append(arrived - began - _overlap(spans, began, arrived))
    return Took(outside=outside, ours=ours)


async def calls_of(entries: AsyncIterator[Entry]) -> Calls:
    """Read in the audit log which calls served which answer."""
    served: dict[str, list[str]] = {}
    records: dict[str, tuple[str, ...]] = {}
    async for entry in entries:
        question = str(entry.body.get("question", ""))
        if entry.kind is EntryKind.CALL_INTENT:
            served.setdefault(question, []).append(entry.id)
        elif entry.kind is EntryKind.QUESTION_OUTCOME:
            records[str(entry.seq)] = tuple(served.get(question, ()))
    return records


def _record(arguments: Mapping[str, Any]) -> str:
    """Return the number of the record that an answer names; its blocks come as JSON, with escapes."""
    blocks = arguments.get("blocks", [])
    read = json.loads(blocks) if isinstance(blocks, str) else blocks
    found = _RECORD.search(json.dumps(read, ensure_ascii=False))
    return found[1] if found else ""


def _overlap(spans: Iterable[Handling], first: float, last: float) -> float:
    """Add up what spans cover between two instants; what two of them cover counts once."""
    total, until = 0.0, first
    for span in sorted(spans, key=lambda span: span.began):
        began, ended = max(span.began, until), min(_ended(span), last)
        if began < ended:
            total, until = total + ended - began, ended
    return total


def _ended(handling: Handling) -> float:
    return handling.began if handling.ended is None else handling.ended
