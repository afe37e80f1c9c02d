"""The attacker's whole path through the bot's own identity, and what only looks like it."""

from typing import Final

from sekimori.cli._demo.guarding import attack, quiet, settled
from sekimori.cli._demo.telling import Telling

PATH: Final = (
    "secret_guessed",
    "client_secret_added",
    "certificate_added",
    "federated_credential_added",
    "service_principal_added",
    "permission_requested",
    "permission_granted",
    "stolen_credential_sign_in",
    "key_added_and_used_elsewhere",
    "unrecorded_graph_call",
    "calendars_harvested",
    "log_export_deleted",
)
LOOK_ALIKES: Final = ("planned_rotation", "credential_removed", "permission_order_changed", "new_deployment")


async def play(telling: Telling) -> None:
    """Carry out each step; each must be found, and its look-alikes must not."""
    telling.chapter("攻撃", "the attacker's path: in, staying in, reaching further, using it, going dark")
    for technique in PATH:
        await telling.step(lambda t=technique: attack(telling, t))  # type: ignore[misc]
    await settled(telling)
    telling.chapter("似て非なるもの", "benign look-alikes stay quiet, a rotation that was announced among them")
    for technique in LOOK_ALIKES:
        await telling.step(lambda t=technique: quiet(telling, t))  # type: ignore[misc]
