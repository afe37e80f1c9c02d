"""The regional endpoint of STS: ``GetWebIdentityToken`` for one role, and the issuer's keys."""

import base64
import functools
import uuid
from datetime import timedelta
from typing import Final
from xml.sax.saxutils import escape

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sekimori.core.clock import Clock

ISSUER: Final = "https://5d0c2b1a-3f4e-4a5b-8c6d-7e8f90a1b2c3.tokens.sts.global.api.aws"
ROLE: Final = "arn:aws:iam::123456789012:role/sekimori"
ACCESS_KEY: Final = "AKIASIMULATEDROLE000"
_LONGEST: Final = 3600
_SHORTEST: Final = 60


class Sts:
    """Signs tokens for whoever signs requests with the role's access key. Signatures of requests are not checked."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._key = _key()
        self.enabled = True

    @property
    def public_key(self) -> rsa.RSAPublicKey:
        """What the issuer's published keys hold."""
        return self._key.public_key()

    def routes(self) -> list[Route]:
        """Return the endpoint, and what OpenID discovery would find at the issuer."""
        return [
            Route("/sts", self._answer, methods=["POST"]),
            Route("/sts/", self._answer, methods=["POST"]),
            Route("/sts/.well-known/jwks.json", self._keys),
        ]

    def token(self, *, audience: str, seconds: int = 300, **changes: object) -> str:
        """Sign a token for the role; ``changes`` are other claims than the usual."""
        now = self._clock()
        claims = {
            "iss": ISSUER,
            "sub": ROLE,
            "aud": audience,
            "iat": int(now.timestamp()),
            "nbf": int(now.timestamp()),
            "exp": int((now + timedelta(seconds=seconds)).timestamp()),
            "jti": str(uuid.uuid4()),
            "https://sts.amazonaws.com/": {"aws_account": ROLE.split(":")[4], "source_region": "ap-northeast-1"},
        }
        return jwt.encode(claims | changes, self._key, "RS256", headers={"kid": "sim-1"})

    async def _answer(self, request: Request) -> Response:
        form = await request.form()
        if f"Credential={ACCESS_KEY}/" not in request.headers.get("authorization", ""):
            return _error(403, "InvalidClientTokenId", "The security token included in the request is invalid.")
        if form.get("Action") != "GetWebIdentityToken":
            return _error(400, "InvalidAction", "Could not find the operation.")
        if not self.enabled:
            return _error(403, "OutboundWebIdentityFederationDisabledException", "The feature is not enabled.")
        return self._token(form)

    def _token(self, form: FormData) -> Response:
        seconds, audience = str(form.get("DurationSeconds", "300")), str(form.get("Audience.member.1", ""))
        if form.get("SigningAlgorithm") not in {"RS256", "ES384"} or not audience:
            return _error(400, "ValidationError", "Audience and SigningAlgorithm are required.")
        if not seconds.isdecimal() or not _SHORTEST <= int(seconds) <= _LONGEST:
            return _error(400, "ValidationError", "DurationSeconds must be from 60 to 3600.")
        expires = self._clock() + timedelta(seconds=int(seconds))
        token = escape(self.token(audience=audience, seconds=int(seconds)))
        body = (
            f"<GetWebIdentityTokenResponse {_SPACE}><GetWebIdentityTokenResult>"
            f"<WebIdentityToken>{token}</WebIdentityToken><Expiration>{expires:%Y-%m-%dT%H:%M:%SZ}</Expiration>"
            f"</GetWebIdentityTokenResult><ResponseMetadata><RequestId>{uuid.uuid4()}</RequestId></ResponseMetadata>"
            "</GetWebIdentityTokenResponse>"
        )
        return Response(body, media_type="text/xml")

    async def _keys(self, _request: Request) -> Response:
        numbers = self.public_key.public_numbers()
        return JSONResponse(
            {"keys": [{"kty": "RSA", "kid": "sim-1", "use": "sig", "n": _b64(numbers.n), "e": _b64(numbers.e)}]}
        )


_SPACE: Final = 'xmlns="https://sts.amazonaws.com/doc/2011-06-15/"'


def _b64(number: int) -> str:
    data = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _error(status: int, code: str, words: str) -> Response:
    body = (
        f"<ErrorResponse {_SPACE}><Error><Type>Sender</Type><Code>{code}</Code><Message>{escape(words)}</Message>"
        f"</Error><RequestId>{uuid.uuid4()}</RequestId></ErrorResponse>"
    )
    return Response(body, status_code=status, media_type="text/xml")


@functools.cache
def _key() -> rsa.RSAPrivateKey:
    """Make the signing key once a process."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)
