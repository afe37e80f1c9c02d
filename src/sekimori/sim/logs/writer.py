"""Writes each record as one line the moment it happens; one file per category, as the vendor exports them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from sekimori.sim.broadcast import Broadcast

FILES: Final = {
    "ServicePrincipalSignInLogs": "service-principal-sign-ins.ndjson",
    "AuditLogs": "audit.ndjson",
    "MicrosoftGraphActivityLogs": "graph-activity.ndjson",
    "Administrative": "azure-activity.ndjson",
}


class LogWriter:
    """Appends records to ``<folder>/*.ndjson`` and remembers them in order.

    Attributes:
        records: every record written by this run.
        exports: whether records of a category go anywhere; what does not is lost.
    """

    def __init__(self, folder: Path, broadcast: Broadcast) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.records: list[dict[str, Any]] = []
        self.exports: Callable[[str], bool] = lambda _category: True
        self._broadcast = broadcast

    def write(self, record: dict[str, Any]) -> None:
        """Append one record; the line is whole on disk before this returns."""
        if not self.exports(record["category"]):
            return
        line = json.dumps(record, ensure_ascii=False, separators=(",", ":")) + "\n"
        with (self.folder / FILES[record["category"]]).open("ab") as file:
            file.write(line.encode())
        self.records.append(record)
        self._broadcast.tell("record")

    def of(self, category: str) -> list[dict[str, Any]]:
        """Return the records of one category, oldest first."""
        return [record for record in self.records if record["category"] == category]
