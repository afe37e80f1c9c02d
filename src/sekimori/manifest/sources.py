"""Which keys a source of the watch needs, by its kind, and which are another kind's."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sekimori.manifest.problems import Fault
from sekimori.manifest.vendors import is_here

KEYS: Final[Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "files": (("path",), ()),
    "http": (("keys",), ()),
    "eventhubs": (("servers", "hubs"), ("consumer_group", "connection_string")),
    "graph": (("logs", "app_id"), ("certificate", "secret")),
    "datadog": (("query", "api_key", "application_key"), ()),
}
"""By kind: the keys it needs, and those it may have."""


def source_faults(raw: Mapping[str, Any]) -> Iterator[Fault]:
    """Find sources that lack a key, have one of another kind, or are there twice."""
    watch = raw.get("watch")
    found = watch.get("sources") if isinstance(watch, Mapping) else None
    seen: dict[str, int] = {}
    for index, source in enumerate(found if isinstance(found, list) else []):
        # a kind that is no text, or none that there is, is told of by its shape
        if isinstance(source, Mapping) and isinstance(kind := source.get("kind", "files"), str) and kind in KEYS:
            yield from _source(source, index)
            known = seen.setdefault(_same(source), index)
            if known != index:
                yield Fault(path=("watch", "sources", index), words=f"is the same as watch.sources[{known}]")


def _source(source: Mapping[str, Any], index: int) -> Iterator[Fault]:
    kind = source.get("kind", "files")
    needed, allowed = KEYS[kind]
    path = ("watch", "sources", index)
    for key in needed:
        if not source.get(key):
            yield Fault(path=(*path, key), words=f'is missing; kind = "{kind}" needs it')
    for key in source.keys() - {"kind", *needed, *allowed}:
        if kinds := [other for other, keys in KEYS.items() if key in (*keys[0], *keys[1])]:
            yield Fault(path=(*path, key), words=f"belongs to kind = {' or '.join(kinds)}, not to {kind}")
    if kind == "graph" and ("certificate" in source) == ("secret" in source):
        yield Fault(path=(*path, "certificate"), words="name either certificate or secret")
    if kind == "eventhubs" and "connection_string" not in source and not _all_here(source.get("servers")):
        yield Fault(path=(*path, "connection_string"), words="is missing; only servers on this machine go without")


def _same(source: Mapping[str, Any]) -> str:
    kind = source.get("kind", "files")
    # the intake has one address, whoever sends: its senders differ by their keys
    return (
        kind
        if kind == "http"
        else f"{kind} {source.get('path')} {source.get('hubs')} {source.get('logs')}" + (f" {source.get('query')}")
    )


def _all_here(servers: object) -> bool:
    return isinstance(servers, str) and all(is_here(each.rpartition(":")[0]) for each in servers.split(","))
