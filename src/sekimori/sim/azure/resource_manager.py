"""The Azure resource manager's calls for the export of logs, and where the exported logs go."""

from collections.abc import Awaitable, Callable
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sekimori.sim.entra.access_tokens import ARM_AUDIENCE, Bearer, ExpiredTokenError, InvalidTokenError
from sekimori.sim.entra.changing import body_of
from sekimori.sim.entra.errors import graph_error
from sekimori.sim.entra.tenant import Tenant
from sekimori.sim.logs.azure_activity import CATEGORY, Administered, activity_record

EXPORT: Final = "/providers/microsoft.aadiam/diagnosticSettings/entra-to-siem"
HUB: Final = (
    "/subscriptions/5a6b7c8d-9eaf-4b0c-8d1e-2f3a4b5c6d7e/resourceGroups/logs/providers/Microsoft.EventHub"
    "/namespaces/fabrikam-logs/eventhubs/entra"
)
_ACTIONS: Final = {
    EXPORT: "MICROSOFT.AADIAM/DIAGNOSTICSETTINGS",
    HUB: "MICROSOFT.EVENTHUB/NAMESPACES/EVENTHUBS",
}
_VERBS: Final = {"DELETE": "DELETE", "PUT": "WRITE"}


class ResourceManager:
    """Changes and deletes the export; once it is gone, Entra ID's logs are written no more."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def routes(self) -> list[Route]:
        """Return the routes under the resource manager's host."""
        return [
            Route(EXPORT, self._on(EXPORT), methods=["PUT", "DELETE"]),
            Route(HUB, self._on(HUB), methods=["DELETE"]),
        ]

    def exports(self, category: str) -> bool:
        """Say whether the records of a category still go anywhere: the activity log has an export of its own."""
        kept = self._tenant.directory.settings
        return category == CATEGORY or not any(kept.get(one, {}).get("gone") for one in (EXPORT, HUB))

    def _on(self, resource: str) -> Callable[[Request], Awaitable[Response]]:
        async def handle(request: Request) -> Response:
            bearer = self._bearer(request)
            if bearer is None:
                return graph_error(401, "AuthenticationFailed", "Authentication failed.")
            body = await body_of(request) or {}
            self._write(request, bearer, resource)
            kept = self._tenant.directory.settings
            kept[resource] = {"gone": True} if request.method == "DELETE" else body
            return Response(status_code=200) if request.method == "DELETE" else JSONResponse(body)

        return handle

    def _bearer(self, request: Request) -> Bearer | None:
        token = request.headers.get("authorization", "").partition(" ")[2]
        try:
            return self._tenant.issuer.read(token, audience=ARM_AUDIENCE)
        except (ExpiredTokenError, InvalidTokenError):
            return None

    def _write(self, request: Request, bearer: Bearer, resource: str) -> None:
        ids = self._tenant.ids
        done = Administered(
            at=self._tenant.clock(),
            id=ids.guid(),
            correlation=ids.guid(),
            tenant=self._tenant.id,
            resource=resource,
            operation=f"{_ACTIONS[resource]}/{_VERBS[request.method]}",
            address=self._tenant.address_of(request),
            user=bearer.principal,
            user_name=bearer.user_name or "",
            app=bearer.app,
        )
        self._tenant.logs.write(activity_record(done))
