"""The attacker gives the bot a secret of his own."""

from typing import Final

from sekimori.sim.attack import Attacker
from sekimori.sim.plan import Plan, Step

ID: Final = "client_secret_added"
TITLE: Final = {"ja": "クライアントシークレットを追加", "en": "Add a client secret"}
STORY: Final = {
    "ja": "盗んだ証明書を失効されても使えるように、自分のクライアントシークレットをボットに足す。",
    "en": "A client secret of the attacker's own outlives the stolen certificate when that is revoked.",
}
ATTACK: Final = ("T1098.001",)
MUST_FIRE: Final = ("client_credential_added", "graph_credential_write")
MUST_STAY_QUIET: Final = ("service_principal_sign_in", "federated_credential_added", "permission_requested")
TELLING: Final = ("KeyDescription",)
PLAN: Final = Plan(
    permissions=("Application.ReadWrite.All",),
    steps=(
        Step(
            method="POST",
            path="/applications/{object_id}/addPassword",
            body={"passwordCredential": {"displayName": "sekimori drill"}},
            keep={"key_id": "keyId"},
        ),
    ),
    undo=(Step(method="POST", path="/applications/{object_id}/removePassword", body={"keyId": "{key_id}"}),),
)


async def detonate(attacker: Attacker) -> None:
    """Add a secret; the answer to the call holds it."""
    await attacker.manage("POST", "/addPassword", {"passwordCredential": {"displayName": "tmp"}})
