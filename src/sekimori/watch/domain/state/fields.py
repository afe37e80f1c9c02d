"""Reads the values of a field out of an event, as texts to compare."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from ipaddress import ip_address, ip_network
from itertools import product
from typing import Any, Final

from sekimori.watch.domain.event import Event, GraphCall
from sekimori.watch.domain.reading import GRAPH_ACTIVITY, graph_path, source_ip_of
from sekimori.watch.domain.records import Record, mapping, text
from sekimori.watch.domain.sigma.evaluate import elements_at, found_at, leaves
from sekimori.watch.domain.sigma.fields import FieldMap, Spot
from sekimori.watch.domain.sigma.tree import Path
from sekimori.watch.domain.sigma.values import text_of

APP_IDS: Final = "event.app_ids"
"""Each id that is known of the application, where another event may say any of them."""
_MOST: Final = 32
"""Values of one field, and cases made of one event."""
_LONGEST: Final = 256
_ID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|.*[@\d].*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Bare:
    """An event of which no more is known than some columns of its record."""

    record: Record
    id: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """A field as a rule names it, and how its values are read."""

    name: str
    spots: tuple[Spot, ...]

    def values(self, event: Event | Bare, whole: Mapping[str, Any]) -> tuple[str, ...]:
        """Return the values, folded, each once; nothing where there is none.

        Of a bare event, those of our own names can be had that hang on few columns: see :mod:`.glance`.
        """
        if self.name in _OF_RECORD:
            said = _OF_RECORD[self.name](event.record)
            return (_folded(said),) if said else ()
        if self.name in _OF_EVENT:
            assert isinstance(event, Event)
            said = _OF_EVENT[self.name](event)
            return (_folded(said),) if said else ()
        if self.name == APP_IDS:
            assert isinstance(event, Event)
            app = event.app
            ids = filter(None, (app.app_id, app.service_principal_id, app.object_id))
            return tuple(dict.fromkeys(map(_folded, ids)))
        found = (text_of(value) for spot in self.spots for value in _at(whole, spot))
        return tuple(dict.fromkeys(_folded(each) for each in found if each))[:_MOST]


def field_of(name: str) -> Field:
    """Find a field by any of its spellings, or by one of our own names."""
    ours = name in _OF_RECORD or name in _OF_EVENT or name == APP_IDS
    return Field(name, () if ours else FieldMap().find(name).spots)


def cases(fields: tuple[Field, ...], event: Event | Bare, whole: Mapping[str, Any]) -> list[tuple[str, ...]]:
    """Return the values of several fields, one of each; a field without a value stays empty, and all empty is none."""
    found = [field.values(event, whole) or ("",) for field in fields]
    made = [each for _, each in zip(range(_MOST), product(*found), strict=False)]
    return [each for each in made if any(each) or not fields]


def _at(whole: Mapping[str, Any], spot: Spot) -> list[Any]:
    if spot.named is None:
        plain = _plainly(whole, spot.path)
        if not isinstance(plain, dict | list):
            return [plain]
        return [value for thing in found_at(whole, spot.path) for value in leaves(thing)]
    name_key, name, value_key = spot.named
    elements = [mapping(each) for each in elements_at(whole, spot.path)]
    named = [each.get(value_key) for each in elements if (text(each.get(name_key)) or "").casefold() == name.casefold()]
    return [value for thing in named for value in leaves(thing)]


def _plainly(whole: Any, path: Path) -> Any:
    """Walk a path through objects alone, as nearly all do; return the object or list where that ends."""
    thing = whole
    for step in path:
        if not isinstance(thing, dict):
            return thing if isinstance(thing, list) else None
        thing = thing.get(step)
    return thing


def _folded(said: str) -> str:
    folded = said.strip().strip('"').casefold()
    return folded if len(folded) <= _LONGEST else f"{folded[:64]}…{sha256(folded.encode()).hexdigest()}"


def _network(record: Record) -> str | None:
    source_ip = source_ip_of(record)
    if source_ip is None:
        return None
    address = ip_address(source_ip)
    return str(ip_network(f"{address}/{24 if address.version == 4 else 48}", strict=False))


def _client(record: Record) -> str | None:
    """Return the name of the program that asked, without its version and what else it says of itself."""
    said = text(mapping(record.get("properties")).get("userAgent"))
    return re.split(r"[\s/;(]", said.strip(), maxsplit=1)[0] if said else None


def _call(record: Record) -> str | None:
    properties = mapping(record.get("properties"))
    is_call = record.get("category") == GRAPH_ACTIVITY
    return call_kind(properties.get("requestMethod"), properties.get("requestUri")) if is_call else None


def call_kind(method: object, uri: object) -> str | None:
    """Return the kind of a Graph call: method, version where it is not v1.0, and path with ids left out."""
    said = text(uri)
    if said is None:
        return None
    path = graph_path(said)
    beta = "/beta" if "/beta/" in said else ""
    return f"{(text(method) or '?').upper()} {beta}{'/'.join(map(_part, path.split('/')))}"


def _mailbox(event: Event) -> str | None:
    """Return whose things a Graph call is about: the user in its path, by whichever name it is called there."""
    path = (event.detail.path or "") if isinstance(event.detail, GraphCall) else ""
    _, _, rest = path.partition("/users/")
    return rest.partition("/")[0] or None


def _part(part: str) -> str:
    return "{id}" if _ID.fullmatch(part.partition("(")[0]) else part.partition("(")[0]


_OF_RECORD: Final[Mapping[str, Callable[[Record], str | None]]] = {
    "event.address": source_ip_of,
    "event.network": _network,
    "event.client": _client,
    "event.call": _call,
}
_OF_EVENT: Final[Mapping[str, Callable[[Event], str | None]]] = {
    "event.actor": lambda event: event.actor.id or event.actor.app_id or event.actor.name,
    "event.app": lambda event: event.app.service_principal_id or event.app.app_id or event.app.object_id,
    "event.mailbox": _mailbox,
}
