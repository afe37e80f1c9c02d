"""A secret is added from one place and used from another within minutes."""

from typing import Final

from sekimori.sim import world
from sekimori.sim.attack import ELSEWHERE, Attacker

ID: Final = "key_added_and_used_elsewhere"
TITLE: Final = {"ja": "足したシークレットを別の場所で即使用", "en": "Use an added secret elsewhere at once"}
STORY: Final = {
    "ja": "シークレットを足し、数秒後に別の場所からそれでサインインする。盗んだセッションの典型的な次の一手。",
    "en": "A secret is added, and seconds later it signs in from another place: the usual move after a theft.",
}
ATTACK: Final = ("T1098.001", "T1078.004")
MUST_FIRE: Final = ("credential_used_at_once", "client_credential_added", "service_principal_sign_in")
MUST_STAY_QUIET: Final = ("federated_credential_added", "permission_requested")
TELLING: Final = ("properties.servicePrincipalCredentialKeyId", "properties.ipAddress")


async def detonate(attacker: Attacker) -> None:
    """Add the secret, and sign in with it from a third place."""
    added = await attacker.manage("POST", "/addPassword", {"passwordCredential": {"displayName": "sync"}})
    await attacker.sign_in_as(world.APP, {"client_secret": added["secretText"]}, source=ELSEWHERE)
