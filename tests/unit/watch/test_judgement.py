"""A judgement is recorded before it counts, says why and until when, and never mutes for good."""

from datetime import UTC, datetime, timedelta

import pytest

from sekimori.audit.entry import EntryKind
from sekimori.audit.log import AuditUnavailable
from sekimori.watch.alert import Alert
from sekimori.watch.bundle import Bundle
from sekimori.watch.domain.level import Level
from sekimori.watch.domain.standing import Standing
from sekimori.watch.judgement import Judged, Judgement, Judges, NotJudged, Objection, Scope

NOW = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)
ALERT = Alert(
    fingerprint="f" * 32, rule="r", level=Level.HIGH, title="t", summary="s", also=("more",), actor="somebody"
)
BUNDLE = Bundle(id=ALERT.fingerprint, revision=1, level=Level.HIGH, parts=(ALERT,))
DAY = timedelta(days=1)


class Steps:
    """The book and the log, which note what happens to them, in order."""

    def __init__(self, *, full=False):
        self.done, self.full = [], full

    async def find(self, alert):
        return BUNDLE if BUNDLE.id.startswith(alert) else None

    async def judge(self, bundle, judgement, *, at, entry):
        self.done.append(("counted", entry))
        return bundle

    async def append(self, kind, body, *, entry_id=None):
        if self.full:
            raise AuditUnavailable("disk full")
        self.done.append((kind, body))
        return type("Entry", (), {"id": "e1"})()


def judges(steps):
    return Judges(book=steps, log=steps, clock=lambda: NOW)


def said(standing=Standing.EXPECTED, **more):
    given = {"alert": "f" * 8, "who": "cli:me", "why": "because", "until": NOW + DAY} | more
    return Judgement(standing=standing, **given)


async def test_it_is_recorded_before_it_counts_without_its_words():
    steps = Steps()
    assert isinstance(await judges(steps).judge(said()), Judged)
    (kind, body), counted = steps.done
    assert kind is EntryKind.ALERT_JUDGED
    assert counted == ("counted", "e1")
    assert body["rules"] == ["r", "more"]
    assert "because" not in str(body)


async def test_what_cannot_be_recorded_does_not_count():
    steps = Steps(full=True)
    with pytest.raises(AuditUnavailable):
        await judges(steps).judge(said())
    assert steps.done == []


@pytest.mark.parametrize(
    ("judgement", "objection"),
    [
        (said(alert="e" * 8), Objection.UNKNOWN_ALERT),
        (said(why=" \n\t\u200b"), Objection.NO_REASON),
        (said(until=None), Objection.NO_END),
        (said(until=NOW), Objection.END_PASSED),
        (said(until=NOW + 400 * DAY), Objection.END_TOO_FAR),
        (said(Standing.FALSE_POSITIVE, why=""), Objection.NO_REASON),
    ],
)
async def test_what_cannot_stand_is_neither_recorded_nor_counted(judgement, objection):
    steps = Steps()
    assert await judges(steps).judge(judgement) == NotJudged(objection=objection)
    assert steps.done == []


async def test_acknowledging_and_taking_back_need_no_reason():
    for standing in (Standing.ACKNOWLEDGED, Standing.NEW):
        assert isinstance(await judges(Steps()).judge(said(standing, why="", until=None)), Judged)


async def test_a_decision_about_an_actor_needs_one():
    nobody = Bundle(id="f" * 32, revision=1, level=Level.HIGH, parts=(Alert(**{"actor": None, **_fields()}),))
    steps = Steps()

    async def find(alert):
        return nobody

    steps.find = find
    assert await judges(steps).judge(said(scope=Scope.ACTOR)) == NotJudged(objection=Objection.NO_ACTOR)


def _fields():
    return {"fingerprint": "f" * 32, "rule": "r", "level": Level.HIGH, "title": "t", "summary": "s"}
