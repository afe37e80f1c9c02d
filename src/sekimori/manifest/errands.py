"""What a partner is sent by itself: for people its requesters may ask about, to channels they may ask from."""

from collections.abc import Iterator, Mapping
from typing import Any

from sekimori.manifest.problems import Fault, KeyPath, nearest, written


def errand_faults(raw: Mapping[str, Any]) -> Iterator[Fault]:
    """Find posts and watches that no grant covers, or that are there twice, and watches that see one calendar only."""
    for number, partner in _tables(raw, "partners"):
        yield from _posts(partner, ("partners", number))
        yield from _watches(raw, partner, ("partners", number))


def _posts(partner: Mapping[str, Any], above: KeyPath) -> Iterator[Fault]:
    seen: dict[tuple[object, object], KeyPath] = {}
    for index, post in _tables(partner, "weekly_posts"):
        path = (*above, "weekly_posts", index)
        yield from _not_granted(partner, post, path)
        yield from _not_theirs(partner, post, path)
        before = seen.setdefault((post.get("person"), post.get("channel")), path)
        if before != path:
            yield Fault(path=path, words=f"is already {written(before)}")


def _watches(raw: Mapping[str, Any], partner: Mapping[str, Any], above: KeyPath) -> Iterator[Fault]:
    elsewhere = [person.get("id") for _, person in _tables(raw, "people") if person.get("also")]
    seen: dict[tuple[object, ...], KeyPath] = {}
    for index, watch in _tables(partner, "collision_watches"):
        path = (*above, "collision_watches", index)
        if ("channel" in watch) == ("requester" in watch):
            yield Fault(path=path, words="must name either a channel or a requester")
        yield from _not_granted(_only(partner, watch.get("requester")), watch, path)
        yield from _not_theirs(partner, watch, path)
        if watch.get("person") not in elsewhere:
            yield Fault(path=(*path, "person"), words="has no calendar elsewhere: also is missing in [[people]]")
        what = (watch.get("person"), watch.get("channel"), watch.get("requester"))
        before = seen.setdefault(what, path)
        if before != path:
            yield Fault(path=path, words=f"is already {written(before)}")


def _only(partner: Mapping[str, Any], user: object) -> Mapping[str, Any]:
    """Return a partner with one requester, where one is named."""
    if user is None:
        return partner
    return {**partner, "requesters": [each for _, each in _tables(partner, "requesters") if each.get("user") == user]}


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
