"""Whose token is exchanged for one of Entra's, where the identity has no secret at all."""

from collections.abc import Callable
from typing import Final

from sekimori.aws.web_identity import WebIdentityTokens
from sekimori.bootstrap.ground import Ground
from sekimori.core.confidential import Secret
from sekimori.manifest.tables.identity import Federation

_BY_AWS: Final = "aws"


def assertions_of(ground: Ground, federation: Federation) -> Callable[[], Secret[str]]:
    """Return what gives a fresh token whenever Entra is asked; it blocks."""
    if federation.token != _BY_AWS:
        return lambda: ground.text(federation.token)
    tokens = WebIdentityTokens(
        audience=federation.audience,
        region=federation.region,
        endpoint=ground.manifest.endpoints.sts,
        ca_bundle=ground.ca_bundle,
    )
    return tokens.token
