"""Reads from Microsoft Graph what permissions the resources of a live tenant offer."""

import re
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import httpx
import msgspec

from sekimori.core.confidential import Secret
from sekimori.watch.domain.permissions import Permission
from sekimori.watch.domain.shown import shown
from sekimori.watch.domain.tiers import Grant, tier_of
from sekimori.watch.permission_store import Offer, RefreshFailed

_GUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_NAME: Final = re.compile(r"[^\s\x00-\x1f\x7f]{1,200}")
_QUERY: Final = "?$select=appId,displayName,appRoles,oauth2PermissionScopes&$top=100"
_MOST_PAGES: Final = 2000
_TRIES: Final = 5
_LONGEST_WAIT: Final = 60
"""Seconds."""


class _Offered(msgspec.Struct, rename="camel"):
    id: str = ""
    value: str | None = None
    allowed_member_types: list[str] = []


class _Resource(msgspec.Struct, rename="camel"):
    app_id: str | None = None
    display_name: str | None = None
    app_roles: list[_Offered] = []
    oauth2_permission_scopes: list[_Offered] = []


class _Page(msgspec.Struct):
    value: list[_Resource]
    more: str | None = msgspec.field(name="@odata.nextLink", default=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Directory:
    """Microsoft Graph, with a token that may read applications; ``wait`` sleeps for seconds."""

    graph: str
    token: Secret[str]
    client: httpx.Client
    wait: Callable[[float], None]

    def offer(self) -> Offer:
        """Read every service principal that offers permissions.

        Raises:
            RefreshFailed: Graph refused, answered nonsense, or could not be reached.
        """
        permissions: dict[Permission, None] = {}
        names: dict[str, str] = {}
        for resource in self._resources():
            found = dict.fromkeys(_permissions(resource))
            if found:
                permissions |= found
                names[next(iter(found)).resource_id] = shown(resource.display_name or "").strip()
        if not permissions:
            raise RefreshFailed("the tenant shows no permissions", hint="the token needs Application.Read.All")
        return Offer(tuple(permissions), names)

    def _resources(self) -> Iterator[_Resource]:
        url: str | None = f"{self.graph.rstrip('/')}/servicePrincipals{_QUERY}"
        for _ in range(_MOST_PAGES):
            page = self._page(self._own(url or ""))
            yield from page.value
            url = page.more
            if not url:
                return
        raise RefreshFailed(f"Graph has more than {_MOST_PAGES} pages of service principals")

    def _own(self, url: str) -> str:
        # The token goes to the host that it was given for, wherever an answer may point.
        ours, theirs = urlsplit(self.graph), urlsplit(url)
        if (ours.scheme, ours.netloc) != (theirs.scheme, theirs.netloc):
            raise RefreshFailed("Graph's answer points to another host", hint="is the address of Graph right?")
        return url

    def _page(self, url: str) -> _Page:
        answer = self._answer(url)
        if answer.status_code in {401, 403}:
            raise RefreshFailed(
                f"Graph refused the token (HTTP {answer.status_code})",
                hint="it must be of this tenant, not expired, and allowed Application.Read.All or Directory.Read.All",
            )
        if answer.status_code != 200:
            raise RefreshFailed(f"Graph answered HTTP {answer.status_code}")
        try:
            return msgspec.json.decode(answer.content, type=_Page)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            raise RefreshFailed("Graph's answer is not a list of service principals") from None

    def _answer(self, url: str) -> httpx.Response:
        for attempt in range(1, _TRIES + 1):
            try:
                answer = self.client.get(url, headers={"Authorization": f"Bearer {self.token.reveal()}"})
            except (httpx.HTTPError, httpx.InvalidURL, UnicodeError) as error:
                raise RefreshFailed(f"Graph cannot be reached: {type(error).__name__}") from None
            if answer.status_code not in {429, 503, 504} or attempt == _TRIES:
                return answer
            self.wait(_seconds(answer.headers.get("Retry-After"), attempt))
        raise AssertionError("unreachable")


def _seconds(said: str | None, attempt: int) -> float:
    asked = float(said) if said and said.isdecimal() else 2.0**attempt
    return min(asked, _LONGEST_WAIT)


def _permissions(resource: _Resource) -> Iterator[Permission]:
    app_id = (resource.app_id or "").casefold()
    if not _GUID.fullmatch(app_id):
        return
    roles = (role for role in resource.app_roles if "Application" in role.allowed_member_types)
    for grant, offered in ((Grant.APPLICATION, roles), (Grant.DELEGATED, iter(resource.oauth2_permission_scopes))):
        for each in offered:
            # Entra: a role without a value is granted to users alone, and stands in no token.
            if each.value and _NAME.fullmatch(each.value) and _GUID.fullmatch(each.id):
                tier = tier_of(each.value, grant)
                yield Permission(resource_id=app_id, id=each.id.casefold(), name=each.value, grant=grant, tier=tier)


def open_client(ca_bundle: Path | None) -> httpx.Client:
    """Return a client that trusts a bundle of certificates, or the usual ones, and takes nothing else from around it.

    Raises:
        RefreshFailed: the bundle cannot be read.
    """
    try:
        trusted = ssl.create_default_context(cafile=str(ca_bundle)) if ca_bundle else ssl.create_default_context()
    except OSError as error:
        raise RefreshFailed(f"the certificates in {ca_bundle} cannot be read") from error
    return httpx.Client(verify=trusted, trust_env=False, timeout=60, follow_redirects=False)
