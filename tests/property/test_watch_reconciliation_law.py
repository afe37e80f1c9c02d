"""In any order, doubled, late, with clocks apart within bounds: what is ours accuses nobody, and all else is found."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sekimori.watch.domain.bounds import Bounds
from sekimori.watch.domain.detection import Detector
from sekimori.watch.domain.finding import Finding
from sekimori.watch.domain.profile import IdentityProfile
from sekimori.watch.domain.reconciling import absence
from sekimori.watch.domain.trail import Intent, MemoryTrail
from sekimori.watch.envelopes import audit_log
from sekimori.watch.rulebook import chosen, shipped_rules

APP = "6f1d2c3b-4a59-4871-8e90-aabbccddeeff"
START = datetime(2026, 11, 20, 1, tzinfo=UTC)
BOUNDS = Bounds(apart=timedelta(minutes=5), delay=timedelta(minutes=30))
OURS = IdentityProfile(name="desk", app_id=APP, recorded=True, mailboxes={"sato": "sato@x.example"}, bounds=BOUNDS)
RULES = chosen(shipped_rules(), {"reconciliation"})
SKEW = st.integers(-299, 299)


def entry(number: int, kind: str, at: datetime, **body: Any) -> Any:
    raw = {"seq": number, "id": f"e-{kind}-{number}", "at": at.isoformat(), "kind": kind, "body": body, "hash": "00"}
    return next(audit_log.records(raw))


def announced(number: int) -> Any:
    window = [START.isoformat(), (START + timedelta(days=7)).isoformat()]
    call = {"method": "POST", "resource": "calendar/getSchedule", "people": ["sato"], "window": window}
    return entry(number, "call.intent", START + timedelta(minutes=number), provider="outlook", **call)


def obtained(number: int, uti: str | None) -> Any:
    return entry(number, "token.obtained", START + timedelta(minutes=number), uti=uti, resource="graph")


def call(number: int, skew: int, *, entry_id: str | None = None, **changed: Any) -> Any:
    at = START + timedelta(minutes=number, seconds=skew)
    properties = {
        "requestId": f"r{number}",
        "clientRequestId": entry_id or f"E-call.intent-{number}",
        "appId": APP,
        "requestMethod": "POST",
        "requestUri": "https://graph.microsoft.com/v1.0/users/sato%40x.example/calendar/getSchedule",
        "timeGenerated": at.isoformat(),
        "signInActivityId": "token-0",
        "responseSizeBytes": 2000,
    }
    return {"category": "MicrosoftGraphActivityLogs", "properties": properties | changed}


def sign_in(number: int, skew: int, token: str | None) -> Any:
    at = START + timedelta(minutes=number, seconds=skew)
    properties = {"id": f"s{number}", "appId": APP, "createdDateTime": at.isoformat(), "status": {"errorCode": 0}}
    return {"category": "ServicePrincipalSignInLogs", "properties": properties | {"uniqueTokenIdentifier": token}}


def told(entries: list[Any], logs: list[Any]) -> list[Finding]:
    detector = Detector(RULES, profiles=[OURS], trail=MemoryTrail(is_whole=True))
    assert detector.detect_all(entries) == []
    return detector.detect_all(logs)


@st.composite
def histories(draw: Any) -> tuple[list[Any], list[Any]]:
    """Return what the desk recorded, and what Entra and Graph logged of it: shuffled, doubled, with clocks apart."""
    calls = draw(st.integers(1, 6))
    readable = draw(st.lists(st.booleans(), min_size=1, max_size=4))
    tokens = [f"token-{number}" if is_read else None for number, is_read in enumerate(readable)]
    entries = [*map(announced, range(calls)), *(obtained(20 * n, token) for n, token in enumerate(tokens))]
    entries += [obtained(0, "token-0")]
    logs = [call(number, draw(SKEW)) for number in range(calls)]
    logs += [sign_in(20 * n, draw(SKEW), draw(st.sampled_from([f"token-{n}", None]))) for n in range(len(tokens))]
    doubled = draw(st.lists(st.sampled_from(logs), max_size=4))
    return draw(st.permutations(entries)), draw(st.permutations([*logs, *doubled]))


@settings(max_examples=60)
@given(histories())
def test_what_is_ours_accuses_nobody(history: tuple[list[Any], list[Any]]) -> None:
    entries, logs = history
    assert told(entries, logs) == []


@settings(max_examples=60)
@given(histories(), st.data())
def test_whatever_else_comes_among_it_is_found(history: tuple[list[Any], list[Any]], data: Any) -> None:
    entries, logs = history
    foreign = data.draw(
        st.sampled_from(
            [
                call(90, 0, entry_id="invented"),
                call(90, 0, entry_id=None),
                call(90, 0, entry_id="e-call.intent-0", timeGenerated=START.isoformat()),
                call(0, 0, requestId="r-other", entry_id="e-call.intent-0"),
                call(0, 0, requestId="r-other", requestMethod="GET"),
                call(
                    0, 0, requestId="r-other", requestUri="https://graph.microsoft.com/v1.0/users/x@x.example/messages"
                ),
                sign_in(95, 0, "token-99"),
            ]
        )
    )
    place = data.draw(st.integers(0, len(logs)))
    before, after = logs[:place], logs[place:]
    found = told(entries, [*before, foreign, *after])
    assert found, "the foreign one, or the genuine one that came after it under the same entry"


INTENTS = st.lists(
    st.tuples(st.integers(0, 120), st.booleans(), st.booleans()), unique_by=lambda each: each[0], max_size=8
)


@given(INTENTS, st.integers(0, 200), st.randoms())
def test_missing_are_those_that_were_answered_long_ago_and_not_claimed(drawn: Any, minutes: int, chance: Any) -> None:
    intents = [
        Intent(
            entry_id=f"e{minute}",
            at=START + timedelta(minutes=minute),
            method="POST",
            resource=None,
            provider="outlook",
            answered=START + timedelta(minutes=minute) if answered else None,
        )
        for minute, answered, _ in drawn
    ]
    claimed = {f"e{minute}" for minute, _, is_claimed in drawn if is_claimed}
    before = START + timedelta(minutes=minutes)
    expected = sorted(m for m, answered, is_claimed in drawn if answered and not is_claimed and m < minutes)
    found = absence(intents, claimed, before=before)
    assert [each.entry_id for each in found.missing] == [f"e{m}" for m in expected] if found else not expected
    chance.shuffle(intents)
    assert absence(intents, claimed, before=before) == found
    elsewhere = [replace(each, provider="google") for each in intents]
    assert absence(elsewhere, claimed, before=before) is None
