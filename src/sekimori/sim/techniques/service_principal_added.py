"""A service principal of the attacker's own is put into the tenant."""

from typing import Final

from sekimori.sim.attack import Attacker

ID: Final = "service_principal_added"
TITLE: Final = {"ja": "サービスプリンシパルを追加", "en": "Add a service principal"}
STORY: Final = {
    "ja": "盗んだ管理者のセッションで、攻撃者のアプリをテナントに登録する。ボットを止められても戻って来られる。",
    "en": "With an administrator's stolen session the attacker's own app is put into the tenant: a way back in.",
}
ATTACK: Final = ("T1136.003",)
MUST_FIRE: Final = ("service_principal_added",)
MUST_STAY_QUIET: Final = (
    "service_principal_sign_in",
    "federated_credential_added",
    "client_credential_added",
    "permission_requested",
    "graph_call_without_entry",
)
TELLING: Final = ("AppPrincipalId",)
FOREIGN_APP: Final = "0c1d2e3f-4a5b-4c6d-8e7f-90a1b2c3d4e5"


async def detonate(attacker: Attacker) -> None:
    """Add a service principal for an application nobody knows."""
    body = {"appId": FOREIGN_APP, "displayName": "Calendar Sync Helper"}
    await attacker.graph("POST", "/servicePrincipals", attacker.loot.admin_session(), body)
