"""Reads what Microsoft Graph and Azure Resource Manager say about our identity, with an auditor's token.

Every fact is read by itself: where one may not be read, the others are.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Final, TypeVar
from urllib.parse import urlsplit

import httpx
import msgspec

from sekimori.core.clock import Clock as CoreClock
from sekimori.core.confidential import Secret
from sekimori.doctor.check import Facts, Unread, both
from sekimori.doctor.tenant import (
    Application,
    Assignment,
    Delegated,
    Diagnostics,
    Federated,
    Fences,
    Grant,
    Granted,
    Holder,
    LastSignIn,
    Location,
    Logged,
    Mailboxes,
    OnBehalf,
    Policy,
    Principal,
    Registration,
    Service,
    SignIn,
    Trusted,
)
from sekimori.doctor.vocabulary import Vocabulary
from sekimori.doctor.witness import Clock
from sekimori.manifest.model import Manifest

T = TypeVar("T")
PAGES: Final = 100
_NO_ROLES: Final = {"#microsoft.graph.group", "#microsoft.graph.administrativeUnit"}
LOOKED_BACK: Final = timedelta(days=1)
"""How far back the last sign-in is looked for."""
PERMISSIONS: Final = (
    "Application.Read.All",
    "Directory.Read.All",
    "Policy.Read.All",
    "RoleManagement.Read.Exchange",
    "AuditLog.Read.All",
)
"""What the auditor's registration needs of Graph, all of it read-only."""


class CannotRead(Exception):  # noqa: N818 - the name says what happened
    """One reading did not come out; ``status`` is HTTP's, 0 where there was none."""

    def __init__(self, status: int, code: str) -> None:
        super().__init__(f"HTTP {status} {code}" if status else code)
        self.status = status


class Answers:
    """GETs of one API under one token, page by page; a next page on another host is not asked for."""

    def __init__(self, base: str, token: Secret[str], client: httpx.AsyncClient, clock: CoreClock) -> None:
        self._base = base.rstrip("/")
        self._token = token
        self._client = client
        self._clock = clock
        self.ahead: timedelta | None = None

    @property
    def beta(self) -> "Answers":
        """The same API, in the version where some settings are only to be read."""
        return Answers(self._base.removesuffix("/v1.0") + "/beta", self._token, self._client, self._clock)

    async def one(self, path: str, kind: type[T]) -> T:
        """Read one object.

        Raises:
            CannotRead: it may not be read, is not there, or is something else.
        """
        found: T = _converted(await self._get(f"{self._base}{path}"), kind)
        return found

    async def many(self, path: str, kind: type[T]) -> list[T]:
        """Read a collection to its end.

        Raises:
            CannotRead: as :meth:`one`; also where there is no end.
        """
        found: list[T] = []
        url: str | None = f"{self._base}{path}"
        for _ in range(PAGES):
            if url is None:
                return found
            if urlsplit(url)[:2] != urlsplit(self._base)[:2]:
                raise CannotRead(0, "the next page is on another host")
            page: dict[str, Any] = _converted(await self._get(url), dict[str, Any])
            found += _converted(page.get("value", []), list[kind])  # type: ignore[valid-type]
            url = page.get("@odata.nextLink")
        raise CannotRead(0, "there are too many pages")

    async def _get(self, url: str) -> Any:
        for attempt in range(3):
            try:
                answer = await self._client.get(url, headers={"Authorization": f"Bearer {self._token.reveal()}"})
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                raise CannotRead(0, type(error).__name__) from None
            if answer.status_code not in {429, 503, 504}:
                break
            await asyncio.sleep(min(_seconds(answer.headers.get("Retry-After")), 30) if attempt < 2 else 0)
        if date := _date(answer.headers.get("Date")):
            self.ahead = self._clock() - date
        if answer.status_code != 200:
            raise CannotRead(answer.status_code, _code(answer))
        try:
            return msgspec.json.decode(answer.content)
        except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
            raise CannotRead(200, "no JSON") from None


async def read_tenant(
    manifest: Manifest, graph: Answers, vocabulary: Vocabulary, clock: CoreClock, facts: Facts
) -> None:
    """Read every fact about the identity from Graph."""
    app = f"/applications(appId='{manifest.identity.app_id}')"
    principal = f"/servicePrincipals(appId='{manifest.identity.app_id}')"

    async def registration() -> Registration:
        application, owners = await graph.one(app, Application), await graph.many(f"{app}/owners", Holder)
        return Registration(application, owners)

    async def service() -> Service:
        found, owners = await graph.one(principal, Principal), await graph.many(f"{principal}/owners", Holder)
        # Graph: a cast to directoryRole is taken with ConsistencyLevel: eventual only, and lags behind changes then.
        held = await graph.many(f"{principal}/transitiveMemberOf", Holder)
        return Service(found, owners, [each for each in held if each.kind not in _NO_ROLES])

    async def trusted() -> Trusted:
        return Trusted(await graph.many(f"{app}/federatedIdentityCredentials", Federated))

    async def granted() -> Granted:
        return await _granted(graph, principal, vocabulary)

    async def on_behalf() -> OnBehalf:
        return OnBehalf(await graph.many(f"{principal}/oauth2PermissionGrants", Delegated))

    async def fences() -> Fences:
        base = "/identity/conditionalAccess"
        policies = await graph.many(f"{base}/policies", Policy)
        return Fences(policies, await graph.many(f"{base}/namedLocations", Location))

    async def mailboxes() -> Mailboxes:
        # The live one: a manifest that lacks it, or is wrong about it, would see no assignment at all.
        return await _mailboxes(graph.beta, (await graph.one(principal, Principal)).id)

    async def last() -> LastSignIn:
        since = f"{clock() - LOOKED_BACK:%Y-%m-%dT%H:%M:%SZ}"
        own = f"createdDateTime ge {since} and appId eq '{manifest.identity.app_id}'"
        kinds = "signInEventTypes/any(t:t eq 'servicePrincipal')"
        found = await graph.beta.many(f"/auditLogs/signIns?$filter={own} and {kinds}", SignIn)
        ours = [each for each in found if each.app_id.casefold() == manifest.identity.app_id.casefold()]
        return LastSignIn(max(ours, key=lambda each: each.created_date_time, default=None))

    read = "Application.Read.All"
    await _put(facts, Registration, registration, read)
    await _put(facts, Service, service, read)
    await _put(facts, Trusted, trusted, read)
    await _put(facts, Granted, granted, read)
    await _put(facts, OnBehalf, on_behalf, "Directory.Read.All")
    await _put(facts, Fences, fences, "Policy.Read.All")
    await _put(facts, Mailboxes, mailboxes, "RoleManagement.Read.Exchange")
    await _put(facts, LastSignIn, last, "AuditLog.Read.All")
    facts.put(Vocabulary, vocabulary)
    if graph.ahead is not None:
        facts.put(Clock, Clock(graph.ahead))


async def read_diagnostics(management: Answers, facts: Facts) -> None:
    """Read from Azure Resource Manager which log categories leave the tenant."""

    async def diagnostics() -> Diagnostics:
        path = "/providers/microsoft.aadiam/diagnosticSettings?api-version=2017-04-01"
        settings = await management.many(path, dict[str, Any])
        kept = [_converted(each.get("properties", {}).get("logs", []), list[Logged]) for each in settings]
        return Diagnostics(frozenset(each.category for logs in kept for each in logs if each.enabled))

    await _put(facts, Diagnostics, diagnostics, "Azure: Reader of /providers/microsoft.aadiam")


async def _granted(graph: Answers, principal: str, vocabulary: Vocabulary) -> Granted:
    grants = await graph.many(f"{principal}/appRoleAssignments", Grant)
    resources: dict[str, str] = {}
    for resource in {grant.resource_id for grant in grants}:
        resources[resource] = (await graph.one(f"/servicePrincipals/{resource}", Principal)).app_id
    names = {grant.id: vocabulary.name_of(resources[grant.resource_id], grant.app_role_id, "Role") for grant in grants}
    return Granted(sorted(names.values()), {name: id_ for id_, name in names.items()})


async def _mailboxes(beta: Answers, principal: str) -> Mailboxes:
    base = "/roleManagement/exchange"
    wanted = f"principalId eq '/ServicePrincipals/{principal}'"
    found = await beta.many(f"{base}/roleAssignments?$filter={wanted}", Assignment)
    named = []
    for each in found:
        role = await beta.one(f"{base}/roleDefinitions/{each.role_definition_id}", Holder)
        scope = await _scope(beta, base, each)
        named.append(msgspec.structs.replace(each, role_name=role.display_name or role.id, scope_filter=scope))
    return Mailboxes(named)


async def _scope(beta: Answers, base: str, assignment: Assignment) -> str | None:
    name = (assignment.app_scope_id or "").rpartition("/")[2]
    if not name:
        return None
    scope = await beta.one(f"{base}/customAppScopes/{name}", dict[str, Any])
    return str(_mapping(scope.get("customAttributes")).get("RecipientFilter", "")) or None


async def _put(facts: Facts, kind: type[T], read: Callable[[], Awaitable[T]], permission: str) -> None:
    try:
        facts.put(kind, await read())
    except CannotRead as error:
        why = both(f"読めません: {error}", f"could not be read: {error}")
        facts.put(kind, Unread(why=why, mend=(permission,) if error.status in {401, 403} else ()))


def unread(facts: Facts, kinds: tuple[type, ...], why: Unread) -> None:
    """Say of several facts that nothing was read."""
    for kind in kinds:
        facts.put(kind, why)


OF_GRAPH: Final = (Registration, Service, Trusted, Granted, OnBehalf, Fences, Mailboxes, LastSignIn, Vocabulary, Clock)
"""The facts that :func:`read_tenant` reads."""


def _converted(value: object, kind: Any) -> Any:
    try:
        return msgspec.convert(_without_nulls(value), kind)
    except msgspec.ValidationError as error:
        raise CannotRead(200, f"not what was expected: {error}") from None


def _without_nulls(value: object) -> object:
    # Graph: null says what a missing key says; which properties come as null is not documented.
    if isinstance(value, dict):
        return {key: _without_nulls(each) for key, each in value.items() if each is not None}
    return [_without_nulls(each) for each in value] if isinstance(value, list) else value


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _code(answer: httpx.Response) -> str:
    try:
        return str(_mapping(_mapping(msgspec.json.decode(answer.content)).get("error")).get("code", ""))
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        return ""


def _date(text: str | None) -> datetime | None:
    try:
        found = parsedate_to_datetime(text) if text else None
    except ValueError:
        return None
    return found if found is None or found.tzinfo else found.replace(tzinfo=UTC)


def _seconds(text: str | None) -> float:
    return float(text) if text and text.isdecimal() else 1.0
