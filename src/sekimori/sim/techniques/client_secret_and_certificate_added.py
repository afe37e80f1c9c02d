"""The attacker gives the bot a secret and a certificate of his own."""

import base64
from typing import Final

from cryptography.hazmat.primitives.serialization import Encoding

from sekimori.sim.attack import Attacker
from sekimori.sim.certificates import make_credential

ID: Final = "client_secret_and_certificate_added"
TITLE: Final = {"ja": "シークレットと証明書を追加", "en": "Add a client secret and a certificate"}
STORY: Final = {
    "ja": "盗んだ証明書を失効されても使えるように、自分のクライアントシークレットと証明書をボットに足す。",
    "en": "A client secret and a certificate of the attacker's own outlive the stolen one when it is revoked.",
}
ATTACK: Final = ("T1098.001",)
MUST_FIRE: Final = ("client_credential_added",)
MUST_STAY_QUIET: Final = (
    "service_principal_sign_in",
    "service_principal_added",
    "federated_credential_added",
    "permission_requested",
    "graph_call_without_entry",
)


async def detonate(attacker: Attacker) -> None:
    """Add one of each; the log has one record for each."""
    await attacker.manage("POST", "/addPassword", {"passwordCredential": {"displayName": "tmp"}})
    der = make_credential("northwind backup").certificate.public_bytes(Encoding.DER)
    key = {"type": "AsymmetricX509Cert", "usage": "Verify", "key": base64.b64encode(der).decode()}
    await attacker.manage("POST", "/addKey", {"keyCredential": key, "passwordCredential": None})
