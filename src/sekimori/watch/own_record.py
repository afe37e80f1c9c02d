"""Our own audit log as the live watch learns it: what is new each time, and an old entry when a late call needs it."""

from collections import deque
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

import msgspec

from sekimori.audit.entry import Entry
from sekimori.audit.log import AuditLog
from sekimori.core.ids import EntryId
from sekimori.watch.domain.reading import OWN_AUDIT, read_event
from sekimori.watch.domain.trail import MemoryTrail

CALLS_KEPT: Final = timedelta(days=3)
"""How long entries of calls stay in memory; an older one is looked up when a call names it."""
TOKENS_KEPT: Final = timedelta(days=90)
CLAIMS_KEPT: Final = timedelta(days=90)
_MARK: Final = "audit log"


class RecordStore(Protocol):
    """Where the watch keeps what it learnt of our audit log."""

    async def note(self, name: str) -> str | None:
        """Return a note."""
        ...

    async def put(self, name: str, note: str) -> None:
        """Keep a note in place of the one before."""
        ...

    async def tokens(self) -> dict[str, datetime]:
        """Return the tokens that are known to be ours, and when we got them."""
        ...

    async def keep_tokens(self, tokens: Mapping[str, datetime]) -> None:
        """Keep tokens; one that is kept already stays so."""
        ...

    async def claimed(self, entry_ids: Collection[str]) -> dict[str, str]:
        """Return which of the entries were used, and by which request."""
        ...

    async def forget(self, *, tokens_before: datetime, claims_before: datetime) -> None:
        """Drop what is older."""
        ...


class Unkept:
    """Keeps nothing: every start reads the whole log."""

    async def note(self, name: str) -> str | None:  # noqa: ARG002 - one of several stores, here and below
        """Return none."""
        return None

    async def put(self, name: str, note: str) -> None:
        """Keep nothing."""

    async def tokens(self) -> dict[str, datetime]:
        """Return none."""
        return {}

    async def keep_tokens(self, tokens: Mapping[str, datetime]) -> None:
        """Keep nothing."""

    async def claimed(self, entry_ids: Collection[str]) -> dict[str, str]:  # noqa: ARG002
        """Return none."""
        return {}

    async def forget(self, *, tokens_before: datetime, claims_before: datetime) -> None:
        """Have nothing to drop."""


class _Mark(msgspec.Struct, frozen=True):
    """Every entry up to ``seq`` is done with; tokens are known from ``since`` on."""

    seq: int = 0
    since: datetime | None = None


class OwnRecord:
    """Teaches a trail our audit log.

    A start reads from a mark on, below which every entry is done with: at most CALLS_KEPT of the log. Tokens are kept
    apart, since a sign-in's record may come late and names no entry.
    """

    def __init__(self, *, entries: AuditLog, trail: MemoryTrail, store: RecordStore) -> None:
        self.trail = trail
        self.store = store
        self._entries = entries
        self._learnt: int | None = None
        self._mark = _Mark()
        self._kept_tokens: set[str] = set()
        self._ages: deque[tuple[int, datetime]] = deque()

    async def learn(self) -> None:
        """Read the log up to its end.

        Raises:
            AuditUnavailable, StorageUnavailable: it cannot be read.
        """
        if self._learnt is None:
            await self._begin()
        async for entry in self._entries.read(after=self._learnt or 0):
            self._take(entry)
            self._learnt = entry.seq
            self._ages.append((entry.seq, entry.at))

    async def recall(self) -> bool:
        """Look up the entries that were asked for in vain; say whether one was found."""
        missed, self.trail.missed = self.trail.missed, set()
        found = [entry for name in sorted(missed) if (entry := await self._entries.find(EntryId(name)))]
        since = self.trail.since
        for entry in found:
            self._take(entry)
        self.trail.missed, self.trail.since = set(), since
        return bool(found)

    async def keep(self, now: datetime) -> None:
        """Write down what need not be read again, and drop what is too old; inside the tick's transaction."""
        self.trail.forget(calls_before=now - CALLS_KEPT, tokens_before=now - TOKENS_KEPT)
        fresh = {name: at for name, at in self.trail.tokens.items() if name not in self._kept_tokens}
        if fresh:
            await self.store.keep_tokens(fresh)
            self._kept_tokens = set(self.trail.tokens)
        passed = self._mark.seq
        while self._ages and self._ages[0][1] < now - CALLS_KEPT:
            passed, _ = self._ages.popleft()
        if passed > self._mark.seq:
            self._mark = _Mark(seq=passed, since=self.trail.since)
            await self.store.put(_MARK, msgspec.json.encode(self._mark).decode())
            await self.store.forget(tokens_before=now - TOKENS_KEPT, claims_before=now - CLAIMS_KEPT)

    def unsure(self) -> None:
        """Learn that what was last written may not have been: write it again."""
        self._kept_tokens = set()
        self._mark = _Mark(seq=0, since=self._mark.since)

    async def _begin(self) -> None:
        kept = await self.store.note(_MARK)
        self._mark = msgspec.json.decode(kept, type=_Mark) if kept else _Mark()
        self.trail.tokens |= await self.store.tokens()
        self._kept_tokens = set(self.trail.tokens)
        self.trail.since = self._mark.since
        self.trail.is_whole = True
        self._learnt = self._mark.seq

    def _take(self, entry: Entry) -> None:
        properties: dict[str, Any] = {"id": entry.id, "kind": entry.kind.value, "seq": entry.seq, "body": entry.body}
        record = {"time": entry.at.isoformat(), "category": OWN_AUDIT, "properties": properties}
        self.trail.learn(read_event(record))
