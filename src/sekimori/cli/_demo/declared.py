"""What the demonstration and the drill declare beside the bot: its key, a change that is announced, and who sleeps."""

from datetime import UTC, datetime, timedelta
from typing import Final

from sekimori.sim import world
from sekimori.sim.entra.neighbours import CLOSING_APP


def with_neighbours(manifest: str) -> str:
    """Return a manifest that declares the bot's key and two further registrations as well."""
    now = datetime.now(UTC)
    declared = manifest.replace("owners = []", f'key_ids = ["{world.KEY}"]\nowners = []', 1)
    return declared + _FURTHER.format(
        begins=(now - timedelta(hours=1)).isoformat(timespec="seconds"),
        ends=(now + timedelta(hours=3)).isoformat(timespec="seconds"),
        app=world.HR_APP,
        object=world.HR_OBJECT,
        principal=world.HR_PRINCIPAL,
        closing=CLOSING_APP,
    )


_FURTHER: Final = """
[[watch.apps]]                      # a second registration, with a change that is announced
name = "HR feed"
app_id = "{app}"
object_id = "{object}"
service_principal_id = "{principal}"
permissions = ["User.Read.All"]
egress = ["203.0.113.10/32", "203.0.113.11/32"]

[[watch.apps.change_windows]]
from = {begins}
to = {ends}
what = ["credential", "permission"]
why = "yearly rotation"

[[watch.apps]]                      # a third one, which sleeps
name = "year-end closing"
app_id = "{closing}"
egress = ["203.0.113.10/32"]
idle = true
"""
