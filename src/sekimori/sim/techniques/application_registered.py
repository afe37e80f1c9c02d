"""The attacker registers an application."""

from typing import Final

from sekimori.sim.attack import Attacker
from sekimori.sim.plan import Plan, Step

ID: Final = "application_registered"
TITLE: Final = {"ja": "アプリを登録", "en": "Register an application"}
STORY: Final = {
    "ja": "あとで悪用するためのアプリ登録を、業務用に見える名前で作る。",
    "en": "A registration for later, under a name that looks like business.",
}
ATTACK: Final = ("T1136.003",)
MUST_FIRE: Final = ("application_registered",)
MUST_STAY_QUIET: Final = (
    "service_principal_sign_in",
    "permission_requested",
    "federated_credential_added",
    "client_credential_added",
)
TELLING: Final = ("operationName",)
PLAN: Final = Plan(
    permissions=("Application.ReadWrite.All",),
    steps=(
        Step(
            method="POST",
            path="/applications",
            body={"displayName": "sekimori drill", "signInAudience": "AzureADMyOrg"},
            keep={"made_id": "id"},
        ),
    ),
    undo=(
        Step(method="DELETE", path="/applications/{made_id}"),
        Step(method="DELETE", path="/directory/deletedItems/{made_id}"),
    ),
)


async def detonate(attacker: Attacker) -> None:
    """Register it."""
    body = {"displayName": "Calendar Sync Helper", "signInAudience": "AzureADMyOrg"}
    await attacker.administer("POST", "/applications", body)
