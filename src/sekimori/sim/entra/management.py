"""Graph's management calls that change an app registration; each change is one audit record."""

import base64
import binascii
from collections.abc import Callable
from datetime import timedelta

from cryptography import x509
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sekimori.sim.entra.audit_values import addresses_value, federated_value, key_descriptions, required_access_value
from sekimori.sim.entra.changing import (
    MANAGES_APPLICATIONS,
    Body,
    Caller,
    Changing,
    Endpoint,
    Operation,
    missing,
    registration,
)
from sekimori.sim.entra.directory import HOME_ONLY, Application, ClientSecret, FederatedCredential, Key
from sekimori.sim.entra.errors import graph_error
from sekimori.sim.entra.tenant import Tenant
from sekimori.sim.logs.audit_change import UPDATE_APPLICATION, UPDATE_CREDENTIALS, Property

_LIFETIME = timedelta(days=730)


class Registrations(Changing):
    """App registrations, as whoever holds a strong enough token can change them."""

    def operations(self) -> list[Operation]:
        """Return path, endpoint and method of each call."""
        app = "/applications/{object_id}"
        return [
            (f"{app}/addPassword", self._on_app(self._add_password), "POST"),
            (f"{app}/removePassword", self._on_app(self._remove_password), "POST"),
            (f"{app}/addKey", self._on_app(self._add_key), "POST"),
            (f"{app}/federatedIdentityCredentials", self._on_app(self._add_federated), "POST"),
            (f"{app}/federatedIdentityCredentials/{{id}}", self._on_federated(self._repoint), "PATCH"),
            (f"{app}/federatedIdentityCredentials/{{id}}", self._on_federated(self._untrust), "DELETE"),
            (app, self._on_app(self._read), "GET"),
            (app, self._on_app(self._update), "PATCH"),
        ]

    def _on_app(self, change: Callable[[Application, Body, Caller], Response]) -> Endpoint:
        def act(request: Request, body: Body, caller: Caller) -> Response:
            app = self._tenant.directory.by_object_id(request.path_params["object_id"])
            return missing() if app is None else change(app, body, caller)

        return self.guarded(act, MANAGES_APPLICATIONS)

    def _read(self, app: Application, _body: Body, _caller: Caller) -> Response:
        return JSONResponse(
            {
                "id": app.object_id,
                "appId": app.app_id,
                "displayName": app.name,
                "signInAudience": app.audience,
                "web": {"redirectUris": app.redirects},
                "requiredResourceAccess": app.required,
                "passwordCredentials": [{"keyId": one.id, "displayName": one.name} for one in app.secrets],
                "keyCredentials": [{"keyId": one.id, "displayName": one.name} for one in app.keys],
            }
        )

    def _add_password(self, app: Application, body: Body, caller: Caller) -> Response:
        secret = new_secret(self._tenant, body)
        before = key_descriptions(app)
        app.secrets.append(secret)
        self._credentials_changed(app, before, caller)
        return JSONResponse(secret_json(self._tenant, secret))

    def _remove_password(self, app: Application, body: Body, caller: Caller) -> Response:
        before = key_descriptions(app)
        left = [secret for secret in app.secrets if secret.id != body.get("keyId")]
        if len(left) == len(app.secrets):
            return graph_error(400, "Request_BadRequest", "No password credential found with keyId.")
        app.secrets[:] = left
        self._credentials_changed(app, before, caller)
        return Response(status_code=204)

    def _add_key(self, app: Application, body: Body, caller: Caller) -> Response:
        key = offered_key(self._tenant, body)
        if isinstance(key, Response):
            return key
        before = key_descriptions(app)
        app.keys.append(key)
        self._credentials_changed(app, before, caller)
        return JSONResponse({"keyId": key.id, "type": "AsymmetricX509Cert", "usage": "Verify", "displayName": key.name})

    def _add_federated(self, app: Application, body: Body, caller: Caller) -> Response:
        expression = body.get("claimsMatchingExpression")
        try:
            credential = FederatedCredential(
                id=self._tenant.ids.guid(),
                name=body["name"],
                issuer=body["issuer"],
                subject=None if expression else body["subject"],
                audiences=tuple(body["audiences"]),
                expression=expression and expression["value"],
            )
        except KeyError as error:
            return graph_error(400, "Request_BadRequest", f"Property {error} is required.")
        before = federated_value(app)
        app.federated.append(credential)
        self._changed(app, caller, Property.changed("FederatedIdentityCredentials", before, federated_value(app)))
        return JSONResponse({"id": credential.id, **body}, status_code=201)

    def _on_federated(self, change: Callable[[Application, FederatedCredential, Body, Caller], Response]) -> Endpoint:
        def act(request: Request, body: Body, caller: Caller) -> Response:
            app = self._tenant.directory.by_object_id(request.path_params["object_id"])
            there = (one for one in app.federated if one.id == request.path_params["id"]) if app else iter(())
            credential = next(there, None)
            return missing() if app is None or credential is None else change(app, credential, body, caller)

        return self.guarded(act, MANAGES_APPLICATIONS)

    def _repoint(self, app: Application, old: FederatedCredential, body: Body, caller: Caller) -> Response:
        new = FederatedCredential(
            id=old.id,
            name=old.name,
            issuer=body.get("issuer", old.issuer),
            subject=body.get("subject", old.subject),
            audiences=tuple(body.get("audiences", old.audiences)),
        )
        return self._trusted(app, [new if one is old else one for one in app.federated], caller)

    def _untrust(self, app: Application, old: FederatedCredential, _body: Body, caller: Caller) -> Response:
        return self._trusted(app, [one for one in app.federated if one is not old], caller)

    def _trusted(self, app: Application, federated: list[FederatedCredential], caller: Caller) -> Response:
        before, app.federated[:] = federated_value(app), federated
        self._changed(app, caller, Property.changed("FederatedIdentityCredentials", before, federated_value(app)))
        return Response(status_code=204)

    def _update(self, app: Application, body: Body, caller: Caller) -> Response:
        if set(body) - {"requiredResourceAccess", "displayName", "web", "signInAudience"}:
            return graph_error(400, "Request_BadRequest", "Invalid property in the request.")
        # Entra: a change that changes nothing is logged all the same, with an empty list of properties.
        changes = [change for change in _updated(app, body) if change.old != change.new]
        self._changed(app, caller, *changes)
        return Response(status_code=204)

    def _credentials_changed(self, app: Application, before: list[str], caller: Caller) -> None:
        change = Property.changed("KeyDescription", before, key_descriptions(app))
        self.write(UPDATE_CREDENTIALS, [registration(app, change)], caller)

    def _changed(self, app: Application, caller: Caller, *changes: Property) -> None:
        self.write(UPDATE_APPLICATION, [registration(app, *changes)], caller)


def _updated(app: Application, body: Body) -> list[Property]:
    """Write into an application what a body says, and return the properties that it names."""
    changes = []
    if "requiredResourceAccess" in body:
        before = required_access_value(app)
        app.required = body["requiredResourceAccess"]
        changes.append(Property.changed("RequiredResourceAccess", before, required_access_value(app)))
    if "displayName" in body:
        changes.append(Property.changed("DisplayName", [app.name], [body["displayName"]]))
        app.name = body["displayName"]
    if "web" in body:
        before, app.redirects = addresses_value(app.redirects), list(body["web"]["redirectUris"])
        changes.append(Property.changed("AppAddress", before, addresses_value(app.redirects)))
    if "signInAudience" in body:
        wide = [app.audience != HOME_ONLY], [body["signInAudience"] != HOME_ONLY]
        app.audience = body["signInAudience"]
        changes.append(Property.changed("AvailableToOtherTenants", *wide))
    return changes


def new_secret(tenant: Tenant, body: Body) -> ClientSecret:
    """Make the secret that an ``addPassword`` asks for."""
    name = str(body.get("passwordCredential", {}).get("displayName", ""))
    return ClientSecret(id=tenant.ids.guid(), name=name, text=tenant.ids.secret(), expires=tenant.clock() + _LIFETIME)


def secret_json(tenant: Tenant, secret: ClientSecret) -> Body:
    """Return a new secret as Graph shows it, this once."""
    shown = {"keyId": secret.id, "displayName": secret.name, "secretText": secret.text, "hint": secret.text[:3]}
    dates = {"startDateTime": tenant.clock().isoformat(), "endDateTime": secret.expires.isoformat()}
    return {"customKeyIdentifier": None, **shown, **dates}


def offered_key(tenant: Tenant, body: Body) -> Key | Response:
    """Return the key that an ``addKey`` offers, or Graph's refusal."""
    offered = body.get("keyCredential", {})
    try:
        der = base64.b64decode(str(offered.get("key", "")), validate=True)
        certificate = x509.load_der_x509_certificate(der)
    except (binascii.Error, ValueError):
        return graph_error(400, "Request_BadRequest", "Key credential's key is not a valid certificate.")
    return Key(id=tenant.ids.guid(), name=certificate.subject.rfc4514_string(), certificate=certificate)
