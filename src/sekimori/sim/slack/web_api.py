"""Slack's Web API: token, throttling, arguments, and the methods found in ``methods/``."""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sekimori.core.clock import Clock
from sekimori.core.confidential import Secret
from sekimori.sim.faults import Faults, SlackFault
from sekimori.sim.handling import Handling, handling_of
from sekimori.sim.slack import methods
from sekimori.sim.slack.store import SlackStore

Arguments = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenCall:
    """A call of the Web API as it came, whether it went well, and how long it took here."""

    method: str
    arguments: Arguments
    ok: bool
    handling: Handling


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What a method works on."""

    store: SlackStore
    clock: Clock
    base_url: str
    triggers: dict[str, Any] = field(default_factory=dict)


class SlackError(Exception):
    """Slack answers ``ok: false`` with this error."""

    def __init__(self, error: str, **more: Any) -> None:
        super().__init__(error)
        self.body = {"ok": False, "error": error, **more}


Method = Callable[[Context, Arguments], dict[str, Any]]


class WebApi:
    """Answers ``/api/<method>``.

    Attributes:
        calls: every call with a known method and a good token, oldest first.
    """

    def __init__(
        self,
        context: Context,
        *,
        token: Secret[str],
        auditor: Secret[str],
        scopes: tuple[str, ...] | None,
        faults: Faults,
    ) -> None:
        self.calls: list[SeenCall] = []
        self.context = context
        self._token = token
        self._auditor = auditor
        self._scopes = scopes
        self._faults = faults
        self._methods = discovered_methods()

    def routes(self) -> list[Route]:
        """Return the routes under the API's base URL."""
        return [Route("/api/{method}", self._handle, methods=["GET", "POST"])]

    async def _handle(self, request: Request) -> Response:
        name = request.path_params["method"]
        arguments = await _arguments(request)
        refusal = self._refusal(name, request, arguments)
        if refusal is not None:
            return refusal
        fault = self._faults.slack.take(lambda waiting: waiting.method == name)
        if fault is not None and not (fault.broken and fault.broken.done):
            return _faulty(fault)
        answer = self._answered(name, arguments, request)
        return answer if fault is None else _faulty(fault)

    def _answered(self, name: str, arguments: Arguments, request: Request) -> Response:
        try:
            body = {"ok": True, **self._methods[name](self.context, arguments)}
        except SlackError as error:
            body = error.body
        handling = handling_of(request.scope)
        self.calls.append(SeenCall(method=name, arguments=arguments, ok=body["ok"], handling=handling))
        # Slack: every answer names the scopes that the token has.
        scopes = {} if self._scopes is None else {"X-OAuth-Scopes": ",".join(self._scopes)}
        return JSONResponse(body, headers=scopes)

    def _refusal(self, name: str, request: Request, arguments: Arguments) -> Response | None:
        if name not in self._methods:
            return JSONResponse({"ok": False, "error": "unknown_method", "req_method": name})
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        offered = token if scheme.lower() == "bearer" else str(arguments.pop("token", ""))
        if name == "conversations.members" and offered == self._token.reveal():
            return JSONResponse({"ok": False, "error": "missing_scope", "needed": "channels:read"})
        if offered != self._token.reveal() and not (offered == self._auditor.reveal() and name in _OF_AUDITORS):
            return JSONResponse({"ok": False, "error": "invalid_auth" if offered else "not_authed"})
        return None


def _faulty(fault: SlackFault) -> Response:
    if broken := fault.broken:
        headers = {"Location": broken.location} if broken.location else {}
        return Response(broken.body, status_code=broken.status, media_type=broken.media_type, headers=headers)
    if fault.error is not None:
        return JSONResponse({"ok": False, "error": fault.error})
    limited = {"ok": False, "error": "ratelimited"}
    return JSONResponse(limited, status_code=429, headers={"Retry-After": str(fault.retry_after)})


_OF_AUDITORS: Final = {"conversations.members", "conversations.info", "auth.test"}


def discovered_methods() -> dict[str, Method]:
    """Collect every family's ``METHODS``; a method that two families claim is a programming error."""
    found: dict[str, Method] = {}
    for module in pkgutil.iter_modules(methods.__path__):
        family = importlib.import_module(f"{methods.__name__}.{module.name}").METHODS
        twice = found.keys() & family.keys()
        if twice:
            raise RuntimeError(f"two families claim {sorted(twice)}")
        found.update(family)
    return found


async def _arguments(request: Request) -> Arguments:
    arguments: Arguments = dict(request.query_params)
    if "json" in request.headers.get("content-type", ""):
        body = await request.json()
        arguments.update(body if isinstance(body, dict) else {})
    elif request.method == "POST":
        arguments.update(await request.form())
    return arguments
