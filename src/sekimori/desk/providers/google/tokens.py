"""Signs in to Google as a service account: a signed assertion for an access token (RFC 7523 §2.1)."""

import asyncio
from datetime import datetime, timedelta
from typing import Final

import httpx
import jwt
import msgspec

from sekimori.core.clock import Clock
from sekimori.core.confidential import Secret
from sekimori.desk.calling import USER_AGENT
from sekimori.desk.providers.google.account import ServiceAccount
from sekimori.desk.signing_in import SignInFailed, Token

SCOPE: Final = "https://www.googleapis.com/auth/calendar.freebusy"
"""The narrowest that freeBusy.query takes: it lets us see times, and nothing else of a calendar."""

# Google: the assertion's audience is always this, wherever the request is sent.
AUDIENCE: Final = "https://oauth2.googleapis.com/token"
GRANT: Final = "urn:ietf:params:oauth:grant-type:jwt-bearer"

_LIFETIME: Final = timedelta(hours=1)
_EARLY: Final = timedelta(minutes=2)
_PATIENCE: Final = 10.0
_LARGEST: Final = 64 * 1024


class _Answer(msgspec.Struct, frozen=True):
    access_token: str
    expires_in: int = 0


class GoogleTokens:
    """Obtains tokens and keeps the last in memory; one sign-in at a time.

    Google's tokens are opaque: there is no identifier of them to record.
    """

    def __init__(self, *, account: ServiceAccount, address: str, client: httpx.AsyncClient, clock: Clock) -> None:
        self._account = account
        self._address = address
        self._client = client
        self._clock = clock
        self._lock = asyncio.Lock()
        self._kept: Token | None = None
        self._until: datetime | None = None

    async def token(self) -> Token:
        """Return the token in memory while it is valid, or sign in."""
        async with self._lock:
            if self._kept is None or self._until is None or self._clock() >= self._until:
                return await self._signed_in()
            return self._kept

    async def renewed(self, claims: str | None) -> Token:  # noqa: ARG002 - Google challenges nobody
        """Forget the token in memory and sign in again."""
        async with self._lock:
            self._kept = None
            return await self._signed_in()

    def close(self) -> None:
        """Let go of nothing: the connections are the caller's."""

    async def _signed_in(self) -> Token:
        now = self._clock()
        answer = await self._exchanged(self._assertion(now))
        self._kept = Token(value=Secret(answer.access_token), uti=None)
        self._until = now + timedelta(seconds=min(max(answer.expires_in, 0), 3600)) - _EARLY
        return self._kept

    def _assertion(self, now: datetime) -> str:
        claims = {
            "iss": self._account.email.reveal(),
            "scope": SCOPE,
            "aud": AUDIENCE,
            "iat": int(now.timestamp()),
            "exp": int((now + _LIFETIME).timestamp()),
        }
        return jwt.encode(claims, self._account.key.reveal(), "RS256", headers={"kid": self._account.key_id})

    async def _exchanged(self, assertion: str) -> _Answer:
        form = {"grant_type": GRANT, "assertion": assertion}
        try:
            async with asyncio.timeout(_PATIENCE):
                response = await self._client.post(self._address, data=form, headers={"User-Agent": USER_AGENT})
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
            raise SignInFailed("Google could not be reached", hint=type(error).__name__) from error
        # Google: error_description names the service account; what failed is in `error`, which is not needed here.
        if response.status_code != httpx.codes.OK or len(response.content) > _LARGEST:
            raise SignInFailed("Google gave no token", hint=str(response.status_code))
        try:
            return msgspec.json.decode(response.content, type=_Answer)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise SignInFailed("Google's answer holds no token") from error
