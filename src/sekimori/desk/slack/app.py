"""Builds the Slack edge: Bolt behind the gate and the inbox."""

import logging
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any, Protocol

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.web.async_client import AsyncWebClient
from starlette.routing import Route

from sekimori.core.clock import Clock
from sekimori.core.confidential import Secret
from sekimori.core.ids import TeamId
from sekimori.desk.domain.ask import Desk
from sekimori.desk.domain.coordinate import Coordinator
from sekimori.desk.domain.owners import Owners
from sekimori.desk.domain.policy import Language
from sekimori.desk.slack.acquaintances import Acquaintances
from sekimori.desk.slack.actor import Actors
from sekimori.desk.slack.administration import Administration
from sekimori.desk.slack.collisions import CollisionModal
from sekimori.desk.slack.endpoint import Endpoint
from sekimori.desk.slack.gate import Gate
from sekimori.desk.slack.inbox import Handler, Inbox, Worker
from sekimori.desk.slack.news import News, news_for, no_news
from sekimori.desk.slack.opening import Opening
from sekimori.desk.slack.questions import Questions
from sekimori.desk.slack.replies import Replies
from sekimori.desk.slack.schedule import ScheduleModal
from sekimori.desk.slack.sendings import Sendings
from sekimori.desk.slack.services import Services
from sekimori.desk.slack.socket import SocketDoor

PATH = "/slack/events"


class Command(Protocol):
    """A module of ``desk/slack/commands``."""

    def listen(self, app: AsyncApp, services: Services) -> None:
        """Tell Bolt what the command answers to.

        A module may also have ``MODAL_BUTTONS``: by ``action_id``, what a further button under a week in the modal is
        called in each language.
        """
        ...


class SlackEdge:
    """The running Slack edge: routes to mount, work to resume at the start and to finish at the end.

    With a socket there are no routes: Slack's requests come over the connection that :meth:`open` opens.
    """

    def __init__(self, *, worker: Worker, endpoint: Endpoint | None, socket: SocketDoor | None) -> None:
        self._worker = worker
        self._socket = socket
        self.routes = [Route(PATH, endpoint.receive, methods=["POST"])] if endpoint else []

    async def open(self) -> None:
        """Begin to receive, where that takes a connection of ours.

        Raises:
            SocketRefused: Slack does not accept the connection.
        """
        if self._socket:
            await self._socket.open()

    async def resume(self) -> int:
        """Start on what an earlier run accepted and did not answer; return how much that is."""
        return await self._worker.resume()

    async def close(self, patience: float = 20.0) -> None:
        """Receive nothing more, and finish the work in hand; what takes longer than so many seconds stays kept."""
        if self._socket:
            await self._socket.close()
        await self._worker.close(patience)


def build_slack_app(
    *,
    desk: Desk,
    coordinator: Coordinator,
    owners: Owners,
    client: AsyncWebClient,
    acquaintances: Acquaintances,
    inbox: Inbox,
    sendings: Sendings,
    commands: Iterable[Command],
    signing_secret: Secret[str] | None,
    app_token: Secret[str] | None = None,
    app_id: str,
    team: TeamId,
    language: Language,
    clock: Clock,
) -> SlackEdge:
    """Build the Slack edge.

    Args:
        desk: answers the questions about one calendar.
        coordinator: answers the questions about several.
        owners: serves our own people.
        client: posts to Slack, as :func:`sekimori.desk.slack.client.open_client` makes it; the caller keeps it.
        acquaintances: knows who asks; hears here of whoever changes.
        inbox: keeps accepted requests until they are answered.
        sendings: keeps what is about to be posted, so that it is posted once.
        commands: the modules of ``desk/slack/commands``.
        signing_secret: what Slack signs with; None where nothing comes over HTTP.
        app_token: opens the Socket Mode connection; None where requests come over HTTP.
        app_id: our Slack app; requests for another are turned away.
        team: the workspace it is installed in; requests for another installation are turned away.
        language: of sentences to somebody whose partner is not known.
        clock: tells whether a request is recent.
    """
    listed = tuple(commands)
    actors, replies = Actors(acquaintances), Replies(client, sendings, language)
    opening = Opening(client=client, actors=actors, replies=replies, language=language)
    more = {key: labels for command in listed for key, labels in getattr(command, "MODAL_BUTTONS", {}).items()}
    services = Services(
        questions=Questions(
            desk=desk, coordinator=coordinator, actors=actors, replies=replies, language=language, clock=clock
        ),
        collisions=CollisionModal(
            desk=desk,
            coordinator=coordinator,
            actors=actors,
            client=client,
            opening=opening,
            language=language,
            clock=clock,
        ),
        schedule=ScheduleModal(
            desk=desk, actors=actors, client=client, opening=opening, language=language, clock=clock, more=more
        ),
        administration=Administration(owners=owners, actors=actors, client=client, language=language, zone=desk.zone),
    )
    return build_edge(
        listeners=[partial(command.listen, services=services) for command in listed],
        client=client,
        inbox=inbox,
        signing_secret=signing_secret,
        app_token=app_token,
        app_id=app_id,
        team=team,
        language=language,
        clock=clock,
        news=news_for(acquaintances),
    )


def build_edge(
    *,
    listeners: Iterable[Callable[[AsyncApp], None]],
    client: AsyncWebClient,
    inbox: Inbox,
    signing_secret: Secret[str] | None,
    app_token: Secret[str] | None,
    app_id: str,
    team: TeamId,
    language: Language,
    clock: Clock,
    news: News = no_news,
) -> SlackEdge:
    """Build the edge for whatever listens: the gate, the inbox and the door are the same."""
    bolt = _bolt(client, team)
    for listen in listeners:
        listen(bolt)
    gate = Gate(signing_secret=signing_secret, app_id=app_id, team=team, clock=clock)
    worker = Worker(inbox, _dispatching(bolt), news=news)
    if app_token is None:
        return SlackEdge(worker=worker, endpoint=Endpoint(gate, worker, language), socket=None)
    door = SocketDoor(gate=gate, worker=worker, client=client, app_token=app_token, language=language)
    return SlackEdge(worker=worker, endpoint=None, socket=door)


def _bolt(client: AsyncWebClient, team: TeamId) -> AsyncApp:
    logger = logging.getLogger("sekimori.desk.slack.bolt")
    logger.setLevel(logging.CRITICAL)  # Slack: Bolt quotes requests in its log lines

    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id=team, bot_token=client.token)

    bolt = AsyncApp(
        logger=logger,
        client=client,
        authorize=authorize,
        process_before_response=True,  # the inbox lets go of a request only when its listener is through
        request_verification_enabled=False,  # the gate did it, before the request was kept
        ssl_check_enabled=False,
        url_verification_enabled=False,
        ignoring_self_events_enabled=False,  # actor.py does it, and for every bot
        attaching_function_token_enabled=False,
    )

    @bolt.error
    async def failed(error: Exception) -> None:
        raise error

    return bolt


def _dispatching(bolt: AsyncApp) -> Handler:
    async def handle(payload: Mapping[str, Any]) -> None:
        # Bolt calls a request that did not come over HTTP "socket mode"; it then takes the payload as it is.
        await bolt.async_dispatch(AsyncBoltRequest(body=dict(payload), mode="socket_mode"))

    return handle
