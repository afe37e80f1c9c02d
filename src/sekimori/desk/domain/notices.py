"""What the desk put up by itself and may have to change later: where it is, and what it says."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sekimori.core.ids import ChannelId


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One message under a name of ours.

    Attributes:
        begun: when it was about to be posted for the first time.
        ts: what the chat service calls it; None where it may be there or not.
        content: what it says, as whoever posted it writes that down.
    """

    key: str
    channel: ChannelId
    begun: datetime
    ts: str | None = None
    content: str = ""


class Notices(Protocol):
    """Keeps notices through crashes. Every method raises SekimoriError where it could not be kept."""

    async def begin(self, key: str, channel: ChannelId, now: datetime) -> Notice | None:
        """Note that a message is about to be posted; returns what was noted before, None where nothing was."""
        ...

    async def undo(self, key: str) -> None:
        """Forget a notice: it certainly was not posted, or will never change again."""
        ...

    async def keep(self, key: str, ts: str, content: str) -> None:
        """Note that a message is there, and what it says now."""
        ...

    async def find(self, prefix: str) -> Sequence[Notice]:
        """Return the notices whose key begins so, in the order of their keys."""
        ...
