"""A federated credential that was there now trusts somebody else."""

from typing import Final

from sekimori.sim import world
from sekimori.sim.attack import Attacker
from sekimori.sim.entra.directory import FederatedCredential

ID: Final = "federated_credential_repointed"
TITLE: Final = {"ja": "フェデレーション資格情報の相手をすり替え", "en": "Repoint a federated credential"}
STORY: Final = {
    "ja": "以前からある資格情報のサブジェクトだけを書き換える。数は増えないので、追加を見張るだけでは気づかない。",
    "en": "Only the subject of a federated credential that was there is rewritten: their number stays the same.",
}
ATTACK: Final = ("T1098.001",)
MUST_FIRE: Final = ("federated_credential_changed",)
MUST_STAY_QUIET: Final = ("federated_credential_added", "client_credential_added")
TELLING: Final = ("FederatedIdentityCredentials",)


async def warm_up(attacker: Attacker) -> None:
    """Give the bot the federated credential of its own build."""
    there = FederatedCredential(
        id="c1d2e3f4-0516-4728-894a-5b6c7d8e9f01",
        name="build",
        issuer="https://token.actions.githubusercontent.com",
        subject="repo:fabrikam/schedule-bot:ref:refs/heads/main",
        audiences=("api://AzureADTokenExchange",),
    )
    attacker.backstage.bot.federated.append(there)


async def detonate(attacker: Attacker) -> None:
    """Rewrite the subject."""
    (there,) = attacker.backstage.bot.federated
    path = f"/applications/{world.APP_OBJECT}/federatedIdentityCredentials/{there.id}"
    await attacker.administer("PATCH", path, {"subject": "repo:northwind-ci/tools:ref:refs/heads/main"})
