"""Starts the simulator: the fake Slack over HTTP, the fake Graph and Entra over HTTPS, their logs, the page."""

import contextlib
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.routing import Route

from sekimori.core.ids import AppId
from sekimori.sim import world
from sekimori.sim.attack import Attacker, loot_of
from sekimori.sim.aws.sts import ISSUER, Sts
from sekimori.sim.azure.resource_manager import ResourceManager
from sekimori.sim.backstage import Backstage
from sekimori.sim.broadcast import Broadcast
from sekimori.sim.calendars import PARTNER_CALENDARS
from sekimori.sim.certificates import load_or_make_credential, make_authority, make_server, write_private
from sekimori.sim.control import Control
from sekimori.sim.control_http import ControlRoutes
from sekimori.sim.entra.fences import auditor, fences
from sekimori.sim.entra.graph import Graph
from sekimori.sim.entra.management_plane import ManagementPlane
from sekimori.sim.entra.tenant import seeded_tenant, unused_secret
from sekimori.sim.entra.token_endpoint import TokenEndpoint
from sekimori.sim.faults import Faults
from sekimori.sim.handling import timed
from sekimori.sim.ids import IdSource
from sekimori.sim.logs.writer import LogWriter
from sekimori.sim.page.routes import Page
from sekimori.sim.page.view import PageView
from sekimori.sim.partner.feeds import Feeds
from sekimori.sim.partner.google import GoogleCalendar
from sekimori.sim.partner.google_tokens import GoogleTokens
from sekimori.sim.partner.service_account import write_key_file
from sekimori.sim.partner.shelf import Shelf
from sekimori.sim.settings import SimulatorSettings
from sekimori.sim.slack.fake_slack import FakeSlack, build_slack
from sekimori.sim.web import listening, serving
from sekimori.sim.world import World, build_world


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Where everything is, in the words of the manifest's ``[endpoints]``, ``[identity]`` and ``[google]``.

    ``feeds`` holds each of company A's calendars' secret address; the free/busy alone is beside it (:func:`free_busy`).
    """

    page: str
    slack_api: str
    graph: str
    login: str
    ca_bundle: Path
    certificate: Path
    logs: Path
    google: str
    google_token: str
    google_key: Path
    feeds: Mapping[str, str]
    sts: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulator:
    """A running simulator.

    Attributes:
        control: what a test or the demo does to it and reads from it.
        sts: signs tokens of the role that the service runs as, where it is federated.
        tenant_id, app_id: the identity that the service runs as.
        client_secret: the registration's old secret, which still works.
    """

    settings: SimulatorSettings
    addresses: Addresses
    world: World
    control: Control
    sts: Sts
    client_secret: str
    tenant_id: str
    app_id: AppId

    @staticmethod
    @contextlib.asynccontextmanager
    async def start(settings: SimulatorSettings) -> AsyncIterator["Simulator"]:
        """Run a simulator inside the current event loop until the block ends.

        Raises:
            PortTakenError: one of the two ports is not free.
        """
        settings.folder.mkdir(parents=True, exist_ok=True)
        with listening(settings.slack_port) as slack_socket, listening(settings.graph_port) as graph_socket:
            ports = slack_socket.getsockname()[1], graph_socket.getsockname()[1]
            addresses = _addresses(settings, *ports)
            server_pem = _certificates(settings.folder, addresses.ca_bundle)
            parts = _build(settings, addresses)
            async with (
                serving(timed(parts.slack_app), slack_socket),
                serving(timed(parts.graph_app), graph_socket, certificate=server_pem),
            ):
                try:
                    yield parts.simulator
                finally:
                    parts.broadcast.close()
                    await parts.simulator.control.close()


def _slack_app(slack: FakeSlack, control: Control, world_: World, broadcast: Broadcast, logs: LogWriter) -> Starlette:
    view = PageView(slack.api.context, logs)
    page = Page(view=view, world_=world_, techniques=control.techniques, broadcast=broadcast)
    # A name that somebody else points at 127.0.0.1 must not reach the control.
    hosts = Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])
    return Starlette(routes=[*slack.routes, *ControlRoutes(control).routes(), *page.routes()], middleware=[hosts])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parts:
    simulator: Simulator
    broadcast: Broadcast
    slack_app: Starlette
    graph_app: Starlette


def _addresses(settings: SimulatorSettings, slack_port: int, graph_port: int) -> Addresses:
    page, graph, folder = f"http://127.0.0.1:{slack_port}", f"https://127.0.0.1:{graph_port}", settings.folder
    return Addresses(
        page=f"{page}/",
        slack_api=f"{page}/api/",
        graph=f"{graph}/v1.0",
        login=graph,
        ca_bundle=folder / "sim-ca.pem",
        certificate=folder / "bot.pem",
        logs=folder / "logs",
        google=f"{graph}/calendar/v3",
        google_token=f"{graph}/token",
        google_key=folder / "google-key.json",
        sts=f"{graph}/sts",
        feeds={name: f"{graph}/feeds/{secret}/calendar.ics" for secret, name in _published(settings).items()},
    )


def _published(settings: SimulatorSettings) -> dict[str, str]:
    """Draw the secret part of each feed's address."""
    ids = IdSource.from_seed(settings.seed + 1)
    return {ids.token_id(): calendar for calendar in PARTNER_CALENDARS}


def free_busy(feed: str) -> str:
    """Return the address of the free/busy that is published beside a feed of events."""
    return feed.removesuffix("calendar.ics") + "freebusy.ifb"


def _certificates(folder: Path, ca_bundle: Path) -> Path:
    authority = make_authority()
    ca_bundle.write_bytes(authority.certificate_pem())
    server_pem = folder / "sim-server.pem"
    write_private(server_pem, make_server(authority).pem())
    return server_pem


def _shelf(settings: SimulatorSettings, world_: World, faults: Faults) -> Shelf:
    return Shelf(
        calendars=world_.partner_calendars,
        zone=ZoneInfo(settings.timezone),
        clock=settings.clock,
        token_clock=settings.token_clock or settings.clock,
        faults=faults,
    )


def _partner_routes(settings: SimulatorSettings, addresses: Addresses, shelf: Shelf) -> list[Route]:
    """Return company A's side: Google's sign-in and calendars, and the feeds, whose addresses are written down."""
    write_key_file(addresses.google_key, token_address=addresses.google_token)
    for calendar, feed in addresses.feeds.items():
        write_private(settings.folder / f"{calendar.partition('@')[0]}.feed", feed.encode())
    tokens = GoogleTokens(shelf)
    feeds = Feeds(shelf, _published(settings))
    return [*tokens.routes(), *GoogleCalendar(shelf, tokens).routes(), *feeds.routes()]


def _build(settings: SimulatorSettings, addresses: Addresses) -> _Parts:
    ids, faults, broadcast = IdSource.from_seed(settings.seed), Faults(), Broadcast()
    seeded = build_world(
        now=settings.clock(), timezone=settings.timezone, contoso_enterprise=settings.contoso_enterprise
    )
    credential = load_or_make_credential(addresses.certificate, world.APP_NAME)
    logs = LogWriter(addresses.logs, broadcast)
    tenant = seeded_tenant(
        settings, calendars=seeded.calendars, credential=credential, ids=ids, faults=faults, logs=logs
    )
    sts = Sts(tenant.token_clock)
    if settings.fenced:
        tenant.directory.settings |= fences(settings.egress)
        tenant.directory.add(auditor(load_or_make_credential(settings.folder / "auditor.pem", "auditor"), ids))
    tenant.issuers[ISSUER] = sts.public_key
    graph, azure = Graph(tenant), ResourceManager(tenant)
    logs.exports = azure.exports
    base_url = addresses.page.rstrip("/")
    slack = build_slack(settings, world=seeded, ids=ids, faults=faults, broadcast=broadcast, base_url=base_url)
    attacker = Attacker(
        login=addresses.login,
        graph=addresses.graph,
        ca_bundle=addresses.ca_bundle,
        loot=loot_of(tenant, credential),
        clock=tenant.token_clock,
        backstage=Backstage(tenant),
    )
    shelf = _shelf(settings, seeded, faults)
    control = Control(
        slack=slack,
        graph=graph,
        shelf=shelf,
        logs=tenant.logs,
        faults=faults,
        attacker=attacker,
        lasting=settings.lasting,
    )
    simulator = Simulator(
        settings=settings,
        addresses=addresses,
        world=seeded,
        control=control,
        sts=sts,
        client_secret="" if settings.federated or settings.fenced else unused_secret(tenant).text,
        tenant_id=world.TENANT,
        app_id=world.APP,
    )
    return _Parts(
        simulator=simulator,
        broadcast=broadcast,
        slack_app=_slack_app(slack, control, seeded, broadcast, tenant.logs),
        graph_app=Starlette(
            # Google's routes come first: the tenant's begin with any word at all.
            routes=[
                *_partner_routes(settings, addresses, shelf),
                *sts.routes(),
                *ManagementPlane(tenant).routes(),
                *TokenEndpoint(tenant).routes(),
                *graph.routes(),
                *azure.routes(),
            ]
        ),
    )
