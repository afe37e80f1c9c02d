"""A permission is on the list for a moment only."""

from typing import Final

from sekimori.sim.attack import Attacker
from sekimori.sim.entra.directory import GRAPH_APP
from sekimori.sim.plan import Plan, Step

ID: Final = "permission_taken_for_minutes"
TITLE: Final = {"ja": "数分だけ権限を要求", "en": "Ask for a permission for minutes"}
STORY: Final = {
    "ja": "権限の要求を足し、用が済んだらすぐ外して跡を小さくする。",
    "en": "A permission is put on the registration's list and taken off at once, so that little is seen of it.",
}
ATTACK: Final = ("T1098.003",)
MUST_FIRE: Final = ("permission_for_minutes", "permission_requested")
MUST_STAY_QUIET: Final = ("takeover_permission_requested", "client_credential_added")
TELLING: Final = ("RequiredResourceAccess",)
WANTED: Final = {"id": "01d4889c-1287-42c6-ac1f-5d1e02578ef6", "type": "Role"}  # Files.Read.All
PLAN: Final = Plan(
    permissions=("Application.ReadWrite.All",),
    steps=(
        Step(
            method="PATCH",
            path="/applications/{object_id}",
            body={"requiredResourceAccess": [{"resourceAppId": GRAPH_APP, "resourceAccess": [WANTED]}]},
        ),
        Step(method="PATCH", path="/applications/{object_id}", body={"requiredResourceAccess": []}),
    ),
    undo=(),
)


async def detonate(attacker: Attacker) -> None:
    """Ask, and take it back."""
    resources = (await attacker.manage("GET"))["requiredResourceAccess"]
    wanted = {"id": "01d4889c-1287-42c6-ac1f-5d1e02578ef6", "type": "Role"}  # Files.Read.All
    more = [{**resources[0], "resourceAccess": [*resources[0]["resourceAccess"], wanted]}]
    await attacker.manage("PATCH", "", {"requiredResourceAccess": more})
    await attacker.manage("PATCH", "", {"requiredResourceAccess": resources})
