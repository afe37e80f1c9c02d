"""Two `sekimori serve --only watch` share a stream and one is killed: nothing is lost, nothing doubled."""

import asyncio
import contextlib
import json
import sqlite3

NUMBER = 3000
LOUD_EVERY = 10
QUIET = b'{"time":"2026-11-20T01:02:03Z","operationName":"x","category":"NonInteractiveUserSignInLogs","properties":{}}'


def found(folder) -> list[str]:
    with contextlib.closing(sqlite3.connect(folder / "sekimori.db")) as database:
        return sorted(json.loads(text)["event"] for (text,) in database.execute("SELECT finding FROM findings"))


def read(folder) -> int:
    with contextlib.closing(sqlite3.connect(folder / "sekimori.db")) as database:
        rows = database.execute("SELECT offset FROM offsets WHERE stream LIKE 'eventhubs:%'").fetchall()
    return sum(int(at) for (text,) in rows for at in json.loads(text).values())


async def until(look) -> None:
    async with asyncio.timeout(40):
        while not look():  # noqa: ASYNC110 - what it waits for is in another process
            await asyncio.sleep(0.05)


async def test_of_two_processes_on_one_group_one_is_killed_and_nothing_is_lost_or_doubled(
    cluster, declared, stolen, unused_ports, watching
):
    hub = f'kind = "eventhubs"\nservers = "{cluster.servers}"\nhubs = ["shared"]\nconsumer_group = "shared"\n'
    manifest = declared({'kind = "files"\npath = "logs/*.ndjson"\n': hub})
    loud = [f"s{number:05}" for number in range(0, NUMBER, LOUD_EVERY)]
    values = [stolen(f"s{n:05}") if n % LOUD_EVERY == 0 else QUIET for n in range(NUMBER)]
    cluster.put("shared", *values[: NUMBER // 4])
    first, second = unused_ports
    async with watching(manifest, first) as (one, _), watching(manifest, second) as (two, log):
        await until(lambda: "eventhubs.joined" in log.read_text())
        cluster.put("shared", *values[NUMBER // 4 : NUMBER // 2])
        await until(lambda: read(manifest.parent) > NUMBER // 4)
        one.kill()
        cluster.put("shared", *values[NUMBER // 2 :])
        await until(lambda: read(manifest.parent) == NUMBER)
        two.terminate()
        assert await asyncio.wait_for(two.wait(), 20) == 0
    assert found(manifest.parent) == loud
