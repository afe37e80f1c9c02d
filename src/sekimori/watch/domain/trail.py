"""What our own audit log proves: which Graph calls and which tokens were ours."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

from sekimori.core.timespan import Timespan
from sekimori.watch.domain.event import Event, OwnEntry
from sekimori.watch.domain.instants import parse_instant
from sekimori.watch.domain.records import mapping, sequence, text

CALL_INTENT: Final = "call.intent"
CALL_OUTCOME: Final = "call.outcome"
TOKEN_OBTAINED: Final = "token.obtained"  # noqa: S105 - a kind, not a token
GRAPH: Final = "graph"
OUTLOOK: Final = "outlook"


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """A call that the desk recorded before it made it; ``resource`` is the end of its path.

    ``answered`` is when Graph's answer was recorded, where there was one that said yes.
    """

    entry_id: str
    at: datetime | None
    method: str | None
    resource: str | None
    provider: str | None = None
    people: tuple[str, ...] = ()
    window: Timespan | None = None
    answered: datetime | None = None


class Trail(Protocol):
    """Answers what our audit log holds; ids of entries are lower case, those of tokens are as they were written."""

    def intent(self, entry_id: str) -> Intent | None:
        """Return the call that an entry announced, or None where no such entry exists."""
        ...

    def claim(self, entry_id: str, request_id: str) -> str:
        """Note that a request used an entry, and return the id of the request that used it first."""
        ...

    def has_token(self, token_id: str) -> bool:
        """Say whether an entry names this token as one that we were given."""
        ...

    def stands_in(self, event_id: str, at: datetime, within: timedelta, *, unnamed: bool) -> bool:
        """Say whether an entry may be of this sign-in although it does not name its token; each may be of one.

        Those of tokens that we could not read are, and where the log does not name the token (``unnamed``) any is.
        """
        ...

    @property
    def knows_tokens(self) -> bool:
        """Whether a token that no entry names is not one of ours."""
        ...

    @property
    def could_read_all(self) -> bool:
        """Whether every token that we were given is known by its name."""
        ...

    def remembers(self, at: datetime) -> bool:
        """Say whether tokens of that time would still be known."""
        ...


@dataclass(slots=True)
class MemoryTrail:
    """A trail made of the entries it was shown, in memory.

    Whoever keeps claims elsewhere takes ``fresh`` after each piece of work, and gives back by :meth:`adopt` what is
    kept: what an earlier run or another instance noted first. ``missed`` are ids that were asked for in vain: entries
    may exist that are no longer in memory. ``is_whole``: it was shown the whole log, which begins at ``since``.
    """

    fresh: dict[str, str] = field(default_factory=dict)
    missed: set[str] = field(default_factory=set)
    is_whole: bool = False
    since: datetime | None = None
    intents: dict[str, Intent] = field(default_factory=dict)
    tokens: dict[str, datetime] = field(default_factory=dict)
    _claims: dict[str, str] = field(default_factory=dict)
    _obtained: "dict[str, _Obtained]" = field(default_factory=dict)

    @property
    def knows_any(self) -> bool:
        """Whether any announced call or token was ever shown."""
        return bool(self.intents or self.tokens or self._obtained)

    def learn(self, event: Event) -> None:
        """Take in one entry of our audit log; one that tells of no call and no token is passed over."""
        if not isinstance(event.detail, OwnEntry):
            return
        body, kind = mapping(mapping(event.record.get("properties")).get("body")), event.detail.kind
        if event.time:
            self.since = min(self.since or event.time, event.time)
        if kind == CALL_INTENT:
            found = intent_of(event.detail.entry_id, event.time, body)
            self.intents[found.entry_id] = found
        elif kind == CALL_OUTCOME:
            self._answered(text(body.get("call")), text(body.get("status")), event.time)
        elif kind == TOKEN_OBTAINED and event.time and text(body.get("resource")) in {None, GRAPH}:
            self._note_token(event.detail.entry_id, text(body.get("uti")), event.time)

    def intent(self, entry_id: str) -> Intent | None:
        """Return the call that an entry announced."""
        found = self.intents.get(entry_id)
        if found is None:
            self.missed.add(entry_id)
        return found

    def claim(self, entry_id: str, request_id: str) -> str:
        """Note who used an entry first; a claim is fresh until it is adopted."""
        first = self._claims.get(entry_id)
        if first is None:
            self._claims[entry_id] = self.fresh[entry_id] = first = request_id
        return first

    def is_claimed(self, entry_id: str) -> bool:
        """Say whether a request is known to have used an entry."""
        return entry_id in self._claims

    def adopt(self, claims: Mapping[str, str]) -> None:
        """Take over claims that are kept; they stand above our own."""
        self._claims.update(claims)
        for entry_id in claims:
            self.fresh.pop(entry_id, None)

    def has_token(self, token_id: str) -> bool:
        """Say whether an entry names this token."""
        return token_id in self.tokens

    def stands_in(self, event_id: str, at: datetime, within: timedelta, *, unnamed: bool) -> bool:
        """Give the nearest entry that may be of this sign-in to it, if there is one that is not given yet."""
        if any(each.given == event_id for each in self._obtained.values()):
            return True
        free = [each for each in self._obtained.values() if each.given is None and (unnamed or not each.is_read)]
        nearest = min(free, key=lambda each: abs(each.at - at), default=None)
        if nearest is None or abs(nearest.at - at) > within:
            return False
        nearest.given = event_id
        return True

    @property
    def knows_tokens(self) -> bool:
        """Whether the log was read as a whole, or tells of tokens at all."""
        return self.is_whole or bool(self.tokens or self._obtained)

    @property
    def could_read_all(self) -> bool:
        """Whether every token that we were given is known by its name."""
        return all(each.is_read for each in self._obtained.values())

    def remembers(self, at: datetime) -> bool:
        """Say whether tokens of that time would still be known."""
        return self.since is None or at >= self.since

    def forget(self, *, calls_before: datetime, tokens_before: datetime) -> None:
        """Drop what is older, with the claims on it."""
        self.intents = {name: each for name, each in self.intents.items() if each.at and each.at >= calls_before}
        self._claims = {name: each for name, each in self._claims.items() if name in self.intents or name in self.fresh}
        self.tokens = {name: at for name, at in self.tokens.items() if at >= tokens_before}
        self._obtained = {name: each for name, each in self._obtained.items() if each.at >= calls_before}
        self.since = max(self.since, tokens_before) if self.since else None

    def _answered(self, call: str | None, status: str | None, at: datetime | None) -> None:
        found = self.intents.get(call.casefold()) if call else None
        if found and status == "200":
            self.intents[found.entry_id] = replace(found, answered=at)

    def _note_token(self, entry_id: str, token_id: str | None, at: datetime) -> None:
        self._obtained.setdefault(entry_id, _Obtained(at=at, is_read=token_id is not None))
        if token_id:
            self.tokens.setdefault(token_id, at)


@dataclass(slots=True, kw_only=True)
class _Obtained:
    """A token we were given: whether its name could be read, and which sign-in its entry was given to."""

    at: datetime
    is_read: bool
    given: str | None = None


def intent_of(entry_id: str, at: datetime | None, body: Mapping[str, Any]) -> Intent:
    """Return the announced call of an entry's body."""
    return Intent(
        entry_id=entry_id.casefold(),
        at=at,
        method=text(body.get("method")),
        resource=text(body.get("resource")),
        provider=text(body.get("provider")),
        people=tuple(person for each in sequence(body.get("people")) if (person := text(each))),
        window=_window(sequence(body.get("window"))),
    )


def _window(said: Iterable[Any]) -> Timespan | None:
    instants = [parse_instant(each) for each in said]
    if len(instants) != 2:
        return None
    start, end = instants
    return Timespan(start, end) if start and end and start < end else None
