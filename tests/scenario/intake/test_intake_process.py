"""`sekimori serve --only watch` with the intake: probes, metrics, and an end that loses nothing it accepted."""

import asyncio
import contextlib
import json
import sqlite3

import httpx

FILES = 'kind = "files"\npath = "logs/*.ndjson"\n'
KEY = "0123456789abcdef0123456789abcdef"


def found(folder) -> list[str]:
    with contextlib.closing(sqlite3.connect(folder / "sekimori.db")) as database:
        return sorted(json.loads(text)["event"] for (text,) in database.execute("SELECT finding FROM findings"))


async def test_what_was_accepted_before_the_end_is_there_after_it(declared, watching, unused_ports, stolen_sign_in):
    manifest = declared({FILES: 'kind = "http"\nkeys = ["file:intake-key"]\n'})
    (manifest.parent / "intake-key").write_text(KEY)
    port = unused_ports[0]
    accepted: list[str] = []

    async def send(http: httpx.AsyncClient, sender: int) -> None:
        for number in range(10_000):
            names = [f"s{sender}-{number}-{each}" for each in range(5)]
            body = json.dumps([stolen_sign_in(name) for name in names])
            try:
                answer = await http.post("/api/v2/logs", content=body, headers={"DD-API-KEY": KEY})
            except httpx.TransportError:
                return
            assert answer.status_code == 202
            accepted.extend(names)

    async with (
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=20) as http,
        watching(manifest, port) as (process, log),
    ):
        senders = [asyncio.create_task(send(http, number)) for number in range(4)]
        while len(accepted) < 100:  # noqa: ASYNC110 - it is another process that accepts
            await asyncio.sleep(0.01)
        metrics = (await http.get("/metrics")).text
        assert 'sekimori_watch_records_total{envelope="azure diagnostic",source="http:intake"}' in metrics
        assert "sekimori_watch_undelivered_alerts" in metrics
        assert 'sekimori_watch_deliveries{outcome="taken",sink="slack"} 0.0' in metrics
        assert KEY not in metrics
        process.terminate()
        await asyncio.gather(*senders)
        assert await asyncio.wait_for(process.wait(), 25) == 0
        assert KEY not in log.read_text()
        assert all(line.startswith("{") for line in log.read_text().splitlines())
    assert set(accepted) <= set(found(manifest.parent))
