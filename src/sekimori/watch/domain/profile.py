"""What the manifest says of an identity: where it signs in from, what it may do, when it changes."""

from collections.abc import Iterable
from dataclasses import dataclass

from sekimori.core.timespan import Timespan
from sekimori.watch.domain.addresses import Network
from sekimori.watch.domain.parties import App


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeWindow:
    """A span in which a kind of change (``credential``, ``permission`` …) is declared, and why."""

    span: Timespan
    what: frozenset[str]
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityProfile:
    """One watched application. Ids are lower case.

    ``recorded`` says that each of its Graph calls has an entry in our own audit log, so one without is not ours.
    """

    name: str
    app_id: str
    object_id: str | None = None
    service_principal_id: str | None = None
    permissions: frozenset[str] = frozenset()
    egress: tuple[Network, ...] = ()
    countries: frozenset[str] = frozenset()
    change_windows: tuple[ChangeWindow, ...] = ()
    recorded: bool = False

    def is_of(self, app: App) -> bool:
        """Say whether an application is this one, by whichever of its ids is known."""
        pairs = (
            (self.app_id, app.app_id),
            (self.object_id, app.object_id),
            (self.service_principal_id, app.service_principal_id),
        )
        return any(ours is not None and ours == theirs for ours, theirs in pairs)


def profile_of(app: App, profiles: Iterable[IdentityProfile]) -> IdentityProfile | None:
    """Return the profile of an application, or None for one that nobody declared."""
    return next((profile for profile in profiles if profile.is_of(app)), None)
