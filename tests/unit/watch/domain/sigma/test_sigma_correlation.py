from datetime import timedelta

import pytest
import yaml

from sekimori.watch.domain.sigma.check import Verdict, check_rules
from sekimori.watch.domain.sigma.correlation import Bounds, Kind
from sekimori.watch.domain.sigma.problems import RuleError
from sekimori.watch.domain.sigma.rule import load_rules, read_rules

BASE = {
    "title": "Failed",
    "id": "id-failed",
    "name": "failed",
    "logsource": {"product": "azure", "service": "signinlogs"},
    "detection": {"s": {"ResultType": 50126}, "condition": "s"},
}
OTHER = BASE | {"title": "Fine", "id": "id-fine", "name": "fine"}
COUNT = {"type": "event_count", "rules": ["failed"], "group-by": ["UserPrincipalName"], "timespan": "90m"}


def text(correlation: dict, **more) -> str:
    return yaml.safe_dump_all([BASE, OTHER, {"title": "Many", "id": "many", "correlation": correlation} | more])


def said(correlation: dict, **more):
    rule = next(each for each in load_rules(text(correlation, **more), "r.yml") if each.correlation)
    return rule.correlation.said


@pytest.mark.parametrize(
    ("condition", "bounds"),
    [
        ({"gte": 10}, Bounds(10)),
        ({"gt": 10}, Bounds(11)),
        ({"lt": 3}, Bounds(1, 2)),
        ({"lte": 3}, Bounds(1, 3)),
        ({"eq": 4}, Bounds(4, 4)),
        ({"gt": 100, "lte": 200}, Bounds(101, 200)),
        ({"gte": 0}, Bounds(1)),
    ],
)
def test_a_condition_bounds_a_count(condition, bounds):
    found = said(COUNT | {"condition": condition})
    assert (found.kind, found.bounds, found.timespan) == (Kind.EVENT_COUNT, bounds, timedelta(minutes=90))


def test_the_parts_of_a_correlation_are_silent_unless_it_generates_them():
    many = COUNT | {"condition": {"gte": 2}}
    assert [rule.id for rule in load_rules(text(many), "r.yml")] == ["id-fine", "many"]
    assert [rule.id for rule in load_rules(text(many | {"generate": True}), "r.yml")] == [
        "id-failed",
        "id-fine",
        "many",
    ]
    assert [rule.id for rule in load_rules(text(many, generate=True), "r.yml")] == ["id-failed", "id-fine", "many"]


def test_a_rule_is_found_by_its_id_as_well():
    found = said(COUNT | {"rules": ["id-failed", "fine"], "condition": {"gte": 2}})
    assert found.rules == ("id-failed", "fine")


def test_in_an_order_all_rules_occur():
    order = {"type": "temporal_ordered", "rules": ["failed", "fine"], "group-by": ["UserId"], "timespan": "1h"}
    assert said(order).bounds == said(order | {"condition": "failed and fine"}).bounds == Bounds(2)
    assert said(order | {"type": "temporal", "condition": {"gte": 1}}).bounds == Bounds(1)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"type": "value_avg"}, "compute with values"),
        ({"type": "event_cont"}, "no correlation is of the type"),
        ({"rules": ["faild"]}, "no rule here is called 'faild'"),
        ({"rules": ["failed", "failed"]}, "named twice"),
        ({"rules": []}, "refers to rules"),
        ({"timespan": "1w"}, "a span of time is"),
        ({"timespan": "40d"}, "longer than 31 days"),
        ({"condition": {"gte": 5, "lt": 2}}, "can never be true"),
        ({"condition": {"gte": "many"}}, "a count is a number"),
        ({"condition": {"more": 1}}, "no condition is called 'more'"),
        ({"condition": None}, "a condition is a mapping"),
        ({"type": "value_count", "condition": {"gte": 3}}, "value_count needs a field"),
        ({"type": "temporal", "condition": {"gte": 3}}, "has 1 rules only"),
        ({"type": "temporal", "condition": "failed or fine"}, "joined by and"),
        ({"type": "temporal_ordered", "rules": ["failed", "fine"], "condition": {"gte": 1}}, "all rules must occur"),
        ({"aliases": {"who": {"fail": "x"}}}, "does not refer to"),
    ],
)
def test_what_cannot_run_is_said(change, words):
    document = text(COUNT | {"condition": {"gte": 2}} | change)
    with pytest.raises(RuleError, match=words):
        load_rules(document, "r.yml")
    checked = check_rules(document, "r.yml")[-1]
    assert (checked.id, checked.verdict) == ("many", Verdict.CANNOT)
    assert words in checked.problems[0].words


OUTER = {"type": "temporal_ordered", "rules": ["many", "fine"], "group-by": ["UserPrincipalName"], "timespan": "2h"}


def chained(**change) -> str:
    outer = {"title": "Then", "id": "then", "correlation": OUTER | change}
    return text(COUNT | {"condition": {"gte": 5}}) + "---\n" + yaml.safe_dump(outer)


def test_a_count_may_be_a_step_of_an_order():
    (rule,) = load_rules(chained(), "r.yml")
    assert rule.id == "then"
    assert check_rules(chained(), "r.yml")[-1].verdict is Verdict.RUNS


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"type": "temporal"}, "correlations of correlations"),
        ({"group-by": ["IPAddress"]}, "groups by the same fields"),
        ({"timespan": "1h"}, "no longer a span"),
    ],
)
def test_other_correlations_of_correlations_are_said_not_to_run(change, words):
    checked = check_rules(chained(**change), "r.yml")[-1]
    assert checked.verdict is Verdict.CANNOT
    assert words in checked.problems[0].words


def test_a_field_that_no_log_has_makes_it_run_partly():
    checked = check_rules(text(COUNT | {"group-by": ["ComputerName"], "condition": {"gte": 2}}), "r.yml")[-1]
    assert checked.verdict is Verdict.PARTLY
    assert checked.problems[0].at_fault == "ComputerName"
    own = check_rules(text(COUNT | {"group-by": ["event.actor"], "condition": {"gte": 2}}), "r.yml")[-1]
    assert own.verdict is Verdict.RUNS


def test_a_correlation_may_refer_to_another_file_of_its_folder():
    alone = yaml.safe_dump({"title": "Many", "correlation": COUNT | {"condition": {"gte": 2}}})
    beside = [read_rules(yaml.safe_dump(BASE), "failed.yml")]
    assert check_rules(alone, "many.yml", others=beside)[0].verdict is Verdict.RUNS
    assert check_rules(alone, "many.yml")[0].verdict is Verdict.CANNOT


@pytest.mark.parametrize(
    ("block", "words"),
    [
        ({"first_seen": {"key": ["UserId"], "value": ["IPAddress"], "memory": "90m"}}, "whole days"),
        ({"first_seen": {"key": ["UserId"]}}, "needs a key"),
        ({"unless": {"rule": "gone", "within": "1h", "key": ["UserId"]}}, "no rule here is called 'gone'"),
        ({"unless": {"rule": "fine", "key": ["UserId"]}}, "a span of time is"),
        ({"once": "1h"}, "only a rule that remembers"),
    ],
)
def test_what_our_own_kinds_say_is_checked_as_well(block, words):
    document = yaml.safe_dump_all([BASE | {"sekimori": block}, OTHER])
    checked = check_rules(document, "r.yml")[0]
    assert checked.verdict is Verdict.CANNOT
    assert words in checked.problems[0].words


def test_only_an_order_compares_its_steps():
    checked = check_rules(text(COUNT | {"condition": {"gte": 2}}, sekimori={"differs": ["IPAddress"]}), "r.yml")[-1]
    assert checked.verdict is Verdict.CANNOT
    assert "temporal_ordered" in checked.problems[0].words
