"""How an application proves who it is: a signed client assertion (RFC 7523 §2.2) or a client secret."""

import base64
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from sekimori.sim.entra import errors
from sekimori.sim.entra.directory import Application, Key
from sekimori.sim.entra.errors import Refusal


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """The application proved itself with this credential; ``client_auth`` as Graph's log numbers it.

    ``federated`` is the id of a federated credential, where it was one.
    """

    key_id: str
    kind: str
    client_auth: str
    federated: str = ""


def prove_by_assertion(app: Application, assertion: str, *, audience: str, now: datetime) -> Proven | Refusal:
    """Check signature, certificate thumbprint, audience, issuer and lifetime of a client assertion."""
    key = _signing_key(app, assertion)
    if key is None:
        return errors.WRONG_ASSERTION
    claims = _verified_claims(assertion, key)
    if claims is None or claims.get("iss") != app.app_id or claims.get("sub") != app.app_id:
        return errors.WRONG_ASSERTION
    if claims.get("aud") != audience:
        return errors.WRONG_AUDIENCE
    if not in_time(claims, now):
        return errors.STALE_ASSERTION
    return Proven(key_id=key.id, kind="clientAssertion", client_auth="2")


def prove_by_secret(app: Application, secret: str, *, now: datetime) -> Proven | Refusal:
    """Check a client secret and its expiry."""
    for known in app.secrets:
        if hmac.compare_digest(known.text.encode(), secret.encode()):
            if now >= known.expires:
                return errors.EXPIRED_SECRET
            return Proven(key_id=known.id, kind="clientSecret", client_auth="1")
    return errors.WRONG_SECRET


def thumbprint(certificate: x509.Certificate, algorithm: hashes.HashAlgorithm) -> str:
    """Return a certificate's thumbprint as JWS headers carry it (RFC 7515 §4.1.7, §4.1.8)."""
    return base64.urlsafe_b64encode(certificate.fingerprint(algorithm)).rstrip(b"=").decode()


def _signing_key(app: Application, assertion: str) -> Key | None:
    try:
        header = jwt.get_unverified_header(assertion)
    except jwt.InvalidTokenError:
        return None
    # msal leaves base64's padding on, RFC 7515 takes it off; Entra: both are good.
    claimed = {str(header[name]).rstrip("=") for name in ("x5t", "x5t#S256") if name in header}
    return next((key for key in app.keys if claimed and claimed <= _thumbprints(key)), None)


def _thumbprints(key: Key) -> set[str]:
    # Entra: older libraries send the SHA-1 thumbprint, newer ones SHA-256, some send both.
    return {thumbprint(key.certificate, algorithm) for algorithm in (hashes.SHA1(), hashes.SHA256())}  # noqa: S303


def _verified_claims(assertion: str, key: Key) -> dict[str, Any] | None:
    own_clock = {"verify_exp": False, "verify_nbf": False, "verify_iat": False, "verify_aud": False}
    public = key.certificate.public_key()
    try:
        return jwt.decode(assertion, public, ["RS256", "PS256"], options=own_clock)  # type: ignore[arg-type]
    except jwt.InvalidTokenError:
        return None


def in_time(claims: Mapping[str, Any], now: datetime) -> bool:
    """Say whether an assertion is good at an instant."""
    # Entra: clocks may differ by five minutes.
    instant, skew = now.timestamp(), 300
    return bool(claims.get("nbf", instant) - skew <= instant < claims.get("exp", 0) + skew)
