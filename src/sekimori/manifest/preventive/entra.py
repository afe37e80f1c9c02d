"""The app registration that a manifest declares, and how its one credential and its permissions come to it.

Microsoft Graph ``application``, ``federatedIdentityCredential``, ``appRoleAssignment`` and ``appManagementPolicy``.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sekimori.manifest.model import Manifest
from sekimori.manifest.preventive.conditional_access import GRAPH, principal_of
from sekimori.manifest.preventive.setting import (
    Call,
    Line,
    NothingToPrint,
    Setting,
    Step,
    both,
    keep_found,
    named,
    variable,
)
from sekimori.manifest.tables.identity import CalendarAccess, CredentialKind, Federation

GRAPH_APP: Final = "00000003-0000-0000-c000-000000000000"
_BEFORE: Final = "application.before.json"
FEDERATED_NAME: Final = "sekimori"
_CALENDARS: Final = "Calendars."


def entra(manifest: Manifest, role_ids: Mapping[str, str]) -> tuple[Setting, ...]:
    """Return the settings, in the order in which they are applied.

    ``role_ids`` are the ids of Graph's application permissions, by name.

    Raises:
        NothingToPrint: a permission is not among them.
    """
    return tuple(_settings(manifest, role_ids))


def wanted_permissions(manifest: Manifest) -> tuple[str, ...]:
    """Return what is asked of Entra: where Exchange scopes the calendars, no permission on calendars at all."""
    permissions = manifest.identity.permissions
    if manifest.identity.calendar_access is CalendarAccess.DIRECT:
        return permissions
    return tuple(name for name in permissions if not name.startswith(_CALENDARS))


def application(manifest: Manifest, role_ids: Mapping[str, str]) -> dict[str, Any]:
    """Return the registration: one tenant, no redirect address, no public client, nothing beyond the permissions.

    Raises:
        NothingToPrint: a permission has no known id.
    """
    access = [{"id": _role(name, role_ids), "type": "Role"} for name in wanted_permissions(manifest)]
    return {
        "displayName": manifest.service.name,
        "signInAudience": "AzureADMyOrg",
        "isFallbackPublicClient": False,
        "web": {
            "redirectUris": [],
            "implicitGrantSettings": {"enableAccessTokenIssuance": False, "enableIdTokenIssuance": False},
        },
        "requiredResourceAccess": [{"resourceAppId": GRAPH_APP, "resourceAccess": access}] if access else [],
        # Entra: the lock keeps credentials off the service principal, where the registration does not show them.
        "servicePrincipalLockConfiguration": {"isEnabled": True, "allProperties": True},
    }


def federated_credential(federation: Federation) -> dict[str, Any]:
    """Return the federated identity credential; issuer and subject are compared to the letter."""
    return {
        "name": FEDERATED_NAME,
        "issuer": federation.issuer,
        "subject": federation.subject,
        "audiences": [federation.audience],
    }


def credential_policy(manifest: Manifest) -> dict[str, Any]:
    """Return the policy that forbids passwords and symmetric keys on the registration."""
    restriction = {
        "maxLifetime": None,
        "state": "enabled",
        "restrictForAppsCreatedAfterDateTime": "2014-01-01T00:00:00Z",
    }
    kinds = ("passwordAddition", "symmetricKeyAddition")
    restrictions: dict[str, Any] = {
        "passwordCredentials": [{"restrictionType": kind, **restriction} for kind in kinds],
        "keyCredentials": [],
    }
    return {
        "displayName": f"{manifest.service.name}: no passwords",
        "description": "Neither passwords nor symmetric keys on this application.",
        "isEnabled": True,
        "restrictions": restrictions,
    }


def _settings(manifest: Manifest, role_ids: Mapping[str, str]) -> Iterator[Setting]:
    identity = manifest.identity
    yield _registration(manifest, role_ids)
    if identity.credential is CredentialKind.FEDERATED and identity.federation:
        yield _federation(identity.app_id, identity.federation)
    if identity.credential is CredentialKind.CERTIFICATE:
        yield _certificate(identity.app_id)
    if identity.credential is CredentialKind.SECRET:
        yield _secret(identity.app_id)
    else:
        yield _no_passwords(manifest)
    yield from _grants(manifest, role_ids)
    yield _owners(manifest)


def _registration(manifest: Manifest, role_ids: Mapping[str, str]) -> Setting:
    body, app = application(manifest, role_ids), manifest.identity.app_id
    registration = f"{GRAPH}/applications(appId='{app}')"
    # az: without @odata.context, which Graph gives and does not take.
    kept = f' --query "{{{", ".join(f"{name}:{name}" for name in body)}}}"'
    return Setting(
        id="entra.application",
        what=both("アプリの登録", "The app registration"),
        why=both(
            "一つのテナントだけ、リダイレクト先なし、宣言した許可だけ。変更された登録はこの形に戻ります",
            "one tenant only, no redirect address, the declared permissions only; a registration that was changed is "
            "brought back to this form",
        ),
        techniques=("T1098.001", "T1098.003", "T1528"),
        apply=(
            Line(text=f'az rest --method get --url "{registration}?\\$select={",".join(body)}"{kept} > {_BEFORE}'),
            Call(method="PATCH", url=registration, body=body),
        ),
        undo=(Line(text=f'az rest --method patch --url "{registration}" --body @{_BEFORE}'),),
        note=both(
            f"変更前の登録を {_BEFORE} に残します。二度目に実行する前に、別の名前で取っておいてください。",
            f"What it was before is kept in {_BEFORE}; keep that under another name before you run this again.",
        ),
    )


def _federation(app: str, federation: Federation) -> Setting:
    collection = f"{GRAPH}/applications(appId='{app}')/federatedIdentityCredentials"
    return Setting(
        id="entra.credential",
        what=both("フェデレーション資格情報(ただ一つ)", "The federated credential, the only one"),
        why=both(
            "保管する秘密がなくなります。盗めるものがなく、登録に秘密が現れればそれだけで異常です",
            "no secret is kept: there is nothing to steal, and any secret on the registration is a finding",
        ),
        techniques=("T1552.001", "T1098.001"),
        apply=(Call(method="POST", url=collection, body=federated_credential(federation)),),
        undo=(Call(method="DELETE", url=f"{collection}/{FEDERATED_NAME}"),),
    )


def _certificate(app: str) -> Setting:
    return Setting(
        id="entra.credential",
        what=both("証明書(ただ一つ)", "The certificate, the only one"),
        why=both(
            "鍵はホストの外に出ず、シークレットと違って画面や履歴に残りません",
            "its key never leaves the host, and unlike a secret it is not left behind on screens and in histories",
        ),
        techniques=("T1552.001", "T1098.001"),
        apply=(
            Line(
                text="openssl req -x509 -newkey rsa:3072 -nodes -days 365 -subj /CN=sekimori"
                " -keyout bot.key -out bot.crt && cat bot.key bot.crt > bot.pem && chmod 600 bot.key bot.pem"
            ),
            Line(text=f"az ad app credential reset --id {app} --cert @bot.crt --append"),
        ),
        undo=(Line(text=f"# az ad app credential delete --id {app} --cert --key-id KEY_ID"),),
    )


def _secret(app: str) -> Setting:
    return Setting(
        id="entra.credential",
        what=both("クライアントシークレット(ただ一つ)", "The client secret, the only one"),
        why=both(
            "写し取られても気づけません。フェデレーションか証明書のほうが安全です (identity.credential)",
            "nobody notices when it is copied: a federation or a certificate is safer (identity.credential)",
        ),
        techniques=(),
        apply=(
            Line(
                text=f"(umask 077; az ad app credential reset --id {app} --append --display-name sekimori"
                " --query password --output tsv > bot.secret)"
            ),
        ),
        undo=(Line(text=f"# az ad app credential delete --id {app} --key-id KEY_ID"),),
        note=both(
            "bot.secret を秘密の置き場に移してから消してください。",
            "Move bot.secret to where secrets are kept, then delete it.",
        ),
    )


def _no_passwords(manifest: Manifest) -> Setting:
    policies = f"{GRAPH}/policies/appManagementPolicies"
    attached = f"{GRAPH}/applications(appId='{manifest.identity.app_id}')/appManagementPolicies"
    body = credential_policy(manifest)
    reference = {"@odata.id": f"{policies}/{variable('no_passwords')}"}
    return Setting(
        id="entra.no_secret",
        what=both("シークレットの追加を禁じる方針", "A policy that forbids adding secrets"),
        why=both(
            "所有者や管理者を乗っ取られても、このアプリにシークレットを足せません",
            "whoever takes over an owner or administrator cannot add a secret to this application",
        ),
        techniques=("T1098.001",),
        apply=(
            Call(method="POST", url=policies, body=body, keep="no_passwords"),
            Call(method="POST", url=f"{attached}/$ref", body=reference),
        ),
        undo=(
            named(policies, str(body["displayName"]), keep="no_passwords"),
            Call(method="DELETE", url=f"{attached}/{variable('no_passwords')}/$ref"),
            Call(method="DELETE", url=f"{policies}/{variable('no_passwords')}"),
        ),
        note=both(
            "テナントの既定の方針が有効な場合は、そちらが先に効くことがあります。",
            "Where the tenant's default policy is enabled, look at what it says first.",
        ),
    )


def _grants(manifest: Manifest, role_ids: Mapping[str, str]) -> Iterator[Setting]:
    for name in wanted_permissions(manifest):
        body = {
            "principalId": variable("service_principal"),
            "resourceId": variable("graph_principal"),
            "appRoleId": _role(name, role_ids),
        }
        steps: tuple[Step, ...] = (
            *principal_of(manifest.identity),
            Line(text=f"az ad sp show --id {GRAPH_APP} --query id --output tsv", keep="graph_principal"),
            Call(
                method="POST",
                url=f"{GRAPH}/servicePrincipals/{variable('service_principal')}/appRoleAssignments",
                body=body,
                keep="grant",
            ),
        )
        yield Setting(
            id="entra.permissions",
            what=both(f"許可 {name}(管理者の同意)", f"The grant of {name} (administrator's consent)"),
            why=both("これだけで足り、ほかは要りません", "this is enough; nothing else is needed"),
            techniques=("T1098.003",),
            apply=steps,
            undo=(
                *principal_of(manifest.identity),
                keep_found(
                    f"{GRAPH}/servicePrincipals/{variable('service_principal')}/appRoleAssignments",
                    f"value[?appRoleId=='{_role(name, role_ids)}'].id | [0]",
                    keep="grant",
                ),
                Call(
                    method="DELETE",
                    url=f"{GRAPH}/servicePrincipals/{variable('service_principal')}/appRoleAssignments/{variable('grant')}",
                ),
            ),
        )


def _owners(manifest: Manifest) -> Setting:
    app = manifest.identity.app_id
    return Setting(
        id="entra.owners",
        what=both("所有者", "Owners"),
        why=both(
            "所有者は自分で資格情報を足せます。ここに出た人を、宣言した人だけにします",
            "an owner can add credentials alone; whoever is listed here must be declared",
        ),
        techniques=("T1098.001",),
        apply=(
            Line(text=f"az ad app owner list --id {app} --query '[].{{id:id, name:userPrincipalName}}' --output table"),
            Line(text=f"# az ad app owner remove --id {app} --owner-object-id OWNER"),
        ),
        undo=(Line(text=f"# az ad app owner add --id {app} --owner-object-id OWNER"),),
    )


def _role(name: str, role_ids: Mapping[str, str]) -> str:
    if name not in role_ids:
        raise NothingToPrint(
            f"the id of the permission {name} is not known", hint="see `sekimori permissions show`, or run `refresh`"
        )
    return role_ids[name]
