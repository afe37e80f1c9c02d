"""Azure Resource Manager, as far as Entra's diagnostic settings go."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sekimori.sim.entra.access_tokens import ExpiredTokenError, InvalidTokenError
from sekimori.sim.entra.fences import AUDITOR_APP, DIAGNOSTICS
from sekimori.sim.entra.tenant import Tenant


class ManagementPlane:
    """Shows the diagnostic settings to the auditor."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def routes(self) -> list[Route]:
        """Return the routes under the management host."""
        return [Route(DIAGNOSTICS, self._list)]

    async def _list(self, request: Request) -> Response:
        _, _, token = request.headers.get("authorization", "").partition(" ")
        try:
            bearer = self._tenant.issuer.read(token)
        except (ExpiredTokenError, InvalidTokenError):
            return _refused(401, "InvalidAuthenticationToken")
        if bearer.app != AUDITOR_APP:
            return _refused(403, "AuthorizationFailed")
        settings = self._tenant.directory.settings.items()
        kept = [(key, body) for key, body in settings if key.startswith(f"{DIAGNOSTICS}/")]
        return JSONResponse(
            {"value": [{"name": key.rpartition("/")[2], "id": key, "properties": body} for key, body in kept]}
        )


def _refused(status: int, code: str) -> Response:
    return JSONResponse({"error": {"code": code, "message": code}}, status_code=status)
