"""Where alerts go: the security channel, and whatever else the manifest declares."""

from collections.abc import Mapping
from typing import cast

from sekimori.bootstrap.ground import Ground
from sekimori.bootstrap.slack import slack_client
from sekimori.catalogue import discover_modules
from sekimori.core.ids import ChannelId
from sekimori.manifest.tables.slack import Slack, SlackMode
from sekimori.watch.bundle import Sink
from sekimori.watch.domain.language import Language
from sekimori.watch.sinking import Kind, Surroundings, open_sinks
from sekimori.watch.sinks.slack import SlackSink


def alert_sinks(ground: Ground) -> list[Sink]:
    """Open every sink.

    Raises:
        SecretNotFound: a secret is not where the manifest says.
    """
    manifest = ground.manifest
    around = Surroundings(
        folder=ground.folder,
        secret=ground.text,
        slack=lambda: slack_client(ground),
        buttons=_has_door(manifest.slack),
        language=Language(manifest.service.language.value),
        service="sekimori",
        clock=ground.clock,
        ca_bundle=ground.ca_bundle,
    )
    kinds = cast("Mapping[str, Kind]", discover_modules("sekimori.watch.sinks"))
    declared = open_sinks(manifest.watch.sinks, kinds, around)
    channel = manifest.slack.security_channel
    if channel is None:
        return declared
    main = SlackSink(slack_client(ground), ChannelId(channel), around.language, buttons=around.buttons)
    return [main, *declared]


def _has_door(slack: Slack) -> bool:
    """Say whether Slack's requests arrive anywhere: a button that nobody hears is not shown."""
    return bool(slack.signing_secret if slack.mode is SlackMode.HTTP else slack.app_token)
