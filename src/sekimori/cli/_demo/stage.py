"""Sets the stage: the folder, the manifest, the simulator and the service that talks to it."""

import contextlib
import secrets
import shutil
import socket
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from string import Template
from typing import Final

from sekimori.cli._demo.service import Service, running_service
from sekimori.core.errors import SekimoriError
from sekimori.manifest.loader import load
from sekimori.manifest.slack_app import scopes
from sekimori.sim.server import Simulator
from sekimori.sim.settings import SimulatorSettings

TEMPLATE: Final = Path(__file__).with_name("sekimori.toml.template")
PORTS: Final = {"listen": 8484, "slack": 9001, "graph": 9002}
VALID_FOR: Final = timedelta(days=120)
_MARKER: Final = ".sekimori-demo"
_LEFT_BEHIND: Final = (
    "sekimori.db*",
    "logs/*.ndjson",
    "*.pem",
    "*.png",
    "*.feed",
    "google-key.json",
    "service.log",
    "slack-*",
    "sekimori.toml",
    "reconciliation.toml",
)


@dataclass(slots=True)
class Hands:
    """The clock of the fake vendors: the machine's, and so far ahead of it."""

    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        """Return the instant that it shows, in UTC."""
        return datetime.now(UTC) + self.ahead

    def move(self, to: datetime) -> None:
        """Put it forward, never back."""
        self.ahead += max(timedelta(), to - self())


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Everything that runs: the fake vendors, and the real service."""

    folder: Path
    manifest: Path
    hands: Hands
    simulator: Simulator
    service: Service


@contextlib.asynccontextmanager
async def set_stage(
    folder: Path, *, amended: Callable[[str], str] = str, wanted: Mapping[str, int] = PORTS, lasting: bool = False
) -> AsyncIterator[Stage]:
    """Start the simulator and the service on a fresh folder; stop both at the end.

    ``amended`` makes another manifest of the demonstration's. What an attacker changes stays so where it is
    ``lasting``. A port that is not free, or 0, becomes another one.

    Raises:
        SekimoriError: the folder cannot be used, or the service did not come up.
    """
    _clear(folder)
    ports = {name: free_port(port) for name, port in wanted.items()}
    hands = Hands()
    settings = SimulatorSettings(
        folder=folder,
        clock=hands,
        token_clock=lambda: datetime.now(UTC),
        seed=secrets.randbits(64),
        slack_port=ports["slack"],
        graph_port=ports["graph"],
        events_url=f"http://127.0.0.1:{ports['listen']}/slack/events",
        fenced=True,
        lasting=lasting,
    )
    manifest = write_manifest(folder, ports, settings, amended)
    settings = replace(settings, slack_scopes=tuple(need.name for need in scopes(load(manifest))))
    async with (
        Simulator.start(settings) as simulator,
        running_service(manifest, f"http://127.0.0.1:{ports['listen']}", folder / "service.log") as service,
    ):
        yield Stage(folder=folder, manifest=manifest, hands=hands, simulator=simulator, service=service)


def free_port(wanted: int) -> int:
    """Return a port of 127.0.0.1 that can be bound: the wanted one, else another."""
    for port in (wanted, 0):
        with socket.socket() as listener, contextlib.suppress(OSError):
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(("127.0.0.1", port))
            return int(listener.getsockname()[1])
    raise SekimoriError("no port of 127.0.0.1 is free", hint="end another server on this machine")


def _clear(folder: Path) -> None:
    """Remove what an earlier demonstration left; a folder of somebody else's is left alone."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()) and not (folder / _MARKER).exists():
            raise SekimoriError(f"the folder {folder} holds something else", hint="name another one with --folder")
        (folder / _MARKER).touch()
        for pattern in _LEFT_BEHIND:
            for path in folder.glob(pattern):
                path.unlink()
        shutil.rmtree(folder / "logs", ignore_errors=True)
    except OSError as error:
        raise SekimoriError(f"the folder {folder} cannot be used", hint=error.strerror or str(error)) from error


def write_manifest(
    folder: Path, ports: dict[str, int], settings: SimulatorSettings, amended: Callable[[str], str] = str
) -> Path:
    """Write the manifest and the two secrets of Slack's that it refers to; return the manifest's path."""
    until: date = (settings.clock() + VALID_FOR).date()
    values = {f"{name}_port": port for name, port in ports.items()}
    path = folder / "sekimori.toml"
    text = Template(TEMPLATE.read_text("utf-8")).substitute(values, until=until.isoformat())
    path.write_text(amended(text), "utf-8")
    kept = {
        "signing-secret": settings.signing_secret,
        "bot-token": settings.bot_token,
        "auditor-token": settings.auditor_token,
    }
    for name, secret in kept.items():
        file = folder / f"slack-{name}"
        file.touch(mode=0o600)
        file.write_text(secret.reveal(), "utf-8")
    return path
