"""Google's token endpoint: a service account's signed assertion for an opaque access token (RFC 7523 §2.1)."""

import secrets
from datetime import datetime, timedelta
from typing import Any, Final

import jwt
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sekimori.sim.faults import GoogleFaultKind
from sekimori.sim.partner.service_account import EMAIL, KEY_ID, account_key
from sekimori.sim.partner.shelf import Shelf

GRANT: Final = "urn:ietf:params:oauth:grant-type:jwt-bearer"
AUDIENCE: Final = "https://oauth2.googleapis.com/token"
SCOPES: Final = {
    f"https://www.googleapis.com/auth/calendar{suffix}" for suffix in ("", ".readonly", ".freebusy", ".events.freebusy")
}
LIFETIME: Final = timedelta(seconds=3599)
SIGN_IN_FAULTS: Final = {GoogleFaultKind.SIGN_IN_REFUSED, GoogleFaultKind.SIGN_IN_DOWN}


class GoogleTokens:
    """Issues tokens and recognises its own."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._issued: dict[str, datetime] = {}

    def routes(self) -> list[Route]:
        """Return the token endpoint's route."""
        return [Route("/token", self._token, methods=["POST"])]

    def valid(self, token: str) -> bool:
        """Say whether a token was issued here and has not run out."""
        until = self._issued.get(token)
        return until is not None and self._shelf.token_clock() < until

    async def _token(self, request: Request) -> Response:
        fault = self._shelf.faults.google.take(lambda fault: fault.kind in SIGN_IN_FAULTS)
        if fault is not None and fault.kind is GoogleFaultKind.SIGN_IN_DOWN:
            return JSONResponse({"error": "internal_failure"}, status_code=503)
        form = await request.form()
        if form.get("grant_type") != GRANT:
            return _refused("unsupported_grant_type", "Invalid grant_type")
        claims = _claims(str(form.get("assertion", "")))
        if fault is not None or claims is None or not self._in_time(claims):
            return _refused("invalid_grant", "Invalid JWT Signature.")
        if not SCOPES & set(str(claims.get("scope", "")).split()):
            return _refused("invalid_scope", "Empty or missing scope not allowed.")
        return self._answer()

    def _answer(self) -> Response:
        token = f"ya29.{secrets.token_urlsafe(24)}"
        self._issued[token] = self._shelf.token_clock() + LIFETIME
        seconds = int(LIFETIME.total_seconds())
        return JSONResponse({"access_token": token, "expires_in": seconds, "token_type": "Bearer"})

    def _in_time(self, claims: dict[str, Any]) -> bool:
        # Google: an assertion lives for an hour at most; clocks may differ by five minutes.
        now, skew = self._shelf.token_clock().timestamp(), 300
        issued, expires = claims.get("iat", 0), claims.get("exp", 0)
        return bool(issued - skew <= now < expires + skew and expires - issued <= 3600)


def _claims(assertion: str) -> dict[str, Any] | None:
    own_clock = {"verify_exp": False, "verify_nbf": False, "verify_iat": False}
    try:
        if jwt.get_unverified_header(assertion).get("kid") != KEY_ID:
            return None
        public = account_key().public_key()
        claims = jwt.decode(assertion, public, ["RS256"], audience=AUDIENCE, options=own_clock)  # type: ignore[arg-type]
    except jwt.InvalidTokenError:
        return None
    return claims if claims.get("iss") == EMAIL else None


def _refused(error: str, words: str) -> JSONResponse:
    return JSONResponse({"error": error, "error_description": words}, status_code=400)
