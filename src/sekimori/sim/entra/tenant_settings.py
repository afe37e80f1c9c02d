"""Settings of the whole tenant: policies, named locations, domains, trust in other tenants."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sekimori.sim.entra.changing import Body, Caller, Changing, Operation, missing
from sekimori.sim.logs.audit_change import Property, Target

CONDITIONAL_ACCESS: Final = "/identity/conditionalAccess/policies"
NAMED_LOCATIONS: Final = "/identity/conditionalAccess/namedLocations"
MANAGES_CONDITIONAL_ACCESS: Final = "Policy.ReadWrite.ConditionalAccess"
MANAGES_DOMAINS: Final = "Domain.ReadWrite.All"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Where Graph keeps one kind of setting, who may change it, and what the log calls that.

    ``operations`` by method; a ``{id}`` in the path is the setting's own id.
    """

    path: str
    permission: str
    operations: dict[str, str]
    category: str = "Policy"
    type: str = "Policy"
    property: str = "Policy"
    service: str = "Core Directory"


def _collection(path: str, permission: str, noun: str, prop: str) -> list[Setting]:
    changed = {"PATCH": f"Update {noun}", "DELETE": f"Delete {noun}"}
    common: dict[str, Any] = {"permission": permission, "property": prop, "service": "Conditional Access"}
    return [
        Setting(path=path, operations={"POST": f"Add {noun}"}, **common),
        Setting(path=f"{path}/{{id}}", operations=changed, **common),
    ]


# The operations' names and categories are those of Microsoft's published list of audit activities.
SETTINGS: Final = (
    *_collection(
        CONDITIONAL_ACCESS, MANAGES_CONDITIONAL_ACCESS, "conditional access policy", "ConditionalAccessPolicy"
    ),
    *_collection(NAMED_LOCATIONS, MANAGES_CONDITIONAL_ACCESS, "named location", "NamedLocation"),
    Setting(
        path="/policies/authorizationPolicy",
        permission="Policy.ReadWrite.Authorization",
        operations={"PATCH": "Update authorization policy"},
        category="AuthorizationPolicy",
    ),
    Setting(
        path="/policies/permissionGrantPolicies/{id}",
        permission="Policy.ReadWrite.PermissionGrant",
        operations={"PATCH": "Update permission grant policy"},
        category="PermissionGrantPolicy",
    ),
    Setting(
        path="/policies/authenticationMethodsPolicy",
        permission="Policy.ReadWrite.AuthenticationMethod",
        operations={"PATCH": "Authentication Methods Policy Update"},
        category="ApplicationManagement",
        service="Authentication Methods",
    ),
    Setting(
        path="/policies/identitySecurityDefaultsEnforcementPolicy",
        permission="Policy.ReadWrite.SecurityDefaults",
        operations={"PATCH": "Update security defaults"},
        service="Conditional Access",
    ),
    Setting(
        path="/policies/crossTenantAccessPolicy/partners",
        permission="Policy.ReadWrite.CrossTenantAccess",
        operations={"POST": "Add a partner to cross-tenant access setting"},
        category="CrossTenantAccessSettings",
    ),
    Setting(
        path="/domains",
        permission=MANAGES_DOMAINS,
        operations={"POST": "Add unverified domain"},
        category="DirectoryManagement",
        type="Domain",
        property="Name",
    ),
    Setting(
        path="/domains/{id}/federationConfiguration",
        permission=MANAGES_DOMAINS,
        operations={"POST": "Set federation settings on domain"},
        category="DirectoryManagement",
        type="Domain",
        property="FederationSettings",
    ),
)


class TenantSettings(Changing):
    """Keeps what is written under each path, and writes each change down."""

    def operations(self) -> list[Operation]:
        """Return path, endpoint and method of each call."""
        return [
            (setting.path, self.guarded(self._act(setting, method), setting.permission), method)
            for setting in SETTINGS
            for method in setting.operations
        ]

    def _act(self, setting: Setting, method: str) -> Callable[[Request, Body, Caller], Response]:
        def act(request: Request, body: Body, caller: Caller) -> Response:
            kept = self._tenant.directory.settings
            own = request.path_params.get("id")
            id_ = own or (self._tenant.ids.guid() if method == "POST" else "")
            key = setting.path.removesuffix("/{id}").replace("{id}", id_) + f"/{id_}"
            if method == "DELETE" and key not in kept:
                return missing()
            old = kept.get(key, {})
            new = {} if method == "DELETE" else {**old, **body}
            kept[key] = new
            if method == "DELETE":
                del kept[key]
            name = str({**old, **new}.get("displayName") or new.get("id") or own or setting.path.rpartition("/")[2])
            change = Property.changed(setting.property, [old] if old else [], [new] if new else [])
            target = Target(
                id=id_ or setting.path.rpartition("/")[2], name=name, type=setting.type, properties=(change,)
            )
            self.write(setting.operations[method], [target], caller, category=setting.category, service=setting.service)
            return JSONResponse({"id": id_, **new}, status_code=201) if method == "POST" else Response(status_code=204)

        return act


def blocks(policies: list[dict[str, Any]], principal: str, address: str) -> bool:
    """Say whether a Conditional Access policy for workload identities keeps a service principal out from there.

    A policy names ``servicePrincipals`` and the ``addresses`` from which they may sign in.
    """
    return any(
        principal in policy.get("servicePrincipals", ()) and address not in policy.get("addresses", ())
        for policy in policies
    )
