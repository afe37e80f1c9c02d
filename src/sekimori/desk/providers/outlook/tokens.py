"""Signs in to Entra as our own app registration, and hands out access tokens for Graph."""

import asyncio
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic
from typing import Any, Final

import jwt
import msal
import requests

from sekimori.core.confidential import Secret
from sekimori.core.errors import SekimoriError
from sekimori.desk.signing_in import SignInFailed, Token

SCOPES: Final = ("https://graph.microsoft.com/.default",)
_UTI: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_TOKEN: Final = re.compile(r"[\x21-\x7e]+")
_NOT_UNDERSTOOD: Final = (ValueError, LookupError, TypeError, AttributeError)
"""What msal raises where an answer is not of the form that it expects."""

_VENDOR: Final = "https://login.microsoftonline.com"
_SECONDS: Final = 10
BACKOFF: Final = 3.0
"""Seconds that a failed sign-in stands for those that come after it, before Entra is asked again."""
_EARLY: Final = 300
"""Seconds before its end that a token is no longer used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AppIdentity:
    """Which app registration signs in, and where.

    ``credential`` is msal's: a client secret, or the dict that :func:`certificate` makes. ``ca_bundle`` is the path
    of the authorities to trust instead of the usual ones.
    """

    tenant_id: str
    app_id: str
    credential: Secret[Any]
    login: str = _VENDOR
    ca_bundle: str | None = None
    scopes: tuple[str, ...] = SCOPES


def certificate(pem: Secret[bytes]) -> Secret[Any]:
    """Make a credential of one PEM that holds a private key and its certificate.

    Raises:
        SignInFailed: one of the two is missing.
    """
    text = pem.reveal().decode("ascii", errors="replace")
    key = re.search(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.+?-----END [A-Z ]*PRIVATE KEY-----", text, re.DOTALL)
    cert = re.search(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", text, re.DOTALL)
    if not key or not cert:
        raise SignInFailed(
            "the certificate file does not hold a private key and its certificate",
            hint="put both into one PEM: cat key.pem certificate.pem",
        )
    return Secret({"private_key": key[0], "public_certificate": cert[0]})


def by_assertion(assertion: Callable[[], Secret[str]]) -> Secret[Any]:
    """Make a credential of somebody else's signed token, fetched anew for every sign-in (RFC 7523 §2.2).

    ``assertion`` may block, and may raise a :class:`SekimoriError` where there is none.
    """
    return Secret({"client_assertion": lambda: assertion().reveal()})


class EntraTokens:
    """Obtains tokens with msal and keeps the last one in memory; one sign-in at a time.

    What failed stands for a few seconds: those who wait for the sign-in do not each wait for Entra, and a tenant that
    was set right is noticed at once. Where Entra says how long to wait, it is not asked before.
    """

    def __init__(self, identity: AppIdentity, seconds: Callable[[], float] = monotonic) -> None:
        self._identity = identity
        self._seconds = seconds
        self._kept: tuple[float, Token] | None = None
        self._failed: tuple[float, SignInFailed] | None = None
        self._scopes = list(identity.scopes)
        self._lock = asyncio.Lock()
        self._session = _session(identity.ca_bundle)
        self._app: Any = None

    async def token(self) -> Token:
        """Return a token from memory, or sign in."""
        if kept := self._in_memory():
            return kept
        async with self._lock:
            return self._in_memory() or await self._signed_in(
                lambda app: app.acquire_token_for_client(scopes=self._scopes)
            )

    async def renewed(self, claims: str | None) -> Token:
        """Forget the token in memory and sign in again."""

        def acquire(app: Any) -> Any:
            app.remove_tokens_for_client()
            return app.acquire_token_for_client(scopes=self._scopes, claims_challenge=claims)

        async with self._lock:
            self._kept = None
            return await self._signed_in(acquire)

    def close(self) -> None:
        """Let go of the connections to Entra."""
        self._session.close()

    def _in_memory(self) -> Token | None:
        if self._kept and self._seconds() < self._kept[0]:
            return self._kept[1]
        return None

    async def _signed_in(self, acquire: Callable[[Any], Any]) -> Token:
        if self._failed and self._seconds() < self._failed[0]:
            raise self._failed[1].with_traceback(None)
        self._failed = None
        try:
            lasting, token = await asyncio.to_thread(self._obtain, acquire)
        except SignInFailed as error:
            self._failed = self._seconds() + BACKOFF, error
            raise
        self._kept = self._seconds() + lasting - _EARLY, token
        return token

    def _obtain(self, acquire: Callable[[Any], Any]) -> tuple[float, Token]:
        """Sign in; returns also for how many seconds the token is good."""
        try:
            self._app = self._app or _application(self._identity, self._session)
            answer = acquire(self._app)
        except SekimoriError as error:
            raise SignInFailed("there is no token to sign in with", hint=str(error)) from error
        except (msal.exceptions.MsalError, requests.RequestException, RuntimeError, *_NOT_UNDERSTOOD) as error:
            raise SignInFailed("Entra could not be reached", hint=type(error).__name__) from error
        if not isinstance(answer, dict) or "access_token" not in answer:
            # Entra: error_description may name people and addresses; the code alone is enough to look it up.
            code = str(answer.get("error", "")) if isinstance(answer, dict) else ""
            raise SignInFailed("Entra gave no token", hint=code if _UTI.fullmatch(code) else "")
        value, lasting = answer["access_token"], answer.get("expires_in")
        if not isinstance(value, str) or not _TOKEN.fullmatch(value):
            self._app.remove_tokens_for_client()
            raise SignInFailed("Entra gave a token that cannot be one")
        return lasting if isinstance(lasting, int) else 0, Token(value=Secret(value), uti=_uti(value))


def _application(identity: AppIdentity, session: requests.Session) -> Any:
    logging.getLogger("msal").setLevel(logging.CRITICAL)  # msal quotes an answer that it does not understand
    return msal.ConfidentialClientApplication(
        identity.app_id,
        authority=f"{identity.login.rstrip('/')}/{identity.tenant_id}",
        client_credential=identity.credential.reveal(),
        instance_discovery=None if identity.login.rstrip("/") == _VENDOR else False,
        http_client=session,
    )


class _Patient(requests.adapters.HTTPAdapter):
    """Gives every request a time limit: msal sets none. Lets no refusal stand longer than Entra says.

    msal keeps an HTTP 400 for a minute, unless the answer itself says for how long: a disabled registration would be
    refused that long after it was enabled again.
    """

    def send(self, request: Any, **options: Any) -> requests.Response:  # type: ignore[override]
        options["timeout"] = options.get("timeout") or _SECONDS
        response = super().send(request, **options)
        if response.status_code == requests.codes.bad_request:
            response.headers.setdefault("Retry-After", "0")
        return response


def _session(ca_bundle: str | None) -> requests.Session:
    session = requests.Session()
    # requests lets REQUESTS_CA_BUNDLE override `verify` unless it is told not to look at the environment.
    session.trust_env = False
    session.max_redirects = 0  # Entra redirects no sign-in, and ours carries what we sign in with
    session.verify = ca_bundle or True
    session.mount("https://", _Patient())
    return session


def _uti(token: str) -> str | None:
    """Read the token's unique identifier; Graph's tokens are officially opaque, so it may not be there."""
    try:
        uti = jwt.decode(token, options={"verify_signature": False}).get("uti")
    except jwt.InvalidTokenError:
        return None
    return uti if isinstance(uti, str) and _UTI.fullmatch(uti) else None
