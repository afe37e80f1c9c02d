"""Many ways back in are made at once."""

from typing import Final

from sekimori.sim.attack import Attacker

ID: Final = "service_principals_in_bulk"
TITLE: Final = {"ja": "サービスプリンシパルを大量に作成", "en": "Make service principals in bulk"}
STORY: Final = {
    "ja": "見つかっても残るように、別々のアプリを四つ続けてテナントに入れる。",
    "en": "Four different applications are put into the tenant one after the other: some of them will not be found.",
}
ATTACK: Final = ("T1136.003",)
MUST_FIRE: Final = ("service_principals_in_bulk", "service_principal_added")
MUST_STAY_QUIET: Final = ("application_registered",)
TELLING: Final = ("AppPrincipalId",)


async def detonate(attacker: Attacker) -> None:
    """Add four."""
    for name in ("Calendar Sync", "Room Display", "Mail Archive", "Badge Printer"):
        body = {"appId": attacker.backstage.tenant.ids.guid(), "displayName": name}
        await attacker.administer("POST", "/servicePrincipals", body)
