"""A policy that limits sign-ins is deleted."""

from typing import Final

from sekimori.sim.attack import Attacker
from sekimori.sim.entra.tenant_settings import CONDITIONAL_ACCESS

ID: Final = "conditional_access_removed"
TITLE: Final = {"ja": "条件付きアクセスを削除", "en": "Delete a Conditional Access policy"}
STORY: Final = {
    "ja": "ワークロードIDの条件付きアクセスを削除する。",
    "en": "The policy for workload identities is deleted.",
}
ATTACK: Final = ("T1556.009",)
MUST_FIRE: Final = ("conditional_access_policy_removed",)
MUST_STAY_QUIET: Final = ("conditional_access_policy_changed",)
TELLING: Final = ("operationName",)


async def warm_up(attacker: Attacker) -> None:
    """Have a policy for workload identities."""
    policy = {"displayName": "workload identities", "state": "enabled", "servicePrincipals": []}
    attacker.backstage.directory.settings.setdefault(f"{CONDITIONAL_ACCESS}/bot", policy)


async def detonate(attacker: Attacker) -> None:
    """Delete it."""
    await attacker.administer("DELETE", f"{CONDITIONAL_ACCESS}/bot")
