"""An administrator looks at people and applications."""

from typing import Final

from sekimori.sim.attack import OFFICE, Attacker

ID: Final = "directory_read_by_admin"
TITLE: Final = {"ja": "管理者によるディレクトリ閲覧(無害)", "en": "An administrator reads the directory (benign)"}
STORY: Final = {
    "ja": "管理者が棚卸しのために、利用者とアプリの一覧を読む。",
    "en": "An administrator reads the lists of people and applications, for the yearly review.",
}
ATTACK: Final = ()
MUST_FIRE: Final = ()
MUST_STAY_QUIET: Final = ("*",)
TELLING: Final = ("properties.userAgent",)


async def detonate(attacker: Attacker) -> None:
    """Read the lists."""
    token = attacker.loot.admin_session("Directory.Read.All")
    for path in ("/users", "/servicePrincipals"):
        await attacker.graph("GET", path, token, source=OFFICE, agent="Mozilla/5.0 (Windows NT 10.0; Win64; x64)")
