"""A policy that limits sign-ins is put into report-only."""

from typing import Final

from sekimori.sim.attack import Attacker
from sekimori.sim.entra.tenant_settings import CONDITIONAL_ACCESS

ID: Final = "conditional_access_loosened"
TITLE: Final = {"ja": "条件付きアクセスを緩める", "en": "Loosen Conditional Access"}
STORY: Final = {
    "ja": "ワークロードIDの条件付きアクセスを「レポートのみ」に変える。盗んだ証明書がどこからでも使えるようになる。",
    "en": "The policy for workload identities is put into report-only: the stolen certificate works from anywhere.",
}
ATTACK: Final = ("T1556.009",)
MUST_FIRE: Final = ("conditional_access_policy_changed",)
MUST_STAY_QUIET: Final = ("conditional_access_policy_removed",)
TELLING: Final = ("ConditionalAccessPolicy",)


async def warm_up(attacker: Attacker) -> None:
    """Have a policy for workload identities."""
    policy = {"displayName": "workload identities", "state": "enabled", "servicePrincipals": []}
    attacker.backstage.directory.settings.setdefault(f"{CONDITIONAL_ACCESS}/bot", policy)


async def detonate(attacker: Attacker) -> None:
    """Put it into report-only."""
    await attacker.administer("PATCH", f"{CONDITIONAL_ACCESS}/bot", {"state": "enabledForReportingButNotEnforced"})
