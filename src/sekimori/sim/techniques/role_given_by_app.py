"""An application makes somebody an administrator."""

from typing import Final

from sekimori.sim import world
from sekimori.sim.attack import EGRESS, Attacker
from sekimori.sim.entra.neighbours import CLERK

ID: Final = "role_given_by_app"
TITLE: Final = {"ja": "アプリがロールを付与", "en": "Have an application give a role"}
STORY: Final = {
    "ja": "ロールを配れる「HR feed」のシークレットで、アプリとして一般ユーザーを全体管理者にする。",
    "en": "The HR feed may give out roles; with its stolen secret a clerk becomes Global Administrator.",
}
ATTACK: Final = ("T1098.003",)
MUST_FIRE: Final = ("graph_role_write", "privileged_role_to_user")
MUST_STAY_QUIET: Final = ("service_principal_sign_in",)
TELLING: Final = ("properties.requestUri", "properties.servicePrincipalId")
GLOBAL_ADMINISTRATOR: Final = "62e90394-69f5-4237-9190-012177145e10"


async def warm_up(attacker: Attacker) -> None:
    """Let the HR feed give out roles."""
    attacker.backstage.feed.roles = (*attacker.backstage.feed.roles, "RoleManagement.ReadWrite.Directory")


async def detonate(attacker: Attacker) -> None:
    """Sign in as the HR feed, from its own host, and assign the role."""
    secret = attacker.backstage.stolen_secret(attacker.backstage.feed)
    token = await attacker.sign_in_as(world.HR_APP, {"client_secret": secret}, source=EGRESS)
    body = {"roleDefinitionId": GLOBAL_ADMINISTRATOR, "principalId": CLERK.id, "directoryScopeId": "/"}
    await attacker.graph("POST", "/roleManagement/directory/roleAssignments", token, body, source=EGRESS)
