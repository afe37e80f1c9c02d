"""Sign-ins of a domain are decided by the attacker's server."""

from typing import Final

from sekimori.sim.attack import Attacker

ID: Final = "domain_federated"
TITLE: Final = {"ja": "ドメインのフェデレーションを変更", "en": "Federate a domain"}
STORY: Final = {
    "ja": "ドメインのサインインを攻撃者のIdPに任せる。だれの名前のトークンでも作れるようになる。",
    "en": "Sign-ins of a domain are left to the attacker's provider: it can make a token in anybody's name.",
}
ATTACK: Final = ("T1484.002",)
MUST_FIRE: Final = ("domain_federation_changed",)
MUST_STAY_QUIET: Final = ("domain_changed",)
TELLING: Final = ("FederationSettings",)


async def detonate(attacker: Attacker) -> None:
    """Change it."""
    await attacker.administer(
        "POST", "/domains/fabrikam.example/federationConfiguration", {"issuerUri": "https://sts.northwind.example/adfs"}
    )
