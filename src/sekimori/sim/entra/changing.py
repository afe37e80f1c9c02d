"""What every management call shares: who may, what the body says, and the one audit record for each change."""

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from starlette.requests import Request
from starlette.responses import Response

from sekimori.sim.entra.access_tokens import Bearer
from sekimori.sim.entra.directory import Application
from sekimori.sim.entra.errors import graph_error
from sekimori.sim.entra.tenant import Tenant
from sekimori.sim.logs.audit_change import Change, Initiator, Property, Target, audit_record, included

MANAGES_APPLICATIONS: Final = "Application.ReadWrite.All"

Body: TypeAlias = dict[str, Any]
Endpoint: TypeAlias = Callable[[Request, Bearer], Awaitable[Response]]
Operation: TypeAlias = tuple[str, Endpoint, str]
"""Path below the version, endpoint, method."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who calls, from where, with what."""

    bearer: Bearer
    address: str
    user_agent: str


class Changing:
    """A part of Graph that changes the directory; each change is written down before it is answered."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def caller(self, request: Request, bearer: Bearer) -> Caller:
        """Return who calls."""
        address = self._tenant.address_of(request)
        return Caller(bearer=bearer, address=address, user_agent=request.headers.get("user-agent", ""))

    def guarded(
        self, act: Callable[[Request, Body, Caller], Response], *permissions: str
    ) -> Callable[[Request, Bearer], Awaitable[Response]]:
        """Let a call through whose token has one of the permissions and whose body is JSON, or empty."""

        async def endpoint(request: Request, bearer: Bearer) -> Response:
            refused = refusal(bearer, *permissions)
            if refused is not None:
                return refused
            body = await body_of(request)
            if body is None:
                return graph_error(400, "BadRequest", "Unable to read JSON request payload.")
            return act(request, body, self.caller(request, bearer))

        return endpoint

    def write(
        self,
        operation: str,
        targets: Sequence[Target],
        caller: Caller,
        *,
        category: str = "ApplicationManagement",
        service: str = "Core Directory",
    ) -> None:
        """Write one change into the audit log."""
        ids = self._tenant.ids
        correlation = ids.guid()
        change = Change(
            at=self._tenant.clock(),
            id=f"Directory_{correlation}_{ids.slack('')[:5]}_{ids.chance.randrange(10**8)}",
            correlation=correlation,
            tenant=self._tenant.id,
            operation=operation,
            initiator=self._initiator(caller),
            targets=tuple(targets),
            user_agent=caller.user_agent,
            category=category,
            service=service,
        )
        self._tenant.logs.write(audit_record(change))

    def _initiator(self, caller: Caller) -> Initiator:
        name, acting = caller.bearer.user_name, self._tenant.directory.by_principal(caller.bearer.principal)
        return Initiator(
            id=caller.bearer.principal,
            display_name="Admin" if name else acting.name if acting else "unknown",
            address=caller.address,
            user_name=name,
        )


def registration(app: Application, *changes: Property) -> Target:
    """Return an application as the target of a change, with the row that names what changed."""
    rows = (*changes, included([change.name for change in changes]))
    return Target(id=app.object_id, name=app.name, type="Application", properties=rows)


def principal(app: Application, *changes: Property) -> Target:
    """Return a service principal as the target of a change."""
    rows = (*changes, included([change.name for change in changes])) if changes else ()
    names = (Property.said("TargetId.ServicePrincipalNames", app.app_id),) if changes else ()
    return Target(id=app.service_principal, name=app.name, type="ServicePrincipal", properties=(*rows, *names))


def refusal(bearer: Bearer, *permissions: str) -> Response | None:
    """Return Graph's refusal where a token has none of the permissions."""
    if any(map(bearer.may, permissions)):
        return None
    return graph_error(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")


def missing() -> Response:
    """Return Graph's answer about something that is not there."""
    return graph_error(404, "Request_ResourceNotFound", "Resource does not exist.")


async def body_of(request: Request) -> Body | None:
    """Return the JSON object of a request, empty where it has no body, None where it is none."""
    raw = await request.body()
    if not raw:
        return {}
    try:
        body = json.loads(raw)
    except ValueError:
        return None
    return body if isinstance(body, dict) else None
