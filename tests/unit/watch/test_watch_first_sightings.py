"""First sightings in a scan and in the live watch: the quick way finds what the slow way finds."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from sekimori.bootstrap import envelopes
from sekimori.watch.batch import Line
from sekimori.watch.domain.detection import Detector
from sekimori.watch.domain.rule import rule_from
from sekimori.watch.domain.sigma.rule import load_rules
from sekimori.watch.domain.state.familiar import Familiar
from sekimori.watch.domain.state.glance import columns_of
from sekimori.watch.domain.state.rules import StateError
from sekimori.watch.intake import Intake
from sekimori.watch.remembering import Remembering
from sekimori.watch.rulebook import shipped_rules
from sekimori.watch.scanning import Scan
from sekimori.watch.stage import Sighting

RULE = """
title: New
id: new
logsource: {product: azure, service: serviceprincipalsigninlogs}
detection:
  selection: {properties.status.errorCode: 0}
  condition: selection
sekimori:
  first_seen: {key: [properties.servicePrincipalId], value: [VALUE], learning: 2d}
"""
START = datetime(2026, 11, 1, tzinfo=UTC)


def detector(value: str = "event.network") -> Detector:
    return Detector([rule_from(each) for each in load_rules(RULE.replace("VALUE", value), "new.yml")])


def record(number: int, hours: float, *, address: str = "203.0.113.9", error: int = 0, principal: str = "sp") -> dict:
    at = (START + timedelta(hours=hours)).isoformat().replace("+00:00", "Z")
    properties = {"id": f"s{number}", "createdDateTime": at, "servicePrincipalId": principal, "ipAddress": address}
    properties |= {"status": {"errorCode": error}, "location": {"countryOrRegion": "JP"}}
    return {
        "time": at,
        "category": "ServicePrincipalSignInLogs",
        "operationName": "Sign-in activity",
        "properties": properties,
    }


STORY = [
    *(record(n, 12 * n) for n in range(12)),
    record(20, 80, address="198.51.100.7", error=7000215),
    record(21, 81, address="198.51.100.7"),
    record(22, 82, address="198.51.100.7"),
    record(23, 100, address="198.51.100.99"),
    record(24, 20, address="192.0.2.1"),
    record(25, 140, address="192.0.2.1"),
    record(26, 140, address="192.0.2.1", principal="other"),
]


def lines(records) -> bytes:
    return b"".join(json.dumps(each).encode() + b"\n" for each in records)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_swept_file_tells_what_a_file_read_in_full_tells(tmp_path, workers):
    path = tmp_path / "log.ndjson"
    path.write_bytes(lines(STORY * 3))
    found = []
    for swept_from in (0, 1 << 30):
        scan = Scan(intake=Intake(envelopes()), detector=detector(), workers=workers, swept_from=swept_from, chunk=1000)
        found.append([(each.event.id, each.fingerprint) for each in scan.run([str(path)])])
    assert found[0] == found[1]
    assert [event for event, _ in found[0]] == ["s21"]


def test_every_shipped_rule_of_first_sightings_is_told_at_a_glance():
    rules = [rule for rule in shipped_rules() if "first_seen" in rule.sigma.sekimori]
    assert len(rules) >= 6
    assert all(columns_of(part) for rule in rules for part in rule.state.parts)


def test_a_line_is_news_once_a_day_and_for_each_value():
    found = detector()
    familiar = Familiar()
    told = [found.glance.shows_news(line, familiar) for line in lines(STORY[:12]).splitlines()]
    assert told == [True, False] * 6
    other = json.dumps(record(30, 1, address="198.51.100.7")).encode()
    assert found.glance.shows_news(other, familiar)
    assert not found.glance.shows_news(other, familiar)
    assert not found.glance.shows_news(other.replace(b"ServicePrincipalSignInLogs", b"AuditLogs"), familiar)
    odd = other.replace(b'"198.51.100.7"', b"[7]")
    assert found.glance.shows_news(odd, familiar)
    assert found.glance.shows_news(odd, familiar)


def test_the_live_watch_passes_over_what_it_kept_and_looks_again_at_what_it_did_not():
    def look(stage):
        text = json.dumps(STORY[0]).encode()
        looked = stage.look([Sighting(Line(text=text, path="log", line=1), fired=())])
        return len(looked.observations)

    stage = Remembering(detector=detector(), store=None)
    assert look(stage) == 1
    stage.abandoned()
    assert look(stage) == 1
    stage.committed()
    assert look(stage) == 0


def test_a_flood_of_new_values_is_told_once_and_not_remembered(tmp_path):
    path = tmp_path / "log.ndjson"
    flood = [record(1000 + n, 100, address=f"10.{n // 250}.{n % 250}.1") for n in range(260)]
    path.write_bytes(lines([record(0, 0), *flood]))
    found = list(Scan(intake=Intake(envelopes()), detector=detector()).run([str(path)]))
    assert len(found) == 201
    assert len({each.fingerprint for each in found}) == 201


@pytest.mark.parametrize(
    ("block", "words"),
    [
        ("{value: [event.network]}", "needs a key"),
        ("{key: [a], value: [b], memory: 90m}", "whole days"),
        ("{key: [a], value: [b], learnin: 1d}", "did you mean 'learning'"),
        ("7d", "expected a mapping"),
    ],
)
def test_what_is_not_understood_is_told(block, words):
    text = RULE[: RULE.index("first_seen")] + f"first_seen: {block}\n"
    with pytest.raises(StateError, match=words):
        rule_from(load_rules(text, "new.yml")[0])
