"""One of Microsoft's own service principals gets a key of somebody else's."""

from typing import Final

from sekimori.sim.attack import Attacker
from sekimori.sim.certificates import public_part
from sekimori.sim.entra.neighbours import EXCHANGE_PRINCIPAL

ID: Final = "credential_added_to_microsoft_app"
TITLE: Final = {"ja": "Microsoft のアプリに資格情報を追加", "en": "Add a credential to a Microsoft application"}
STORY: Final = {
    "ja": "テナントにある Exchange Online のサービスプリンシパルに証明書を足す。強い権限が最初から付いている。",
    "en": "The service principal of Exchange Online gets a certificate: it has strong permissions from the start.",
}
ATTACK: Final = ("T1098.001",)
MUST_FIRE: Final = ("credential_on_microsoft_app", "graph_credential_write")
MUST_STAY_QUIET: Final = ("client_credential_added", "service_principal_sign_in")
TELLING: Final = ("KeyDescription",)


async def detonate(attacker: Attacker) -> None:
    """Add the certificate."""
    key = {"type": "AsymmetricX509Cert", "usage": "Verify", "key": public_part("northwind mail")}
    path = f"/servicePrincipals/{EXCHANGE_PRINCIPAL}/addKey"
    await attacker.administer("POST", path, {"keyCredential": key, "passwordCredential": None})
