"""Which keys a sink of the watch needs, by its kind, and what two sinks may not share."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sekimori.manifest.problems import Fault
from sekimori.manifest.vendors import is_clear_text

KEYS: Final[Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "slack": (("channel",), ()),
    "datadog": (("api_key",), ("site", "form", "url")),
    "webhook": (("url", "secret"), ()),
    "ndjson": (("path",), ()),
    "ocsf": (("path",), ()),
}
"""By kind: the keys it needs, and those it may have."""

_COMMON: Final = {"kind", "name", "level"}


def sink_faults(raw: Mapping[str, Any]) -> Iterator[Fault]:
    """Find sinks that lack a key, have one of another kind, share a name, or would send without TLS."""
    watch, slack = raw.get("watch"), raw.get("slack")
    found = watch.get("sinks") if isinstance(watch, Mapping) else None
    channel = isinstance(slack, Mapping) and "security_channel" in slack
    seen: dict[str, str] = {"slack": "slack.security_channel"} if channel else {}
    for index, sink in enumerate(found if isinstance(found, list) else []):
        if not isinstance(sink, Mapping) or sink.get("kind") not in KEYS:
            continue
        yield from _keys(sink, index)
        name = str(sink.get("name") or sink["kind"])
        if name in seen:
            yield Fault(
                path=("watch", "sinks", index, "name"), words=f'"{name}" is already {seen[name]}; name it otherwise'
            )
        seen.setdefault(name, f"watch.sinks[{index}]")
        if is_clear_text(sink.get("url")):
            words = "would send alerts in clear text: write https://, http:// is for this machine alone"
            yield Fault(path=("watch", "sinks", index, "url"), words=words)


def _keys(sink: Mapping[str, Any], index: int) -> Iterator[Fault]:
    kind = sink["kind"]
    needed, allowed = KEYS[kind]
    path = ("watch", "sinks", index)
    for key in needed:
        if not sink.get(key):
            yield Fault(path=(*path, key), words=f'is missing; kind = "{kind}" needs it')
    for key in sink.keys() - {*_COMMON, *needed, *allowed}:
        if kinds := [other for other, keys in KEYS.items() if key in (*keys[0], *keys[1])]:
            yield Fault(path=(*path, key), words=f"belongs to kind = {' or '.join(kinds)}, not to {kind}")
