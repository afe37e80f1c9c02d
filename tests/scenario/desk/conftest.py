"""The whole desk over real HTTP: the simulator's Slack and Graph on one side, our routes on the other."""

import asyncio
import contextlib
import json
import shutil
import socket
import uuid
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette

from sekimori.audit.entry import Entry
from sekimori.audit.keys import signer_from_seed
from sekimori.catalogue import discover_modules
from sekimori.core.confidential import Personal, Secret
from sekimori.core.ids import ChannelId, EnterpriseId, EntryId, PartnerId, PersonId, TeamId, UserId
from sekimori.desk.domain.ask import Desk
from sekimori.desk.domain.coordinate import Coordinator
from sekimori.desk.domain.disclosure import Precision
from sekimori.desk.domain.hours import Hours
from sekimori.desk.domain.journal import Journal
from sekimori.desk.domain.owners import Owners
from sekimori.desk.domain.policy import Language, PartnerTerms, PersonTerms, Policy, RequesterTerms, Surface
from sekimori.desk.domain.ports import FreeBusyProvider
from sekimori.desk.domain.sources import Sources
from sekimori.desk.domain.working_time import WorkingTime
from sekimori.desk.providers.outlook.provider import open_outlook
from sekimori.desk.providers.outlook.tokens import AppIdentity, certificate
from sekimori.desk.slack.acquaintances import Acquaintances
from sekimori.desk.slack.app import SlackEdge, build_slack_app
from sekimori.desk.slack.client import open_client
from sekimori.sim.server import Simulator
from sekimori.sim.settings import SimulatorSettings
from sekimori.sim.slack.store import Message
from sekimori.storage.audit_log import SqlAuditLog
from sekimori.storage.database import Database, open_database
from sekimori.storage.inbox import Accepted, SqlInbox
from sekimori.storage.lookups import SqlLookups
from sekimori.storage.narrowings import SqlNarrowings
from sekimori.storage.sendings import SqlSendings


@dataclass(frozen=True)
class BooleanInbox:
    """The storage's inbox behind the edge's port."""

    inbox: SqlInbox

    async def accept(self, key: str, payload: bytes) -> bool:
        return isinstance(await self.inbox.accept(key, payload), Accepted)

    async def pending(self) -> Sequence[tuple[str, bytes]]:
        return [(work.key, work.payload) for work in await self.inbox.pending()]

    async def done(self, key: str) -> None:
        await self.inbox.done(key)


@dataclass(frozen=True)
class Running:
    """A desk and the world around it."""

    sim: Simulator
    edge: SlackEdge
    log: SqlAuditLog
    inbox: SqlInbox
    database: Database
    url: str

    async def ask(self, user: str, text: str, channel: str = "C0SHARED") -> list[Message]:
        """Mention the desk as somebody; return what the desk then posted."""
        before = len(self.sim.control.messages)
        await self.sim.control.say(user, channel, f"<@U0BOT> {text}")
        await self.quiet()
        return [m for m in self.sim.control.messages[before:] if m.user == "U0BOT"]

    async def command(self, user: str, text: str) -> list[Message]:
        """Type /sekimori as somebody of our own workspace; return what the desk then posted."""
        return await self.sent(
            {
                "command": "/sekimori",
                "text": text,
                "user_id": user,
                "team_id": "T0FABRIKAM",
                "api_app_id": "A0APP",
                "channel_id": "C0SECURITY",
                "trigger_id": str(uuid.uuid4()),
                "response_url": "https://evil.example/x",
            }
        )

    async def open_home(self, user: str) -> dict[str, Any] | None:
        """Open the app's home as somebody; return what they see."""
        event = {"type": "app_home_opened", "user": user, "channel": "D0X", "tab": "home", "event_ts": "1.0"}
        outer = {"team_id": "T0CONTOSO", "api_app_id": "A0APP", "event_id": f"Ev{uuid.uuid4().hex}"}
        authorizations = [{"enterprise_id": None, "team_id": "T0FABRIKAM", "user_id": "U0BOT", "is_bot": True}]
        await self.sent({"type": "event_callback", "event": event, "authorizations": authorizations, **outer})
        return self.sim.control._slack.store.homes.get(UserId(user))

    async def tap_home(self, user: str, action: str, value: str) -> None:
        """Press a button of the home as somebody."""
        view = {"type": "home", "id": "V0HOME", "app_installed_team_id": "T0FABRIKAM", "app_id": "A0APP"}
        team = self.sim.world.members[UserId(user)].team
        await self.sent(
            {
                "type": "block_actions",
                "user": {"id": user, "team_id": team},
                "team": {"id": team},
                "api_app_id": "A0APP",
                "view": view,
                "trigger_id": str(uuid.uuid4()),
                "actions": [{"type": "button", "action_id": action, "value": value}],
            }
        )

    async def sent(self, payload: dict[str, Any]) -> list[Message]:
        """Send a payload as Slack does; return what the desk then posted."""
        before = len(self.sim.control.messages)
        if "command" in payload:
            body, kind = urlencode(payload).encode(), "application/x-www-form-urlencoded"
        elif payload["type"] == "event_callback":
            body, kind = json.dumps(payload).encode(), "application/json"
        else:
            body, kind = urlencode({"payload": json.dumps(payload)}).encode(), "application/x-www-form-urlencoded"
        headers = self.sim.control.sign(body) | {"Content-Type": kind}
        async with httpx.AsyncClient(verify=False) as client:
            answer = await client.post(f"{self.url}/slack/events", content=body, headers=headers)
        assert answer.status_code == 200
        await self.quiet()
        return [m for m in self.sim.control.messages[before:] if m.user == "U0BOT"]

    def view(self, user: str) -> dict[str, Any]:
        """Return the modal that is open for somebody."""
        return self.sim.control.views[user]

    async def quiet(self) -> None:
        """Wait until the desk has nothing left to do."""
        async with asyncio.timeout(30):
            while await self.inbox.pending():  # noqa: ASYNC110 - the inbox is a database
                await asyncio.sleep(0.02)

    async def entries(self) -> list[Entry]:
        return [entry async for entry in self.log.read()]


def policy(surface: Surface, enterprise: str | None = None, may_ask: Sequence[str] = ("sato",)) -> Policy:
    def person(key: str, *names: str) -> PersonTerms:
        return PersonTerms(
            person=PersonId(key),
            names=names,
            precision=Precision.TYPED,
            horizon_days=42,
            hours=Hours(opens=480, closes=1200),
            slack_user=UserId(f"U0{key.upper()}"),
        )

    secretary = RequesterTerms(user=UserId("U0SEC"), may_ask=frozenset(map(PersonId, may_ask)), purpose="coordination")
    contoso = PartnerTerms(
        partner=PartnerId("contoso"),
        team=TeamId("T0CONTOSO"),
        enterprise=EnterpriseId(enterprise) if enterprise else None,
        channels=frozenset({ChannelId("C0SHARED")}),
        answer_in=surface,
        language=Language.JA,
        requesters=(secretary,),
    )
    people = (person("sato", "佐藤", "Sato"), person("suzuki", "鈴木", "Suzuki"))
    return Policy(zone=ZoneInfo("Asia/Tokyo"), language=Language.JA, people=people, partners=(contoso,))


Start = Callable[..., contextlib.AbstractAsyncContextManager[Running]]


@pytest.fixture
def start(tmp_path: Path, with_tables: Path) -> Start:
    @contextlib.asynccontextmanager
    async def running(
        surface: Surface = Surface.THREAD,
        enterprise: str | None = None,
        may_ask: Sequence[str] = ("sato",),
        elsewhere: FreeBusyProvider | None = None,
    ) -> AsyncIterator[Running]:
        def clock() -> datetime:
            return datetime.now(UTC)

        settings = SimulatorSettings(
            folder=tmp_path / "sim",
            clock=clock,
            seed=1,
            retry_delays=(0.0, 0.1),
            contoso_enterprise=EnterpriseId(enterprise) if enterprise else None,
        )
        shutil.copyfile(with_tables, tmp_path / "desk.db")
        async with (
            Simulator.start(settings) as sim,
            await open_database("sqlite:///desk.db", folder=tmp_path) as database,
        ):
            log = SqlAuditLog(
                database, signer=signer_from_seed(bytes(32)), clock=clock, new_id=lambda: EntryId(str(uuid.uuid4()))
            )
            inbox = SqlInbox(database, clock=clock)
            outlook = open_outlook(
                identity=AppIdentity(
                    tenant_id=sim.tenant_id,
                    app_id=sim.app_id,
                    credential=certificate(Secret(sim.addresses.certificate.read_bytes())),
                    login=sim.addresses.login,
                    ca_bundle=str(sim.addresses.ca_bundle),
                ),
                graph=sim.addresses.graph,
                zone=ZoneInfo("Asia/Tokyo"),
                mailboxes={
                    PersonId("sato"): Personal("sato@fabrikam.example"),
                    PersonId("suzuki"): Personal("suzuki@fabrikam.example"),
                },
            )
            terms, narrowings, journal = policy(surface, enterprise, may_ask), SqlNarrowings(database), Journal(log)
            desk = Desk(policy=terms, provider=outlook, journal=journal, clock=clock, narrowings=narrowings)
            client = open_client(token=settings.bot_token, api=sim.addresses.slack_api)
            edge = build_slack_app(
                desk=desk,
                coordinator=Coordinator(
                    desk=desk,
                    sources=Sources(
                        providers={"outlook": outlook} | ({"elsewhere": elsewhere} if elsewhere else {}),
                        ours="outlook",
                        also={PersonId("sato"): ("elsewhere",)} if elsewhere else {},
                        journal=journal,
                    ),
                    journal=journal,
                    clock=clock,
                    working=WorkingTime(zone=terms.zone),
                    language=Language.JA,
                ),
                owners=Owners(
                    policy=terms,
                    team=TeamId("T0FABRIKAM"),
                    administrators=[UserId("U0ADMIN")],
                    narrowings=narrowings,
                    lookups=SqlLookups(database),
                    log=log,
                    clock=clock,
                ),
                client=client,
                acquaintances=Acquaintances(client),
                inbox=BooleanInbox(inbox),
                sendings=SqlSendings(database),
                commands=discover_modules("sekimori.desk.slack.commands").values(),  # type: ignore[arg-type]
                signing_secret=settings.signing_secret,
                app_id="A0APP",
                team=TeamId("T0FABRIKAM"),
                language=Language.JA,
                clock=clock,
            )
            async with serving(Starlette(routes=edge.routes)) as url:
                sim.control.events_url = f"{url}/slack/events"
                yield Running(sim=sim, edge=edge, log=log, inbox=inbox, database=database, url=url)
                await edge.close()
                await outlook.close()

    return running


@contextlib.asynccontextmanager
async def serving(app: Starlette) -> AsyncIterator[str]:
    listener = socket.create_server(("127.0.0.1", 0))
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        await task
        listener.close()
