"""How the watch signs in to read Microsoft Graph's logs: as an app registration of its own, not as the desk."""

from typing import Any

from sekimori.bootstrap.errors import MissingSetting
from sekimori.bootstrap.ground import Ground
from sekimori.core.confidential import Secret
from sekimori.desk.providers.outlook.tokens import AppIdentity, EntraTokens, certificate
from sekimori.manifest.references import resolve
from sekimori.manifest.tables.sources import WatchSource


class GraphTokens:
    """Gives the tokens of one app registration."""

    def __init__(self, tokens: EntraTokens) -> None:
        self._tokens = tokens

    async def token(self) -> Secret[str]:
        """Return a token from memory, or sign in."""
        return (await self._tokens.token()).value

    async def renewed(self) -> Secret[str]:
        """Sign in again."""
        return (await self._tokens.renewed(None)).value


def graph_tokens(ground: Ground, source: WatchSource) -> GraphTokens:
    """Return the tokens that a source of Graph's logs is read with.

    Raises:
        MissingSetting, SecretNotFound: what each says.
    """
    if source.app_id is None:
        raise MissingSetting("watch.sources.app_id is missing", hint="name the app registration that reads the logs")
    identity = AppIdentity(
        tenant_id=ground.manifest.identity.tenant_id,
        app_id=source.app_id,
        credential=_credential(ground, source),
        login=ground.manifest.endpoints.login,
        ca_bundle=ground.ca_bundle,
    )
    return GraphTokens(EntraTokens(identity))


def _credential(ground: Ground, source: WatchSource) -> Secret[Any]:
    if source.certificate:
        return certificate(resolve(source.certificate, folder=ground.folder, environ=ground.environ))
    return ground.text(source.secret or "")
