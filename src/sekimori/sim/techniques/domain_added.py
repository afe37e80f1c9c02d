"""A domain of the attacker's joins the tenant."""

from typing import Final

from sekimori.sim.attack import Attacker

ID: Final = "domain_added"
TITLE: Final = {"ja": "ドメインを追加", "en": "Add a domain"}
STORY: Final = {
    "ja": "攻撃者のドメインをテナントに加える。フェデレーションの準備になる。",
    "en": "A domain of the attacker's joins the tenant, in order to be federated later.",
}
ATTACK: Final = ("T1484.002",)
MUST_FIRE: Final = ("domain_changed",)
MUST_STAY_QUIET: Final = ("domain_federation_changed",)
TELLING: Final = ("operationName",)


async def detonate(attacker: Attacker) -> None:
    """Change it."""
    await attacker.administer("POST", "/domains", {"id": "northwind.example"})
