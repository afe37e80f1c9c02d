"""The client of Slack's Web API in our own workspace."""

from slack_sdk.web.async_client import AsyncWebClient

from sekimori.bootstrap.ground import Ground
from sekimori.desk.slack.client import open_client


def slack_client(ground: Ground) -> AsyncWebClient:
    """Open the Web API client of our own workspace."""
    manifest = ground.manifest
    return open_client(
        token=ground.text(manifest.slack.bot_token), api=manifest.endpoints.slack_api, ca_bundle=ground.ca_bundle
    )
