"""From the manifest to the profiles that the watch holds events against."""

from ipaddress import ip_network

from sekimori.manifest.model import ChangeWindow, Identity, Manifest, WatchedApp
from sekimori.watch.domain.profile import ChangeWindow as DeclaredWindow
from sekimori.watch.domain.profile import IdentityProfile


def profiles_of(manifest: Manifest) -> tuple[IdentityProfile, ...]:
    """Return our own identity's profile first, then those of the further apps that the manifest watches."""
    own = _profile(manifest.identity, name=manifest.service.name)
    return (own, *(_profile(app, name=app.name) for app in manifest.watch.apps))


def _profile(declared: Identity | WatchedApp, *, name: str) -> IdentityProfile:
    return IdentityProfile(
        name=name,
        app_id=declared.app_id.casefold(),
        object_id=_lower(declared.object_id),
        service_principal_id=_lower(declared.service_principal_id),
        permissions=frozenset(declared.permissions),
        egress=tuple(ip_network(net, strict=False) for net in declared.egress),
        countries=frozenset(country.upper() for country in declared.countries),
        change_windows=tuple(_window(window) for window in declared.change_windows),
        recorded=isinstance(declared, Identity),
    )


def _window(window: ChangeWindow) -> DeclaredWindow:
    return DeclaredWindow(span=window.span, what=frozenset(window.what), why=window.why)


def _lower(value: str | None) -> str | None:
    return value.casefold() if value else None
