"""Other tenants' accounts may use the bot's registration."""

from typing import Final

from sekimori.sim.attack import Attacker
from sekimori.sim.plan import Plan, Step

ID: Final = "application_opened_to_other_tenants"
TITLE: Final = {"ja": "マルチテナントに切り替え", "en": "Open the application to other tenants"}
STORY: Final = {
    "ja": "アプリ登録を他のテナントに開き、攻撃者のテナントからも使えるようにする。",
    "en": "The registration is opened, so that it can be used from the attacker's own tenant.",
}
ATTACK: Final = ("T1098",)
MUST_FIRE: Final = ("application_opened_to_other_tenants",)
MUST_STAY_QUIET: Final = (
    "service_principal_sign_in",
    "permission_requested",
    "federated_credential_added",
    "client_credential_added",
)
TELLING: Final = ("AvailableToOtherTenants",)
PLAN: Final = Plan(
    permissions=("Application.ReadWrite.All",),
    steps=(Step(method="PATCH", path="/applications/{object_id}", body={"signInAudience": "AzureADMultipleOrgs"}),),
    undo=(Step(method="PATCH", path="/applications/{object_id}", body={"signInAudience": "AzureADMyOrg"}),),
)


async def detonate(attacker: Attacker) -> None:
    """Change the audience."""
    await attacker.manage("PATCH", "", {"signInAudience": "AzureADMultipleOrgs"})
