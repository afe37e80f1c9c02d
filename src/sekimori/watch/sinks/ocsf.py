"""Alerts as OCSF Detection Findings in files, one a day: for a lake that speaks the schema."""

from typing import Final

import msgspec

from sekimori.manifest.tables.sinks import WatchSink
from sekimori.watch.bundle import Bundle
from sekimori.watch.domain.level import Level
from sekimori.watch.ocsf_bundle import bundle_as_ocsf
from sekimori.watch.sinking import DayFiles, Surroundings

KIND: Final = "ocsf"


class OcsfSink:
    """Writes each revision of an alert as one event: created, then updated."""

    def __init__(self, *, name: str, level: Level, files: DayFiles) -> None:
        self.name = name
        self.level = level
        self._files = files

    async def deliver(self, bundle: Bundle, reference: str | None) -> str | None:
        """Write one revision; it is the reference.

        Raises:
            DeliveryFailed: it is not on the disk.
        """
        await self._files.append(msgspec.json.encode(bundle_as_ocsf(bundle, reference)))
        return str(bundle.revision)

    async def close(self) -> None:
        """Do nothing: no file is kept open."""


def open_sink(declared: WatchSink, around: Surroundings) -> OcsfSink:
    """Open a folder of files."""
    files = DayFiles(declared.called, around.folder / str(declared.path), around.clock)
    return OcsfSink(name=declared.called, level=Level(declared.level.value), files=files)
