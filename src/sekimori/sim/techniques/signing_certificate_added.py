"""A key with which Entra signs SAML answers."""

from typing import Final

from sekimori.sim.attack import Attacker
from sekimori.sim.entra.neighbours import HELPER_PRINCIPAL

ID: Final = "signing_certificate_added"
TITLE: Final = {"ja": "SAML署名証明書を追加", "en": "Add a SAML signing certificate"}
STORY: Final = {
    "ja": "SAML応答に署名する証明書を足す。秘密鍵を持つ者は、だれの名前でも応答を偽造できる。",
    "en": "A certificate that signs SAML answers is added: whoever holds its key can forge anybody's answer.",
}
ATTACK: Final = ("T1606.002",)
MUST_FIRE: Final = ("signing_certificate_added", "graph_credential_write")
MUST_STAY_QUIET: Final = ("client_credential_added", "service_principal_sign_in")
TELLING: Final = ("KeyDescription",)


async def detonate(attacker: Attacker) -> None:
    """Have Entra make the certificate."""
    path = f"/servicePrincipals/{HELPER_PRINCIPAL}/addTokenSigningCertificate"
    await attacker.administer("POST", path, {"displayName": "CN=sso", "endDateTime": "2028-01-01T00:00:00Z"})
