"""What a partner is sent by itself: for people its requesters may ask about, to channels they may ask from."""

from collections.abc import Iterator, Mapping
from typing import Any

from sekimori.manifest.problems import Fault, KeyPath, nearest, written


def errand_faults(raw: Mapping[str, Any]) -> Iterator[Fault]:
    """Find posts that no grant covers, or that are there twice."""
    for number, partner in _tables(raw, "partners"):
        yield from _posts(partner, ("partners", number))


def _posts(partner: Mapping[str, Any], above: KeyPath) -> Iterator[Fault]:
    seen: dict[tuple[object, object], KeyPath] = {}
    for index, post in _tables(partner, "weekly_posts"):
        path = (*above, "weekly_posts", index)
        yield from _not_granted(partner, post, path)
        yield from _not_theirs(partner, post, path)
        before = seen.setdefault((post.get("person"), post.get("channel")), path)
        if before != path:
            yield Fault(path=path, words=f"is already {written(before)}")


def _not_granted(partner: Mapping[str, Any], errand: Mapping[str, Any], path: KeyPath) -> Iterator[Fault]:
    person, granted = errand.get("person"), _granted(partner)
    if isinstance(person, str) and person not in granted:
        words = f'"{person}" is nobody whom a requester of this partner may ask about'
        yield Fault(path=(*path, "person"), words=words, suggestion=nearest(person, granted))


def _not_theirs(partner: Mapping[str, Any], errand: Mapping[str, Any], path: KeyPath) -> Iterator[Fault]:
    channel, channels = errand.get("channel"), partner.get("channels")
    if isinstance(channel, str) and channel not in (channels if isinstance(channels, list) else []):
        yield Fault(path=(*path, "channel"), words=f'"{channel}" is not among the channels of this partner')


def _granted(partner: Mapping[str, Any]) -> list[str]:
    lists = [requester.get("may_ask") for _, requester in _tables(partner, "requesters")]
    return [name for names in lists if isinstance(names, list) for name in names if isinstance(name, str)]


def _tables(raw: Mapping[str, Any], key: str) -> list[tuple[int, Mapping[str, Any]]]:
    found = raw.get(key)
    items = found if isinstance(found, list) else []
    return [(index, item) for index, item in enumerate(items) if isinstance(item, Mapping)]
