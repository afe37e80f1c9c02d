"""What an event changed, as the table names it: a client secret, a federated credential, an API permission."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sekimori.watch.domain.changes import as_plain
from sekimori.watch.domain.event import Event, GraphCall, SignIn
from sekimori.watch.domain.language import Language
from sekimori.watch.domain.names import normalised_name

SIGN_IN: Final = "sign_in"
GRAPH_CALL: Final = "graph_call"

_SECRETS: Final = "update application - certificates and secrets management"
# The article's six rows, in its order: what changed, by which technique, and under which event name.
ARTICLE: Final[Mapping[str, tuple[str, str]]] = {
    SIGN_IN: ("T1078.004", "sign-in activity"),
    "service_principal_added": ("T1136.003", "add service principal"),
    "federated_credential_added": ("T1098.001", "update application"),
    "client_secret": ("T1098.001", _SECRETS),
    "certificate": ("T1098.001", _SECRETS),
    "permission_requested": ("T1098.003", "update application"),
}

_NAMES: Final[Mapping[str, tuple[str, str]]] = {
    SIGN_IN: ("ログイン", "Sign-in"),
    "service_principal_added": ("Service Principalの追加", "Service principal added"),
    "federated_credential_added": ("Federated credentials", "Federated credentials"),
    "client_secret": ("Client secrets", "Client secrets"),
    "certificate": ("Certificates", "Certificates"),
    "permission_requested": ("API Permission", "API permission"),
    "sign_in_failed": ("ログイン(失敗)", "Sign-in (failed)"),
    GRAPH_CALL: ("Graph APIの呼び出し", "Graph API call"),
    "credential": ("資格情報", "Credentials"),
    "federated_credential_changed": ("Federated credentials(変更)", "Federated credentials (changed)"),
    "permission_granted": ("API Permissionの付与", "API permission granted"),
    "consent_given": ("同意", "Consent"),
    "owner_added": ("所有者", "Owners"),
    "redirect_uri_added": ("リダイレクトURI", "Redirect URIs"),
    "audience_widened": ("サインインできるテナント", "Supported accounts"),
    "role_member_added": ("ディレクトリ ロール", "Directory roles"),
    "application_added": ("アプリの登録", "App registration"),
    "application_deleted": ("アプリの削除", "App deleted"),
    "application_restored": ("アプリの復元", "App restored"),
    "application_erased": ("アプリの完全削除", "App erased"),
    "service_principal_enabled": ("Service Principalの有効化", "Service principal enabled"),
    "service_principal_disabled": ("Service Principalの無効化", "Service principal disabled"),
    "policy:conditional_access": ("条件付きアクセス", "Conditional Access"),
    "policy:named_location": ("ネームド ロケーション", "Named locations"),
    "policy:authorization": ("承認ポリシー", "Authorization policy"),
    "policy:consent": ("同意ポリシー", "Consent policy"),
    "policy:authentication_methods": ("認証方法", "Authentication methods"),
    "policy:cross_tenant_access": ("クロステナント アクセス", "Cross-tenant access"),
    "policy:federation": ("ドメインのフェデレーション", "Domain federation"),
    "policy:domain": ("ドメイン", "Domains"),
    "policy:security_defaults": ("セキュリティの既定値群", "Security defaults"),
    "policy:app_management": ("アプリ管理ポリシー", "App management policy"),
    "policy:diagnostics": ("診断設定", "Diagnostic settings"),
    "policy:other": ("その他のポリシー", "Other policies"),
    "log_destination": ("ログの出力先", "Log destinations"),
    "other": ("その他", "Other"),
}
# Which modified properties tell of a target, where the proof does not say so itself.
PROPERTIES: Final[Mapping[str, tuple[str, ...]]] = {
    "federated_credential_added": ("FederatedIdentityCredentials",),
    "federated_credential_changed": ("FederatedIdentityCredentials",),
    "client_secret": ("KeyDescription",),
    "certificate": ("KeyDescription",),
    "credential": ("KeyDescription",),
    "permission_requested": ("RequiredResourceAccess",),
    "permission_granted": ("AppRole.Value", "DelegatedPermissionGrant.Scope"),
    "consent_given": ("ConsentContext.IsAdminConsent", "ConsentAction.Permissions"),
    "owner_added": ("Application.ObjectID", "ServicePrincipal.ObjectID"),
    "redirect_uri_added": ("AppAddress",),
    "audience_widened": ("AvailableToOtherTenants", "SignInAudience"),
    "role_member_added": ("Role.DisplayName",),
    "service_principal_enabled": ("AccountEnabled",),
    "service_principal_disabled": ("AccountEnabled",),
}
_CREDENTIALS: Final = {"secret": "client_secret", "certificate": "certificate"}
# What a telling property stands for where the values do not show a change, as after they were made anonymous.
_BY_PROPERTY: Final = {
    "FederatedIdentityCredentials": "federated_credential_changed",
    "KeyDescription": "credential",
    "AppAddress": "redirect_uri_added",
}
# Where logs are exported to: event hubs, storage, workspaces.
_DESTINATIONS: Final = ("microsoft.eventhub/", "microsoft.storage/", "microsoft.operationalinsights/")
# A change that often comes along with another one, and is not what tells.
_ALONG: Final = {"federated_credential_removed", "credential_removed", "permission_request_removed"}


def name_of_target(target: str, language: Language) -> str:
    """Return what a target is called."""
    japanese, english = _NAMES.get(target, (target, target))
    return japanese if language is Language.JA else english


def targets_of(event: Event) -> tuple[str, ...]:
    """Return what an event touched, each once, in the order of its changes."""
    match event.detail:
        case SignIn(error_code=code):
            return ("sign_in_failed",) if code else (SIGN_IN,)
        case GraphCall():
            return (GRAPH_CALL,)
    return tuple(dict.fromkeys(_changed(event))) or (_by_operation(event.operation) or _by_property(event.record),)


def is_of_the_article(target: str, technique: str, operation: str) -> bool:
    """Say whether the article's table has a row of this target, technique and event name."""
    return ARTICLE.get(target) == (technique, normalised_name(operation))


def _by_operation(operation: str) -> str | None:
    """Return what an operation of Azure's activity log is on; it names the kind of the resource."""
    kinds = operation.casefold().split("/")[1:]
    if "diagnosticsettings" in kinds:
        return "policy:diagnostics"
    return "log_destination" if kinds and operation.casefold().startswith(_DESTINATIONS) else None


def _by_property(record: Any) -> str:
    names = (str(prop["displayName"]) for prop in modified_properties(record))
    return next((_BY_PROPERTY[name] for name in names if name in _BY_PROPERTY), "other")


def _changed(event: Event) -> Iterator[str]:
    for change in map(as_plain, event.changes):
        kind = str(change["kind"])
        if kind == "credential_added":
            yield _CREDENTIALS.get(str(change.get("credential")), "credential")
        elif kind == "policy_changed":
            yield f"policy:{change.get('policy')}"
        elif kind not in _ALONG:
            yield kind


def rank(target: str, *, of_the_article: bool) -> tuple[int, int, str]:
    """Return where a target stands in the table: the article's rows first."""
    known = list(_NAMES)
    place = known.index(target) if target in known else len(known)
    return (0 if of_the_article else 1, place, target)


def modified_properties(raw: Any) -> Iterator[Mapping[str, Any]]:
    """Yield every modified property of a record, in whatever envelope it is."""
    if isinstance(raw, Mapping):
        if "newValue" in raw and isinstance(raw.get("displayName"), str):
            yield raw
        for value in raw.values():
            yield from modified_properties(value)
    elif isinstance(raw, list):
        for item in raw:
            yield from modified_properties(item)
