"""One application grants another a permission."""

from typing import Final

from sekimori.sim import world
from sekimori.sim.attack import EGRESS, Attacker
from sekimori.sim.entra.directory import GRAPH_APP

ID: Final = "permission_granted_by_app"
TITLE: Final = {"ja": "アプリが別のアプリに権限を付与", "en": "Have an application grant a permission"}
STORY: Final = {
    "ja": "権限を配れる「HR feed」のシークレットを盗み、アプリとしてボットに権限を与える。人の操作は一つもない。",
    "en": "The HR feed may give out permissions; its stolen secret grants one to the bot. No person takes part.",
}
ATTACK: Final = ("T1098.003",)
MUST_FIRE: Final = ("permission_granted_by_app", "graph_permission_write")
MUST_STAY_QUIET: Final = ("takeover_permission_granted", "service_principal_sign_in")
TELLING: Final = ("AppRole.Value", "properties.initiatedBy.app.servicePrincipalId")


async def warm_up(attacker: Attacker) -> None:
    """Let the HR feed give out permissions."""
    attacker.backstage.feed.roles = (*attacker.backstage.feed.roles, "AppRoleAssignment.ReadWrite.All")


async def detonate(attacker: Attacker) -> None:
    """Sign in as the HR feed, from its own host, and grant Files.Read.All."""
    secret = attacker.backstage.stolen_secret(attacker.backstage.feed)
    token = await attacker.sign_in_as(world.HR_APP, {"client_secret": secret}, source=EGRESS)
    role = "01d4889c-1287-42c6-ac1f-5d1e02578ef6"  # Files.Read.All
    body = {"principalId": world.SERVICE_PRINCIPAL, "resourceId": GRAPH_APP, "appRoleId": role}
    path = f"/servicePrincipals/{world.SERVICE_PRINCIPAL}/appRoleAssignments"
    await attacker.graph("POST", path, token, body, source=EGRESS)
