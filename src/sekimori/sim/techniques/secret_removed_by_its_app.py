"""An application clears up after itself."""

from typing import Final

from sekimori.sim import world
from sekimori.sim.attack import EGRESS, Attacker

ID: Final = "secret_removed_by_its_app"
TITLE: Final = {"ja": "アプリ自身による古い鍵の削除(無害)", "en": "An application removes its old secret (benign)"}
STORY: Final = {
    "ja": "「HR feed」が更新のあと、自分の古いシークレットを自分で消す。人ではなくアプリの操作として残る。",
    "en": "After a renewal the HR feed removes its own old secret: it is logged as done by an application.",
}
ATTACK: Final = ()
MUST_FIRE: Final = ()
MUST_STAY_QUIET: Final = ("*",)
TELLING: Final = ("KeyDescription", "properties.initiatedBy.app.servicePrincipalId")


async def warm_up(attacker: Attacker) -> None:
    """Let the HR feed look after its registration, and have an old secret."""
    feed = attacker.backstage.feed
    feed.roles = (*feed.roles, "Application.ReadWrite.All")
    attacker.backstage.expired_secret(feed)


async def detonate(attacker: Attacker) -> None:
    """Sign in and remove it."""
    feed = attacker.backstage.feed
    secret, old = attacker.backstage.stolen_secret(feed), feed.secrets[-1].id
    token = await attacker.sign_in_as(world.HR_APP, {"client_secret": secret}, source=EGRESS)
    path = f"/applications/{world.HR_OBJECT}/removePassword"
    await attacker.graph("POST", path, token, {"keyId": old}, source=EGRESS)
