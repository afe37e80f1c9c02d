"""An inbox that lasts as long as the process: for requests that can be made again."""

from collections import OrderedDict
from collections.abc import Sequence
from typing import Final

_REMEMBERED: Final = 10_000


class MemoryInbox:
    """Knows a repetition of what it accepted; keeps nothing through a restart."""

    def __init__(self) -> None:
        self._seen: OrderedDict[str, None] = OrderedDict()

    async def accept(self, key: str, payload: bytes) -> bool:  # noqa: ARG002 - the work is in the caller's hands
        """Say whether a request is new."""
        if key in self._seen:
            return False
        self._seen[key] = None
        while len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
        return True

    async def pending(self) -> Sequence[tuple[str, bytes]]:
        """Return nothing: what an earlier run left is gone with it."""
        return ()

    async def done(self, key: str) -> None:
        """Remember the key."""
