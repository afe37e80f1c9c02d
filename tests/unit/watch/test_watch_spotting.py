"""What is spotted in the columns of lines, for the rules that remember."""

import json
from datetime import UTC, datetime

import pytest

from sekimori.watch.domain.detection import Detector
from sekimori.watch.domain.rule import rule_from
from sekimori.watch.domain.sigma.rule import load_rules

RULE = """
title: New
logsource: {product: azure, service: SERVICE}
detection:
  selection: {properties.status.errorCode: 0}
  condition: selection
sekimori:
  first_seen: {key: [properties.servicePrincipalId], value: [event.network]}
"""
DAY = datetime(2026, 11, 5, tzinfo=UTC).toordinal() - datetime(1970, 1, 1, tzinfo=UTC).toordinal()


@pytest.fixture(scope="module")
def detector():
    texts = {"principal": "serviceprincipalsigninlogs", "managed": "managedidentitysigninlogs"}
    return Detector(
        [
            rule_from(each)
            for name, service in texts.items()
            for each in load_rules(RULE.replace("SERVICE", service), f"{name}.yml")
        ]
    )


def line(category="ServicePrincipalSignInLogs", time="2026-11-05T10:00:00Z", address="203.0.113.9", code=0) -> bytes:
    properties = {"createdDateTime": time, "servicePrincipalId": "SP", "ipAddress": address}
    properties |= {"status": {"errorCode": code}, "id": "one"}
    record = {"time": "2026-11-06T00:00:00Z", "category": category, "operationName": "x", "properties": properties}
    return json.dumps(record).encode()


def spotted(detector, *lines):
    spotter = detector.spotter()
    sifted = detector.kernel.sift(lines, spotter)
    spots, latest = spotter.taken()
    return spots, sifted.unseen, latest


def test_a_line_is_spotted_once_a_day_for_each_value(detector):
    spots, unseen, latest = spotted(
        detector,
        line(),
        line(time="2026-11-05T11:00:00Z", address="203.0.113.77"),
        line(time="2026-11-06T09:00:00.5Z"),
        line(address="198.51.100.7", code=7000215),
    )
    network = "203.0.113.0/24"
    assert [(place, day, rule, value) for place, day, rule, _, _, value in spots] == [
        (0, DAY, "principal", network),
        (1, DAY, "principal", network),
        (2, DAY + 1, "principal", network),
    ], "another address of the network is looked at, and means the same"
    assert unseen == []
    assert latest == datetime(2026, 11, 6, 9, 0, 0, 500_000, tzinfo=UTC)


def test_lines_of_two_categories_that_show_the_same_are_two_things(detector):
    other = "ManagedIdentitySignInLogs"
    spotted(detector, line(other))  # the first line of a category nobody expected is read in full
    spots, unseen, _ = spotted(detector, line(), line(other))
    assert [(place, rule) for place, _, rule, *_ in spots] == [(0, "principal"), (1, "managed")]
    assert unseen == []


@pytest.mark.parametrize("time", ["2026-11-05T10:00:00+01:00", "yesterday", "2026-99-99T00:00:00Z", 7])
def test_a_line_whose_time_is_not_as_usual_is_to_be_read_in_full(detector, time):
    spots, unseen, latest = spotted(detector, line(), line(time=time, address="198.51.100.7"))
    assert [place for place, *_ in spots] == [0]
    assert unseen == [1]
    assert latest == datetime(2026, 11, 5, 10, tzinfo=UTC)
