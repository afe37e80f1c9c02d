"""Tokens may be sent to a name that anybody can take."""

from typing import Final

from sekimori.sim.attack import Attacker
from sekimori.sim.plan import Plan, Step

ID: Final = "redirect_uri_on_shared_host"
TITLE: Final = {"ja": "誰でも取れるホストのリダイレクトURI", "en": "Add a redirect URI on a shared host"}
STORY: Final = {
    "ja": "だれでも名前を取れるホストを送り先に足す。名前が空けば、他人も受け取れる。",
    "en": "An address on a host where names are free to take: when the name is free again, others receive the tokens.",
}
ATTACK: Final = ("T1528",)
MUST_FIRE: Final = ("redirect_uri_weak",)
MUST_STAY_QUIET: Final = ("redirect_uri_added",)
TELLING: Final = ("AppAddress",)
PLAN: Final = Plan(
    permissions=("Application.ReadWrite.All",),
    steps=(
        Step(
            method="PATCH",
            path="/applications/{object_id}",
            body={"web": {"redirectUris": ["https://sekimori-drill.azurewebsites.net/"]}},
        ),
    ),
    undo=(Step(method="PATCH", path="/applications/{object_id}", body={"web": {"redirectUris": []}}),),
)


async def detonate(attacker: Attacker) -> None:
    """Add the address."""
    there = (await attacker.manage("GET"))["web"]["redirectUris"]
    await attacker.manage("PATCH", "", {"web": {"redirectUris": [*there, "https://bot-callback.azurewebsites.net/"]}})
