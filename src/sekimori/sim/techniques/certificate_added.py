"""The attacker gives the bot a certificate of his own."""

from typing import Final

from sekimori.sim.attack import Attacker
from sekimori.sim.certificates import public_part

ID: Final = "certificate_added"
TITLE: Final = {"ja": "証明書を追加", "en": "Add a certificate"}
STORY: Final = {
    "ja": "自分の鍵の証明書をボットに足す。秘密鍵は攻撃者の手元から出ない。",
    "en": "A certificate of the attacker's own key: the private half never leaves his hands.",
}
ATTACK: Final = ("T1098.001",)
MUST_FIRE: Final = ("client_credential_added", "graph_credential_write")
MUST_STAY_QUIET: Final = ("service_principal_sign_in", "federated_credential_added", "permission_requested")
TELLING: Final = ("KeyDescription",)


async def detonate(attacker: Attacker) -> None:
    """Add the certificate beside the one that is there."""
    key = {"type": "AsymmetricX509Cert", "usage": "Verify", "key": public_part("northwind backup")}
    await attacker.manage("POST", "/addKey", {"keyCredential": key, "passwordCredential": None})
