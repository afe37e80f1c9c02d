"""The registration asks for less than before."""

from typing import Final

from sekimori.sim.attack import OFFICE, Attacker

ID: Final = "permission_request_withdrawn"
TITLE: Final = {"ja": "権限の要求を取り下げ(無害)", "en": "Withdraw a permission request (benign)"}
STORY: Final = {
    "ja": "使わない権限の要求をアプリ登録から外す。",
    "en": "A permission that is not used is taken off the list of what the registration asks for.",
}
ATTACK: Final = ()
MUST_FIRE: Final = ()
MUST_STAY_QUIET: Final = ("*",)
TELLING: Final = ("RequiredResourceAccess",)


async def detonate(attacker: Attacker) -> None:
    """Ask for one permission less."""
    resources = (await attacker.manage("GET", source=OFFICE))["requiredResourceAccess"]
    less = [{**one, "resourceAccess": one["resourceAccess"][1:]} for one in resources]
    await attacker.manage("PATCH", "", {"requiredResourceAccess": less}, source=OFFICE)
