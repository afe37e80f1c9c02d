"""Microsoft renews the certificate of a managed identity."""

from typing import Final

from sekimori.sim.attack import Attacker

ID: Final = "managed_identity_rotated"
TITLE: Final = {"ja": "マネージドIDの鍵の自動更新(無害)", "en": "Managed identity rotation (benign)"}
STORY: Final = {
    "ja": "Microsoft がマネージドIDの証明書を更新する。鍵の一覧は並べ替えられ、一つ増える。",
    "en": "Microsoft renews the certificate of a managed identity: the list is reordered and one key is new.",
}
ATTACK: Final = ()
MUST_FIRE: Final = ()
MUST_STAY_QUIET: Final = ("*",)
TELLING: Final = ("KeyDescription", "properties.initiatedBy.app.displayName")


async def detonate(attacker: Attacker) -> None:
    """Let the platform renew it."""
    attacker.backstage.platform.renew(attacker.backstage.managed_identity)
