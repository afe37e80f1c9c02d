"""The client of Slack's Web API in our own workspace."""

from slack_sdk.web.async_client import AsyncWebClient

from sekimori.bootstrap.ground import Ground
from sekimori.core.confidential import Secret
from sekimori.desk.slack.client import open_client
from sekimori.manifest.tables.slack import SlackMode


def slack_client(ground: Ground) -> AsyncWebClient:
    """Open the Web API client of our own workspace."""
    manifest = ground.manifest
    return open_client(
        token=ground.text(manifest.slack.bot_token), api=manifest.endpoints.slack_api, ca_bundle=ground.ca_bundle
    )


def door_of(ground: Ground) -> tuple[Secret[str] | None, Secret[str] | None]:
    """Return what Slack signs with and what opens the Socket Mode connection; the one that the mode lacks is None."""
    slack = ground.manifest.slack
    if slack.mode is SlackMode.HTTP:
        return (ground.text(slack.signing_secret) if slack.signing_secret else None), None
    return None, (ground.text(slack.app_token) if slack.app_token else None)
