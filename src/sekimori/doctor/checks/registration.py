"""The registration itself: who may use it, where it sends tokens, who may change it."""

from sekimori.doctor.check import NONE, Check, Facts, Outcome, both, listed, matched, same
from sekimori.doctor.tenant import Holder, Registration, Service
from sekimori.manifest.model import Manifest

_GRAPH = "https://graph.microsoft.com/v1.0"


def _audience(manifest: Manifest, facts: Facts) -> Outcome:
    audience = facts.get(Registration).application.sign_in_audience
    return matched(
        audience == "AzureADMyOrg",
        found=same(audience),
        expected=same("AzureADMyOrg"),
        mend=(f"az ad app update --id {manifest.identity.app_id} --sign-in-audience AzureADMyOrg",),
    )


def _redirects(manifest: Manifest, facts: Facts) -> Outcome:
    application = facts.get(Registration).application
    found = [
        uri for kind in (application.web, application.spa, application.public_client) for uri in kind.redirect_uris
    ]
    body = '{"web": {"redirectUris": []}, "spa": {"redirectUris": []}, "publicClient": {"redirectUris": []}}'
    url = f"{_GRAPH}/applications(appId='{manifest.identity.app_id}')"
    mend = (f"az rest --method patch --url \"{url}\" --headers Content-Type=application/json --body '{body}'",)
    return matched(not found, found=listed(found), expected=NONE, mend=mend)


def _owners(manifest: Manifest, facts: Facts) -> Outcome:
    declared = {owner.casefold() for owner in manifest.identity.owners}
    app, principal = manifest.identity.app_id, facts.get(Service).principal.id
    strangers = [
        (owner, _of_app(app, owner)) for owner in facts.get(Registration).owners if not _is_one(owner, declared)
    ]
    strangers += [
        (owner, _of_principal(principal, owner)) for owner in facts.get(Service).owners if not _is_one(owner, declared)
    ]
    return matched(
        not strangers,
        found=listed({_named(owner) for owner, _ in strangers}) if strangers else listed(manifest.identity.owners),
        expected=listed(manifest.identity.owners),
        mend=tuple(command for _, command in strangers),
    )


def _of_app(app: str, owner: Holder) -> str:
    return f"az ad app owner remove --id {app} --owner-object-id {owner.id}"


def _of_principal(principal: str, owner: Holder) -> str:
    return f'az rest --method delete --url "{_GRAPH}/servicePrincipals/{principal}/owners/{owner.id}/\\$ref"'


def _is_one(owner: Holder, declared: set[str]) -> bool:
    return bool({owner.id.casefold(), (owner.user_principal_name or "").casefold()} & declared)


def _named(owner: Holder) -> str:
    return owner.user_principal_name or owner.display_name or owner.id


def _enabled(_manifest: Manifest, facts: Facts) -> Outcome:
    enabled = facts.get(Service).principal.account_enabled
    principal = facts.get(Service).principal.id
    return matched(
        enabled is True,
        found=same(enabled),
        expected=same("True"),
        mend=(f"az ad sp update --id {principal} --set accountEnabled=true",),
    )


def _locked(manifest: Manifest, facts: Facts) -> Outcome:
    lock = facts.get(Registration).application.service_principal_lock_configuration
    whole = lock is not None and lock.is_enabled and lock.all_properties
    return matched(
        whole,
        found=both("あり", "locked") if whole else NONE,
        expected=both("すべての項目", "every property"),
        mend=(f"sekimori manifest entra  # entra.application ({manifest.identity.app_id})",),
    )


CHECKS = (
    Check(
        id="entra.single_tenant",
        what=both("一つのテナントだけ", "One tenant only"),
        why=both(
            "複数テナントのアプリは、よそのテナントの管理者が同意でき、そこでも使えます",
            "an application of several tenants can be consented to, and used, elsewhere",
        ),
        techniques=("T1528",),
        needs=(Registration,),
        examine=_audience,
    ),
    Check(
        id="entra.redirects",
        what=both("リダイレクト先", "Redirect addresses"),
        why=both(
            "利用者を誘い込み、認可コードやトークンを受け取る場所になります",
            "people could be lured to sign in, and their codes and tokens received there",
        ),
        techniques=("T1528", "T1566.002"),
        needs=(Registration,),
        examine=_redirects,
    ),
    Check(
        id="entra.owners",
        what=both("所有者", "Owners"),
        why=both("所有者は自分だけで資格情報を足せます", "an owner can add credentials without asking anybody"),
        techniques=("T1098.001",),
        needs=(Registration, Service),
        examine=_owners,
    ),
    Check(
        id="entra.enabled",
        what=both("サインインできる状態", "It may sign in"),
        why=both("無効にされると、予定には答えられません", "while it is disabled nobody gets an answer"),
        techniques=("T1531",),
        needs=(Service,),
        examine=_enabled,
    ),
    Check(
        id="entra.application",
        what=both("サービスプリンシパルのロック", "The lock on the service principal"),
        why=both(
            "登録の画面に現れない資格情報を、サービスプリンシパルに直接足されるのを防ぎます",
            "keeps credentials off the service principal itself, where the registration does not show them",
        ),
        techniques=("T1098.001",),
        needs=(Registration,),
        examine=_locked,
    ),
)
