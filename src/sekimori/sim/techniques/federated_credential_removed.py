"""A federated credential that is not used any more is removed."""

from typing import Final

from sekimori.sim.attack import OFFICE, Attacker
from sekimori.sim.entra.directory import FederatedCredential

ID: Final = "federated_credential_removed"
TITLE: Final = {"ja": "フェデレーション資格情報を削除(無害)", "en": "Remove a federated credential (benign)"}
STORY: Final = {
    "ja": "廃止したパイプラインの資格情報を管理者が消す。追加と同じ操作名で記録される。",
    "en": "An administrator removes the credential of a pipeline that was given up; it is logged like an addition.",
}
ATTACK: Final = ()
MUST_FIRE: Final = ()
MUST_STAY_QUIET: Final = ("*",)
TELLING: Final = ("FederatedIdentityCredentials",)


async def warm_up(attacker: Attacker) -> None:
    """Give the bot a federated credential."""
    there = FederatedCredential(
        id="c1d2e3f4-0516-4728-894a-5b6c7d8e9f01",
        name="build",
        issuer="https://token.actions.githubusercontent.com",
        subject="repo:fabrikam/schedule-bot:ref:refs/heads/main",
        audiences=("api://AzureADTokenExchange",),
    )
    attacker.backstage.bot.federated.append(there)


async def detonate(attacker: Attacker) -> None:
    """Remove it."""
    (there,) = attacker.backstage.bot.federated
    await attacker.manage("DELETE", f"/federatedIdentityCredentials/{there.id}", source=OFFICE)
