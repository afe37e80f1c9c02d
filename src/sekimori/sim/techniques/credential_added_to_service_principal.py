"""A secret on the service principal, where the registration's page does not show it."""

from typing import Final

from sekimori.sim import world
from sekimori.sim.attack import Attacker
from sekimori.sim.plan import Plan, Step

ID: Final = "credential_added_to_service_principal"
TITLE: Final = {"ja": "サービスプリンシパルに資格情報を追加", "en": "Add a credential to the service principal"}
STORY: Final = {
    "ja": "アプリ登録ではなくサービスプリンシパルにシークレットを足す。ポータルの画面には現れない。",
    "en": "The secret is on the service principal, not the registration: the portal's page does not show it.",
}
ATTACK: Final = ("T1098.001",)
MUST_FIRE: Final = ("client_credential_added", "graph_credential_write")
MUST_STAY_QUIET: Final = ("service_principal_sign_in", "permission_requested", "federated_credential_added")
TELLING: Final = ("KeyDescription",)
PLAN: Final = Plan(
    permissions=("Application.ReadWrite.All",),
    steps=(
        Step(
            method="POST",
            path="/servicePrincipals/{principal_id}/addPassword",
            body={"passwordCredential": {"displayName": "sekimori drill"}},
            keep={"key_id": "keyId"},
        ),
    ),
    undo=(Step(method="POST", path="/servicePrincipals/{principal_id}/removePassword", body={"keyId": "{key_id}"}),),
)


async def detonate(attacker: Attacker) -> None:
    """Add the secret."""
    path = f"/servicePrincipals/{world.SERVICE_PRINCIPAL}/addPassword"
    await attacker.administer("POST", path, {"passwordCredential": {"displayName": "sync"}})
