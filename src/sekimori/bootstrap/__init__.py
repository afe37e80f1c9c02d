"""The one place where things are built: the manifest goes in, a running desk and watch come out."""

from sekimori.bootstrap.desk import RunningDesk, build_desk
from sekimori.bootstrap.errors import MissingSetting, NotThereYet
from sekimori.bootstrap.ground import Ground, new_entry_id, open_ground, record_start, utc_now
from sekimori.bootstrap.slack import slack_client
from sekimori.bootstrap.watch import RunningWatch, build_watch, envelopes

__all__ = [
    "Ground",
    "MissingSetting",
    "NotThereYet",
    "RunningDesk",
    "RunningWatch",
    "build_desk",
    "build_watch",
    "envelopes",
    "new_entry_id",
    "open_ground",
    "record_start",
    "slack_client",
    "utc_now",
]
