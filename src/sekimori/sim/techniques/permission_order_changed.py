"""The same permissions are written in another order: a change that asks for nothing."""

from typing import Final

from sekimori.sim.attack import OFFICE, Attacker

ID: Final = "permission_order_changed"
TITLE: Final = {"ja": "権限の並べ替え(無害)", "en": "Reorder the permissions (benign)"}
STORY: Final = {
    "ja": "管理ツールが同じ権限を別の順で書き直す。要求は増えていない。",
    "en": "A management tool writes the same permissions in another order. Nothing more is asked for.",
}
ATTACK: Final = ()
MUST_FIRE: Final = ()
MUST_STAY_QUIET: Final = ("*",)
TELLING: Final = ("RequiredResourceAccess",)


async def detonate(attacker: Attacker) -> None:
    """Write the permissions that are there, backwards."""
    resources = (await attacker.manage("GET", source=OFFICE))["requiredResourceAccess"]
    backwards = [{**one, "resourceAccess": one["resourceAccess"][::-1]} for one in reversed(resources)]
    await attacker.manage("PATCH", "", {"requiredResourceAccess": backwards}, source=OFFICE)
