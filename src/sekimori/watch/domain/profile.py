"""What the manifest says of an identity: where it signs in from, what it may do, when it changes."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sekimori.core.timespan import Timespan
from sekimori.watch.domain.addresses import Network
from sekimori.watch.domain.bounds import Bounds
from sekimori.watch.domain.calls import CallPattern
from sekimori.watch.domain.parties import App
from sekimori.watch.domain.presence import Presence


class Proof(StrEnum):
    """What an application proves itself with to Entra."""

    FEDERATED = "federated"
    CERTIFICATE = "certificate"
    SECRET = "secret"  # noqa: S105 - a kind, not one


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeWindow:
    """A span in which a kind of change (``credential``, ``permission`` …) is declared, and why."""

    span: Timespan
    what: frozenset[str]
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityProfile:
    """One watched application. Ids are lower case. What is empty or None is not declared, and nothing is held to it.

    Attributes:
        credential: what it signs in with; another kind is never expected, not even in a change window.
        trusted: issuer and subject of the federated credential it signs in with, to the letter.
        key_ids, thumbprints: the credentials it signs in with, by Entra's id or the certificate's SHA-1.
        owners: who may own it, by principal name or object id, case-folded.
        resources: what it gets tokens for, by the resource's id or its case-folded name.
        presence: when it works; outside of it a sign-in is a finding.
        calls: what it asks of Microsoft Graph; ``user_agents`` is how its name there begins.
        mailboxes: the addresses of the people that our audit log names; ``broker`` stands in for any of them.
        recorded: each of its Graph calls has an entry in our own audit log, so one without is not ours.
    """

    name: str
    app_id: str
    object_id: str | None = None
    service_principal_id: str | None = None
    credential: Proof | None = None
    trusted: tuple[str, str] | None = None
    key_ids: frozenset[str] = frozenset()
    thumbprints: frozenset[str] = frozenset()
    permissions: frozenset[str] = frozenset()
    owners: frozenset[str] = frozenset()
    egress: tuple[Network, ...] = ()
    countries: frozenset[str] = frozenset()
    resources: frozenset[str] = frozenset()
    presence: Presence | None = None
    calls: tuple[CallPattern, ...] = ()
    user_agents: tuple[str, ...] = ()
    mailboxes: Mapping[str, str] = field(default_factory=dict)
    broker: str | None = None
    change_windows: tuple[ChangeWindow, ...] = ()
    recorded: bool = False
    bounds: Bounds = field(default_factory=Bounds)

    def is_of(self, app: App) -> bool:
        """Say whether an application is this one, by whichever of its ids is known."""
        pairs = (
            (self.app_id, app.app_id),
            (self.object_id, app.object_id),
            (self.service_principal_id, app.service_principal_id),
        )
        return any(ours is not None and ours == theirs for ours, theirs in pairs)

    def window(self, kind: str | None, when: datetime | None) -> ChangeWindow | None:
        """Return the declared window for a kind of change that an instant lies in."""
        if kind is None or when is None:
            return None
        return next((each for each in self.change_windows if kind in each.what and when in each.span), None)

    def __repr__(self) -> str:
        return f"IdentityProfile(name={self.name!r}, app_id={self.app_id!r})"  # addresses of people stay out of logs


def profile_of(app: App, profiles: Iterable[IdentityProfile]) -> IdentityProfile | None:
    """Return the profile of an application, or None for one that nobody declared."""
    return next((profile for profile in profiles if profile.is_of(app)), None)
