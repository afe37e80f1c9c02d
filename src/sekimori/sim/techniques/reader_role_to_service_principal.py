"""The bot may look at the whole directory."""

from typing import Final

from sekimori.sim import world
from sekimori.sim.attack import Attacker
from sekimori.sim.plan import Plan, Step

ID: Final = "reader_role_to_service_principal"
TITLE: Final = {"ja": "ボットに閲覧ロールを付与", "en": "Give the bot a reader role"}
STORY: Final = {
    "ja": "ボットにディレクトリ閲覧者のロールを与え、次の攻撃の下見に使う。",
    "en": "The bot becomes a directory reader, to prepare the next step.",
}
ATTACK: Final = ("T1098.003",)
MUST_FIRE: Final = ("role_to_service_principal",)
MUST_STAY_QUIET: Final = ("privileged_role_to_service_principal", "privileged_role_to_user")
TELLING: Final = ("Role.DisplayName", "properties.targetResources.0.type")
PLAN: Final = Plan(
    permissions=(
        "Application.Read.All",
        "RoleManagement.ReadWrite.Directory",
    ),
    steps=(
        Step(
            method="POST",
            path="/roleManagement/directory/roleAssignments",
            body={
                "roleDefinitionId": "88d8e3e3-8f55-4a1e-953a-9b9898b8876b",
                "principalId": "{principal_id}",
                "directoryScopeId": "/",
            },
            keep={"assignment_id": "id"},
        ),
    ),
    undo=(Step(method="DELETE", path="/roleManagement/directory/roleAssignments/{assignment_id}"),),
)


async def detonate(attacker: Attacker) -> None:
    """Assign Directory Readers."""
    body = {
        "roleDefinitionId": "88d8e3e3-8f55-4a1e-953a-9b9898b8876b",
        "principalId": world.SERVICE_PRINCIPAL,
        "directoryScopeId": "/",
    }
    await attacker.administer("POST", "/roleManagement/directory/roleAssignments", body)
