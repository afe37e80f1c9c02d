"""What the watch itself noticed, as a record like any other: rules say what it means."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sekimori.watch.domain.records import Record

OBSERVED: Final = "SekimoriWatch"


class Observed(StrEnum):
    """What there is to notice; a closed vocabulary, put into words per language."""

    ENTRIES_WITHOUT_CALL = "entries_without_call"
    CATEGORY_SILENT = "category_silent"


def observation(kind: Observed, name: str, at: datetime, values: Mapping[str, Any]) -> Record:
    """Return a canonical record; ``name`` is its id: the same noticed again has the same."""
    return {
        "time": at.isoformat(),
        "category": OBSERVED,
        "operationName": kind.value,
        "properties": {"id": f"{kind.value}:{name}", "kind": kind.value, **values},
    }
