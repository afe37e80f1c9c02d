"""Access tokens for Graph: issued by the token endpoint, judged by Graph."""

import functools
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from sekimori.core.clock import Clock
from sekimori.sim.entra.directory import Application

AUDIENCE: Final = "https://graph.microsoft.com"
ARM_AUDIENCE: Final = "https://management.azure.com"
LIFETIME: Final = timedelta(seconds=3599)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearer:
    """Who holds a valid access token, and what it allows.

    ``principal`` is a service principal's id, or a user's where ``user_name`` is given.
    """

    app: str
    principal: str
    token_id: str
    issued: datetime
    client_auth: str
    roles: tuple[str, ...] = ()
    scopes: tuple[str, ...] = ()
    user_name: str | None = None

    def may(self, permission: str) -> bool:
        """Say whether the token carries a permission, as a role or as a scope."""
        return permission in self.roles or permission in self.scopes


class ExpiredTokenError(Exception):
    """The token was good once."""


class InvalidTokenError(Exception):
    """No such token was ever issued here."""


class TokenIssuer:
    """Signs access tokens and recognises its own."""

    def __init__(self, tenant: str, clock: Clock) -> None:
        self._tenant = tenant
        self._clock = clock

    def for_app(self, app: Application, *, token_id: str, client_auth: str, audience: str = AUDIENCE) -> str:
        """Issue an app-only token; ``client_auth`` is 1 for a secret, 2 for a certificate."""
        claims = {"idtyp": "app", "oid": app.service_principal, "sub": app.service_principal, "roles": list(app.roles)}
        about = {"aud": audience, "appid": app.app_id, "appidacr": client_auth, "uti": token_id}
        return self._sign({**claims, **about})

    def for_user(
        self, *, user: str, name: str, app: str, scopes: tuple[str, ...], token_id: str, audience: str = AUDIENCE
    ) -> str:
        """Issue a delegated token, as a signed-in user's browser or command line holds it."""
        claims = {"idtyp": "user", "oid": user, "sub": user, "upn": name, "scp": " ".join(scopes)}
        return self._sign({**claims, "aud": audience, "appid": app, "appidacr": "0", "uti": token_id})

    def read(self, token: str, *, audience: str = AUDIENCE) -> Bearer:
        """Judge a token that was shown to one of the APIs.

        Raises:
            ExpiredTokenError: its lifetime is over.
            InvalidTokenError: it was not issued here, or is not a token at all.
        """
        own_clock = {"verify_exp": False, "verify_nbf": False, "verify_iat": False}
        try:
            claims = jwt.decode(token, _key().public_key(), ["RS256"], audience=audience, options=own_clock)  # type: ignore[arg-type]
        except jwt.InvalidTokenError as error:
            raise InvalidTokenError from error
        if self._clock().timestamp() >= claims["exp"]:
            raise ExpiredTokenError
        return _bearer(claims)

    def _sign(self, claims: dict[str, Any]) -> str:
        now = self._clock()
        common = {
            "aud": AUDIENCE,
            "iss": f"https://sts.windows.net/{self._tenant}/",
            "iat": int(now.timestamp()),
            "nbf": int(now.timestamp()),
            "exp": int((now + LIFETIME).timestamp()),
            "tid": self._tenant,
            "ver": "1.0",
        }
        return jwt.encode({**common, **claims}, _key(), "RS256", headers={"kid": "simulator"})


def _bearer(claims: dict[str, Any]) -> Bearer:
    return Bearer(
        app=claims["appid"],
        principal=claims["oid"],
        token_id=claims["uti"],
        issued=datetime.fromtimestamp(claims["iat"], UTC),
        client_auth=claims["appidacr"],
        roles=tuple(claims.get("roles", ())),
        scopes=tuple(claims.get("scp", "").split()),
        user_name=claims.get("upn"),
    )


@functools.cache
def _key() -> rsa.RSAPrivateKey:
    """Make the signing key once a process: it takes longer than everything else at start."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)
