"""Opens the keepers of people's further calendars that a manifest names.

What reads them is imported only where it is needed: a service without such calendars starts without it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from sekimori.core.clock import Clock
from sekimori.core.confidential import Personal, Secret
from sekimori.core.ids import PersonId
from sekimori.desk.domain.ports import FreeBusyProvider
from sekimori.manifest.model import Manifest
from sekimori.manifest.tables.people import CalendarKeeper


class Keeper(FreeBusyProvider, Protocol):
    """A provider that holds connections."""

    async def close(self) -> None:
        """Let go of the connections."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What the keepers are opened with: how a reference of the manifest becomes a secret, the time, whom to trust."""

    secret: Callable[[str], Secret[bytes]]
    text: Callable[[str], Secret[str]]
    clock: Clock
    ca_bundle: str | None = None


def open_elsewhere(manifest: Manifest, around: Surroundings) -> Mapping[str, Keeper]:
    """Open the keepers by name; close each after use. A keeper that nobody has a calendar with is not opened.

    Raises:
        SecretNotFound, KeyUnusable, FeedAddressUnusable: what each says.
    """
    keepers: dict[str, Keeper] = {}
    if calendars := _named(manifest, CalendarKeeper.GOOGLE):
        keepers[CalendarKeeper.GOOGLE.value] = _google(manifest, calendars, around)
    if references := _named(manifest, CalendarKeeper.ICS):
        keepers[CalendarKeeper.ICS.value] = _ics(manifest, references, around)
    return keepers


def _named(manifest: Manifest, keeper: CalendarKeeper) -> dict[PersonId, tuple[str, ...]]:
    named = {
        PersonId(person.id): tuple(also.calendar for also in person.also if also.provider is keeper)
        for person in manifest.people
    }
    return {person: calendars for person, calendars in named.items() if calendars}


def _google(manifest: Manifest, calendars: Mapping[PersonId, tuple[str, ...]], around: Surroundings) -> Keeper:
    from sekimori.desk.providers.google.account import service_account
    from sekimori.desk.providers.google.provider import open_google

    assert manifest.google is not None  # the manifest's own check
    return open_google(
        account=service_account(around.secret(manifest.google.service_account)),
        address=manifest.endpoints.google,
        token_address=manifest.endpoints.google_token,
        calendars={person: tuple(Personal(name) for name in names) for person, names in calendars.items()},
        clock=around.clock,
        ca_bundle=around.ca_bundle,
    )


def _ics(manifest: Manifest, references: Mapping[PersonId, tuple[str, ...]], around: Surroundings) -> Keeper:
    from sekimori.desk.providers.ics.address import feed_address
    from sekimori.desk.providers.ics.provider import open_ics

    feeds = {
        person: tuple(feed_address(around.text(reference), reference=reference) for reference in kept)
        for person, kept in references.items()
    }
    return open_ics(feeds=feeds, zone=manifest.service.zone, clock=around.clock, ca_bundle=around.ca_bundle)
