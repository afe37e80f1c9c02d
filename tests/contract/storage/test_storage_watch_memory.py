"""What the watch remembers is committed with the positions, shared by instances, and neither lost nor doubled."""

import asyncio
import json
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from sekimori.bootstrap import envelopes
from sekimori.storage.database import open_database
from sekimori.storage.outbox import SqlOutbox
from sekimori.storage.tables import findings
from sekimori.storage.watch_ledger import SqlWatchLedger
from sekimori.storage.watch_memory import SqlWatchMemory
from sekimori.watch.batch import Batch, Line
from sekimori.watch.delivery import Delivery
from sekimori.watch.domain.detection import Detector
from sekimori.watch.domain.language import Language
from sekimori.watch.domain.rule import rule_from
from sekimori.watch.domain.sigma.rule import load_rules
from sekimori.watch.domain.state.engine import Kept
from sekimori.watch.intake import Intake
from sekimori.watch.live import LiveWatch, Voice
from sekimori.watch.remembering import Remembering

NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)
START = datetime(2026, 11, 20, 1, tzinfo=UTC)
RULES = """
title: Many
id: many
level: high
correlation: {type: event_count, rules: [failed], group-by: [properties.servicePrincipalId], timespan: 10m,
  condition: {gte: 6}}
---
title: failed
name: failed
logsource: {product: azure, service: serviceprincipalsigninlogs}
detection:
  selection: {properties.status.errorCode: 7000215}
  condition: selection
---
title: New address
id: new
level: medium
logsource: {product: azure, service: serviceprincipalsigninlogs}
detection:
  selection: {properties.status.errorCode: 0}
  condition: selection
sekimori:
  first_seen: {key: [properties.servicePrincipalId], value: [event.address], memory: 30d, learning: 0d}
"""
DETECTOR = Detector(rules=[rule_from(sigma) for sigma in load_rules(RULES, "state.yml")])


def line(number: int, minute: float, error: int = 7000215, address: str = "203.0.113.9") -> Line:
    at = (START + timedelta(minutes=minute)).isoformat()
    properties = {"id": f"s{number}", "createdDateTime": at, "servicePrincipalId": "sp", "ipAddress": address}
    record = {"time": at, "category": "ServicePrincipalSignInLogs", "operationName": "Sign-in activity"}
    text = json.dumps(record | {"properties": properties | {"status": {"errorCode": error}}})
    return Line(text=text.encode(), path="log", line=number)


def batch(since: str, lines: list[Line]) -> Batch:
    return Batch(lines=tuple(lines), positions={"log": str(lines[-1].line)}, since={"log": since})


def watch_on(database, detector=DETECTOR) -> LiveWatch:
    return LiveWatch(
        intake=Intake(envelopes=envelopes()),
        detector=detector,
        own_entries=None,
        ledger=SqlWatchLedger(database, clock=lambda: NOW),
        delivery=Delivery(SqlOutbox(database, clock=lambda: NOW), []),
        voice=Voice(language=Language.EN, zone=UTC),
        clock=lambda: NOW,
        stages=[Remembering(detector=detector, store=SqlWatchMemory(database))],
    )


async def told(database) -> list[str]:
    async with database.reading() as connection:
        kept = (await connection.execute(select(findings.c.finding).order_by(findings.c.place))).scalars()
        return [json.loads(text)["rule"] for text in kept]


async def test_instances_that_share_a_database_count_together(storage_url, tmp_path):
    async with (
        await open_database(storage_url, folder=tmp_path) as one,
        await open_database(storage_url, folder=tmp_path) as two,
    ):
        watches = [watch_on(one), watch_on(two)]
        parts = [[line(n, n) for n in range(6) if n % 2 == part] for part in (0, 1)]
        await asyncio.gather(
            *(watch.take(batch("", part), f"s{n}") for n, (watch, part) in enumerate(zip(watches, parts, strict=True)))
        )
        assert await told(one) == ["many"]


async def test_what_a_rule_that_remembers_finds_is_measured_once_it_is_committed(storage_url, tmp_path):
    async with await open_database(storage_url, folder=tmp_path) as database:
        watch = watch_on(database)

        def measured(name, **labels):
            return watch._meters.registry.get_sample_value(f"sekimori_watch_{name}_total", labels)

        await watch.take(batch("", [line(n, n) for n in range(6)]), "a")
        assert (measured("findings", rule="many", level="high"), measured("alerts")) == (1, 1)
        await watch.tick()
        assert (measured("findings", rule="many", level="high"), measured("alerts")) == (1, 1)


UNFOLLOWED = """
title: Unfollowed
id: unfollowed
level: medium
logsource: {product: azure, service: serviceprincipalsigninlogs}
detection:
  selection: {properties.status.errorCode: 0}
  condition: selection
sekimori:
  unless: {rule: follows, within: 10m, key: [properties.servicePrincipalId]}
---
title: Follows
name: follows
logsource: {product: azure, service: serviceprincipalsigninlogs}
detection:
  selection: {properties.status.errorCode: 7000215}
  condition: selection
"""


async def test_what_comes_when_its_time_is_over_is_not_told_for_what_did_not_follow(storage_url, tmp_path):
    detector = Detector(rules=[rule_from(each) for each in load_rules(UNFOLLOWED, "unfollowed.yml")])
    async with await open_database(storage_url, folder=tmp_path) as database:
        watch = watch_on(database, detector)
        await watch.take(batch("", [line(1, 100)]), "a")
        await watch.take(batch("1", [line(2, 0, 0)]), "a")
        await watch.take(batch("2", [line(3, 1)]), "a")
        assert await told(database) == [], "what follows was as late"


async def test_what_did_not_follow_is_told_although_one_batch_brings_both_it_and_a_later_time(storage_url, tmp_path):
    detector = Detector(rules=[rule_from(each) for each in load_rules(UNFOLLOWED, "unfollowed.yml")])
    async with await open_database(storage_url, folder=tmp_path) as database:
        await watch_on(database, detector).take(batch("", [line(1, 50, 0), line(2, 100)]), "a")
        assert await told(database) == ["unfollowed"]


async def test_a_batch_that_comes_again_is_not_counted_twice(storage_url, tmp_path):
    async with await open_database(storage_url, folder=tmp_path) as database:
        for stream in "ab":
            await watch_on(database).take(batch("", [line(n, n) for n in range(5)]), stream)
        assert await told(database) == []
        await watch_on(database).take(batch("", [line(5, 5)]), "c")
        await watch_on(database).take(batch("", [line(n, n) for n in range(6)]), "d")
        assert await told(database) == ["many"]


async def test_what_a_transaction_left_undone_is_not_remembered(storage_url, tmp_path):
    class Broken(SqlWatchMemory):
        async def keep(self, kept):
            await super().keep(kept)
            raise RuntimeError("killed")

    async with await open_database(storage_url, folder=tmp_path) as database:
        watch = watch_on(database)
        watch._stages[0]._store = Broken(database)
        with pytest.raises(RuntimeError, match="killed"):
            await watch.take(batch("", [line(n, n) for n in range(5)]), "a")
        await watch_on(database).take(batch("", [line(9, 5)]), "a")
        assert await told(database) == []
        await watch_on(database).take(batch("9", [line(n, n) for n in range(5)]), "a")
        assert await told(database) == ["many"]


async def test_a_first_sighting_is_told_when_its_day_is_settled_and_only_once(storage_url, tmp_path):
    async with await open_database(storage_url, folder=tmp_path) as database:
        await watch_on(database).take(batch("", [line(1, 0, 0)]), "a")
        await watch_on(database).take(batch("1", [line(2, 1, 0), line(3, 2, 0, "198.51.100.9")]), "a")
        assert await told(database) == ["state", "state"]


async def test_a_rule_that_became_another_begins_anew(storage_url, tmp_path):
    edited = Detector(
        rules=[rule_from(each) for each in load_rules(RULES.replace("timespan: 10m", "timespan: 1h"), "state.yml")]
    )
    async with await open_database(storage_url, folder=tmp_path) as database:
        await watch_on(database).take(batch("", [line(n, n) for n in range(5)]), "a")
        watch = watch_on(database, edited)
        await watch.take(batch("", [line(5, 5)]), "b")
        assert await told(database) == []
        await watch.take(batch("", [line(n, n) for n in range(6)]), "c")
        assert await told(database) == ["many"]


async def test_cells_are_found_when_they_are_due_and_forgotten_when_they_expire(storage_url, tmp_path):
    async with await open_database(storage_url, folder=tmp_path) as database:
        store = SqlWatchMemory(database)
        odd = ("r", '["\\u0000 é \'"]')
        kept = [
            Kept(key=odd, text=b"{}", due=5, expires=20),
            Kept(key=("r", "b"), text=b"{}", due=None, expires=10),
            Kept(key=("gone", "c"), text=b"{}", due=1, expires=10),
        ]
        await store.keep(kept)
        await store.keep([Kept(key=("r", "b"), text=b"[]", due=None, expires=11)])
        assert await store.due(5, ["r"], 9) == [odd]
        assert await store.cells([odd, ("r", "b"), ("r", "none")]) == {odd: b"{}", ("r", "b"): b"[]"}
        await store.forget(12)
        assert set(await store.cells([each.key for each in kept])) == {odd}
