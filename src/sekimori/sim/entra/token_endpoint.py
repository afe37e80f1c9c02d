"""The token endpoint: OpenID metadata and the client credentials grant (RFC 6749 §4.4); each attempt is logged."""

from dataclasses import dataclass
from typing import Final

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sekimori.sim.entra import errors
from sekimori.sim.entra.access_tokens import LIFETIME
from sekimori.sim.entra.assertions import Proven, prove_by_assertion, prove_by_secret
from sekimori.sim.entra.directory import Application
from sekimori.sim.entra.errors import Refusal
from sekimori.sim.entra.federation import NO_KEY, is_foreign, prove_by_federation
from sekimori.sim.entra.tenant import Tenant
from sekimori.sim.entra.tenant_settings import CONDITIONAL_ACCESS, blocks
from sekimori.sim.faults import TokenFault, TokenFaultKind
from sekimori.sim.logs.sign_in import RESOURCES, Resource, SignIn, sign_in_record

ASSERTION_TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Attempt:
    app: Application
    resource: Resource
    address: str
    library: str
    correlation: str
    token_id: str


class TokenEndpoint:
    """Answers the two addresses that msal asks."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def routes(self) -> list[Route]:
        """Return the routes under the login host."""
        return [
            Route("/{tenant}/v2.0/.well-known/openid-configuration", self._metadata),
            Route("/{tenant}/oauth2/v2.0/token", self._token, methods=["POST"]),
        ]

    async def _metadata(self, request: Request) -> Response:
        tenant = request.path_params["tenant"]
        if tenant != self._tenant.id:
            return self._refused(errors.UNKNOWN_TENANT)
        base = f"{request.url.scheme}://{request.url.netloc}/{tenant}"
        return JSONResponse(
            {
                "issuer": f"{base}/v2.0",
                "token_endpoint": f"{base}/oauth2/v2.0/token",
                "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
                "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"],
                "response_types_supported": ["code"],
                "subject_types_supported": ["pairwise"],
                "id_token_signing_alg_values_supported": ["RS256"],
            }
        )

    async def _token(self, request: Request) -> Response:
        fault = self._tenant.faults.token.take()
        if fault is not None and fault.kind is not TokenFaultKind.REFUSED:
            return self._faulty(fault)
        form = await request.form()
        app = self._known_app(request, form)
        if isinstance(app, Refusal):
            return self._refused(app)
        attempt = self._attempt(request, form, app)
        outcome = (
            errors.WRONG_SECRET if fault else self._allowed(app, self._proof(app, form, str(request.url)), attempt)
        )
        self._record(attempt, outcome)
        if isinstance(outcome, Refusal):
            return self._refused(outcome, attempt.correlation)
        return self._issued(attempt, outcome)

    def _known_app(self, request: Request, form: FormData) -> Application | Refusal:
        if request.path_params["tenant"] != self._tenant.id:
            return errors.UNKNOWN_TENANT
        if form.get("grant_type") != "client_credentials":
            return errors.WRONG_GRANT
        if not any(scope.endswith("/.default") for scope in str(form.get("scope", "")).split()):
            return errors.WRONG_SCOPE
        return self._tenant.directory.by_app_id(str(form.get("client_id", ""))) or errors.UNKNOWN_APP

    def _proof(self, app: Application, form: FormData, url: str) -> Proven | Refusal:
        now = self._tenant.token_clock()
        assertion, secret = form.get("client_assertion"), form.get("client_secret")
        if form.get("client_assertion_type") == ASSERTION_TYPE and isinstance(assertion, str):
            if is_foreign(app, assertion):
                return prove_by_federation(app, assertion, issuers=self._tenant.issuers, now=now)
            return prove_by_assertion(app, assertion, audience=url, now=now)
        if isinstance(secret, str):
            return prove_by_secret(app, secret, now=now)
        return errors.NO_CREDENTIAL

    def _allowed(self, app: Application, outcome: Proven | Refusal, attempt: _Attempt) -> Proven | Refusal:
        """Hold a sign-in whose proof is good against what the tenant allows."""
        if isinstance(outcome, Refusal):
            return outcome
        if not app.principal.enabled:
            return errors.DISABLED
        policies = list(self._tenant.directory.policies(CONDITIONAL_ACCESS))
        return errors.BLOCKED if blocks(policies, app.service_principal, attempt.address) else outcome

    def _attempt(self, request: Request, form: FormData, app: Application) -> _Attempt:
        sku = request.headers.get("x-client-sku") or form.get("x-client-sku")
        version = request.headers.get("x-client-ver") or form.get("x-client-ver")
        return _Attempt(
            app=app,
            resource=_resource(form) or RESOURCES[0],
            address=self._tenant.address_of(request),
            library=f"Family: MSAL Library: {sku} {version} Platform: Python" if sku else "",
            correlation=request.headers.get("client-request-id") or self._tenant.ids.guid(),
            token_id=self._tenant.ids.token_id(),
        )

    def _record(self, attempt: _Attempt, outcome: Proven | Refusal) -> None:
        refused = outcome if isinstance(outcome, Refusal) else None
        proven = outcome if isinstance(outcome, Proven) else None
        sign_in = SignIn(
            at=self._tenant.clock(),
            id=self._tenant.ids.guid(),
            correlation=attempt.correlation,
            tenant=self._tenant.id,
            app=attempt.app.app_id,
            service_principal=attempt.app.service_principal,
            name=attempt.app.name,
            address=attempt.address,
            token_id=attempt.token_id,
            key_id=proven.key_id if proven else NO_KEY,
            credential_type=proven.kind if proven else "none",
            federated=proven.federated if proven else "",
            library=attempt.library,
            resource=attempt.resource,
            resource_principal=self._tenant.graph_principal,
            error=refused.number if refused else 0,
            reason=refused.words if refused else "",
        )
        self._tenant.logs.write(sign_in_record(sign_in))

    def _issued(self, attempt: _Attempt, proof: Proven) -> JSONResponse:
        issuer = self._tenant.issuer
        token = issuer.for_app(
            attempt.app,
            token_id=attempt.token_id,
            client_auth=proof.client_auth,
            audience=attempt.resource.address,
        )
        seconds = int(LIFETIME.total_seconds())
        body = {"token_type": "Bearer", "expires_in": seconds, "ext_expires_in": seconds, "access_token": token}
        return JSONResponse(body, headers={"Cache-Control": "no-store"})

    def _faulty(self, fault: TokenFault) -> Response:
        if fault.kind is TokenFaultKind.THROTTLED:
            response = self._refused(errors.THROTTLED)
            response.headers["Retry-After"] = str(fault.retry_after)
            return response
        return self._refused(errors.UNAVAILABLE)

    def _refused(self, refusal: Refusal, correlation: str | None = None) -> JSONResponse:
        ids = self._tenant.ids
        return errors.refusal_response(
            refusal, at=self._tenant.clock(), trace=ids.guid(), correlation=correlation or ids.guid()
        )


def _resource(form: FormData) -> Resource | None:
    """Return the API that a token is asked for, where it is one that the tenant knows."""
    scopes = str(form.get("scope", "")).split()
    return next((one for one in RESOURCES if f"{one.address}/.default" in scopes), None)
