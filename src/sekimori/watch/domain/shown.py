"""Values of a log as a sentence may show them: short, on one line, without anybody's address in a path."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import datetime, tzinfo
from typing import Final, TypeVar

from sekimori.watch.domain.parties import App

_LONGEST: Final = 160
_ADDRESS_IN_PATH: Final = re.compile(r"[^/'()]+@[^/'()]+")
T = TypeVar("T")


def shown(value: str) -> str:
    """Return a value on one line, without control and direction characters, cut to 160 characters.

    Whoever names an application writes into our sentences.
    """
    kept = "".join(c for c in value if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Zl", "Zp"})
    return kept if len(kept) <= _LONGEST else kept[: _LONGEST - 1] + "…"


def app_label(app: App) -> str | None:
    """Return what to call an application: its name, else the best of its ids."""
    label = app.name or app.app_id or app.service_principal_id or app.object_id
    return shown(label) if label else None


def path_shown(path: str) -> str:
    """Return a Graph path with mail addresses taken out."""
    return shown(_ADDRESS_IN_PATH.sub("{address}", path))


def local_time(instant: datetime, zone: tzinfo) -> str:
    """Return an instant in a zone, to the second, with the zone's name."""
    return instant.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S %Z")


def grouped(items: Iterable[T]) -> dict[type[T], list[T]]:
    """Return items by their type, types and items in the order in which they came."""
    groups: dict[type[T], list[T]] = {}
    for item in items:
        groups.setdefault(type(item), []).append(item)
    return groups
