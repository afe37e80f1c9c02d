import json
from dataclasses import replace
from ipaddress import ip_network
from typing import Any

import pytest

from sekimori.core.timespan import Timespan
from sekimori.watch.domain.detection import Detector
from sekimori.watch.domain.instants import parse_instant
from sekimori.watch.domain.level import Level
from sekimori.watch.domain.profile import ChangeWindow, IdentityProfile
from sekimori.watch.domain.verdict import Reason
from sekimori.watch.envelopes import audit_log
from sekimori.watch.rulebook import shipped_rules

APP = "6f1d2c3b-4a59-4871-8e90-aabbccddeeff"
KEY = "[KeyIdentifier=b0213243-5465-4768-998a-b1c2d3e4f506,KeyType=Password,KeyUsage=Verify,DisplayName=a, b]"
PROFILE = IdentityProfile(name="schedule-bot", app_id=APP, egress=(ip_network("203.0.113.10/32"),), recorded=True)


RULES = shipped_rules()


def detector(*profiles: IdentityProfile) -> Detector:
    return Detector(rules=RULES, profiles=profiles)


def fired(found: list[Any]) -> list[tuple[str, Level]]:
    return [(finding.rule.id, finding.level) for finding in found]


def test_a_sign_in_of_an_app_that_nobody_declared_is_silent(sign_in: Any) -> None:
    assert detector().detect(sign_in()) == []
    other = replace(PROFILE, app_id="0d1e2f30-4152-4364-8576-8798a9bacbdc", object_id=None)
    assert detector(other).detect(sign_in()) == []


def test_a_sign_in_of_an_app_that_is_declared_without_a_place_is_silent(sign_in: Any) -> None:
    assert detector(replace(PROFILE, egress=())).detect(sign_in("198.51.100.66")) == []


def test_a_sign_in_from_the_declared_place_is_silent(sign_in: Any) -> None:
    assert detector(PROFILE).detect(sign_in()) == []


def test_a_sign_in_from_elsewhere_is_high(sign_in: Any) -> None:
    (finding,) = detector(PROFILE).detect(sign_in("198.51.100.66"))
    assert (finding.level, finding.reason) == (Level.HIGH, Reason.OUTSIDE_EGRESS)


@pytest.mark.parametrize("address", [None, "<null>", "fde4:8dba::1"])
def test_countries_decide_only_where_no_network_can(sign_in: Any, address: str | None) -> None:
    profile = IdentityProfile(name="x", app_id=APP, countries=frozenset({"JP"}))
    assert detector(profile).detect(sign_in(address)) == []
    (finding,) = detector(profile).detect(sign_in(address, country="KP"))
    assert finding.reason is Reason.OUTSIDE_COUNTRIES


def test_a_sign_in_without_an_origin_is_said_to_be_one(sign_in: Any) -> None:
    (finding,) = detector(PROFILE).detect(sign_in(None, country=""))
    assert (finding.level, finding.reason) == (Level.MEDIUM, Reason.ORIGIN_NOT_LOGGED)


def test_a_declared_change_is_recorded_as_expected(audit: Any) -> None:
    record = audit(changed={"KeyDescription": ("[]", json.dumps([KEY]))})
    start, end = parse_instant("2026-11-20T01:00:00Z"), parse_instant("2026-11-20T02:00:00Z")
    assert start is not None
    assert end is not None
    window = ChangeWindow(span=Timespan(start, end), what=frozenset({"credential"}), why="yearly rotation")
    profile = IdentityProfile(
        name="x", app_id=APP, object_id="2b3c4d5e-6f70-4182-93a4-b5c6d7e8f901", change_windows=(window,)
    )
    (finding,) = detector(profile).detect(record)
    assert (finding.level, finding.reason) == (Level.INFORMATIONAL, Reason.DECLARED_CHANGE)
    assert detector().detect(record)[0].level is Level.MEDIUM


def learned(*entries: dict[str, Any]) -> Detector:
    watching = detector(PROFILE)
    for raw in entries:
        assert watching.detect_all(audit_log.records(raw)) == []
    return watching


def test_a_call_with_an_entry_behind_it_is_ours(graph_call: Any, entry: Any) -> None:
    watching = learned(entry("E0A1"))
    assert watching.detect(graph_call("r1", "e0a1")) == []
    assert watching.detect(graph_call("r1", "e0a1")) == [], "the log is delivered at least once"


@pytest.mark.parametrize(
    ("call", "reason"),
    [
        ({"client_request": "unknown"}, Reason.NO_ENTRY),
        ({"client_request": None}, Reason.NO_ENTRY),
        ({"client_request": "e0a1", "requestMethod": "GET"}, Reason.ENTRY_OF_ANOTHER_CALL),
        (
            {"client_request": "e0a1", "requestUri": "https://graph.microsoft.com/v1.0/users/x/messages"},
            Reason.ENTRY_OF_ANOTHER_CALL,
        ),
        ({"client_request": "e0a1", "timeGenerated": "2026-11-20T03:00:00Z"}, Reason.ENTRY_OF_ANOTHER_TIME),
    ],
)
def test_any_other_call_is_high(graph_call: Any, entry: Any, call: dict[str, Any], reason: Reason) -> None:
    (finding,) = learned(entry("e0a1")).detect(graph_call("r1", **call))
    assert finding.rule.id == "graph_call_without_entry"
    assert (finding.level, finding.reason) == (Level.HIGH, reason)


def test_an_entry_proves_one_request_and_not_two(graph_call: Any, entry: Any) -> None:
    watching = learned(entry("e0a1"))
    assert watching.detect(graph_call("r1", "e0a1")) == []
    (finding,) = watching.detect(graph_call("r2", "e0a1"))
    assert finding.reason is Reason.ENTRY_REUSED


def test_calls_of_apps_without_our_audit_log_are_not_reconciled(graph_call: Any) -> None:
    assert detector(IdentityProfile(name="HR feed", app_id=APP)).detect(graph_call("r1", None)) == []
    assert detector().detect(graph_call("r1", None)) == []


def test_the_fingerprint_is_of_the_rule_and_the_event(audit: Any) -> None:
    first, again, other = (
        detector().detect(audit(changed={"KeyDescription": ("[]", json.dumps([KEY]))}, event_id=event_id))[0]
        for event_id in ("Directory_A_1", "directory_a_1", "Directory_A_2")
    )
    assert first.fingerprint == again.fingerprint != other.fingerprint
