import json
import os

import pytest

from sekimori.watch.domain.sigma.kernel import Kernel
from sekimori.watch.domain.sigma.rule import load_rules
from sekimori.watch.sweep import CHUNK, sweep

RULE = """
title: Attack tool
logsource: {product: azure, service: signinlogs}
detection: {s: {userAgent: AADInternals}, condition: s}
"""


@pytest.fixture
def kernel():
    return Kernel([rule.tree for rule in load_rules(RULE, "r.yml")])


def line(agent, padding=""):
    properties = {"userAgent": agent, "padding": padding}
    return json.dumps({"category": "SignInLogs", "operationName": "Sign-in activity", "properties": properties})


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_every_line_that_answers_a_rule_is_kept_with_its_number(tmp_path, kernel, workers):
    path = tmp_path / "log.ndjson"
    long = "x" * (CHUNK // 1000)
    lines = [line("AADInternals" if i % 500 == 7 else "Edge", long) for i in range(2600)]
    lines[1300] = "half a reco"
    lines[1301] = ""
    lines[1302] = line("AADInternals", "y" * (2 * CHUNK + 5))
    path.write_text("\n".join(lines), encoding="utf-8")
    kept = [each for looked in sweep(path, kernel, workers=workers) for each in looked.kept]
    expected = sorted([*(i + 1 for i in range(2600) if i % 500 == 7), 1301, 1303])
    assert [each.number for each in kept] == expected
    assert {each.number: each.rules for each in kept} == {n: None if n == 1301 else (0,) for n in expected}
    written = path.read_bytes()
    for each in kept:
        assert written[each.start :].startswith(lines[each.number - 1].encode())


def test_an_empty_file_has_nothing(tmp_path, kernel):
    path = tmp_path / "log.ndjson"
    path.touch()
    assert list(sweep(path, kernel, workers=os.cpu_count() or 1)) == []


def test_a_sweep_can_be_left_early(tmp_path, kernel):
    path = tmp_path / "log.ndjson"
    path.write_text("\n".join([line("AADInternals", "x" * 20000)] * 2000), encoding="utf-8")
    assert next(sweep(path, kernel, workers=2)).kept[0].number == 1
