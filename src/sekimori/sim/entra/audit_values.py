"""How the audit log spells an application's properties inside ``modifiedProperties``."""

from typing import Any

from sekimori.sim.entra.directory import Application
from sekimori.sim.logs.audit_change import Property, included


def key_descriptions(app: Application) -> list[str]:
    """Return KeyDescription: one bracketed text a credential, names unescaped."""
    keys = [(key.id, "AsymmetricX509Cert", key.name) for key in app.keys]
    secrets = [(secret.id, "Password", secret.name) for secret in app.secrets]
    return [
        f"[KeyIdentifier={key_id},KeyType={kind},KeyUsage=Verify,DisplayName={name}]"
        for key_id, kind, name in [*secrets, *keys]
    ]


def federated_value(app: Application) -> list[dict[str, Any]]:
    """Return FederatedIdentityCredentials: the whole list, capitalised keys."""
    return [
        {
            "Name": credential.name,
            "Issuer": credential.issuer,
            "Subject": credential.subject,
            "Id": credential.id,
            "Description": None,
            "Audiences": list(credential.audiences),
            "EncodingVersion": 1,
        }
        for credential in app.federated
    ]


def required_access_value(app: Application) -> list[dict[str, Any]]:
    """Return RequiredResourceAccess: a role is a direct grant, a scope is not."""
    return [
        {
            "ResourceAppId": resource["resourceAppId"],
            "RequiredAppPermissions": [_permission(access) for access in resource["resourceAccess"]],
            "EncodingVersion": 1,
        }
        for resource in app.required
    ]


def _permission(access: dict[str, str]) -> dict[str, Any]:
    direct = access["type"] == "Role"
    grants = [] if direct else [20]
    return {"EntitlementId": access["id"], "DirectAccessGrant": direct, "ImpersonationAccessGrants": grants}


def service_principal_properties(app_id: str, name: str, key_store: str) -> tuple[Property, ...]:
    """Return what the log says about a service principal that was just added."""
    credential = [{"CredentialType": 2, "KeyStoreId": key_store, "KeyGroupId": key_store}]
    changes = [
        Property.changed("AccountEnabled", [], [True]),
        Property.changed("AppPrincipalId", [], [app_id]),
        Property.changed("DisplayName", [], [name]),
        Property.changed("ServicePrincipalName", [], [app_id]),
        Property.changed("Credential", [], credential),
    ]
    names = Property(name="TargetId.ServicePrincipalNames", old=None, new=f'"{app_id}"')
    return (*changes, included([change.name for change in changes]), names)
