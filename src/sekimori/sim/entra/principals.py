"""Graph's management calls that change a service principal: an application's account in this tenant."""

from collections.abc import Callable
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sekimori.sim.certificates import make_credential
from sekimori.sim.entra.audit_values import described, service_principal_properties
from sekimori.sim.entra.changing import (
    MANAGES_APPLICATIONS,
    Body,
    Caller,
    Changing,
    Endpoint,
    Operation,
    missing,
    principal,
)
from sekimori.sim.entra.directory import Application, Key
from sekimori.sim.entra.errors import graph_error
from sekimori.sim.entra.management import new_secret, offered_key, secret_json
from sekimori.sim.logs.audit_change import ADD_SERVICE_PRINCIPAL, UPDATE_SERVICE_PRINCIPAL, Property, Target

ADD_CREDENTIALS: Final = "Add service principal credentials"


class Principals(Changing):
    """Service principals, as whoever holds a strong enough token can change them."""

    def operations(self) -> list[Operation]:
        """Return path, endpoint and method of each call."""
        one = "/servicePrincipals/{id}"
        return [
            ("/servicePrincipals", self.guarded(self._add, MANAGES_APPLICATIONS), "POST"),
            (f"{one}/addPassword", self._on(self._add_password), "POST"),
            (f"{one}/removePassword", self._on(self._remove_password), "POST"),
            (f"{one}/addKey", self._on(self._add_key), "POST"),
            (f"{one}/addTokenSigningCertificate", self._on(self._add_signing_certificate), "POST"),
            (one, self._on(self._update), "PATCH"),
        ]

    def _on(self, change: Callable[[Application, Body, Caller], Response]) -> Endpoint:
        def act(request: Request, body: Body, caller: Caller) -> Response:
            app = self._tenant.directory.by_principal(request.path_params["id"])
            return missing() if app is None else change(app, body, caller)

        return self.guarded(act, MANAGES_APPLICATIONS)

    def _add(self, _request: Request, body: Body, caller: Caller) -> Response:
        app_id = str(body.get("appId", ""))
        if not app_id:
            return graph_error(400, "Request_BadRequest", "Property appId is required.")
        id_, name = self._tenant.ids.guid(), str(body.get("displayName", app_id))
        rows = service_principal_properties(app_id, name, self._tenant.ids.guid())
        target = Target(id=id_, name=name, type="ServicePrincipal", properties=rows)
        self.write(ADD_SERVICE_PRINCIPAL, [target], caller)
        return JSONResponse({"id": id_, "appId": app_id, "displayName": name}, status_code=201)

    def _add_password(self, app: Application, body: Body, caller: Caller) -> Response:
        secret, before = new_secret(self._tenant, body), _keys(app)
        app.principal.secrets.append(secret)
        self._credentials_changed(ADD_CREDENTIALS, app, before, caller)
        return JSONResponse(secret_json(self._tenant, secret))

    def _remove_password(self, app: Application, body: Body, caller: Caller) -> Response:
        before, held = _keys(app), app.principal.secrets
        left = [secret for secret in held if secret.id != body.get("keyId")]
        if len(left) == len(held):
            return graph_error(400, "Request_BadRequest", "No password credential found with keyId.")
        held[:] = left
        self._credentials_changed("Remove service principal credentials", app, before, caller)
        return Response(status_code=204)

    def _add_key(self, app: Application, body: Body, caller: Caller) -> Response:
        key = offered_key(self._tenant, body)
        if isinstance(key, Response):
            return key
        before = _keys(app)
        app.principal.keys.append(key)
        self._credentials_changed(ADD_CREDENTIALS, app, before, caller)
        return JSONResponse({"keyId": key.id, "type": "AsymmetricX509Cert", "usage": "Verify", "displayName": key.name})

    def _add_signing_certificate(self, app: Application, body: Body, caller: Caller) -> Response:
        name = str(body.get("displayName", "CN=Microsoft Azure Federated SSO Certificate"))
        certificate = make_credential(name.removeprefix("CN=")).certificate
        before = _keys(app)
        app.principal.keys.append(Key(id=self._tenant.ids.guid(), name=name, certificate=certificate, usage="Sign"))
        self._credentials_changed(UPDATE_SERVICE_PRINCIPAL, app, before, caller)
        return JSONResponse({"keyId": app.principal.keys[-1].id, "displayName": name, "usage": "Sign"})

    def _update(self, app: Application, body: Body, caller: Caller) -> Response:
        if set(body) - {"accountEnabled"}:
            return graph_error(400, "Request_BadRequest", "Invalid property in the request.")
        enabled, app.principal.enabled = app.principal.enabled, bool(body["accountEnabled"])
        change = Property.changed("AccountEnabled", [enabled], [app.principal.enabled])
        self.write(UPDATE_SERVICE_PRINCIPAL, [principal(app, change)], caller)
        return Response(status_code=204)

    def _credentials_changed(self, operation: str, app: Application, before: list[str], caller: Caller) -> None:
        change = Property.changed("KeyDescription", before, _keys(app))
        self.write(operation, [principal(app, change)], caller)


def _keys(app: Application) -> list[str]:
    return described(app.principal.secrets, app.principal.keys)
