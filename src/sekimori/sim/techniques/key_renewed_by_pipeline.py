"""A pipeline renews a secret and uses it at once, in its window."""

from typing import Final

from sekimori.sim import world
from sekimori.sim.attack import EGRESS, OFFICE, Attacker

ID: Final = "key_renewed_by_pipeline"
TITLE: Final = {"ja": "パイプラインによる更新(無害)", "en": "Renewal by a pipeline (benign)"}
STORY: Final = {
    "ja": "宣言した変更期間の中で、パイプラインがシークレットを作り、別の場所にある「HR feed」がすぐ使う。",
    "en": "In the declared window a pipeline makes a secret, and the HR feed, which runs elsewhere, uses it at once.",
}
ATTACK: Final = ()
MUST_FIRE: Final = ()
MUST_STAY_QUIET: Final = ("*",)
TELLING: Final = ("KeyDescription", "properties.servicePrincipalCredentialKeyId")


async def detonate(attacker: Attacker) -> None:
    """Make the secret and sign in with it."""
    body = {"passwordCredential": {"displayName": "pipeline"}}
    added = await attacker.administer("POST", f"/applications/{world.HR_OBJECT}/addPassword", body, source=OFFICE)
    await attacker.sign_in_as(world.HR_APP, {"client_secret": added["secretText"]}, source=EGRESS)
