"""The stolen certificate is good, and policy keeps it out."""

import contextlib
from typing import Final

from sekimori.sim import world
from sekimori.sim.attack import EGRESS, Attacker, AttackFailedError
from sekimori.sim.entra.tenant_settings import CONDITIONAL_ACCESS

ID: Final = "sign_in_blocked_by_policy"
TITLE: Final = {"ja": "条件付きアクセスに阻まれる", "en": "Be blocked by Conditional Access"}
STORY: Final = {
    "ja": "盗んだ証明書は正しいが、条件付きアクセスが宣言外の場所からのサインインを止める。盗まれた証拠になる。",
    "en": "The stolen certificate is good, and Conditional Access stops it: proof that the certificate is out.",
}
ATTACK: Final = ("T1078.004",)
MUST_FIRE: Final = ("service_principal_sign_in_blocked",)
MUST_STAY_QUIET: Final = ("service_principal_sign_in", "service_principal_sign_in_failed")
TELLING: Final = ("properties.status.errorCode", "properties.ipAddress")


async def warm_up(attacker: Attacker) -> None:
    """Let the bot sign in from its declared address alone."""
    policy = {"displayName": "bot from egress", "servicePrincipals": [world.SERVICE_PRINCIPAL], "addresses": [EGRESS]}
    attacker.backstage.directory.settings[f"{CONDITIONAL_ACCESS}/bot"] = policy


async def detonate(attacker: Attacker) -> None:
    """Sign in from elsewhere."""
    with contextlib.suppress(AttackFailedError):
        await attacker.sign_in()
