"""From the manifest to the profiles that the watch holds events against."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import timedelta, tzinfo
from ipaddress import ip_network
from pathlib import Path
from typing import Final

from sekimori.manifest.formats import minutes_of
from sekimori.manifest.model import Manifest
from sekimori.manifest.tables.identity import GRAPH_RESOURCE, CalendarAccess, ChangeWindow, CredentialKind, Identity
from sekimori.manifest.tables.watch import Reconciliation, WatchedApp
from sekimori.manifest.tables.weekday import Weekday
from sekimori.watch.certificates import declared_thumbprint
from sekimori.watch.domain.bounds import Bounds
from sekimori.watch.domain.calls import parse_call
from sekimori.watch.domain.presence import EVERY_DAY, Presence
from sekimori.watch.domain.profile import ChangeWindow as DeclaredWindow
from sekimori.watch.domain.profile import IdentityProfile, Proof

_GRAPH_ID: Final = "00000003-0000-0000-c000-000000000000"
_ALL_DAY: Final = "00:00-24:00"


def profiles_of(
    manifest: Manifest, *, folder: Path | None = None, environ: Mapping[str, str] | None = None
) -> tuple[IdentityProfile, ...]:
    """Return our own identity's profile first, then those of the further apps that the manifest watches.

    ``folder`` and ``environ`` are where the manifest's certificate is looked for, whose thumbprint is one to expect.
    """
    zone, own = manifest.service.zone, manifest.identity
    ours = replace(
        _profile(own, name=manifest.service.name, zone=zone),
        mailboxes={person.id: person.mailbox for person in manifest.people},
        broker=own.broker_mailbox if own.calendar_access is CalendarAccess.BROKER else None,
        trusted=(own.federation.issuer, own.federation.subject) if own.federation else None,
        recorded=True,
        bounds=_bounds(manifest.watch.reconciliation),
    )
    if folder and own.credential is CredentialKind.CERTIFICATE:
        found = declared_thumbprint(own.certificate, folder=folder, environ=environ or {})
        ours = replace(ours, thumbprints=ours.thumbprints | ({found} if found else frozenset()))
    return (ours, *(_profile(app, name=app.name, zone=zone) for app in manifest.watch.apps))


def _profile(declared: Identity | WatchedApp, *, name: str, zone: tzinfo) -> IdentityProfile:
    return IdentityProfile(
        name=name,
        app_id=declared.app_id.casefold(),
        object_id=_lower(declared.object_id),
        service_principal_id=_lower(declared.service_principal_id),
        credential=Proof(declared.credential.value) if declared.credential else None,
        key_ids=_folded(declared.key_ids),
        thumbprints=_folded(declared.thumbprints),
        permissions=frozenset(declared.permissions),
        owners=_folded(declared.owners),
        egress=tuple(ip_network(net, strict=False) for net in declared.egress),
        countries=frozenset(country.upper() for country in declared.countries),
        resources=frozenset(_resource(each) for each in declared.resources),
        presence=_presence(declared, zone),
        calls=tuple(map(parse_call, declared.graph_calls)),
        user_agents=declared.user_agents,
        change_windows=tuple(_window(window) for window in declared.change_windows),
    )


def _bounds(declared: Reconciliation) -> Bounds:
    return Bounds(
        apart=timedelta(minutes=declared.skew_minutes),
        delay=timedelta(minutes=declared.delay_minutes),
        patience=timedelta(seconds=declared.wait_seconds),
        answer_bytes=declared.answer_bytes,
        graph_logged=declared.graph_activity_logs,
        sign_ins_logged=declared.sign_in_logs,
    )


def _resource(declared: str) -> str:
    """Return Microsoft Graph's id for its name, which anybody can give to an application of his."""
    return _GRAPH_ID if declared == GRAPH_RESOURCE else declared.casefold()


def _presence(declared: Identity | WatchedApp, zone: tzinfo) -> Presence | None:
    if declared.idle:
        return Presence(zone=zone, days=frozenset())
    days = frozenset(list(Weekday).index(day) for day in declared.active_days)
    if declared.active_hours is None and days == EVERY_DAY:
        return None
    return Presence(zone=zone, minutes=minutes_of(declared.active_hours or _ALL_DAY), days=days)


def _window(window: ChangeWindow) -> DeclaredWindow:
    return DeclaredWindow(span=window.span, what=frozenset(window.what), why=window.why)


def _folded(values: Iterable[str]) -> frozenset[str]:
    return frozenset(value.casefold() for value in values)


def _lower(value: str | None) -> str | None:
    return value.casefold() if value else None
