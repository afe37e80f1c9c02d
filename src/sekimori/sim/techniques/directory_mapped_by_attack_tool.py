"""A known tool maps the directory."""

from typing import Final

from sekimori.sim.attack import Attacker

ID: Final = "directory_mapped_by_attack_tool"
TITLE: Final = {"ja": "攻撃ツールでディレクトリを列挙", "en": "Map the directory with an attack tool"}
STORY: Final = {
    "ja": "既知の攻撃ツールで、利用者とアプリの関係を一気に読み出す。",
    "en": "A known attack tool reads who may do what, to find the way to an administrator.",
}
ATTACK: Final = ("T1087.004",)
MUST_FIRE: Final = ("graph_attack_tool",)
MUST_STAY_QUIET: Final = (
    "service_principal_sign_in",
    "permission_requested",
    "federated_credential_added",
    "client_credential_added",
)
TELLING: Final = ("properties.userAgent",)


async def detonate(attacker: Attacker) -> None:
    """Read people and applications."""
    token = attacker.loot.admin_session()
    for path in ("/users", "/servicePrincipals"):
        await attacker.graph("GET", path, token, agent="azurehound/v2.2.1")
