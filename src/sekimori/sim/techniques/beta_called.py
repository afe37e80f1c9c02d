"""The beta of Graph is called, which the bot never does."""

from typing import Final

from sekimori.sim.attack import EGRESS, OWN_AGENT, Attacker

ID: Final = "beta_called"
TITLE: Final = {"ja": "Graph のベータ版を呼ぶ", "en": "Call the beta of Graph"}
STORY: Final = {
    "ja": "正式版より多くを返すベータ版を、ボットのサーバーから呼ぶ。",
    "en": "The beta, which returns more than the version in force, is called from the bot's own host.",
}
ATTACK: Final = ("T1550.001",)
MUST_FIRE: Final = ("graph_call_undeclared", "graph_call_without_entry")
MUST_STAY_QUIET: Final = ("service_principal_sign_in", "graph_call_from_elsewhere")
TELLING: Final = ("properties.apiVersion", "properties.requestUri")


async def detonate(attacker: Attacker) -> None:
    """Sign in and read a calendar."""
    token = await attacker.sign_in(source=EGRESS)
    path = "/users/sato@fabrikam.example/calendarView"
    await attacker.graph("GET", path, token, source=EGRESS, agent=OWN_AGENT, version="beta")
