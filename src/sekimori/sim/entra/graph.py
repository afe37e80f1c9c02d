"""Microsoft Graph: who calls is judged, the call is answered, and every call that had a valid token is logged."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sekimori.sim.entra import graph_faults
from sekimori.sim.entra.access_tokens import Bearer, ExpiredTokenError, InvalidTokenError
from sekimori.sim.entra.auditing import Auditing
from sekimori.sim.entra.errors import graph_error
from sekimori.sim.entra.grants import Grants
from sekimori.sim.entra.lifecycle import Lifecycle
from sekimori.sim.entra.looking import Looking
from sekimori.sim.entra.management import Registrations
from sekimori.sim.entra.owners import Owners
from sekimori.sim.entra.principals import Principals
from sekimori.sim.entra.roles import Roles
from sekimori.sim.entra.schedule import BadQuestionError, answer, read_question, times_only
from sekimori.sim.entra.tenant import CALENDAR_ROLE, Tenant
from sekimori.sim.entra.tenant_settings import TenantSettings
from sekimori.sim.faults import GraphFault, GraphFaultKind
from sekimori.sim.handling import Handling, handling_of
from sekimori.sim.logs.asked import AUDITS, READS_LOGS, SIGN_INS, AskedLogs
from sekimori.sim.logs.graph_activity import GraphCall, graph_activity_record

Endpoint = Callable[[Request, Bearer], Awaitable[Response]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenCall:
    """A call as a test wants to look at it: headers and body as they came, and how long it took here."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    status: int
    handling: Handling


class Graph:
    """The part of Graph that the story needs.

    Attributes:
        calls: every call that had a valid token, oldest first.
    """

    def __init__(self, tenant: Tenant) -> None:
        self.calls: list[SeenCall] = []
        self._tenant = tenant
        self.asked = AskedLogs(lambda: tenant.logs.records)
        parts = (Registrations, Lifecycle, Principals, Owners, Grants, Roles, TenantSettings, Looking, Auditing)
        self._operations = [operation for part in parts for operation in part(tenant).operations()]

    async def _give_audits(self, request: Request, bearer: Bearer) -> Response:
        return self.asked.directory_audits(request) if bearer.may(READS_LOGS) else _no_logs()

    async def _give_sign_ins(self, request: Request, bearer: Bearer) -> Response:
        return self.asked.sign_ins(request) if bearer.may(READS_LOGS) else _no_logs()

    def routes(self) -> list[Route]:
        """Return the routes under ``/v1.0`` and ``/beta``."""
        schedule = ("/users/{user}/calendar/getSchedule", self._get_schedule, "POST")
        logs = self._route(AUDITS, self._give_audits, "GET"), self._route(SIGN_INS, self._give_sign_ins, "GET")
        operations = [
            self._route(f"/{version}{path}", endpoint, method)
            for version in ("v1.0", "beta")
            for path, endpoint, method in (schedule, *self._operations)
        ]
        return [*logs, *operations]

    def _route(self, path: str, endpoint: Endpoint, method: str) -> Route:
        async def handle(request: Request) -> Response:
            return await self._answered(request, endpoint)

        return Route(path, handle, methods=[method])

    async def _answered(self, request: Request, endpoint: Endpoint) -> Response:
        began, request_id = time.perf_counter(), self._tenant.ids.guid()
        bearer = self._bearer(request)
        if isinstance(bearer, Response):
            return _stamped(bearer, request, request_id)
        fault = self._tenant.faults.graph.take()
        response = (graph_faults.response_of(fault) if fault else None) or await endpoint(request, bearer)
        response = graph_faults.spoiled(response, fault) if fault else response
        response = _stamped(response, request, request_id)
        self._record(await self._call(request, bearer, response, request_id, began))
        await self._remember(request, response)
        return await _late(response, fault)

    def _bearer(self, request: Request) -> Bearer | Response:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        code = "InvalidAuthenticationToken"
        if scheme.lower() != "bearer" or not token:
            return graph_error(401, code, "Access token is empty.", WWW_Authenticate="Bearer")
        try:
            return self._tenant.issuer.read(token)
        except ExpiredTokenError:
            words = "Lifetime validation failed, the token is expired."
        except InvalidTokenError:
            words = "IDX14100: JWT is not well formed, or its signature is not valid."
        return graph_error(401, code, words, WWW_Authenticate='Bearer error="invalid_token"')

    async def _get_schedule(self, request: Request, bearer: Bearer) -> Response:
        if not any(map(bearer.may, (CALENDAR_ROLE, "Calendars.Read", "Calendars.ReadWrite"))):
            return graph_error(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.")
        user = request.path_params["user"]
        if user.lower() not in self._tenant.calendars:
            return graph_error(404, "ErrorInvalidUser", f"The requested user '{user}' is invalid.")
        scope = self._tenant.calendar_scope
        if scope is not None and user.lower() not in scope:
            return graph_error(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.")
        try:
            question = read_question(json.loads(await request.body()))
        except BadQuestionError as error:
            return graph_error(400, error.code, error.words)
        except ValueError:
            return graph_error(400, "BadRequest", "Unable to read JSON request payload.")
        context = "https://graph.microsoft.com/v1.0/$metadata#Collection(microsoft.graph.scheduleInformation)"
        value = answer(question, self._tenant.calendars, self._tenant.zone)
        return JSONResponse({"@odata.context": context, "value": value if scope is None else times_only(value, user)})

    async def _call(
        self, request: Request, bearer: Bearer, response: Response, request_id: str, began: float
    ) -> GraphCall:
        return GraphCall(
            at=self._tenant.clock(),
            issued=bearer.issued,
            tenant=self._tenant.id,
            request=request_id,
            # Graph: where the caller sent none, it is the operation's id.
            client_request=request.headers.get("client-request-id", request_id),
            version=request.url.path.split("/")[1],
            method=request.method,
            uri=f"https://graph.microsoft.com{request.url.path}{_query(request)}",
            status=response.status_code,
            size=len(response.body),
            duration_ms=int((time.perf_counter() - began) * 1000),
            address=self._tenant.address_of(request),
            user_agent=request.headers.get("user-agent", ""),
            app=bearer.app,
            principal=bearer.principal,
            token_id=bearer.token_id,
            client_auth=bearer.client_auth,
            roles=bearer.roles,
            scopes=bearer.scopes,
            user=bearer.principal if bearer.user_name else None,
        )

    def _record(self, call: GraphCall) -> None:
        self._tenant.logs.write(graph_activity_record(call))

    async def _remember(self, request: Request, response: Response) -> None:
        seen = SeenCall(
            method=request.method,
            path=request.url.path,
            headers=dict(request.headers),
            body=await request.body(),
            status=response.status_code,
            handling=handling_of(request.scope),
        )
        self.calls.append(seen)


def _no_logs() -> Response:
    return graph_error(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")


def _query(request: Request) -> str:
    return f"?{request.url.query}" if request.url.query else ""


def _stamped(response: Response, request: Request, request_id: str) -> Response:
    response.headers["request-id"] = request_id
    response.headers["client-request-id"] = request.headers.get("client-request-id", request_id)
    return response


async def _late(response: Response, fault: GraphFault | None) -> Response:
    if fault is not None and fault.kind is GraphFaultKind.TIMEOUT:
        await asyncio.sleep(fault.seconds)
    return response
