"""Reads a log that is asked by time, page by page: with an overlap, since records arrive late, and each record once."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import msgspec

from sekimori.watch.batch import Batch, Line

OVERLAP = timedelta(minutes=30)
"""How late a record may be written and is still read."""
FIRST_LOOK = timedelta(hours=24)
"""How far back a log is read that was never read before."""
_AHEAD = timedelta(minutes=5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One record of an answer: its id, when it happened (in UTC where no zone is said), and itself as it came."""

    id: str
    at: datetime
    text: bytes

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            object.__setattr__(self, "at", self.at.replace(tzinfo=UTC))


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One answer: its records, what could not be read of it, and where the next one is, if there is one."""

    items: Sequence[Item]
    unreadable: Sequence[bytes] = ()
    next: str | None = None


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """How far a log was read.

    Attributes:
        after: everything that happened before was read, but for what is written later than the overlap.
        newest: the latest instant met in the present pass.
        next: where the present pass goes on; None between two passes.
        seen: digests of the records inside the overlap, with their instants.
        line: how many records were read in all.
    """

    after: datetime
    newest: datetime
    next: str | None = None
    seen: dict[str, datetime] = {}
    line: int = 0

    @property
    def since(self) -> datetime:
        """From when on the log is asked."""
        return self.after - OVERLAP

    def with_page(self, page: Page, now: datetime) -> "Progress":
        """Return how far the log is read once a page was dealt with.

        A record that says it happened in the future does not move the progress there: nothing in between is missed.
        """
        latest = max([self.newest, *(item.at for item in page.items if item.at <= now + _AHEAD)])
        seen = self.seen | {digest(item.id): item.at for item in page.items}
        read = self.line + len(fresh(self, page.items)) + len(page.unreadable)
        if page.next is not None:
            return Progress(after=self.after, newest=latest, next=page.next, seen=seen, line=read)
        inside = {key: at for key, at in seen.items() if at >= latest - OVERLAP}
        return Progress(after=latest, newest=latest, seen=inside, line=read)


def progress_of(position: str, now: datetime) -> Progress:
    """Read a stored position; where there is none, begin a while ago."""
    if position:
        return msgspec.json.decode(position, type=Progress)
    return Progress(after=now - FIRST_LOOK + OVERLAP, newest=now - FIRST_LOOK + OVERLAP)


def fresh(progress: Progress, items: Iterable[Item]) -> list[Item]:
    """Return the records that were not read before."""
    kept: dict[str, Item] = {}
    for item in items:
        kept.setdefault(digest(item.id), item)
    return [item for key, item in kept.items() if key not in progress.seen]


def digest(identity: str) -> str:
    """Return a short name of an id: two of the few in an overlap do not share one."""
    return hashlib.blake2b(identity.encode(errors="surrogatepass"), digest_size=9).hexdigest()


def batch_of(part: str, position: str, page: Page, now: datetime) -> Batch:
    """Return what a page comes to, after a position of its part."""
    progress = progress_of(position, now)
    after = progress.with_page(page, now)
    texts = [item.text for item in fresh(progress, page.items)] + list(page.unreadable)
    lines = [Line(text=text, path=part, line=progress.line + number) for number, text in enumerate(texts, 1)]
    return Batch(lines=tuple(lines), positions={part: msgspec.json.encode(after).decode()}, since={part: position})


def instant(at: datetime) -> str:
    """Write an instant as both APIs take it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
