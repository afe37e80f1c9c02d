"""Alerts as lines of JSON in files, one a day: what a collector of yours picks up."""

from typing import Final

import msgspec

from sekimori.manifest.tables.sinks import WatchSink
from sekimori.watch.bundle import Bundle
from sekimori.watch.domain.level import Level
from sekimori.watch.sinking import DayFiles, Surroundings

KIND: Final = "ndjson"


class NdjsonSink:
    """Writes each revision of an alert as one line."""

    def __init__(self, *, name: str, level: Level, files: DayFiles) -> None:
        self.name = name
        self.level = level
        self._files = files

    async def deliver(self, bundle: Bundle, reference: str | None) -> str | None:
        """Write one revision.

        Raises:
            DeliveryFailed: it is not on the disk.
        """
        await self._files.append(msgspec.json.encode(bundle.as_plain()))
        return reference

    async def close(self) -> None:
        """Do nothing: no file is kept open."""


def open_sink(declared: WatchSink, around: Surroundings) -> NdjsonSink:
    """Open a folder of files."""
    files = DayFiles(declared.called, around.folder / str(declared.path), around.clock)
    return NdjsonSink(name=declared.called, level=Level(declared.level.value), files=files)
