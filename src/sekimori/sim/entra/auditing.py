"""What an auditor reads of the tenant: the registration, its account, grants, policies, Exchange's roles, sign-ins."""

import base64
from collections.abc import Callable, Iterable
from typing import Any, Final

from cryptography.hazmat.primitives import hashes
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sekimori.sim.entra.changing import Body, Caller, Changing, Operation, missing
from sekimori.sim.entra.directory import Application, ClientSecret, Key, Person
from sekimori.sim.entra.grants import APP_ROLES
from sekimori.sim.entra.looking import READS_APPLICATIONS
from sekimori.sim.entra.roles import ROLES
from sekimori.sim.entra.tenant_settings import CONDITIONAL_ACCESS, NAMED_LOCATIONS

READS_POLICIES: Final = ("Policy.Read.All", "Policy.ReadWrite.ConditionalAccess")
READS_GRANTS: Final = ("Directory.Read.All", "DelegatedPermissionGrant.ReadWrite.All")
READS_EXCHANGE_ROLES: Final = ("RoleManagement.Read.Exchange",)
READS_LOGS: Final = ("AuditLog.Read.All",)
EXCHANGE_ROLES: Final = "/roleManagement/exchange/roleAssignments"
EXCHANGE_SCOPES: Final = "/roleManagement/exchange/customAppScopes"
GRAPH_ACCOUNT: Final = "00000003-0000-0000-c000-000000000000"

_Show = Callable[[Application], Any]


class Auditing(Changing):
    """Reads what is set; nothing is changed, and the audit log says nothing."""

    def operations(self) -> list[Operation]:
        """Return path, endpoint and method of each call."""
        app, account = "/applications(appId='{app_id}')", "/servicePrincipals(appId='{app_id}')"
        roles = f"{account}/transitiveMemberOf"
        return [
            (app, self._of(_registration), "GET"),
            (f"{app}/owners", self._of(lambda one: _page(self._people(one.owners))), "GET"),
            (f"{app}/federatedIdentityCredentials", self._of(lambda one: _page(map(_federated, one.federated))), "GET"),
            (account, self._of(_account), "GET"),
            (f"{account}/owners", self._of(lambda one: _page(self._people(one.principal.owners))), "GET"),
            (roles, self._of(lambda one: _page(self._roles(one))), "GET"),
            (f"{account}/appRoleAssignments", self._of(lambda one: _page(self._grants(one))), "GET"),
            (f"{account}/oauth2PermissionGrants", self._of(lambda one: _page(_scopes(one)), *READS_GRANTS), "GET"),
            ("/servicePrincipals/{id}", self.guarded(self._any_account, *READS_APPLICATIONS), "GET"),
            (CONDITIONAL_ACCESS, self._kept(CONDITIONAL_ACCESS, READS_POLICIES), "GET"),
            (NAMED_LOCATIONS, self._kept(NAMED_LOCATIONS, READS_POLICIES), "GET"),
            (EXCHANGE_ROLES, self._kept(EXCHANGE_ROLES, READS_EXCHANGE_ROLES), "GET"),
            (f"{EXCHANGE_SCOPES}/{{id}}", self.guarded(self._scope, *READS_EXCHANGE_ROLES), "GET"),
            ("/roleManagement/exchange/roleDefinitions/{id}", self.guarded(_role, *READS_EXCHANGE_ROLES), "GET"),
        ]

    def _of(self, show: _Show, *permissions: str) -> Any:
        def act(request: Request, _body: Body, _caller: Caller) -> Response:
            app = self._tenant.directory.by_app_id(request.path_params["app_id"])
            return missing() if app is None else JSONResponse(show(app))

        return self.guarded(act, *(permissions or READS_APPLICATIONS))

    def _kept(self, path: str, permissions: tuple[str, ...]) -> Any:
        def act(_request: Request, _body: Body, _caller: Caller) -> Response:
            found = self._tenant.directory.settings.items()
            kept = [{"id": key.rpartition("/")[2], **body} for key, body in found if key.startswith(f"{path}/")]
            return JSONResponse(_page(kept))

        return self.guarded(act, *permissions)

    def _scope(self, request: Request, _body: Body, _caller: Caller) -> Response:
        id_ = request.path_params["id"]
        body = self._tenant.directory.settings.get(f"{EXCHANGE_SCOPES}/{id_}")
        return missing() if body is None else JSONResponse({"id": id_, **body})

    def _any_account(self, request: Request, _body: Body, _caller: Caller) -> Response:
        id_ = request.path_params["id"]
        if id_ == self._tenant.graph_principal:
            return JSONResponse({"id": id_, "appId": GRAPH_ACCOUNT, "displayName": "Microsoft Graph"})
        app = self._tenant.directory.by_principal(id_)
        return missing() if app is None else JSONResponse(_account(app))

    def _people(self, ids: Iterable[str]) -> list[dict[str, Any]]:
        found = [(id_, self._tenant.directory.person(id_)) for id_ in ids]
        return [_person(id_, person) for id_, person in found]

    def _roles(self, app: Application) -> list[dict[str, Any]]:
        held = [template for who, template in self._tenant.directory.assignments if who == app.service_principal]
        kind = "#microsoft.graph.directoryRole"
        return [
            {"@odata.type": kind, "id": ROLES[each].object_id, "displayName": ROLES[each].name, "roleTemplateId": each}
            for each in held
        ]

    def _grants(self, app: Application) -> list[dict[str, Any]]:
        return [
            {
                "id": _role_id(role),  # a grant's id is opaque to clients; ours takes it away again
                "appRoleId": _role_id(role),
                "principalId": app.service_principal,
                "resourceId": self._tenant.graph_principal,
                "resourceDisplayName": "Microsoft Graph",
            }
            for role in app.roles
        ]


def _page(items: Iterable[Any]) -> dict[str, Any]:
    return {"value": list(items)}


def _registration(app: Application) -> dict[str, Any]:
    return {
        "id": app.object_id,
        "appId": app.app_id,
        "displayName": app.name,
        "signInAudience": app.audience,
        "isFallbackPublicClient": False,
        "web": {"redirectUris": list(app.redirects)},
        "spa": {"redirectUris": []},
        "publicClient": {"redirectUris": []},
        "requiredResourceAccess": app.required,
        "passwordCredentials": list(map(_secret, app.secrets)),
        "keyCredentials": list(map(_key, app.keys)),
        "servicePrincipalLockConfiguration": {"isEnabled": True, "allProperties": True},
    }


def _account(app: Application) -> dict[str, Any]:
    return {
        "id": app.service_principal,
        "appId": app.app_id,
        "displayName": app.name,
        "accountEnabled": app.principal.enabled,
        "passwordCredentials": list(map(_secret, app.principal.secrets)),
        "keyCredentials": list(map(_key, app.principal.keys)),
    }


def _secret(secret: ClientSecret) -> dict[str, Any]:
    shown = {"keyId": secret.id, "displayName": secret.name, "hint": secret.text[:3], "secretText": None}
    return {**shown, "endDateTime": secret.expires.isoformat()}


def _key(key: Key) -> dict[str, Any]:
    certificate = key.certificate
    # Graph: the SHA-1 thumbprint, base64 of its bytes; the key itself is given only where it is asked for.
    thumbprint = base64.b64encode(certificate.fingerprint(hashes.SHA1())).decode()  # noqa: S303
    end = certificate.not_valid_after_utc.isoformat()
    about = {"keyId": key.id, "displayName": key.name, "type": "AsymmetricX509Cert", "usage": key.usage, "key": None}
    return {**about, "customKeyIdentifier": thumbprint, "endDateTime": end}


def _federated(credential: Any) -> dict[str, Any]:
    about = {"id": credential.id, "name": credential.name, "issuer": credential.issuer}
    return {**about, "subject": credential.subject or "", "audiences": list(credential.audiences)}


def _scopes(app: Application) -> list[dict[str, Any]]:
    return [
        {"id": f"{app.service_principal}-{who}", "consentType": _consent(who), "scope": " ".join(sorted(scopes))}
        for who, scopes in app.principal.scopes.items()
        if scopes
    ]


def _role_id(name: str) -> str:
    return next((id_ for id_, known in APP_ROLES.items() if known == name), name)


def _consent(who: str) -> str:
    return "AllPrincipals" if who == "*" else "Principal"


def _person(id_: str, person: Person | None) -> dict[str, Any]:
    return {"id": id_, "userPrincipalName": person.user_name, "displayName": person.name} if person else {"id": id_}


def _role(request: Request, _body: Body, _caller: Caller) -> Response:
    return JSONResponse({"id": request.path_params["id"], "displayName": "Application Calendars.Read"})
