"""Microsoft provisions an application of its own."""

from typing import Final

from sekimori.sim.attack import Attacker
from sekimori.sim.entra.platform import JUST_IN_TIME

ID: Final = "principal_provisioned_just_in_time"
TITLE: Final = {"ja": "JITプロビジョニング(無害)", "en": "Just-in-time provisioning (benign)"}
STORY: Final = {
    "ja": "Microsoft が自社アプリのサービスプリンシパルを必要になった時に作る。",
    "en": "Microsoft makes the service principal of an application of its own when it is needed.",
}
ATTACK: Final = ()
MUST_FIRE: Final = ()
MUST_STAY_QUIET: Final = ("*",)
TELLING: Final = ("properties.initiatedBy.app.displayName",)


async def detonate(attacker: Attacker) -> None:
    """Let the platform make it."""
    attacker.backstage.platform.provision("Viva Engage", by=JUST_IN_TIME)
