"""Redirect URIs: where tokens and codes are sent."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Final
from urllib.parse import urlsplit

from sekimori.watch.domain.audit import Audit
from sekimori.watch.domain.changes.change import Change
from sekimori.watch.domain.records import folded, text
from sekimori.watch.domain.values import items


class Weakness(StrEnum):
    """What makes a redirect URI easy to take over."""

    PLAINTEXT = "plaintext"
    WILDCARD = "wildcard"
    LOCALHOST = "localhost"
    SHARED_HOST = "shared_host"


class RedirectUriAdded(Change, frozen=True, kw_only=True, tag="redirect_uri_added"):
    """Tokens and codes may now be sent to ``uri``."""

    uri: str
    weakness: Weakness | None = None


class RedirectUriRemoved(Change, frozen=True, kw_only=True, tag="redirect_uri_removed"):
    """Tokens and codes are no longer sent to ``uri``."""

    uri: str


PROPERTIES: Final = ("AppAddress",)
_LOCAL: Final = frozenset({"localhost", "127.0.0.1", "::1"})
# Names on these hosts are given out first come, first served, and again once they are free.
_SHARED: Final = (
    ".azurewebsites.net",
    ".cloudapp.azure.com",
    ".cloudapp.net",
    ".trafficmanager.net",
    ".blob.core.windows.net",
    ".web.core.windows.net",
    ".azurestaticapps.net",
    ".azureedge.net",
    ".herokuapp.com",
    ".github.io",
    ".vercel.app",
    ".netlify.app",
    ".pages.dev",
    ".workers.dev",
    ".ngrok.io",
    ".ngrok-free.app",
    ".trycloudflare.com",
)


def read(audit: Audit) -> Iterator[RedirectUriAdded | RedirectUriRemoved]:
    """Yield the addresses that came and went; their order and their index do not count."""
    for prop in audit.find(PROPERTIES[0]):
        old, new = _addresses(prop.old), _addresses(prop.new)
        yield from (RedirectUriAdded(uri=uri, weakness=weakness_of(uri)) for uri in new if uri not in old)
        yield from (RedirectUriRemoved(uri=uri) for uri in old if uri not in new)


def weakness_of(uri: str) -> Weakness | None:
    """Say what is weak about a redirect URI, the worst first, or None."""
    try:
        parts = urlsplit(uri)
        host = (parts.hostname or "").casefold()
    except ValueError:
        return None
    if "*" in uri:
        return Weakness.WILDCARD
    if host in _LOCAL:
        return Weakness.LOCALHOST
    if parts.scheme.casefold() == "http":
        return Weakness.PLAINTEXT
    return Weakness.SHARED_HOST if host.endswith(_SHARED) else None


def _addresses(value: object) -> tuple[str, ...]:
    found = (text(folded(item).get("address")) if isinstance(item, Mapping) else str(item) for item in items(value))
    return tuple(dict.fromkeys(uri for uri in found if uri))
