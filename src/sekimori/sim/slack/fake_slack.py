"""The fake Slack as one piece: store, Web API, uploads, response addresses, people, deliveries."""

from dataclasses import dataclass

from starlette.routing import Route

from sekimori.sim.broadcast import Broadcast
from sekimori.sim.faults import Faults
from sekimori.sim.ids import IdSource
from sekimori.sim.settings import SimulatorSettings
from sekimori.sim.slack.delivery import Delivery
from sekimori.sim.slack.people import People
from sekimori.sim.slack.response_urls import ResponseUrls
from sekimori.sim.slack.store import SlackStore
from sekimori.sim.slack.uploads import Uploads
from sekimori.sim.slack.web_api import Context, WebApi
from sekimori.sim.world import World


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeSlack:
    """The parts of one fake Slack, built together."""

    store: SlackStore
    api: WebApi
    delivery: Delivery
    people: People
    routes: tuple[Route, ...]


def build_slack(
    settings: SimulatorSettings,
    *,
    world: World,
    ids: IdSource,
    faults: Faults,
    broadcast: Broadcast,
    base_url: str,
) -> FakeSlack:
    """Put a fake Slack together."""
    store = SlackStore(world, ids, broadcast)
    context = Context(store=store, clock=settings.clock, base_url=base_url)
    api = WebApi(
        context,
        token=settings.bot_token,
        auditor=settings.auditor_token,
        scopes=settings.slack_scopes,
        faults=faults,
    )
    delivery = Delivery(
        url=settings.events_url,
        secret=settings.signing_secret,
        clock=settings.clock,
        retry_delays=settings.retry_delays,
        timeout=settings.delivery_timeout,
    )
    response_urls = ResponseUrls(context)
    routes = (*api.routes(), *Uploads(store).routes(), *response_urls.routes())
    return FakeSlack(
        store=store, api=api, delivery=delivery, people=People(context, delivery, response_urls), routes=routes
    )
