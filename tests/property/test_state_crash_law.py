"""Law: whenever the watch is killed, what it remembers, found and read belongs together: none is lost, none doubled.

A thousand schedules: batches of events in a bounded disorder and with repetitions, read by one of two instances in
turn, and a kill at every kind of step: before and after each read and write of the transaction, and before and after
the commit itself. The ledger is a model in memory; the databases are held to it in tests/contract/storage.
"""

import asyncio
import copy
import json
import random
from collections import Counter
from datetime import UTC, datetime, timedelta

import structlog

from sekimori.watch.batch import Batch, Line
from sekimori.watch.delivery import Delivery
from sekimori.watch.domain.detection import Detector
from sekimori.watch.domain.language import Language
from sekimori.watch.domain.rule import rule_from
from sekimori.watch.domain.sigma.rule import load_rules
from sekimori.watch.domain.state.cells import BEGINNING, milliseconds
from sekimori.watch.domain.state.clocks import Reading
from sekimori.watch.domain.state.engine import Engine
from sekimori.watch.domain.state.memory import Memory
from sekimori.watch.intake import Intake
from sekimori.watch.ledger import Committed, Overtaken
from sekimori.watch.live import LiveWatch, Voice
from sekimori.watch.meters import Meters
from sekimori.watch.remembering import Remembering

SCHEDULES = 1000
START = datetime(2026, 11, 20, 1, tzinfo=UTC)
NOW = START + timedelta(days=9)
RULES = """
title: Every failure
id: each
level: low
logsource: {product: azure, service: serviceprincipalsigninlogs}
detection: {selection: {properties.status.errorCode: 1}, condition: selection}
---
title: failed
name: failed
logsource: {product: azure, service: serviceprincipalsigninlogs}
detection: {selection: {properties.status.errorCode: 2}, condition: selection}
---
title: signed_in
name: signed_in
logsource: {product: azure, service: serviceprincipalsigninlogs}
detection: {selection: {properties.status.errorCode: 0}, condition: selection}
---
title: Many
id: many
level: high
correlation: {type: event_count, rules: [failed], group-by: [properties.servicePrincipalId], timespan: 10m,
  condition: {gte: 3}}
---
title: Then
id: then
level: high
correlation: {type: temporal_ordered, rules: [failed, signed_in], group-by: [properties.servicePrincipalId],
  timespan: 10m}
"""
NEW = """
title: New address
id: new
level: medium
logsource: {product: azure, service: serviceprincipalsigninlogs}
detection: {selection: {properties.status.errorCode: 0}, condition: selection}
sekimori:
  first_seen: {key: [properties.servicePrincipalId], value: [event.address], learning: 0d}
"""
ALONE = """
title: Not followed
id: alone
level: medium
logsource: {product: azure, service: serviceprincipalsigninlogs}
detection: {selection: {properties.status.errorCode: 2}, condition: selection}
sekimori:
  unless: {rule: stopped, within: 30m, key: [properties.servicePrincipalId], once: 1h}
---
title: stopped
name: stopped
logsource: {product: azure, service: serviceprincipalsigninlogs}
detection: {selection: {properties.status.errorCode: 0}, condition: selection}
"""


class Killed(Exception):  # noqa: N818 - it is no error of ours
    pass


class Model:
    """A database in memory: a transaction works on a copy, and the copy becomes the database in one step."""

    def __init__(self) -> None:
        self.durable = {"cells": {}, "due": {}, "clocks": {}, "mark": BEGINNING, "alerts": Counter(), "at": ""}
        self.open = None
        self.steps = -1

    def step(self) -> None:
        self.steps -= 1
        if self.steps == 0:
            raise Killed

    async def claims(self):
        return {}

    async def commit(self, work):
        self.step()
        self.open = copy.copy(self.durable) | {name: dict(self.durable[name]) for name in ("cells", "due", "clocks")}
        self.open["alerts"] = Counter(self.durable["alerts"])
        try:
            if work.since and work.since["log"] != self.open["at"]:
                return Overtaken(parts=frozenset({"log"}))
            alerts = [*work.alerts, *await work.within()]
            self.step()
            fresh = [alert for alert in alerts if alert.fingerprint not in self.open["alerts"]]
            self.open["alerts"].update({alert.fingerprint for alert in fresh})
            self.open["at"] = work.positions.get("log", self.open["at"])
            self.step()
            self.durable = self.open
        finally:
            self.open = None
        self.step()
        return Committed(fresh=len(fresh))

    async def cells(self, keys):
        self.step()
        return {key: self.open["cells"][key] for key in keys if key in self.open["cells"]}

    async def due(self, until, rules, limit):
        return sorted(key for key, at in self.open["due"].items() if at is not None and at <= until)[:limit]

    async def keep(self, kept):
        for each in kept:
            self.step()
            self.open["cells"][each.key] = each.text
            self.open["due"][each.key] = each.due

    async def forget(self, before):
        raise NotImplementedError

    async def readings(self):
        return self.open["clocks"]

    async def read_clocks(self, latest, now):
        self.step()
        for part, at in latest.items():
            known = self.open["clocks"].get(part)
            self.open["clocks"][part] = Reading(max(at, known.latest if known else at), now)

    async def watermark(self):
        return self.open["mark"]

    async def put_watermark(self, watermark):
        self.step()
        self.open["mark"] = watermark


class Nowhere:
    async def undelivered(self):
        return
        yield


FILES = {"crash.yml": RULES, "new.yml": NEW, "alone.yml": ALONE}
DETECTOR = Detector(rules=[rule_from(sigma) for path, text in FILES.items() for sigma in load_rules(text, path)])
METERS = Meters()


def record(number: int, minute: float, error: int, chance: random.Random) -> dict:
    at = (START + timedelta(minutes=minute)).isoformat()
    properties = {"id": f"e{number}", "createdDateTime": at, "servicePrincipalId": chance.choice("ab")}
    properties |= {"ipAddress": f"203.0.113.{chance.randint(1, 3)}", "status": {"errorCode": error}}
    return {"time": at, "category": "ServicePrincipalSignInLogs", "operationName": "x", "properties": properties}


def story(chance: random.Random) -> tuple[list[dict], list[dict]]:
    """Return events, and how they arrive: up to 14 minutes late, some of them twice; much later comes a last one."""
    count = chance.randint(4, 14)
    drawn = sorted((chance.uniform(0, 80), chance.choice([0, 1, 2, 2])) for _ in range(count))
    events = [record(number, minute, error, chance) for number, (minute, error) in enumerate(drawn)]
    late = [(minute + chance.uniform(0, 14), event) for (minute, _), event in zip(drawn, events, strict=True)]
    late += [(minute + chance.uniform(0, 14), event) for minute, event in late if chance.random() < 0.2]
    last = record(99, 400, 9, chance)
    return [*events, last], [event for _, event in sorted(late, key=lambda each: each[0])] + [last]


def whole_log(events: list[dict]) -> set[str]:
    memory = Memory(Engine(state.keeper for state in DETECTOR.remembering))
    found = DETECTOR.detect_all(events)
    raised = [each for event in events for each in memory.take(DETECTOR.observed(event))]
    memory.see(milliseconds(datetime.fromisoformat(events[-1]["time"])))
    found += [finding for each in [*raised, *memory.end()] if (finding := DETECTOR.recalled(each))]
    return {finding.fingerprint for finding in found}


def watch_on(model: Model) -> LiveWatch:
    return LiveWatch(
        intake=Intake(envelopes=[]),
        detector=DETECTOR,
        own_entries=None,
        ledger=model,
        delivery=Delivery(Nowhere(), []),
        voice=Voice(language=Language.EN, zone=UTC),
        clock=lambda: NOW,
        meters=METERS,
        stages=[Remembering(detector=DETECTOR, store=model)],
    )


async def read_to_the_end(model: Model, arriving: list[dict], chance: random.Random) -> int:
    """Read in batches from where the database says; whoever is killed is followed by somebody new."""
    lines = [Line(text=json.dumps(each).encode(), path="log", line=n) for n, each in enumerate(arriving, 1)]
    watches, kills = [watch_on(model), watch_on(model)], 0
    while (at := int(model.durable["at"] or 0)) < len(lines):
        part = lines[at : at + chance.randint(1, 6)]
        who = chance.randrange(2)
        model.steps = chance.choice([-1, chance.randint(1, 12), chance.randint(1, 30)])
        stale = chance.random() < 0.1 and at
        try:
            await watches[who].take(
                Batch(
                    lines=tuple(lines[at - 1 : at] if stale else part),
                    positions={"log": str(part[-1].line)},
                    since={"log": str(at - 1) if stale else model.durable["at"]},
                ),
                "s",
            )
        except Killed:
            kills += 1
            watches[who] = watch_on(model)
    return kills


def test_a_thousand_schedules_of_kills_lose_nothing_and_double_nothing():
    async def all_of_them() -> tuple[int, int]:
        kills = found = 0
        for seed in range(SCHEDULES):
            chance = random.Random(seed)
            events, arriving = story(chance)
            model = Model()
            kills += await read_to_the_end(model, arriving, chance)
            alerts = model.durable["alerts"]
            assert set(alerts) == whole_log(events), seed
            assert set(alerts.values()) <= {1}, seed
            found += len(alerts)
        return kills, found

    with structlog.testing.capture_logs():
        kills, found = asyncio.run(all_of_them())
    assert kills > SCHEDULES
    assert found > SCHEDULES
