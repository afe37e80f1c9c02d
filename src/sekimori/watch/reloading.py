"""Notices when files change, and has them read anew; where that fails, what was there before stays."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Final, TypeAlias

import structlog

from sekimori.core.errors import SekimoriError
from sekimori.watch.meters import Meters

PAUSE: Final = 2.0
"""Seconds between two looks; a file that changes during one is read at the next."""

Stamp: TypeAlias = frozenset[tuple[str, int, int, int]]


class Reloader:
    """Looks at files again and again.

    ``files`` names them anew at each look; ``reload`` reads them and takes them over, or raises and changes nothing.

    Attributes:
        trouble: why what is there now was not taken over; None where it was.
    """

    def __init__(
        self,
        *,
        files: Callable[[], Iterable[Path]],
        reload: Callable[[], Awaitable[None]],
        meters: Meters,
        pause: float | None = None,
    ) -> None:
        self._files = files
        self._reload = reload
        self._meters = meters
        self._pause = PAUSE if pause is None else pause
        self.trouble: SekimoriError | None = None
        self._log = structlog.get_logger("sekimori.watch")

    async def run(self) -> None:
        """Look for ever."""
        taken = last = await asyncio.to_thread(self._stamp)
        while True:
            await asyncio.sleep(self._pause)
            now = await asyncio.to_thread(self._stamp)
            if now == last != taken:  # nobody writes to them any more
                await self._take_over()
                taken = now
            last = now

    async def _take_over(self) -> None:
        try:
            await self._reload()
        except SekimoriError as error:
            self.trouble = error
            self._meters.reloads.labels("refused").inc()
            self._log.error("rules.reload_refused", code=error.code, reason=error.words, hint=error.hint)
        else:
            self.trouble = None
            self._meters.reloads.labels("taken").inc()
            self._log.info("rules.reloaded")

    def _stamp(self) -> Stamp:
        found = set()
        for path in self._files():
            try:
                about = path.stat()
            except OSError:
                found.add((str(path), 0, 0, 0))
            else:
                found.add((str(path), about.st_mtime_ns, about.st_size, about.st_ino))
        return frozenset(found)
