"""Graph's management calls that change an application; each change is one audit record."""

import base64
import binascii
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from cryptography import x509
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sekimori.sim import world
from sekimori.sim.entra.access_tokens import Bearer
from sekimori.sim.entra.audit_values import (
    federated_value,
    key_descriptions,
    required_access_value,
    service_principal_properties,
)
from sekimori.sim.entra.directory import Application, ClientSecret, FederatedCredential, Key
from sekimori.sim.entra.errors import graph_error
from sekimori.sim.entra.tenant import Tenant
from sekimori.sim.logs.audit_change import (
    ADD_SERVICE_PRINCIPAL,
    UPDATE_APPLICATION,
    UPDATE_CREDENTIALS,
    Change,
    Initiator,
    Property,
    Target,
    audit_record,
    included,
)

MANAGES_APPLICATIONS: Final = "Application.ReadWrite.All"
ADMIN_ID: Final = "3c4d5e6f-7081-4293-a4b5-c6d7e8f90112"
ADMIN_NAME: Final = "admin@fabrikam.example"

Body = dict[str, Any]
Endpoint = Callable[[Request, Bearer], Awaitable[Response]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Caller:
    bearer: Bearer
    address: str
    user_agent: str


class Management:
    """Applications and service principals, as whoever holds a strong enough token can change them."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def operations(self) -> list[tuple[str, Endpoint, str]]:
        """Return path, endpoint and method of each call."""
        app = "/v1.0/applications/{object_id}"
        return [
            (f"{app}/addPassword", self._on_app(self._add_password), "POST"),
            (f"{app}/removePassword", self._on_app(self._remove_password), "POST"),
            (f"{app}/addKey", self._on_app(self._add_key), "POST"),
            (f"{app}/federatedIdentityCredentials", self._on_app(self._add_federated), "POST"),
            (app, self._on_app(self._read), "GET"),
            (app, self._on_app(self._update), "PATCH"),
            ("/v1.0/servicePrincipals", self._add_service_principal, "POST"),
        ]

    def _on_app(self, change: Callable[[Application, Body, _Caller], Response]) -> Endpoint:
        async def endpoint(request: Request, bearer: Bearer) -> Response:
            refused = _refused(bearer)
            if refused is not None:
                return refused
            app = self._tenant.directory.by_object_id(request.path_params["object_id"])
            if app is None:
                return graph_error(404, "Request_ResourceNotFound", "Resource does not exist.")
            body = {} if request.method == "GET" else await _body(request)
            if body is None:
                return graph_error(400, "BadRequest", "Unable to read JSON request payload.")
            return change(app, body, self._caller(request, bearer))

        return endpoint

    def _read(self, app: Application, _body: Body, _caller: _Caller) -> Response:
        return JSONResponse(
            {
                "id": app.object_id,
                "appId": app.app_id,
                "displayName": app.name,
                "requiredResourceAccess": app.required,
                "passwordCredentials": [{"keyId": one.id, "displayName": one.name} for one in app.secrets],
                "keyCredentials": [{"keyId": one.id, "displayName": one.name} for one in app.keys],
            }
        )

    def _add_password(self, app: Application, body: Body, caller: _Caller) -> Response:
        name = str(body.get("passwordCredential", {}).get("displayName", ""))
        now = self._tenant.clock()
        secret = ClientSecret(
            id=self._tenant.ids.guid(), name=name, text=self._tenant.ids.secret(), expires=now + timedelta(days=730)
        )
        before = key_descriptions(app)
        app.secrets.append(secret)
        self._credentials_changed(app, before, caller)
        shown = {"keyId": secret.id, "displayName": name, "secretText": secret.text, "hint": secret.text[:3]}
        dates = {"startDateTime": now.isoformat(), "endDateTime": secret.expires.isoformat()}
        return JSONResponse({"customKeyIdentifier": None, **shown, **dates})

    def _remove_password(self, app: Application, body: Body, caller: _Caller) -> Response:
        before = key_descriptions(app)
        left = [secret for secret in app.secrets if secret.id != body.get("keyId")]
        if len(left) == len(app.secrets):
            return graph_error(400, "Request_BadRequest", "No password credential found with keyId.")
        app.secrets[:] = left
        self._credentials_changed(app, before, caller)
        return Response(status_code=204)

    def _add_key(self, app: Application, body: Body, caller: _Caller) -> Response:
        offered = body.get("keyCredential", {})
        try:
            der = base64.b64decode(str(offered.get("key", "")), validate=True)
            certificate = x509.load_der_x509_certificate(der)
        except (binascii.Error, ValueError):
            return graph_error(400, "Request_BadRequest", "Key credential's key is not a valid certificate.")
        key = Key(id=self._tenant.ids.guid(), name=certificate.subject.rfc4514_string(), certificate=certificate)
        before = key_descriptions(app)
        app.keys.append(key)
        self._credentials_changed(app, before, caller)
        return JSONResponse({"keyId": key.id, "type": "AsymmetricX509Cert", "usage": "Verify", "displayName": key.name})

    def _add_federated(self, app: Application, body: Body, caller: _Caller) -> Response:
        try:
            credential = FederatedCredential(
                id=self._tenant.ids.guid(),
                name=body["name"],
                issuer=body["issuer"],
                subject=body["subject"],
                audiences=tuple(body["audiences"]),
            )
        except KeyError as error:
            return graph_error(400, "Request_BadRequest", f"Property {error} is required.")
        before = federated_value(app)
        app.federated.append(credential)
        change = Property.changed("FederatedIdentityCredentials", before, federated_value(app))
        self._application_changed(app, change, caller)
        return JSONResponse({"id": credential.id, **body}, status_code=201)

    def _update(self, app: Application, body: Body, caller: _Caller) -> Response:
        if set(body) - {"requiredResourceAccess", "displayName"}:
            return graph_error(400, "Request_BadRequest", "Invalid property in the request.")
        # Entra: a change that changes nothing is logged all the same, with an empty list of properties.
        change = None
        if "requiredResourceAccess" in body:
            before = required_access_value(app)
            app.required = body["requiredResourceAccess"]
            change = Property.changed("RequiredResourceAccess", before, required_access_value(app))
        elif body.get("displayName", app.name) != app.name:
            change = Property.changed("DisplayName", [app.name], [body["displayName"]])
            app.name = body["displayName"]
        self._application_changed(app, change, caller)
        return Response(status_code=204)

    async def _add_service_principal(self, request: Request, bearer: Bearer) -> Response:
        refused = _refused(bearer)
        if refused is not None:
            return refused
        body = await _body(request) or {}
        app_id = str(body.get("appId", ""))
        if not app_id:
            return graph_error(400, "Request_BadRequest", "Property appId is required.")
        principal, name = self._tenant.ids.guid(), str(body.get("displayName", app_id))
        target = Target(id=principal, name=name, type="ServicePrincipal")
        properties = service_principal_properties(app_id, name, self._tenant.ids.guid())
        self._write(ADD_SERVICE_PRINCIPAL, target, properties, self._caller(request, bearer))
        return JSONResponse({"id": principal, "appId": app_id, "displayName": name}, status_code=201)

    def _caller(self, request: Request, bearer: Bearer) -> _Caller:
        address = self._tenant.address_of(request)
        return _Caller(bearer=bearer, address=address, user_agent=request.headers.get("user-agent", ""))

    def _credentials_changed(self, app: Application, before: list[str], caller: _Caller) -> None:
        change = Property.changed("KeyDescription", before, key_descriptions(app))
        target = Target(id=app.object_id, name=app.name, type="Application")
        self._write(UPDATE_CREDENTIALS, target, (change, included([change.name])), caller)

    def _application_changed(self, app: Application, change: Property | None, caller: _Caller) -> None:
        target = Target(id=app.object_id, name=app.name, type="Application")
        changes = (change,) if change else ()
        self._write(UPDATE_APPLICATION, target, (*changes, included([c.name for c in changes])), caller)

    def _write(self, operation: str, target: Target, properties: tuple[Property, ...], caller: _Caller) -> None:
        ids = self._tenant.ids
        correlation = ids.guid()
        change = Change(
            at=self._tenant.clock(),
            id=f"Directory_{correlation}_{ids.slack('')[:5]}_{ids.chance.randrange(10**8)}",
            correlation=correlation,
            tenant=self._tenant.id,
            operation=operation,
            initiator=_initiator(caller),
            target=target,
            user_agent=caller.user_agent,
            properties=properties,
        )
        self._tenant.logs.write(audit_record(change))


def _initiator(caller: _Caller) -> Initiator:
    name = caller.bearer.user_name
    return Initiator(
        id=caller.bearer.principal,
        display_name="Admin" if name else world.APP_NAME,
        address=caller.address,
        user_name=name,
    )


def _refused(bearer: Bearer) -> Response | None:
    if bearer.may(MANAGES_APPLICATIONS):
        return None
    return graph_error(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")


async def _body(request: Request) -> Body | None:
    try:
        body = json.loads(await request.body())
    except ValueError:
        return None
    return body if isinstance(body, dict) else None
