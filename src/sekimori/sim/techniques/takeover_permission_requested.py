"""The bot asks for the right to make administrators."""

from typing import Final

from sekimori.sim.attack import Attacker

ID: Final = "takeover_permission_requested"
TITLE: Final = {"ja": "乗っ取りに足りる権限を要求", "en": "Request a permission that takes over the tenant"}
STORY: Final = {
    "ja": "ディレクトリのロールを配れる権限をボットに要求させる。同意されれば、テナント全体が手に入る。",
    "en": "The bot asks for the permission to give out directory roles; once consented to, it is the whole tenant.",
}
ATTACK: Final = ("T1098.003",)
MUST_FIRE: Final = ("takeover_permission_requested",)
MUST_STAY_QUIET: Final = (
    "service_principal_sign_in",
    "permission_requested",
    "federated_credential_added",
    "client_credential_added",
)
TELLING: Final = ("RequiredResourceAccess",)


async def detonate(attacker: Attacker) -> None:
    """Ask for RoleManagement.ReadWrite.Directory."""
    resources = (await attacker.manage("GET"))["requiredResourceAccess"]
    wanted = {"id": "9e3f62cf-ca93-4989-b6ce-bf83c28f9fe8", "type": "Role"}  # RoleManagement.ReadWrite.Directory
    access = [*resources[0]["resourceAccess"], wanted]
    await attacker.manage("PATCH", "", {"requiredResourceAccess": [{**resources[0], "resourceAccess": access}]})
