"""Tokens of an issuer that the attacker runs are trusted."""

from typing import Final

from sekimori.sim.attack import Attacker
from sekimori.sim.plan import Plan, Step

ID: Final = "federated_credential_of_unknown_issuer"
TITLE: Final = {"ja": "知らない発行者のフェデレーション資格情報", "en": "Trust an issuer nobody knows"}
STORY: Final = {
    "ja": "攻撃者が自分で動かす発行者のトークンを信用させる。発行者は何にでも署名できる。",
    "en": "Tokens of an issuer that the attacker runs himself are trusted: it signs whatever he likes.",
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
PLAN: Final = Plan(
    permissions=("Application.ReadWrite.All",),
    steps=(
        Step(
            method="POST",
            path="/applications/{object_id}/federatedIdentityCredentials",
            body={
                "name": "sekimori-drill",
                "issuer": "https://issuer.example.com",
                "subject": "nobody",
                "audiences": ["api://AzureADTokenExchange"],
            },
            keep={"credential_id": "id"},
        ),
    ),
    undo=(Step(method="DELETE", path="/applications/{object_id}/federatedIdentityCredentials/{credential_id}"),),
)


async def detonate(attacker: Attacker) -> None:
    """Add the federated credential."""
    body = {
        "name": f"backup-{attacker.now():%H%M%S}",
        "issuer": "https://login.northwind.example/oidc",
        "subject": "schedule-bot",
        "audiences": ["api://AzureADTokenExchange"],
    }
    await attacker.manage("POST", "/federatedIdentityCredentials", body)
