"""The HTTP intake on a real server and a real database, with the shipped rules behind it."""

import asyncio
import contextlib
import json
import shutil
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette

from sekimori.bootstrap import envelopes
from sekimori.core.confidential import Secret
from sekimori.sim import world
from sekimori.sim.web import listening, serving
from sekimori.storage.database import Database, open_database
from sekimori.storage.outbox import SqlOutbox
from sekimori.storage.watch_ledger import SqlWatchLedger
from sekimori.watch.collectors.http import HttpCollector
from sekimori.watch.delivery import Delivery
from sekimori.watch.domain.detection import Detector
from sekimori.watch.domain.language import Language
from sekimori.watch.domain.profile import IdentityProfile
from sekimori.watch.intake import Intake
from sekimori.watch.live import LiveWatch, Voice
from sekimori.watch.meters import Meters
from sekimori.watch.rulebook import shipped_rules

KEY = "0123456789abcdef0123456789abcdef"

EGRESS = (ip_network("203.0.113.0/24"),)


def now() -> datetime:
    return datetime(2026, 11, 23, 0, 30, tzinfo=UTC)


def stolen(identity: str, **changes: Any) -> dict[str, Any]:
    """Return a sign-in of the watched application from an address that is not declared."""
    properties = {
        "id": identity,
        "createdDateTime": "2026-11-20T01:02:03.0000000Z",
        "appId": world.APP,
        "ipAddress": "198.51.100.7",
        "status": {"errorCode": 0},
        "servicePrincipalId": world.SERVICE_PRINCIPAL,
    }
    record = {
        "time": "2026-11-20T01:02:03.0000000Z",
        "operationName": "Sign-in activity",
        "category": "ServicePrincipalSignInLogs",
        "resultType": "0",
        "callerIpAddress": "198.51.100.7",
        "correlationId": identity,
        "properties": properties,
    }
    return record | changes


@dataclass(kw_only=True)
class Door:
    """What a sender sees, and what came of it."""

    http: httpx.AsyncClient
    collector: HttpCollector
    live: LiveWatch
    meters: Meters
    database: Path
    store: Database
    following: asyncio.Task[None] | None = None

    async def post(self, content: Any, path: str = "/api/v2/logs", **headers: str) -> httpx.Response:
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        sent = {"DD-API-KEY": KEY, "Content-Type": "application/json"} | headers
        return await self.http.post(path, content=body, headers=sent)

    def watch(self) -> None:
        """Begin to deal with what arrives."""
        self.following = asyncio.create_task(self.live.follow(self.collector, "http:intake"))

    def found(self) -> list[str]:
        """Return the events that findings were kept for."""
        with contextlib.closing(sqlite3.connect(self.database)) as connection:
            rows = connection.execute("SELECT finding FROM findings").fetchall()
        return sorted({json.loads(text)["event"] for (text,) in rows})

    async def limit_disk(self, pages: int | None) -> None:
        """Let the database grow to so many pages, or without limit: what the disk does when it is full."""
        async with self.store.transaction() as connection:
            used = (await connection.exec_driver_sql("PRAGMA page_count")).scalar_one()
            await connection.exec_driver_sql(f"PRAGMA max_page_count = {1 << 30 if pages is None else used + pages}")

    def counted(self, name: str, **labels: str) -> float:
        return self.meters.registry.get_sample_value(f"sekimori_watch_{name}", labels) or 0.0


@pytest.fixture
def door(tmp_path: Path, with_tables: Path) -> Any:
    """Open an intake, being watched; ``room`` and ``patience`` as in HttpCollector."""

    @contextlib.asynccontextmanager
    async def opened(*, watched: bool = True, **settings: Any) -> AsyncIterator[Door]:
        shutil.copyfile(with_tables, tmp_path / "watch.db")
        meters = Meters()
        collector = HttpCollector(keys=[Secret("old"), Secret(KEY)], stream="http:intake", meters=meters, **settings)
        async with await open_database("sqlite:///watch.db", folder=tmp_path) as database:
            profile = IdentityProfile(name="Sekimori", app_id=world.APP, recorded=True, egress=EGRESS)
            live = LiveWatch(
                intake=Intake(envelopes=envelopes()),
                detector=Detector(rules=shipped_rules(), profiles=(profile,)),
                own_entries=None,
                ledger=SqlWatchLedger(database, clock=now),
                delivery=Delivery(SqlOutbox(database, clock=now), []),
                voice=Voice(language=Language.EN, zone=UTC),
                clock=now,
                meters=meters,
            )
            with listening(0) as listener:
                base = f"http://127.0.0.1:{listener.getsockname()[1]}"
                async with (
                    serving(Starlette(routes=collector.routes()), listener),
                    httpx.AsyncClient(base_url=base, verify=False, trust_env=False) as http,
                ):
                    path = tmp_path / "watch.db"
                    made = Door(http=http, collector=collector, live=live, meters=meters, database=path, store=database)
                    if watched:
                        made.watch()
                    try:
                        yield made
                    finally:
                        if made.following:
                            made.following.cancel()
                            await asyncio.gather(made.following, return_exceptions=True)

    return opened


@pytest.fixture
def stolen_sign_in() -> Any:
    """Give the way to write a sign-in that raises a finding."""
    return stolen
