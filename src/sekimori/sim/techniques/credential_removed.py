"""An administrator removes an old secret: the operation of an addition, and none."""

from typing import Final

from sekimori.sim.attack import OFFICE, Attacker

ID: Final = "credential_removed"
TITLE: Final = {"ja": "古いシークレットを削除(無害)", "en": "Remove an old secret (benign)"}
STORY: Final = {
    "ja": "管理者が使わなくなったシークレットを消す。操作名は追加と同じなので、名前だけを見るルールは誤報になる。",
    "en": "An administrator removes a secret nobody uses. The operation is named like an addition.",
}
ATTACK: Final = ()
MUST_FIRE: Final = ()
MUST_STAY_QUIET: Final = ("*",)
TELLING: Final = ("KeyDescription",)


async def detonate(attacker: Attacker) -> None:
    """Remove the old secret, in the administrator's own session."""
    await attacker.manage("POST", "/removePassword", {"keyId": attacker.loot.unused_secret()}, source=OFFICE)
