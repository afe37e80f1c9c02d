"""CI gets its federated credential in the window that was declared for it."""

from typing import Final

from sekimori.sim import world
from sekimori.sim.attack import OFFICE, Attacker

ID: Final = "ci_credential_in_window"
TITLE: Final = {"ja": "申告済みのCI資格情報(無害)", "en": "Declared CI credential (benign)"}
STORY: Final = {
    "ja": "宣言した変更期間の中で、CIが秘密なしでサインインするための資格情報を足す。",
    "en": "Inside the declared window, the build gets the credential with which it signs in without a secret.",
}
ATTACK: Final = ()
MUST_FIRE: Final = ()
MUST_STAY_QUIET: Final = ("*",)
TELLING: Final = ("FederatedIdentityCredentials",)


async def detonate(attacker: Attacker) -> None:
    """Add the federated credential."""
    body = {
        "name": "build",
        "issuer": "https://token.actions.githubusercontent.com",
        "subject": "repo:fabrikam/hr-feed:ref:refs/heads/main",
        "audiences": ["api://AzureADTokenExchange"],
    }
    path = f"/applications/{world.HR_OBJECT}/federatedIdentityCredentials"
    await attacker.administer("POST", path, body, source=OFFICE)
