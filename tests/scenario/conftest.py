"""The whole service over real HTTP: what `sekimori serve` builds, between the simulator's Slack, Graph and Entra."""

import asyncio
import contextlib
import io
import json
import logging
import os
import random
import shutil
import socket
import sqlite3
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from string import Template
from typing import Any

import httpx
import pytest
import structlog
from PIL import Image
from starlette.applications import Starlette

from sekimori.audit.entry import Entry, EntryKind
from sekimori.bootstrap import Ground, RunningDesk, build_desk, build_watch, open_ground, record_start
from sekimori.cli._demo.stage import TEMPLATE
from sekimori.cli._logs import configure_logs
from sekimori.core.clock import Clock
from sekimori.core.ids import EnterpriseId
from sekimori.sim import world
from sekimori.sim.certificates import make_authority, make_credential
from sekimori.sim.partner.service_account import write_key_file
from sekimori.sim.server import Simulator
from sekimori.sim.settings import SimulatorSettings
from sekimori.sim.slack.store import Message
from sekimori.sim.web import listening, serving
from sekimori.storage import outbox
from sekimori.storage.inbox import SqlInbox

BOT = world.BOT_USER
SHARED = world.SHARED_CHANNEL
SECURITY = world.SECURITY_CHANNEL


def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture(autouse=True)
def edits_without_delay(monkeypatch: pytest.MonkeyPatch) -> None:
    """A message that folds findings is edited at once."""
    monkeypatch.setattr(outbox, "EDITS_APART", (0.02,))


async def until(look: Callable[[], Any], within: float = 15.0) -> Any:
    """Look again and again until there is something to see; fail when there never is."""
    async with asyncio.timeout(within):
        while not (seen := look()):  # noqa: ASYNC110 - what it waits for is on the other side of a socket
            await asyncio.sleep(0.01)
        return seen


@dataclass(kw_only=True)
class Door:
    """A way to Slack that can be shut (nobody answers) or break off every request that comes."""

    target: int
    breaks_off: bool = False
    _held: socket.socket = field(default_factory=lambda: _bound(0))
    _server: asyncio.Server | None = None
    _open: set[asyncio.StreamWriter] = field(default_factory=set)

    @property
    def port(self) -> int:
        """Nobody else gets it while the door is shut: a socket that does not listen holds it."""
        return int(self._held.getsockname()[1])

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._pass, sock=_bound(self.port))

    async def shut(self) -> None:
        assert self._server is not None
        self._server.close()
        for writer in self._open:
            writer.close()

    async def close(self) -> None:
        await self.shut()
        self._held.close()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        with contextlib.suppress(OSError):
            if self.breaks_off:
                await reader.readuntil(b"\r\n\r\n")
            else:
                onward = await asyncio.open_connection("127.0.0.1", self.target)
                await asyncio.gather(self._copy(reader, onward[1]), self._copy(onward[0], writer))
        writer.close()
        self._open.discard(writer)

    async def _copy(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while (data := await reader.read(65536)) and not self.breaks_off:
            writer.write(data)
            await writer.drain()
        writer.close()


def _bound(port: int) -> socket.socket:
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
    made.bind(("127.0.0.1", port))
    return made


@dataclass(kw_only=True)
class Service:
    """The running service, as Slack's people and the operator meet it."""

    stage: "Stage"
    ground: Ground
    desk: RunningDesk
    url: str
    watching: asyncio.Task[None]

    @property
    def sim(self) -> Simulator:
        return self.stage.sim

    async def ask(self, user: str, text: str, channel: str = SHARED, **how: Any) -> list[Message]:
        """Mention the bot as somebody; return what it posted until it had nothing left to do."""
        before = len(self.sim.control.messages)
        said = await self.sim.control.say(user, channel, f"<@{BOT}> {text}", **how)
        assert [attempt.status for attempt in said.attempts] == [200]
        await self.idle()
        return self.posted(before)

    def posted(self, before: int = 0) -> list[Message]:
        """Return what the bot posted outside the security channel, after so many messages of anybody's."""
        return [m for m in self.sim.control.messages[before:] if m.user == BOT and m.channel != SECURITY]

    async def idle(self) -> None:
        """Wait until every accepted request was dealt with."""
        inbox = SqlInbox(self.ground.database, clock=self.stage.clock)
        async with asyncio.timeout(30):
            while await inbox.pending():  # noqa: ASYNC110 - the inbox is a database
                await asyncio.sleep(0.02)

    async def entries(self, *kinds: EntryKind) -> list[Entry]:
        """Return the audit entries since the start, of some kinds only where they are named."""
        wanted = kinds or tuple(set(EntryKind) - {EntryKind.SERVICE_STARTED})
        return [entry async for entry in self.ground.audit.read() if entry.kind in wanted]

    async def refusal(self) -> str:
        """Return why the only question so far was refused."""
        (entry,) = await self.entries()
        assert entry.kind is EntryKind.QUESTION_REFUSED
        return str(entry.body["reason"])

    async def watched(self) -> list[Message]:
        """Wait until every whole line of the logs was read and every alert delivered; return the alerts."""
        async with asyncio.timeout(20):
            while not await self._caught_up():
                if self.watching.done():
                    await self.watching
                await asyncio.sleep(0.02)
        return self.alerts()

    def alerts(self) -> list[Message]:
        return self.stage.alerts()

    async def _caught_up(self) -> bool:
        async with self.ground.database.reading() as connection:
            kept = (await connection.exec_driver_sql("SELECT offset FROM offsets")).scalars().all()
            waiting = (
                await connection.exec_driver_sql("SELECT count(*) FROM findings WHERE delivered_at IS NULL")
            ).scalar_one()
        read = {path: json.loads(position) for text in kept for path, position in json.loads(text).items()}
        return not waiting and all(_read_up(path, read.get(str(path))) for path in self.stage.logs.glob("*.ndjson"))


def _read_up(log: Path, position: dict[str, int] | None) -> bool:
    whole = log.read_bytes().rfind(b"\n") + 1
    return (position["inode"], position["offset"]) == (log.stat().st_ino, whole) if position else not whole


@dataclass(kw_only=True)
class Stage:
    """The vendors, and the folder with the manifest; services come and go on it."""

    folder: Path
    manifest: Path
    sim: Simulator
    door: Door
    output: io.StringIO
    clock: Clock

    @property
    def logs(self) -> Path:
        return self.sim.addresses.logs

    def alerts(self) -> list[Message]:
        """Return what the watch posted to company B's security channel."""
        return self.sim.control.messages_in(SECURITY, of=BOT)

    @contextlib.asynccontextmanager
    async def serving(self, clock: Clock | None = None) -> AsyncIterator[Service]:
        """Run the service inside this event loop, built and ended in the order of `sekimori serve`.

        Its clock is the vendors' where it has none of its own.
        """
        async with open_ground(self.manifest, environ={}, clock=clock or self.clock) as ground:
            await record_start(ground, ["desk", "watch"])
            watch = await build_watch(ground)
            desk = build_desk(ground, watch.delivery.wake)
            watching = asyncio.create_task(watch.run())
            try:
                await desk.start()
                with listening(0) as listener:
                    async with serving(Starlette(routes=list(desk.routes)), listener):
                        url = f"http://127.0.0.1:{listener.getsockname()[1]}/slack/events"
                        self.sim.control.events_url = url
                        yield Service(stage=self, ground=ground, desk=desk, url=url, watching=watching)
                        self.sim.control.events_url = None
            finally:
                await desk.close()
                watching.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await watching

    def findings(self) -> list[str]:
        """Return the rules of the findings that are kept, oldest first."""
        return [finding["rule"] for finding in self.kept()]

    def kept(self, rule: str | None = None) -> list[dict[str, Any]]:
        """Return the findings that are kept, of one rule only where it is named, oldest first."""
        with contextlib.closing(sqlite3.connect(self.folder / "sekimori.db")) as database:
            rows = database.execute("SELECT finding FROM findings ORDER BY place").fetchall()
        found = [json.loads(text) for (text,) in rows]
        return [finding for finding in found if rule in {None, finding["rule"]}]

    def said(self) -> Iterator[tuple[str, str]]:
        """Yield everything that came out of the service, with where it came out."""
        control = self.sim.control
        for message in control.messages:
            if message.user == BOT:
                yield "reply", message.text + json.dumps(message.blocks, ensure_ascii=False)
        for file in control.files:
            yield "file", "\n".join((file.name, file.title, file.alt, file.content.decode("latin-1")))
            if file.content:
                yield "file", str(Image.open(io.BytesIO(file.content)).info)
        for call in control.slack_calls:
            yield "call to Slack", str(call.arguments)
        for attempt in control.attempts:
            yield "answer to Slack", attempt.answer.decode()
        for path in self.folder.glob("sekimori.db*"):
            if not path.name.endswith(".pem"):
                yield path.name, path.read_bytes().decode("utf-8", "replace")
        for path in self.folder.glob("*.log"):
            yield path.name, path.read_text()
        yield "log", self.output.getvalue()

    def leaks(self, hidden: Sequence[str]) -> list[tuple[str, str]]:
        """Return what should have stayed hidden and came out, and where."""
        spellings = {text: {text, json.dumps(text)[1:-1], text.encode().decode("latin-1")} for text in hidden}
        return [
            (where, text)
            for where, said in self.said()
            for text, spelt in spellings.items()
            if any(one in said for one in spelt)
        ]


@pytest.fixture
def output(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    """Every log line, ours as in operation and those of libraries from a lower level than in operation."""
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    handler, root = logging.StreamHandler(stream), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    configure_logs()
    yield stream
    root.removeHandler(handler)
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.fixture
def stage(
    tmp_path: Path, output: io.StringIO, with_tables: Path
) -> Callable[..., contextlib.AbstractAsyncContextManager[Stage]]:
    """Make a stage. ``changes`` are replaced in the demonstration's manifest, which is the one that is served.

    At its end nothing that was seeded into the calendars, and no secret, may have come out anywhere.
    """

    @contextlib.asynccontextmanager
    async def running(
        changes: dict[str, str] | None = None,
        *,
        enterprise: str | None = None,
        listen: int = 8484,
        clock: Clock = now,
    ) -> AsyncIterator[Stage]:
        settings = SimulatorSettings(
            folder=tmp_path,
            clock=clock,
            token_clock=now,
            seed=1,
            retry_delays=(0.05, 0.3, 5.0),
            contoso_enterprise=EnterpriseId(enterprise) if enterprise else None,
        )
        async with Simulator.start(settings) as sim:
            door = Door(target=int(sim.addresses.page.rstrip("/").rpartition(":")[2]))
            await door.open()
            graph = sim.addresses.login.rpartition(":")[2]
            manifest = write_manifest(settings, changes or {}, listen=listen, slack=door.port, graph=graph)
            shutil.copyfile(with_tables, tmp_path / "sekimori.db")
            made = Stage(folder=tmp_path, manifest=manifest, sim=sim, door=door, output=output, clock=clock)
            yield made
            await door.close()
            bait, secrets = sorted(sim.world.bait()), secrets_of(settings)
            assert made.leaks([*bait, *secrets]) == []
            assert "never retrieved" not in output.getvalue()

    return running


@pytest.fixture
def declared(tmp_path: Path) -> Callable[..., Path]:
    """Write the manifest and what it refers to, for a service that no vendor is there for."""

    def written(changes: dict[str, str] | None = None, *, listen: int = 8484) -> Path:
        settings = SimulatorSettings(folder=tmp_path, clock=now, seed=1)
        (tmp_path / "bot.pem").write_bytes(make_credential(world.APP_NAME).pem())
        (tmp_path / "sim-ca.pem").write_bytes(make_authority().certificate_pem())
        write_key_file(tmp_path / "google-key.json", token_address="https://127.0.0.1:9/token")
        return write_manifest(settings, changes or {}, listen=listen, slack=9, graph=9)

    return written


def write_manifest(settings: SimulatorSettings, changes: dict[str, str], **ports: Any) -> Path:
    text = Template(TEMPLATE.read_text("utf-8")).substitute(
        {f"{name}_port": port for name, port in ports.items()},
        until=(settings.clock() + timedelta(days=120)).date().isoformat(),
    )
    for old, new in changes.items():
        assert old in text, old
        text = text.replace(old, new)
    (settings.folder / "slack-signing-secret").write_text(settings.signing_secret.reveal())
    (settings.folder / "slack-bot-token").write_text(settings.bot_token.reveal())
    path = settings.folder / "sekimori.toml"
    path.write_text(text, "utf-8")
    return path


def secrets_of(settings: SimulatorSettings) -> list[str]:
    key = (settings.folder / "bot.pem").read_text().split("-----")[2].split()[1]
    return [settings.signing_secret.reveal(), settings.bot_token.reveal(), key, "eyJ0eXAi", "eyJhbGci"]


@pytest.fixture
def sekimori(stage: Any) -> Callable[..., contextlib.AbstractAsyncContextManager[Service]]:
    """Run the service on a stage of its own; see :func:`stage`."""

    @contextlib.asynccontextmanager
    async def running(*args: Any, **options: Any) -> AsyncIterator[Service]:
        async with stage(*args, **options) as made, made.serving() as service:
            yield service

    return running


@pytest.fixture
def unused_ports() -> Any:
    """Return two ports outside the range that the system itself gives to connections."""
    found = []
    for port in random.sample(range(20_000, 30_000), 100):
        with socket.socket() as tried, contextlib.suppress(OSError):
            tried.bind(("127.0.0.1", port))
            found.append(port)
    return found[:2]


@pytest.fixture
def watching() -> Callable[..., contextlib.AbstractAsyncContextManager[Any]]:
    """Run `sekimori serve --only watch` as a process of its own; gives the process and its log."""

    @contextlib.asynccontextmanager
    async def running(manifest: Path, port: int) -> AsyncIterator[tuple[asyncio.subprocess.Process, Path]]:
        log = manifest.parent / f"watch-{port}.log"
        with log.open("ab") as output:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "sekimori", "serve", "--only", "watch", "--manifest", str(manifest)),
                stdout=output,
                stderr=output,
                env=os.environ | {"PORT": str(port)},
            )
        try:
            async with httpx.AsyncClient(verify=False, trust_env=False) as http, asyncio.timeout(30):
                while True:
                    assert process.returncode is None, log.read_text()
                    with contextlib.suppress(httpx.TransportError):
                        if (await http.get(f"http://127.0.0.1:{port}/readyz")).is_success:
                            break
                    await asyncio.sleep(0.05)
            yield process, log
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()

    return running
