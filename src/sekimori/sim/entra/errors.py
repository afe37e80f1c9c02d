"""What Entra ID and Graph say when they refuse, in their own words and shapes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from starlette.responses import JSONResponse


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why no token is issued: the AADSTS number, OAuth's error code, the HTTP status, the words."""

    number: int
    error: str
    status: int
    words: str


UNKNOWN_TENANT: Final = Refusal(
    number=90002,
    error="invalid_request",
    status=400,
    words="Tenant not found. Check to make sure you have the correct tenant ID.",
)
UNKNOWN_APP: Final = Refusal(
    number=700016, error="unauthorized_client", status=400, words="Application was not found in the directory."
)
WRONG_GRANT: Final = Refusal(
    number=70003, error="unsupported_grant_type", status=400, words="The app requested an unsupported grant type."
)
WRONG_SCOPE: Final = Refusal(
    number=1002012,
    error="invalid_scope",
    status=400,
    words="Client credential flows must have a scope value with /.default suffixed to the resource identifier.",
)
NO_CREDENTIAL: Final = Refusal(
    number=7000218,
    error="invalid_client",
    status=401,
    words="The request body must contain the following parameter: 'client_assertion' or 'client_secret'.",
)
WRONG_SECRET: Final = Refusal(
    number=7000215,
    error="invalid_client",
    status=401,
    words="Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, "
    "not the client secret ID.",
)
EXPIRED_SECRET: Final = Refusal(
    number=7000222, error="invalid_client", status=401, words="The provided client secret keys for app are expired."
)
WRONG_ASSERTION: Final = Refusal(
    number=700027,
    error="invalid_client",
    status=401,
    words="The certificate with identifier used to sign the client assertion is not registered on application.",
)
WRONG_AUDIENCE: Final = Refusal(
    number=700023,
    error="invalid_client",
    status=401,
    words="Client assertion audience claim does not match Realm issuer.",
)
STALE_ASSERTION: Final = Refusal(
    number=700024, error="invalid_client", status=401, words="Client assertion is not within its valid time range."
)
UNKNOWN_ISSUER: Final = Refusal(
    number=700211,
    error="invalid_client",
    status=401,
    words="No matching federated identity record found for presented assertion issuer.",
)
UNKNOWN_SUBJECT: Final = Refusal(
    number=700213,
    error="invalid_client",
    status=401,
    words="No matching federated identity record found for presented assertion subject.",
)
UNKNOWN_AUDIENCE: Final = Refusal(
    number=700212,
    error="invalid_client",
    status=401,
    words="No matching federated identity record found for presented assertion audience.",
)
WRONG_SIGNATURE: Final = Refusal(
    number=5002727, error="invalid_client", status=401, words="Invalid JWT signature: no key of the issuer fits."
)
BLOCKED: Final = Refusal(
    number=53003,
    error="invalid_grant",
    status=400,
    words="Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.",
)
DISABLED: Final = Refusal(
    number=7000112, error="unauthorized_client", status=400, words="Application is disabled in this tenant."
)
UNAVAILABLE: Final = Refusal(
    number=90033, error="temporarily_unavailable", status=503, words="A transient error has occurred. Please try again."
)
THROTTLED: Final = Refusal(
    number=90055,
    error="temporarily_unavailable",
    status=429,
    words="Server terminated the request due to high traffic rate.",
)


def refusal_response(refusal: Refusal, *, at: datetime, trace: str, correlation: str) -> JSONResponse:
    """Write a token endpoint's refusal."""
    body = {
        "error": refusal.error,
        "error_description": f"AADSTS{refusal.number}: {refusal.words} Trace ID: {trace} Correlation ID: {correlation}",
        "error_codes": [refusal.number],
        "timestamp": at.strftime("%Y-%m-%d %H:%M:%SZ"),
        "trace_id": trace,
        "correlation_id": correlation,
    }
    return JSONResponse(body, status_code=refusal.status)


def graph_error(status: int, code: str, words: str, **headers: str) -> JSONResponse:
    """Write an OData error as Graph does; Graph's ids are added to its ``innerError`` on the way out."""
    return JSONResponse(graph_error_body(code, words), status_code=status, headers=_spelled(headers))


def graph_error_body(code: str, words: str) -> dict[str, Any]:
    """Return the JSON of an OData error."""
    return {"error": {"code": code, "message": words}}


def _spelled(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in headers.items()}
