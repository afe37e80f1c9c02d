"""What applications were granted: application roles, delegated scopes, consents."""

from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sekimori.sim.entra.access_tokens import Bearer
from sekimori.sim.entra.changing import Body, Caller, Changing, Operation, missing
from sekimori.sim.entra.directory import GRAPH_APP, Application
from sekimori.sim.entra.errors import graph_error
from sekimori.sim.logs.audit_change import Property, Target

GRANTS_ROLES: Final = "AppRoleAssignment.ReadWrite.All"
GRANTS_SCOPES: Final = "DelegatedPermissionGrant.ReadWrite.All"
EVERYBODY: Final = "everybody"
_GRAPH_NAMES: Final = f"{GRAPH_APP};https://graph.microsoft.com"

APP_ROLES: Final = {
    "8ba4a692-bc31-4128-9094-475872af8a53": "Calendars.ReadBasic.All",
    "810c84a8-4a9e-49e6-bf7d-12d183f40d01": "Mail.Read",
    "01d4889c-1287-42c6-ac1f-5d1e02578ef6": "Files.Read.All",
    "7ab1d382-f21e-4acd-a863-ba3e13f7da61": "Directory.Read.All",
    "df021288-bdef-4463-88db-98f22de89214": "User.Read.All",
    "9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8": "RoleManagement.ReadWrite.Directory",
    "06b708a9-e830-4db3-a914-8e69da51d44f": "AppRoleAssignment.ReadWrite.All",
}
"""Application roles of Graph that stories use, as Microsoft publishes their ids."""


class Grants(Changing):
    """Grants and consents, as whoever may give them can."""

    def operations(self) -> list[Operation]:
        """Return path, endpoint and method of each call."""
        roles = "/servicePrincipals/{id}"
        return [
            (f"{roles}/appRoleAssignments", self.guarded(self._grant, GRANTS_ROLES), "POST"),
            (f"{roles}/appRoleAssignedTo", self.guarded(self._grant, GRANTS_ROLES), "POST"),
            (f"{roles}/appRoleAssignments/{{role}}", self.guarded(self._revoke, GRANTS_ROLES), "DELETE"),
            ("/oauth2PermissionGrants", self.guarded(self._delegate, GRANTS_SCOPES), "POST"),
            ("/oauth2PermissionGrants/{id}", self.guarded(self._undelegate, GRANTS_SCOPES), "DELETE"),
        ]

    def _grant(self, _request: Request, body: Body, caller: Caller) -> Response:
        app = self._tenant.directory.by_principal(str(body.get("principalId", "")))
        role = APP_ROLES.get(str(body.get("appRoleId", "")))
        if app is None or role is None:
            return missing()
        if role in app.roles:
            words = "Permission being assigned already exists on the object"
            return graph_error(400, "Request_BadRequest", words)
        app.roles = (*app.roles, role)
        self._role_changed("Add app role assignment to service principal", app, str(body["appRoleId"]), role, caller)
        shown = {
            # A grant's id is opaque to clients; ours says what it is.
            "id": body["appRoleId"],
            "appRoleId": body["appRoleId"],
            "principalId": app.service_principal,
        }
        return JSONResponse(shown, status_code=201)

    def _revoke(self, request: Request, _body: Body, caller: Caller) -> Response:
        app = self._tenant.directory.by_principal(request.path_params["id"])
        role_id = request.path_params["role"]
        role = APP_ROLES.get(role_id)
        if app is None or role not in app.roles:
            return missing()
        app.roles = tuple(held for held in app.roles if held != role)
        self._role_changed("Remove app role assignment from service principal", app, role_id, str(role), caller)
        return Response(status_code=204)

    def _role_changed(self, operation: str, app: Application, role_id: str, role: str, caller: Caller) -> None:
        now = self._tenant.clock().isoformat()
        # Entra: the resource comes first, the application that gets the role second.
        rows = (
            Property.said("AppRole.Id", role_id),
            Property.said("AppRole.Value", role),
            Property.said("AppRole.DisplayName", role),
            Property.said("AppRoleAssignment.CreatedDateTime", now),
            Property.said("AppRoleAssignment.LastModifiedDateTime", now),
            *_receiver(app),
        )
        self.write(operation, [self._graph(rows), _bare(app)], caller)

    def _delegate(self, _request: Request, body: Body, caller: Caller) -> Response:
        app = self._tenant.directory.by_principal(str(body.get("clientId", "")))
        if app is None:
            return missing()
        everybody = body.get("consentType") == "AllPrincipals"
        scope, holder = str(body.get("scope", "")), EVERYBODY if everybody else str(body.get("principalId"))
        app.principal.scopes[holder] = app.principal.scopes.get(holder, frozenset()) | set(scope.split())
        rows = (
            Property.changed("DelegatedPermissionGrant.Scope", "", f" {scope}"),
            Property.changed("DelegatedPermissionGrant.ConsentType", "", body.get("consentType")),
            *_receiver(app),
        )
        self.write("Add delegated permission grant", [self._graph(rows), _bare(app)], caller)
        shown = {"id": f"{app.service_principal}:{holder}", **body}
        return JSONResponse(shown, status_code=201)

    def _undelegate(self, request: Request, _body: Body, caller: Caller) -> Response:
        principal, _, holder = request.path_params["id"].partition(":")
        app = self._tenant.directory.by_principal(principal)
        held = app.principal.scopes.pop(holder, None) if app else None
        if app is None or held is None:
            return missing()
        rows = (
            Property.changed("DelegatedPermissionGrant.Scope", f" {' '.join(sorted(held))}", ""),
            *_receiver(app),
        )
        self.write("Remove delegated permission grant", [self._graph(rows), _bare(app)], caller)
        return Response(status_code=204)

    def consent(self, app: Application, scopes: tuple[str, ...], bearer: Bearer, address: str, *, admin: bool) -> None:
        """Press "Accept" on the consent page: not a call to Graph, but what the sign-in page does."""
        holder = EVERYBODY if admin else bearer.principal
        app.principal.scopes[holder] = app.principal.scopes.get(holder, frozenset()) | set(scopes)
        said = (
            f"[] => [[Id: {self._tenant.ids.token_id()}, ClientId: 00000000-0000-0000-0000-000000000000, "
            f"PrincipalId: {'' if admin else bearer.principal}, ResourceId: {self._tenant.graph_principal}, "
            f"ConsentType: {'AllPrincipals' if admin else 'Principal'}, Scope:  {' '.join(scopes)}, "
            "CreatedDateTime: , LastModifiedDateTime ]]; "
        )
        rows = (
            Property.said("ConsentContext.IsAdminConsent", str(admin)),
            Property.said("ConsentContext.IsAppOnly", "False"),
            Property.said("ConsentContext.OnBehalfOfAll", str(admin)),
            Property.said("ConsentContext.Tags", "WindowsAzureActiveDirectoryIntegratedApp"),
            Property.said("ConsentAction.Permissions", said),
            Property.said("TargetId.ServicePrincipalNames", app.app_id),
        )
        target = Target(id=app.service_principal, name=app.name, type="ServicePrincipal", properties=rows)
        caller = Caller(bearer=bearer, address=address, user_agent="Mozilla/5.0 (Windows NT 10.0; Win64; x64)")
        self.write("Consent to application", [target], caller)

    def _graph(self, rows: tuple[Property, ...]) -> Target:
        names = Property.said("TargetId.ServicePrincipalNames", _GRAPH_NAMES)
        return Target(
            id=self._tenant.graph_principal, name="Microsoft Graph", type="ServicePrincipal", properties=(*rows, names)
        )


def _receiver(app: Application) -> tuple[Property, ...]:
    return (
        Property.said("ServicePrincipal.ObjectID", app.service_principal),
        Property.said("ServicePrincipal.DisplayName", app.name),
        Property.said("ServicePrincipal.AppId", app.app_id),
        Property.said("ServicePrincipal.Name", app.app_id),
    )


def _bare(app: Application) -> Target:
    return Target(id=app.service_principal, name=app.name, type="ServicePrincipal")
