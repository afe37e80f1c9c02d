"""Where people judge alerts: the watch's buttons on the app that Slack's requests arrive at."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient
from starlette.routing import BaseRoute

from sekimori.bootstrap.ground import Ground
from sekimori.bootstrap.slack import door_of, slack_client
from sekimori.core.ids import TeamId
from sekimori.desk.domain.asker import Actor
from sekimori.desk.domain.policy import Language as DeskLanguage
from sekimori.desk.slack.acquaintances import Acquaintances
from sekimori.desk.slack.actor import Actors
from sekimori.desk.slack.app import SlackEdge, build_edge
from sekimori.desk.slack.client import close, keep_connections
from sekimori.desk.slack.news import news_for
from sekimori.manifest.references import SecretNotFound
from sekimori.storage.alert_book import SqlAlertBook
from sekimori.storage.memory_inbox import MemoryInbox
from sekimori.watch.domain.language import Language
from sekimori.watch.judgement import Judges
from sekimori.watch.slack_buttons import AlertButtons, Confirm


def alert_buttons(
    ground: Ground, client: AsyncWebClient, acquaintances: Acquaintances, wake: Callable[[], None] = lambda: None
) -> AlertButtons:
    """Build what listens to an alert's buttons; ``wake`` says that a judgement is to be shown."""
    return AlertButtons(
        judges=Judges(book=SqlAlertBook(ground.database), log=ground.audit, clock=ground.clock),
        confirm=_own_people(ground, acquaintances),
        client=client,
        language=Language(ground.manifest.service.language.value),
        zone=ground.manifest.service.zone,
        clock=ground.clock,
        wake=wake,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertDoor:
    """The watch's own way in for Slack, where the desk does not run beside it.

    A press that was accepted and not worked off when the process is killed is lost, and can be made again.
    """

    edge: SlackEdge
    client: AsyncWebClient

    @property
    def routes(self) -> list[BaseRoute]:
        """Where Slack's requests arrive."""
        return list(self.edge.routes)

    async def start(self) -> None:
        """Begin to receive."""
        keep_connections(self.client)
        await self.edge.open()

    async def close(self) -> None:
        """Finish the work in hand."""
        await self.edge.close()
        await close(self.client)


def build_alert_door(ground: Ground, wake: Callable[[], None]) -> AlertDoor | None:
    """Build the watch's own way in; None where the manifest has no channel for alerts, or nothing opens the door.

    A watch apart from the desk need not have Slack's signing secret: then the desk answers the buttons.
    """
    slack = ground.manifest.slack
    try:
        signing_secret, app_token = door_of(ground)
    except SecretNotFound as error:
        structlog.get_logger("sekimori.watch").info("alerts.no_door", reason=str(error))
        return None
    if slack.security_channel is None or not (signing_secret or app_token):
        return None
    client = slack_client(ground)
    acquaintances = Acquaintances(client)
    edge = build_edge(
        listeners=[alert_buttons(ground, client, acquaintances, wake).listen],
        client=client,
        inbox=MemoryInbox(),
        signing_secret=signing_secret,
        app_token=app_token,
        app_id=slack.app_id,
        team=TeamId(slack.team),
        language=DeskLanguage(ground.manifest.service.language.value),
        clock=ground.clock,
        news=news_for(acquaintances),
    )
    return AlertDoor(edge=edge, client=client)


def _own_people(ground: Ground, acquaintances: Acquaintances) -> Confirm:
    """Return what confirms that somebody is of our own workspace and, where some are declared, an administrator."""
    actors, slack = Actors(acquaintances), ground.manifest.slack

    async def confirm(payload: Mapping[str, Any]) -> str | None:
        actor = await actors.of(payload)
        if not isinstance(actor, Actor) or actor.team != slack.team:
            return None
        return actor.user if not slack.administrators or actor.user in slack.administrators else None

    return confirm
