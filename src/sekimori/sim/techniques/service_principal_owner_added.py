"""A clerk owns the bot's service principal."""

from typing import Final

from sekimori.sim import world
from sekimori.sim.attack import Attacker
from sekimori.sim.entra.neighbours import CLERK
from sekimori.sim.plan import Plan, Step

ID: Final = "service_principal_owner_added"
TITLE: Final = {"ja": "サービスプリンシパルに所有者を追加", "en": "Add an owner to the service principal"}
STORY: Final = {
    "ja": "サービスプリンシパルの所有者になり、ポータルに見えない資格情報を足す道を残す。",
    "en": "The owner of a service principal can add credentials that the registration's page does not show.",
}
ATTACK: Final = ("T1098",)
MUST_FIRE: Final = ("service_principal_owner_added",)
MUST_STAY_QUIET: Final = ("application_owner_added", "service_principal_made_owner")
TELLING: Final = ("properties.targetResources.0.type", "operationName")
PLAN: Final = Plan(
    permissions=(
        "Application.ReadWrite.All",
        "User.Read",
    ),
    steps=(
        Step(
            method="POST",
            path="/servicePrincipals/{principal_id}/owners/$ref",
            body={"@odata.id": "https://graph.microsoft.com/v1.0/directoryObjects/{me}"},
        ),
    ),
    undo=(Step(method="DELETE", path="/servicePrincipals/{principal_id}/owners/{me}/$ref"),),
)


async def detonate(attacker: Attacker) -> None:
    """Add the owner."""
    owner = {"@odata.id": f"https://graph.microsoft.com/v1.0/directoryObjects/{CLERK.id}"}
    await attacker.administer("POST", f"/servicePrincipals/{world.SERVICE_PRINCIPAL}/owners/$ref", owner)
