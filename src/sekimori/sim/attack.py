"""What the attacker has and can do: the stolen certificate, an administrator's stolen session, plain HTTPS."""

import ssl
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Final

import httpx
import jwt
from cryptography.hazmat.primitives import hashes

from sekimori.core.clock import Clock
from sekimori.sim import world
from sekimori.sim.backstage import Backstage
from sekimori.sim.certificates import Issued
from sekimori.sim.entra.access_tokens import ARM_AUDIENCE, AUDIENCE
from sekimori.sim.entra.assertions import thumbprint
from sekimori.sim.entra.neighbours import ADMIN
from sekimori.sim.entra.tenant import SOURCE_HEADER, Tenant, unused_secret
from sekimori.sim.entra.token_endpoint import ASSERTION_TYPE

SOURCE: Final = "198.51.100.66"
"""Where the attacker sits: not an address of company B's."""

ELSEWHERE: Final = "198.51.100.77"
"""Another place of the attacker's."""

OFFICE: Final = "203.0.113.20"
"""Where company B's administrator works: the source of the benign look-alikes."""

EGRESS: Final = "203.0.113.10"
"""Where company B's own services call from."""

FRESH: Final = timedelta(minutes=30)
"""How long a stolen token is used again; it lives for an hour."""

COMMAND_LINE_TOOLS: Final = "14d82eec-204b-4c2f-b7e8-296a70dab67e"
"""Microsoft Graph Command Line Tools, the vendor's own public client."""

AGENT: Final = "python-requests/2.31.0"

OWN_AGENT: Final = "sekimori/0.1.0"
"""What the bot calls itself."""

WAREHOUSE_AGENT: Final = "warehouse-sync/3.1"
"""What the registration calls itself that does the same every day."""

ADMIN_SCOPES: Final = (
    "Application.ReadWrite.All",
    "AppRoleAssignment.ReadWrite.All",
    "DelegatedPermissionGrant.ReadWrite.All",
    "Directory.Read.All",
    "Domain.ReadWrite.All",
    "Policy.ReadWrite.AuthenticationMethod",
    "Policy.ReadWrite.Authorization",
    "Policy.ReadWrite.ConditionalAccess",
    "Policy.ReadWrite.CrossTenantAccess",
    "Policy.ReadWrite.PermissionGrant",
    "Policy.ReadWrite.SecurityDefaults",
    "RoleManagement.ReadWrite.Directory",
)
"""What a Global Administrator's session may do."""


class AttackFailedError(Exception):
    """The simulator refused a step that the story needs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loot:
    """What was stolen before the story begins.

    Attributes:
        certificate: the bot's own credential, taken from its host.
        admin_session: mints a delegated token, as a stolen browser session would; for some scopes only where given.
        azure_session: mints one for the Azure resource manager.
        unused_secret: returns the id of a client secret that the owner may remove.
    """

    certificate: Issued
    admin_session: Callable[..., str]
    azure_session: Callable[[], str]
    unused_secret: Callable[[], str]


class Attacker:
    """Acts against Graph and the token endpoint like any stranger on the network.

    ``backstage`` is not the attacker's: through it a story sets its scene.
    """

    def __init__(
        self, *, login: str, graph: str, ca_bundle: Path, loot: Loot, clock: Clock, backstage: Backstage
    ) -> None:
        self.loot = loot
        self.backstage = backstage
        self._token = ("", clock())
        self._login = login
        self._graph = graph
        self._clock = clock
        trust = ssl.create_default_context(cafile=ca_bundle)
        self._http = httpx.AsyncClient(
            verify=trust, headers={SOURCE_HEADER: SOURCE, "User-Agent": AGENT}, trust_env=False
        )

    async def token(self) -> str:
        """Return the token of the last sign-in as the bot; sign in where there was none, or it is getting old."""
        token, until = self._token
        if self._clock() < until:
            return token
        token = await self.sign_in()
        self._token = (token, self._clock() + FRESH)
        return token

    async def sign_in(self, **where: str) -> str:
        """Get an app-only token with the bot's certificate; ``where`` as :meth:`sign_in_as` takes it."""
        return await self.sign_in_with_key(self.loot.certificate, **where)

    async def sign_in_with_key(self, key: Issued, **where: str) -> str:
        """Get an app-only token as the bot with a key and its certificate."""
        x5t = thumbprint(key.certificate, hashes.SHA256())
        assertion = jwt.encode(self._claims(), key.key, "PS256", headers={"x5t#S256": x5t})
        form = {"client_assertion_type": ASSERTION_TYPE, "client_assertion": assertion}
        return await self.sign_in_as(world.APP, form, **where)

    async def sign_in_as(
        self, app: str, proof: dict[str, str], *, source: str = SOURCE, resource: str = "https://graph.microsoft.com"
    ) -> str:
        """Get an app-only token of an application for a resource, with whatever proves it.

        Raises:
            AttackFailedError: the proof is not good, or policy does not allow it from there.
        """
        form = {"grant_type": "client_credentials", "client_id": app, "scope": f"{resource}/.default"}
        headers = {SOURCE_HEADER: source}
        answer = _good(await self._http.post(self._token_url, data={**form, **proof}, headers=headers))
        return str(answer.json()["access_token"])

    async def graph(
        self,
        method: str,
        path: str,
        token: str,
        body: Any = None,
        *,
        source: str = SOURCE,
        agent: str = AGENT,
        version: str = "v1.0",
    ) -> Any:
        """Call Graph; return the answer's JSON, None where it has none."""
        headers = {"Authorization": f"Bearer {token}", SOURCE_HEADER: source, "User-Agent": agent}
        address = self._graph.removesuffix("v1.0") + version + path
        answer = _good(await self._http.request(method, address, json=body, headers=headers))
        return answer.json() if answer.content else None

    async def administer(self, method: str, path: str, body: Any = None, *, source: str = SOURCE) -> Any:
        """Call Graph with the administrator's session, stolen or in the owner's hands."""
        return await self.graph(method, path, self.loot.admin_session(), body, source=source)

    async def azure(self, method: str, path: str, body: Any = None, *, source: str = SOURCE) -> None:
        """Call the Azure resource manager with the administrator's session."""
        headers = {"Authorization": f"Bearer {self.loot.azure_session()}", SOURCE_HEADER: source}
        _good(await self._http.request(method, self._login + path, json=body, headers=headers))

    async def manage(self, method: str, path: str = "", body: Any = None, *, source: str = SOURCE) -> Any:
        """Read or change the bot's registration with the administrator's session."""
        return await self.administer(method, f"/applications/{world.APP_OBJECT}{path}", body, source=source)

    def now(self) -> datetime:
        """Return the present instant."""
        return self._clock()

    async def close(self) -> None:
        """Drop the connections."""
        await self._http.aclose()

    @property
    def _token_url(self) -> str:
        return f"{self._login}/{world.TENANT}/oauth2/v2.0/token"

    def _claims(self) -> dict[str, Any]:
        now = self._clock()
        return {
            "aud": self._token_url,
            "iss": world.APP,
            "sub": world.APP,
            "jti": str(uuid.uuid4()),
            "nbf": int(now.timestamp()),
            "exp": int((now + timedelta(minutes=10)).timestamp()),
        }


def loot_of(tenant: Tenant, certificate: Issued) -> Loot:
    """Steal the bot's credential and an administrator's session."""

    def session(*scopes: str, audience: str = AUDIENCE) -> str:
        return tenant.issuer.for_user(
            user=ADMIN.id,
            name=ADMIN.user_name,
            app=COMMAND_LINE_TOOLS,
            scopes=scopes or ADMIN_SCOPES,
            token_id=tenant.ids.token_id(),
            audience=audience,
        )

    return Loot(
        certificate=certificate,
        admin_session=session,
        azure_session=lambda: session("user_impersonation", audience=ARM_AUDIENCE),
        unused_secret=lambda: unused_secret(tenant).id,
    )


def _good(answer: httpx.Response) -> httpx.Response:
    if answer.is_error:
        raise AttackFailedError(
            f"{answer.request.method} {answer.request.url.path}: {answer.status_code} {answer.text}"
        )
    return answer
