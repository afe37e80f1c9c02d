"""The bot's registration asks for more than calendars."""

from typing import Any, Final

from sekimori.sim.attack import Attacker
from sekimori.sim.entra.directory import GRAPH_APP
from sekimori.sim.plan import Plan, Step

ID: Final = "permission_requested"
TITLE: Final = {"ja": "API権限を要求", "en": "Request an API permission"}
STORY: Final = {
    "ja": "ボットのアプリ登録にメールやファイルの権限を要求させる。管理者の同意の前でも、要求した時点でログに残る。",
    "en": "The bot's registration now asks to read mail and files. The request alone is logged, before any consent.",
}
ATTACK: Final = ("T1098.003",)
MUST_FIRE: Final = ("permission_requested",)
MUST_STAY_QUIET: Final = (
    "service_principal_sign_in",
    "service_principal_added",
    "federated_credential_added",
    "client_credential_added",
    "graph_call_without_entry",
)
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
    ),
    undo=(Step(method="PATCH", path="/applications/{object_id}", body={"requiredResourceAccess": []}),),
)
ROLES: Final = (
    "810c84a8-4a9e-49e6-bf7d-12d183f40d01",  # Mail.Read
    "01d4889c-1287-42c6-ac1f-5d1e02578ef6",  # Files.Read.All
    "7ab1d382-f21e-4acd-a863-ba3e13f7da61",  # Directory.Read.All
)


async def detonate(attacker: Attacker) -> None:
    """Ask for one more application role of Graph; once all were asked for, start anew."""
    resources = (await attacker.manage("GET"))["requiredResourceAccess"]
    access = resources[0]["resourceAccess"]
    wanted = [role for role in ROLES if role not in {asked["id"] for asked in access}]
    if not wanted:
        access = [asked for asked in access if asked["id"] not in ROLES]
        await _ask(attacker, resources, access)
    await _ask(attacker, resources, [*access, {"id": (wanted or ROLES)[0], "type": "Role"}])


async def _ask(attacker: Attacker, resources: list[dict[str, Any]], access: list[dict[str, str]]) -> None:
    body = {"requiredResourceAccess": [{**resources[0], "resourceAccess": access}, *resources[1:]]}
    await attacker.manage("PATCH", "", body)
