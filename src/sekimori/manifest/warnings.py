"""What is valid but probably not meant: grants that ended, people nobody may ask about."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from sekimori.manifest.model import Manifest
from sekimori.manifest.problems import nearest
from sekimori.manifest.tables.identity import Identity
from sekimori.manifest.tables.partners import Partner, Requester
from sekimori.manifest.tables.people import Precision
from sekimori.manifest.tables.watch import WatchedApp


class Concern(StrEnum):
    """What there is to be warned about."""

    ENDED = "ended"
    NO_END = "no_end"
    NOBODY_ASKS = "nobody_asks"
    SHOWS_NOTHING = "shows_nothing"
    NO_REQUESTERS = "no_requesters"
    NO_CHANNELS = "no_channels"
    NOBODY_TO_ASK = "nobody_to_ask"
    UNKNOWN_PERMISSION = "unknown_permission"
    NO_FILE = "no_file"
    NO_ORIGIN = "no_origin"
    UNKNOWN_CHANGE = "unknown_change"


@dataclass(frozen=True, slots=True, kw_only=True)
class Warned:
    """A concern, the key it is about, and what that key says or probably meant to say."""

    concern: Concern
    key: str
    day: date | None = None
    value: str = ""
    suggestion: str | None = None


def warnings(manifest: Manifest, *, today: date) -> tuple[Warned, ...]:
    """Find what is probably not meant; ``today`` is the day in the service's time zone."""
    return (*_about_people(manifest, today), *_about_partners(manifest, today), *_about_identities(manifest))


def _about_people(manifest: Manifest, today: date) -> Iterator[Warned]:
    asked = {name for partner in manifest.partners for requester in partner.requesters for name in requester.may_ask}
    for index, person in enumerate(manifest.people):
        key = f"people[{index}]"
        yield from _about_end(person.until, f"{key}.until", today)
        if person.id not in asked:
            yield Warned(concern=Concern.NOBODY_ASKS, key=key)
        if person.precision is Precision.NONE:
            yield Warned(concern=Concern.SHOWS_NOTHING, key=f"{key}.precision")


def _about_partners(manifest: Manifest, today: date) -> Iterator[Warned]:
    for index, partner in enumerate(manifest.partners):
        key = f"partners[{index}]"
        if not partner.requesters:
            yield Warned(concern=Concern.NO_REQUESTERS, key=key)
        if not partner.channels:
            yield Warned(concern=Concern.NO_CHANNELS, key=key)
        yield from _about_requesters(partner, key, today)


def _about_requesters(partner: Partner, above: str, today: date) -> Iterator[Warned]:
    for index, requester in enumerate(partner.requesters):
        key = f"{above}.requesters[{index}]"
        yield from _about_requester(requester, key, today)


def _about_requester(requester: Requester, key: str, today: date) -> Iterator[Warned]:
    yield from _about_end(requester.until, f"{key}.until", today)
    if not requester.may_ask:
        yield Warned(concern=Concern.NOBODY_TO_ASK, key=f"{key}.may_ask")
    if requester.precision is Precision.NONE:
        yield Warned(concern=Concern.SHOWS_NOTHING, key=f"{key}.precision")


def _about_end(until: date | None, key: str, today: date) -> Iterator[Warned]:
    if until is None:
        yield Warned(concern=Concern.NO_END, key=key)
    elif until < today:
        yield Warned(concern=Concern.ENDED, key=key, day=until)


CHANGES: Final = frozenset({"credential", "permission", "owner", "application", "sign_in", "call"})
"""What a change window can be about."""


def _about_identities(manifest: Manifest) -> Iterator[Warned]:
    apps: list[tuple[str, Identity | WatchedApp]] = [("identity", manifest.identity)]
    apps += [(f"watch.apps[{index}]", app) for index, app in enumerate(manifest.watch.apps)]
    for key, app in apps:
        if not (app.egress or app.countries):
            yield Warned(concern=Concern.NO_ORIGIN, key=key)
        for place, window in enumerate(app.change_windows):
            for index, word in enumerate(window.what):
                if word not in CHANGES:
                    path = f"{key}.change_windows[{place}].what[{index}]"
                    yield Warned(
                        concern=Concern.UNKNOWN_CHANGE, key=path, value=word, suggestion=nearest(word, set(CHANGES))
                    )
