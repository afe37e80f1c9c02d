"""A federated credential is saved as it is."""

from typing import Final

from sekimori.sim.attack import OFFICE, Attacker
from sekimori.sim.entra.directory import FederatedCredential

ID: Final = "federated_credential_saved_unchanged"
TITLE: Final = {"ja": "資格情報を変更なしで保存(無害)", "en": "Save a federated credential unchanged (benign)"}
STORY: Final = {
    "ja": "構成管理ツールが、同じ発行者と同じサブジェクトを書き直す。信用する相手は変わらない。",
    "en": "A configuration tool writes the same issuer and subject again: whom it trusts stays the same.",
}
ATTACK: Final = ()
MUST_FIRE: Final = ()
MUST_STAY_QUIET: Final = ("*",)
TELLING: Final = ("operationName",)


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
    """Write what is there."""
    (there,) = attacker.backstage.bot.federated
    body = {"issuer": there.issuer, "subject": there.subject}
    await attacker.manage("PATCH", f"/federatedIdentityCredentials/{there.id}", body, source=OFFICE)
