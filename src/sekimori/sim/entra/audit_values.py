"""How the audit log spells an application's properties inside ``modifiedProperties``."""

from collections.abc import Sequence
from typing import Any

from sekimori.sim.entra.directory import Application, ClientSecret, Key
from sekimori.sim.logs.audit_change import Property, included


def key_descriptions(app: Application) -> list[str]:
    """Return KeyDescription of a registration: one bracketed text a credential, names unescaped."""
    return described(app.secrets, app.keys)


def described(secrets: Sequence[ClientSecret], keys: Sequence[Key]) -> list[str]:
    """Return KeyDescription of secrets and keys."""
    passwords = [(secret.id, "Password", "Verify", secret.name) for secret in secrets]
    # Entra: a SAML signing key is stored with its private half, and its type says so.
    certificates = [
        (key.id, "X509CertAndPassword" if key.usage == "Sign" else "AsymmetricX509Cert", key.usage, key.name)
        for key in keys
    ]
    return [
        f"[KeyIdentifier={key_id},KeyType={kind},KeyUsage={usage},DisplayName={name}]"
        for key_id, kind, usage, name in [*passwords, *certificates]
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
            **(
                {"ClaimsMatchingExpressionValue": credential.expression, "ClaimsMatchingExpressionLanguageVersion": 1}
                if credential.expression
                else {}
            ),
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


def addresses_value(redirects: Sequence[str]) -> list[dict[str, Any]]:
    """Return AppAddress: where tokens and codes are sent."""
    return [
        {
            "AddressType": 0,
            "Address": address,
            "ReplyAddressClientType": 1,
            "ReplyAddressIndex": place,
            "IsReplyAddressDefault": False,
        }
        for place, address in enumerate(redirects)
    ]


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


def registration_properties(app: Application) -> tuple[Property, ...]:
    """Return what the log says about an application that was just registered."""
    changes = [
        Property.changed("AppId", [], [app.app_id]),
        Property.changed("AvailableToOtherTenants", [], [app.audience != "AzureADMyOrg"]),
        Property.changed("DisplayName", [], [app.name]),
        Property.changed("RequiredResourceAccess", [], required_access_value(app)),
    ]
    return (*changes, included([change.name for change in changes]))
