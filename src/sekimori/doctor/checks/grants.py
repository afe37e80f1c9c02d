"""What it may do in Entra: what was granted, what is asked for, and roles."""

from sekimori.doctor.check import NONE, Check, Facts, Outcome, both, listed, matched
from sekimori.doctor.mending import ungrant
from sekimori.doctor.tenant import Granted, OnBehalf, Registration, Service
from sekimori.doctor.vocabulary import Vocabulary
from sekimori.manifest.model import Manifest
from sekimori.manifest.preventive.entra import wanted_permissions

_GRAPH = "https://graph.microsoft.com/v1.0"


def _permissions(manifest: Manifest, facts: Facts) -> Outcome:
    granted, wanted = facts.get(Granted), set(wanted_permissions(manifest))
    mend = [ungrant(facts, name) for name in sorted(set(granted.permissions) - wanted)]
    mend += ["sekimori manifest entra  # entra.permissions"] if wanted - set(granted.permissions) else []
    same_set = set(granted.permissions) == wanted
    return matched(same_set, found=listed(granted.permissions), expected=listed(wanted), mend=tuple(mend))


def _delegated(_manifest: Manifest, facts: Facts) -> Outcome:
    found = facts.get(OnBehalf).grants
    scopes = {f"{scope} ({each.consent_type})" for each in found for scope in each.scope.split()}
    mend = tuple(f'az rest --method delete --url "{_GRAPH}/oauth2PermissionGrants/{each.id}"' for each in found)
    return matched(not scopes, found=listed(scopes), expected=NONE, mend=mend)


def _requested(manifest: Manifest, facts: Facts) -> Outcome:
    asked = facts.get(Registration).application.required_resource_access
    name_of = facts.get(Vocabulary).name_of
    found = {name_of(each.resource_app_id, access.id, access.type) for each in asked for access in each.resource_access}
    wanted = set(wanted_permissions(manifest))
    # Entra adds User.Read to a registration made in the portal; it is delegated, and nobody signs in here.
    surplus = found - wanted - {"User.Read (Scope)"}
    return matched(
        not surplus and wanted <= found,
        found=listed(found),
        expected=listed(wanted),
        mend=(f"sekimori manifest entra  # entra.application ({manifest.identity.app_id})",),
    )


def _roles(_manifest: Manifest, facts: Facts) -> Outcome:
    service = facts.get(Service)
    mend = tuple(
        f'az rest --method delete --url "{_GRAPH}/directoryRoles/{role.id}/members/{service.principal.id}/\\$ref"'
        for role in service.roles
    )
    return matched(
        not service.roles, found=listed(r.display_name or r.id for r in service.roles), expected=NONE, mend=mend
    )


CHECKS = (
    Check(
        id="entra.permissions",
        what=both("付与されたアプリケーションの許可", "Application permissions that were granted"),
        why=both(
            "宣言した以上の許可は、トークンが漏れたときにそのまま読まれます。Exchange の範囲とも足し合わされます",
            "whatever is granted beyond the declaration is read where a token leaks, and defeats a scope in Exchange",
        ),
        techniques=("T1098.003",),
        needs=(Granted, Service),
        examine=_permissions,
    ),
    Check(
        id="entra.delegated",
        what=both("委任された許可", "Delegated permissions"),
        why=both(
            "このアプリに利用者がサインインすることはありません。あれば、誰かの代わりに読むためのものです",
            "nobody signs in to this application: one that is there reads on somebody's behalf",
        ),
        techniques=("T1528",),
        needs=(OnBehalf,),
        examine=_delegated,
    ),
    Check(
        id="entra.requested",
        what=both("登録が求めている許可", "Permissions that the registration asks for"),
        why=both(
            "求めるだけでは使えませんが、次の「管理者の同意」で一度に付与されます",
            "asking gives nothing yet, and the next administrator's consent grants all of it at once",
        ),
        techniques=("T1098.003",),
        needs=(Registration, Vocabulary),
        examine=_requested,
    ),
    Check(
        id="entra.roles",
        what=both("ディレクトリのロール", "Directory roles"),
        why=both(
            "ロールは許可の一覧に出ずに、それより広い力を持ちます",
            "a role reaches further than permissions, and no list of them shows it",
        ),
        techniques=("T1098.003",),
        needs=(Service,),
        examine=_roles,
    ),
)
