"""What changes are called in Japanese, and what they make possible."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from sekimori.watch.domain.changes.change import Change
from sekimori.watch.domain.changes.credentials import CredentialAdded, CredentialRemoved
from sekimori.watch.domain.changes.federated import (
    FederatedCredentialAdded,
    FederatedCredentialChanged,
    FederatedCredentialRemoved,
)
from sekimori.watch.domain.changes.grants import ConsentGiven, PermissionGranted, PermissionRevoked
from sekimori.watch.domain.changes.lifecycle import (
    ApplicationAdded,
    ApplicationDeleted,
    ApplicationErased,
    ApplicationRestored,
    ServicePrincipalAdded,
    ServicePrincipalDeleted,
    ServicePrincipalErased,
    ServicePrincipalRestored,
)
from sekimori.watch.domain.changes.owners import OwnerAdded, OwnerRemoved
from sekimori.watch.domain.changes.policies import Action, Policy, PolicyChanged
from sekimori.watch.domain.changes.reach import (
    AudienceNarrowed,
    AudienceWidened,
    ServicePrincipalDisabled,
    ServicePrincipalEnabled,
)
from sekimori.watch.domain.changes.redirects import RedirectUriAdded, RedirectUriRemoved, Weakness
from sekimori.watch.domain.changes.requests import PermissionRequested, PermissionRequestRemoved
from sekimori.watch.domain.changes.roles import RoleMemberAdded, RoleMemberRemoved
from sekimori.watch.domain.shown import shown
from sekimori.watch.domain.tiers import Grant, Tier

_DEEDS: Final[Mapping[type[Change], str]] = {
    ApplicationAdded: "{app}を登録",
    ApplicationDeleted: "{app}を削除",
    ApplicationErased: "{app}を完全に削除",
    ApplicationRestored: "{app}を復元",
    ServicePrincipalAdded: "{app}のサービス プリンシパルを作成",
    ServicePrincipalDeleted: "{app}のサービス プリンシパルを削除",
    ServicePrincipalErased: "{app}のサービス プリンシパルを完全に削除",
    ServicePrincipalRestored: "{app}のサービス プリンシパルを復元",
    ServicePrincipalDisabled: "{app}を無効化",
    ServicePrincipalEnabled: "{app}を再び有効化",
    CredentialAdded: "{app}に{things}を追加",
    CredentialRemoved: "{app}から{things}を削除",
    FederatedCredentialAdded: "{app}に{things}を追加",
    FederatedCredentialChanged: "{app}の{things}を変更",
    FederatedCredentialRemoved: "{app}から{things}を削除",
    PermissionRequested: "{app}の要求する API のアクセス許可に{things}を追加",
    PermissionRequestRemoved: "{app}の要求する API のアクセス許可から{things}を削除",
    PermissionGranted: "{app}に{things}を付与",
    PermissionRevoked: "{app}から{things}を剥奪",
    ConsentGiven: "{app}に{things}同意",
    OwnerAdded: "{things}を{app}の所有者に追加",
    OwnerRemoved: "{things}を{app}の所有者から削除",
    RedirectUriAdded: "{app}に{things}を追加",
    RedirectUriRemoved: "{app}から{things}を削除",
    AudienceWidened: "{app}を他のテナントにも開放({things})",
    AudienceNarrowed: "{app}を他のテナントから遮断({things})",
    RoleMemberAdded: "{things}",
    RoleMemberRemoved: "{things}",
    PolicyChanged: "{things}",
}
"""What was done, as a verbal noun: 「し」 goes on, 「しました」 ends the sentence."""

_TIERS: Final = {
    Tier.TAKEOVER: "{names} があればテナントを乗っ取れます。あらゆるロール、メールボックス、サイトに届く権限です",
    Tier.TENANT_DATA: "{names} は、誰もサインインしていなくてもテナント全員のデータに届きます",
    Tier.ONE_MAILBOX: "{names} は、サインインしたユーザーが触れられる範囲のデータに届きます",
    Tier.READ_BASICS: "{names} で読めるのは基本的な情報だけで、内容そのものは読めません",
}
_WEAK: Final = {
    Weakness.PLAINTEXT: "は暗号化されません",
    Weakness.WILDCARD: "は、他人が登録できる名前にも一致します",
    Weakness.LOCALHOST: "は、利用者の端末上のどのプログラムでも受け取れます",
    Weakness.SHARED_HOST: "は、空いた名前を誰でも取得できるホスト上にあります",
}
_POLICIES: Final = {
    Policy.CONDITIONAL_ACCESS: "条件付きアクセス ポリシー",
    Policy.NAMED_LOCATION: "ネームド ロケーション",
    Policy.AUTHORIZATION: "承認ポリシー",
    Policy.CONSENT: "同意ポリシー",
    Policy.AUTHENTICATION_METHODS: "認証方法ポリシー",
    Policy.CROSS_TENANT_ACCESS: "クロステナント アクセス設定",
    Policy.FEDERATION: "ドメインのフェデレーション設定",
    Policy.DOMAIN: "ドメイン",
    Policy.SECURITY_DEFAULTS: "セキュリティの既定値群",
    Policy.APP_MANAGEMENT: "アプリ管理ポリシー",
    Policy.DIAGNOSTICS: "診断設定",
    Policy.OTHER: "ポリシー",
}
_ACTIONS: Final = {Action.ADDED: "追加", Action.CHANGED: "変更", Action.REMOVED: "削除"}
_GRANTS: Final = {Grant.APPLICATION: "アプリケーションの許可", Grant.DELEGATED: "委任されたアクセス許可"}
_SIGNS: Final = "Sign"


def listed(words: Sequence[str]) -> str:
    """Return words as a list in running text."""
    return words[0] if len(words) == 1 else f"{'、'.join(words[:-1])}と{words[-1]}"


def deeds(groups: Iterable[Sequence[Change]], app: str) -> list[str]:
    """Say what was done, a phrase for each kind of change; the app is named once."""
    phrases: list[str] = []
    for group in groups:
        is_named = any(app in phrase for phrase in phrases)
        phrases.append(deed(group, "同アプリ" if is_named else app))
    return phrases


def deed(group: Sequence[Change], app: str) -> str:
    """Say what was done, for changes of one kind: a verbal noun with what it was done to."""
    things = listed([_thing(change) for change in group])
    return _DEEDS[type(group[0])].format(things=things, app=app).lstrip()


def consequence(kind: type[Change], group: Sequence[Any]) -> str | None:
    """Say what changes of one kind make possible, or None where that says itself."""
    if kind is CredentialAdded:
        if all(change.usage == _SIGNS for change in group):
            return "秘密鍵を持つ者は、誰にでも成りすました SAML 応答に署名でき、このアプリはそれを信じます。"
        return "新しい鍵を持つ者は、削除されるか期限が切れるまで、どこからでもこのアプリとしてサインインできます。"
    if kind in {FederatedCredentialAdded, FederatedCredentialChanged}:
        return _trusts(group)
    if kind is PermissionRequested:
        return f"{_reach(group)}このログは管理者の同意がなくても記録されます。実際の付与は別のイベントに残ります。"
    if kind is PermissionGranted:
        return _reach(group) or None
    if kind is OwnerAdded:
        return "所有者はアプリに資格情報を追加し、そのアプリとしてサインインできます。"
    return _weak(group) if kind is RedirectUriAdded else None


def _trusts(group: Sequence[Any]) -> str:
    read = [c for c in group if not c.unreadable]
    trusts = [f"{shown(c.issuer or '?')} の {shown(c.subject or c.claims_matching or '?')}" for c in read]
    said = (
        f"{listed(trusts)} のトークンを持つ者は、シークレットなしでこのアプリとしてサインインできます。" if read else ""
    )
    if len(read) < len(group):
        said += "誰のトークンでこのアプリとしてサインインできるかは不明です。アプリの設定そのものを確認してください。"
    return said


def _weak(group: Sequence[RedirectUriAdded]) -> str | None:
    said = [f"{shown(c.uri)} {_WEAK[c.weakness]}。" for c in group if c.weakness]
    return f"トークンや認可コードが漏れるおそれがあります。{''.join(said)}" if said else None


def _reach(group: Sequence[Any]) -> str:
    said = []
    for tier in Tier:
        names = [shown(c.permission) for c in group if c.permission and c.tier is tier]
        if names:
            said.append(_TIERS[tier].format(names="、".join(names)) + "。")
    return "".join(said)


def _thing(change: Any) -> str:
    match change:
        case CredentialAdded() | CredentialRemoved():
            names = {"secret": "クライアント シークレット", "certificate": "証明書"}
            kind = names.get(change.credential, "資格情報")
            return f"{kind}(キー {shown(change.key_id)})" if change.key_id else kind
        case FederatedCredentialAdded() | FederatedCredentialChanged() | FederatedCredentialRemoved():
            return _federated(change)
        case PermissionRequested() | PermissionRequestRemoved() | PermissionGranted() | PermissionRevoked():
            return _permission(change)
        case ConsentGiven():
            return _consent(change)
        case OwnerAdded() | OwnerRemoved():
            return _party(change.owner or change.owner_id, change.owner_type)
        case RedirectUriAdded() | RedirectUriRemoved():
            return f"リダイレクト URI {shown(change.uri)} "
        case AudienceWidened() | AudienceNarrowed():
            return f"{shown(change.old)} から {shown(change.new)}"
        case RoleMemberAdded() | RoleMemberRemoved():
            return _membership(change)
        case PolicyChanged():
            name = f"「{shown(change.name)}」" if change.name else ""
            return f"{_POLICIES[change.policy]}{name}を{_ACTIONS[change.action]}"
    return ""


def _federated(change: Any) -> str:
    name = f"「{shown(change.name)}」" if change.name else ""
    return f"フェデレーション資格情報{name}{'(値を読み取れませんでした)' if change.unreadable else ''}"


def _permission(change: Any) -> str:
    if getattr(change, "unreadable", False):
        ids = f"。含まれる ID: {shown('、'.join(change.visible_ids))}" if change.visible_ids else ""
        return f"何か(値を読み取れませんでした{ids})"
    name = shown(change.permission or f"未知の ID {change.permission_id}")
    resource = change.resource or change.resource_id
    of = f" {shown(resource)} の" if resource else ""
    everyone = "、全ユーザーの代理" if getattr(change, "everyone", False) else ""
    return f"{of} {name}({_GRANTS[change.grant]}{everyone})"


def _consent(change: ConsentGiven) -> str:
    whose = "テナント全体を代表して" if change.everyone else ""
    scopes = f" {shown('、'.join(change.scopes))} を許可することに" if change.scopes else ""
    return f"{whose}{scopes}"


def _party(name: str | None, kind: str) -> str:
    said = shown(name or "何者か")
    return f"サービス プリンシパル「{said}」" if kind == "serviceprincipal" else f" {said} "


def _membership(change: RoleMemberAdded | RoleMemberRemoved) -> str:
    member = _party(change.member or change.member_id, change.member_type)
    role = f"ロール「{shown(change.role or change.role_id or '?')}」"
    if isinstance(change, RoleMemberRemoved):
        return f"{member}から{role}を剥奪"
    return f"{member}を{role}の資格者に指定" if change.eligible else f"{member}に{role}を付与"
