"""Findings become alerts, and each sink is given each of them: through restarts, by one of many instances."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from sekimori.storage.alert_book import SqlAlertBook
from sekimori.storage.alerts import Recorded, SqlAlerts
from sekimori.storage.backend import Turn
from sekimori.storage.database import open_database
from sekimori.storage.leases import Lease
from sekimori.storage.offsets import SqlOffsets
from sekimori.storage.outbox import KEPT_FOR, REFUSALS, SqlOutbox
from sekimori.storage.tables import findings
from sekimori.watch.alert import Alert
from sekimori.watch.domain.level import Level
from sekimori.watch.domain.standing import Standing
from sekimori.watch.judgement import Judgement, Scope

NOW = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def database(storage_url, tmp_path):
    async with await open_database(storage_url, folder=tmp_path) as opened:
        yield opened


def alert(fingerprint, *, rule="r", app=None, level=Level.HIGH, time=NOW, **more):
    return Alert(
        fingerprint=fingerprint,
        rule=rule,
        level=level,
        title="t",
        summary="s",
        app_key=f"app:{app or fingerprint}",
        time=time.isoformat(),
        **more,
    )


class Clock:
    def __init__(self):
        self.at = NOW

    def __call__(self):
        return self.at


def outbox_of(database, clock=None, holder="a", minutes=5):
    return SqlOutbox(
        database, clock=clock or (lambda: NOW), lease=Lease(holder=holder, lasting=timedelta(minutes=minutes))
    )


async def record(database, *alerts, at=NOW):
    async with database.transaction(Turn.WATCH):
        return await SqlAlerts(database).record(alerts, at)


async def drained(outbox, sink="s"):
    given = []
    while waiting := await outbox.next(sink):
        given.append((waiting.bundle.id, waiting.bundle.revision, waiting.bundle.count))
        await outbox.taken(waiting, f"ref-{waiting.bundle.id}")
    return given


async def undelivered(database):
    async with database.reading() as connection:
        return (await connection.execute(select(func.count()).where(findings.c.delivered_at.is_(None)))).scalar_one()


async def test_a_finding_is_new_once(database):
    assert await record(database, alert("f1"), alert("f1")) == Recorded(fresh=1)
    assert await record(database, alert("f1"), alert("f2")) == Recorded(fresh=1)


async def test_each_sink_is_given_each_alert_in_order(database):
    outbox = outbox_of(database)
    await outbox.register({"s": Level.LOW, "t": Level.LOW})
    await record(database, alert("c"), alert("a"), alert("b"))
    assert await drained(outbox, "s") == [("c", 1, 1), ("a", 1, 1), ("b", 1, 1)]
    assert await undelivered(database) == 3, "the other sink has none of them"
    assert [id_ for id_, _, _ in await drained(outbox, "t")] == ["c", "a", "b"]
    assert await undelivered(database) == 0


async def test_a_sink_is_told_from_its_level_on(database):
    outbox = outbox_of(database)
    await outbox.register({"s": Level.HIGH})
    await record(database, alert("low", level=Level.LOW), alert("high", level=Level.HIGH))
    assert [id_ for id_, _, _ in await drained(outbox)] == ["high"]
    assert await undelivered(database) == 0


async def test_what_was_found_without_a_sink_waits_for_one_and_a_further_sink_begins_with_now(database):
    await record(database, alert("early"))
    assert await undelivered(database) == 1
    outbox = outbox_of(database)
    await outbox.register({"s": Level.LOW})
    assert [id_ for id_, _, _ in await drained(outbox)] == ["early"]
    await outbox.register({"s": Level.LOW, "t": Level.LOW})
    await record(database, alert("late"))
    assert [id_ for id_, _, _ in await drained(outbox, "t")] == ["late"]


async def test_what_waits_for_a_sink_that_is_gone_is_given_to_the_others(database):
    outbox = outbox_of(database)
    await outbox.register({"gone": Level.LOW})
    await record(database, alert("f1"))
    await outbox.register({"s": Level.LOW})
    assert [id_ for id_, _, _ in await drained(outbox)] == ["f1"]
    assert await undelivered(database) == 0


async def test_the_same_again_is_one_alert_whose_edits_are_kept_apart(database):
    clock = Clock()
    outbox = outbox_of(database, clock)
    await outbox.register({"s": Level.LOW})
    await record(database, alert("f1", app="x"))
    assert await drained(outbox) == [("f1", 1, 1)]
    for number in range(2, 202):
        await record(database, alert(f"f{number}", app="x"))
    assert await drained(outbox) == [], "edits are kept apart"
    assert 0 < await outbox.seconds_to_next("s") <= 1
    clock.at += timedelta(seconds=1)
    assert await drained(outbox) == [("f1", 201, 201)], "two hundred findings are one edit"
    assert await undelivered(database) == 0


async def test_a_part_that_matters_more_is_told_at_once(database):
    outbox = outbox_of(database)
    await outbox.register({"s": Level.LOW, "grave": Level.CRITICAL})
    await record(database, alert("f1", app="x", level=Level.LOW, correlation="c"))
    await drained(outbox)
    await record(database, alert("f2", app="x", rule="other", level=Level.CRITICAL, correlation="c"))
    waiting = await outbox.next("s")
    assert (waiting.reference, waiting.bundle.level, waiting.bundle.lead.fingerprint) == ("ref-f1", "critical", "f2")
    assert [id_ for id_, _, _ in await drained(outbox, "grave")] == ["f1"]


async def judge(database, alert_id, standing, until=None, at=NOW, **more):
    book = SqlAlertBook(database)
    judgement = Judgement(alert=alert_id, standing=standing, who="cli:me", why="why", until=until, **more)
    return await book.judge(await book.find(alert_id), judgement, at=at, entry="e")


async def test_a_judgement_is_shown_everywhere_and_mutes_the_same_until_it_ends(database):
    outbox = outbox_of(database)
    await outbox.register({"s": Level.LOW})
    first, second, third = ("a" * 32, "b" * 32, "c" * 32)
    await record(database, alert(first, app="x"))
    await drained(outbox)
    end = NOW + timedelta(days=2)
    await judge(database, first, Standing.EXPECTED, end)
    assert await drained(outbox) == [(first, 2, 1)], "the message says so"
    assert await record(database, alert(second, app="x")) == Recorded(fresh=1, muted=1)
    assert await drained(outbox) == []
    muted = await SqlAlertBook(database).find(second)
    assert (muted.standing, muted.decision.why, muted.count) == (Standing.EXPECTED, "why", 1)
    assert await undelivered(database) == 0
    await record(database, alert(third, app="x", time=end), at=end)
    assert [id_ for id_, _, _ in await drained(outbox_of(database, lambda: end))] == [third], "the decision has ended"


async def test_a_judgement_that_is_taken_back_mutes_no_more(database):
    outbox = outbox_of(database)
    await outbox.register({"s": Level.LOW})
    first, second = ("a" * 32, "b" * 32)
    await record(database, alert(first, app="x", actor="somebody"))
    await judge(database, first, Standing.FALSE_POSITIVE, NOW + timedelta(days=2), scope=Scope.ACTOR)
    await judge(database, first, Standing.ACKNOWLEDGED)
    await record(database, alert(second, app="x", actor="somebody"))
    assert {id_ for id_, _, _ in await drained(outbox)} == {first, second}
    history = await SqlAlertBook(database).history(first)
    assert [decision.standing for decision in history] == [Standing.FALSE_POSITIVE, Standing.ACKNOWLEDGED]
    assert history[0].actor == "somebody"


async def test_an_alert_is_found_by_how_its_id_begins_unless_two_begin_so(database):
    await record(database, alert("ab" * 16), alert("ab" * 15 + "cd"))
    book = SqlAlertBook(database)
    assert await book.find("ab" * 4) is None
    assert (await book.find("ab" * 15 + "cd")).id == "ab" * 15 + "cd"
    assert await book.find("%" * 8) is None
    assert [bundle.id for bundle in await book.listed(limit=1)] == ["ab" * 15 + "cd"]


async def test_offsets_are_kept_by_stream(database):
    offsets = SqlOffsets(database)
    assert await offsets.get("logs/a.ndjson") is None
    await offsets.put("logs/a.ndjson", "10")
    await offsets.put("logs/b.ndjson", "1")
    await offsets.put("logs/a.ndjson", "20")
    assert (await offsets.get("logs/a.ndjson"), await offsets.get("logs/b.ndjson")) == ("20", "1")


async def test_finding_and_offset_are_committed_together_or_not_at_all(database):
    offsets = SqlOffsets(database)

    async def killed_before_the_end() -> None:
        async with database.transaction():
            await SqlAlerts(database).record([alert("f1")], NOW)
            await offsets.put("s", "10")
            assert await offsets.get("s") == "10"
            raise RuntimeError("killed")

    with pytest.raises(RuntimeError, match="killed"):
        await killed_before_the_end()
    assert (await undelivered(database), await offsets.get("s")) == (0, None)
    async with database.transaction():
        await SqlAlerts(database).record([alert("f1")], NOW)
        await offsets.put("s", "10")
    assert (await undelivered(database), await offsets.get("s")) == (1, "10")


async def test_a_finding_that_two_instances_make_is_new_once(storage_url, tmp_path):
    opened = [await open_database(storage_url, folder=tmp_path) for _ in range(3)]
    answers = await asyncio.gather(*(record(one, alert("f1")) for one in opened * 4))
    assert sum(answer.fresh for answer in answers) == 1
    for one in opened:
        await one.close()


async def test_two_instances_deliver_each_alert_once(database):
    await outbox_of(database).register({"s": Level.LOW})
    await record(database, *(alert(f"f{number}") for number in range(9)))
    shown = []

    async def deliver(holder: str) -> None:
        outbox = outbox_of(database, holder=holder)
        while waiting := await outbox.next("s"):
            shown.append(waiting.bundle.id)
            await asyncio.sleep(0.005)
            await outbox.taken(waiting, None)

    await asyncio.gather(deliver("a"), deliver("b"))
    assert sorted(shown) == [f"f{number}" for number in range(9)]
    assert await undelivered(database) == 0


async def test_what_an_instance_took_and_never_delivered_comes_to_another_when_its_lease_ends(database):
    clock = Clock()
    one, other = outbox_of(database, clock), outbox_of(database, clock, holder="b")
    await one.register({"s": Level.LOW})
    await record(database, alert("f1"))
    assert (await one.next("s")).bundle.id == "f1"
    assert await other.next("s") is None
    clock.at += 5 * MINUTE
    assert (await other.next("s")).bundle.id == "f1"


async def test_an_alert_that_is_refused_lets_others_pass_and_is_given_up_after_its_tries(database):
    clock = Clock()
    outbox = outbox_of(database, clock)
    await outbox.register({"s": Level.LOW})
    await record(database, alert("poison"), alert("good"))
    tries = 0
    while waiting := await outbox.next("s"):
        if waiting.bundle.id == "good":
            await outbox.taken(waiting, None)
            continue
        tries += 1
        await outbox.refused(waiting, "invalid")
        clock.at += timedelta(hours=1)
    assert tries == len(REFUSALS) + 1
    (dead,) = await outbox.dead_letters()
    assert (dead.alert, dead.sink, dead.attempts, dead.reason) == ("poison", "s", tries, "invalid")
    assert await outbox.replay([dead.place]) == 1
    assert [id_ for id_, _, _ in await drained(outbox)] == ["poison"]
    assert await outbox.dead_letters() == ()


async def test_a_sink_that_is_gone_for_a_day_gets_everything_and_one_gone_for_longer_leaves_dead_letters(database):
    clock = Clock()
    outbox = outbox_of(database, clock)
    await outbox.register({"s": Level.LOW})
    await record(database, *(alert(f"f{number}") for number in range(5)))
    clock.at += timedelta(days=1)
    await outbox.failed(await outbox.next("s"), "connection refused")
    assert await outbox.dead_letters() == ()
    await record(database, alert("young"), at=clock.at)
    clock.at += KEPT_FOR - timedelta(hours=1)
    await outbox.failed(await outbox.next("s"), "connection refused")
    dead = await outbox.dead_letters()
    assert {letter.alert for letter in dead} == {f"f{number}" for number in range(5)}
    assert [id_ for id_, _, _ in await drained(outbox)] == ["young"]
    await outbox.replay([letter.place for letter in dead])
    assert {id_ for id_, _, _ in await drained(outbox)} == {f"f{number}" for number in range(5)}
    assert await undelivered(database) == 0
