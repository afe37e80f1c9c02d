"""A secret is renewed in the window that was declared for it."""

from typing import Final

from sekimori.sim import world
from sekimori.sim.attack import OFFICE, Attacker

ID: Final = "planned_rotation"
TITLE: Final = {"ja": "申告済みのローテーション(無害)", "en": "Planned rotation (benign)"}
STORY: Final = {
    "ja": "マニフェストで宣言した変更期間の中で、管理者が「HR feed」のシークレットを更新する。",
    "en": "Inside the change window that the manifest declares, an administrator renews the HR feed's secret.",
}
ATTACK: Final = ()
MUST_FIRE: Final = ()
MUST_STAY_QUIET: Final = ("*",)
TELLING: Final = ("KeyDescription",)


async def detonate(attacker: Attacker) -> None:
    """Add the new secret, then remove the old one."""
    path, old = f"/applications/{world.HR_OBJECT}", attacker.backstage.feed.secrets[0].id
    token = attacker.loot.admin_session()
    body = {"passwordCredential": {"displayName": "2027"}}
    await attacker.graph("POST", f"{path}/addPassword", token, body, source=OFFICE)
    await attacker.graph("POST", f"{path}/removePassword", token, {"keyId": old}, source=OFFICE)
