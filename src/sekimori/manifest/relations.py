"""What tables of a manifest say about each other, checked on raw values so that shape faults do not hide these."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sekimori.manifest.errands import errand_faults
from sekimori.manifest.further import calendar_faults
from sekimori.manifest.problems import Fault, KeyPath, nearest, written
from sekimori.manifest.sinks import sink_faults
from sekimori.manifest.sources import source_faults
from sekimori.manifest.vendors import endpoint_faults


def relation_faults(raw: Mapping[str, Any]) -> Iterator[Fault]:
    """Find duplicate ids, unknown people, windows that end before they start, and keys that need each other."""
    yield from _duplicates(raw, "people", "id")
    yield from _duplicates(raw, "partners", "id")
    yield from _duplicate_teams(raw)
    yield from _requesters(raw)
    yield from _backward_windows(raw)
    yield from _needed_keys(raw)
    yield from calendar_faults(raw)
    yield from errand_faults(raw)
    yield from endpoint_faults(raw)
    yield from source_faults(raw)
    yield from sink_faults(raw)


def _tables(raw: object, key: str) -> list[tuple[int, Mapping[str, Any]]]:
    found = raw.get(key) if isinstance(raw, Mapping) else None
    items = found if isinstance(found, list) else []
    return [(index, item) for index, item in enumerate(items) if isinstance(item, Mapping)]


def _table(raw: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = raw.get(key)
    return found if isinstance(found, Mapping) else {}


def _duplicates(raw: object, table: str, key: str, *, above: KeyPath = ()) -> Iterator[Fault]:
    seen: dict[str, KeyPath] = {}
    for index, item in _tables(raw, table):
        value, path = item.get(key), (*above, table, index, key)
        if not isinstance(value, str):
            continue
        if value in seen:
            yield Fault(path=path, words=f'"{value}" is already {written(seen[value])}')
        seen.setdefault(value, path)


def _duplicate_teams(raw: Mapping[str, Any]) -> Iterator[Fault]:
    """Refuse two partners of one workspace: which of them is asking could not be told."""
    yield from _duplicates(raw, "partners", "team")


def _requesters(raw: Mapping[str, Any]) -> Iterator[Fault]:
    people = [person["id"] for _, person in _tables(raw, "people") if isinstance(person.get("id"), str)]
    for number, partner in _tables(raw, "partners"):
        above: KeyPath = ("partners", number)
        yield from _duplicates(partner, "requesters", "user", above=above)
        for index, requester in _tables(partner, "requesters"):
            yield from _unknown_people(requester, people, (*above, "requesters", index, "may_ask"))


def _unknown_people(requester: Mapping[str, Any], people: list[str], path: KeyPath) -> Iterator[Fault]:
    asked = requester.get("may_ask")
    for index, name in enumerate(asked if isinstance(asked, list) else []):
        if isinstance(name, str) and name not in people:
            words = f'"{name}" is nobody in [[people]]'
            yield Fault(path=(*path, index), words=words, suggestion=nearest(name, people))


def _backward_windows(raw: Mapping[str, Any]) -> Iterator[Fault]:
    watch = _table(raw, "watch")
    apps: list[tuple[KeyPath, Mapping[str, Any]]] = [(("identity",), _table(raw, "identity"))]
    apps += [(("watch", "apps", index), app) for index, app in _tables(watch, "apps")]
    for above, app in apps:
        for index, window in _tables(app, "change_windows"):
            start, end = window.get("from"), window.get("to")
            if isinstance(start, datetime) and isinstance(end, datetime) and _backward(start, end):
                yield Fault(path=(*above, "change_windows", index, "to"), words="must be after from")


def _backward(start: datetime, end: datetime) -> bool:
    return start.tzinfo is not None and end.tzinfo is not None and start >= end


def _needed_keys(raw: Mapping[str, Any]) -> Iterator[Fault]:
    for table, key, default, value, needed in (
        ("identity", "credential", "certificate", "certificate", "certificate"),
        ("identity", "credential", "certificate", "secret", "secret"),
        ("identity", "credential", "certificate", "federated", "federation"),
        ("identity", "calendar_access", "direct", "broker", "broker_mailbox"),
        ("slack", "mode", "http", "http", "signing_secret"),
        ("slack", "mode", "http", "socket", "app_token"),
    ):
        found = _table(raw, table)
        if found and found.get(key, default) == value and needed not in found:
            yield Fault(path=(table, needed), words=f'is missing; {key} = "{value}" needs it')
