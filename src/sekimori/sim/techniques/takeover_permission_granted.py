"""The bot gets the right to make administrators."""

from typing import Final

from sekimori.sim import world
from sekimori.sim.attack import Attacker
from sekimori.sim.entra.directory import GRAPH_APP

ID: Final = "takeover_permission_granted"
TITLE: Final = {"ja": "乗っ取りに足りる権限を付与", "en": "Grant a permission that takes over the tenant"}
STORY: Final = {
    "ja": "ディレクトリのロールを配れる権限をボットに与える。以後、ボットの証明書を持つ者は自分を管理者にできる。",
    "en": "The bot may give out roles from now on: whoever holds its certificate can become administrator.",
}
ATTACK: Final = ("T1098.003",)
MUST_FIRE: Final = ("takeover_permission_granted", "graph_permission_write")
MUST_STAY_QUIET: Final = (
    "service_principal_sign_in",
    "permission_requested",
    "federated_credential_added",
    "client_credential_added",
)
TELLING: Final = ("AppRole.Value",)


async def detonate(attacker: Attacker) -> None:
    """Grant RoleManagement.ReadWrite.Directory."""
    role = "9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8"  # RoleManagement.ReadWrite.Directory
    body = {"principalId": world.SERVICE_PRINCIPAL, "resourceId": GRAPH_APP, "appRoleId": role}
    await attacker.administer("POST", f"/servicePrincipals/{world.SERVICE_PRINCIPAL}/appRoleAssignments", body)
