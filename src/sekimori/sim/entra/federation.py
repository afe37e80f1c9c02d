"""How somebody else's token proves an application: a federated identity credential names its issuer and subject."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from sekimori.sim.entra import errors
from sekimori.sim.entra.assertions import Proven, in_time
from sekimori.sim.entra.directory import Application, FederatedCredential
from sekimori.sim.entra.errors import Refusal

NO_KEY = "00000000-0000-0000-0000-000000000000"


def is_foreign(app: Application, assertion: str) -> bool:
    """Say whether an assertion claims to be issued by somebody else than the application itself."""
    return _claims(assertion).get("iss") not in {None, app.app_id}


def prove_by_federation(
    app: Application, assertion: str, *, issuers: Mapping[str, rsa.RSAPublicKey], now: datetime
) -> Proven | Refusal:
    """Check issuer, subject and audience to the letter, then signature (RS256 only) and lifetime.

    ``issuers`` are the keys that OpenID discovery finds at each issuer.
    """
    claims = _claims(assertion)
    credential = _credential(app, claims)
    if isinstance(credential, Refusal):
        return credential
    key = issuers.get(credential.issuer)
    if key is None or not _is_signed(assertion, key):
        return errors.WRONG_SIGNATURE
    if not in_time(claims, now):
        return errors.STALE_ASSERTION
    # Entra: a federated sign-in names no key, and the credential in a field of its own.
    return Proven(key_id=NO_KEY, kind="clientAssertion", client_auth="2", federated=credential.id)


def _credential(app: Application, claims: Mapping[str, Any]) -> FederatedCredential | Refusal:
    same_issuer = [each for each in app.federated if each.issuer == claims.get("iss")]
    if not same_issuer:
        return errors.UNKNOWN_ISSUER
    same_subject = [each for each in same_issuer if each.subject == claims.get("sub")]
    if not same_subject:
        return errors.UNKNOWN_SUBJECT
    audience = claims.get("aud")
    heard = set(audience) if isinstance(audience, list) else {audience}
    return next((each for each in same_subject if heard & set(each.audiences)), errors.UNKNOWN_AUDIENCE)


def _claims(assertion: str) -> dict[str, Any]:
    try:
        return jwt.decode(assertion, options={"verify_signature": False})
    except jwt.InvalidTokenError:
        return {}


def _is_signed(assertion: str, key: rsa.RSAPublicKey) -> bool:
    own_clock = {"verify_exp": False, "verify_nbf": False, "verify_iat": False, "verify_aud": False}
    try:
        jwt.decode(assertion, key, ["RS256"], options=own_clock)  # type: ignore[arg-type]
    except jwt.InvalidTokenError:
        return False
    return True
