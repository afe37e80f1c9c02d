"""``[slack]``: the app in our own workspace."""

from enum import StrEnum

from sekimori.manifest import formats as of
from sekimori.manifest.tables.table import Table


class SlackMode(StrEnum):
    """How Slack reaches the service."""

    HTTP = "http"
    SOCKET = "socket"


class Slack(Table, frozen=True, kw_only=True):
    """``[slack]``: the app in our own workspace; ``administrators`` are members of it who may pause the service."""

    app_id: of.SlackApp
    team: of.Team
    security_channel: of.Channel | None = None
    administrators: tuple[of.User, ...] = ()
    mode: SlackMode = SlackMode.HTTP
    signing_secret: of.Reference | None = None
    bot_token: of.Reference
    app_token: of.Reference | None = None
