"""The one place where things are built: the manifest goes in, a running desk and watch come out."""

from sekimori.bootstrap.alerts import AlertDoor, build_alert_door
from sekimori.bootstrap.desk import RunningDesk, build_desk
from sekimori.bootstrap.errors import MissingSetting, NotThereYet
from sekimori.bootstrap.ground import Ground, new_entry_id, open_ground, record_start, utc_now
from sekimori.bootstrap.slack import slack_client
from sekimori.bootstrap.watch import RunningWatch, build_watch, envelopes

__all__ = [
    "AlertDoor",
    "Ground",
    "MissingSetting",
    "NotThereYet",
    "RunningDesk",
    "RunningWatch",
    "build_alert_door",
    "build_desk",
    "build_watch",
    "envelopes",
    "new_entry_id",
    "open_ground",
    "record_start",
    "slack_client",
    "utc_now",
]
