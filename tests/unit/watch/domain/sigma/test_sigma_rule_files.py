import textwrap

import pytest

from sekimori.watch.domain.sigma.evaluate import matches
from sekimori.watch.domain.sigma.problems import RuleError
from sekimori.watch.domain.sigma.rule import filtered, load_rules, read_rules

RULE = """
title: {title}
id: {id}
name: {name}
tags: [attack.persistence, attack.t1098.001, attack.T1078]
date: 2026-01-02
logsource:
    product: azure
    service: {service}
detection:
    selection:
        OperationName: Add user
    condition: selection
level: high
falsepositives: [An admin]
"""


def text(name="one", service="auditlogs"):
    return RULE.format(title=f"Rule {name}", id=f"id-{name}", name=name, service=service)


def record(category="AuditLogs", **more):
    return {"category": category, "operationName": "Add user", "properties": {}} | more


def test_a_rule_keeps_what_it_says_of_itself():
    (rule,) = load_rules(text(), "rules/one.yml")
    assert (rule.id, rule.title, rule.level, rule.line) == ("id-one", "Rule one", "high", 2)
    assert rule.techniques == ("T1098.001", "T1078")
    assert rule.falsepositives == ("An admin",)
    assert str(rule.logsource) == "azure/auditlogs"


@pytest.mark.parametrize(
    ("service", "category", "answers"),
    [
        ("auditlogs", "AuditLogs", True),
        ("auditlogs", "SignInLogs", False),
        ("azure.auditlogs", "AuditLogs", True),
        ("signinlogs", "ServicePrincipalSignInLogs", True),
        ("signinlogs", "NonInteractiveUserSignInLogs", True),
        ("AADServicePrincipalSignInLogs", "ServicePrincipalSignInLogs", True),
        ("AADServicePrincipalSignInLogs", "SignInLogs", False),
        ("MicrosoftGraphActivityLogs", "MicrosoftGraphActivityLogs", True),
        ("activitylogs", "Administrative", True),
        ("riskdetection", "UserRiskEvents", True),
        ("pim", "AuditLogs", True),
        ("entra_id", "AuditLogs", True),
        ("sysmon", "AuditLogs", False),
    ],
)
def test_a_log_source_chooses_the_records(service, category, answers):
    (rule,) = load_rules(text(service=service), "r.yml")
    assert matches(rule.tree, record(category)) is answers


def test_a_file_of_several_documents_keeps_rules_correlations_and_refusals_apart():
    correlation = "title: Many\nid: c1\ncorrelation:\n  type: event_count\n  rules: [one]\n"
    correlation += "  timespan: 1h\n  condition: {gte: 2}\n"
    broken = "title: Broken\nid: b1\nlogsource: {product: azure}\ndetection:\n  s: {a|contain: x}\n  condition: s\n"
    found = read_rules("---".join([text(), f"\n{correlation}", f"\n{broken}"]), "rules/many.yml")
    assert [rule.id for rule in found.rules] == ["id-one"]
    assert [each.id for each in found.correlations] == ["c1"]
    (refused,) = found.refused
    assert refused.title == "Broken"
    assert refused.problems[0].at_fault == "contain"
    assert refused.problems[0].suggestion == "contains"
    assert refused.problems[0].line == 29


def test_collection_actions_share_and_repeat():
    shared = "action: global\ntitle: Shared\nlogsource: {product: azure}\nlevel: low\n"
    first = "id: a\ndetection: {s: {OperationName: Add user}, condition: s}\n"
    again = "action: repeat\nid: b\ndetection: {s: {OperationName: Delete user}}\n"
    rules = load_rules("---\n".join([shared, first, again]), "r.yml")
    assert [(rule.id, rule.title, rule.level) for rule in rules] == [("a", "Shared", "low"), ("b", "Shared", "low")]
    assert [matches(rule.tree, record()) for rule in rules] == [True, False]


def test_a_filter_narrows_the_rules_it_names():
    rules = load_rules(text("one") + "---" + text("two"), "r.yml")
    narrow = textwrap.dedent("""
        title: Not the onboarding account
        logsource: {product: azure}
        filter:
            rules: [one]
            selection:
                InitiatedBy.user.userPrincipalName: onboarding@fabrikam.example
            condition: not selection
        """)
    filters = read_rules(narrow, "filter.yml").filters
    onboarding = record(properties={"initiatedBy": {"user": {"userPrincipalName": "onboarding@fabrikam.example"}}})
    assert [matches(rule.tree, onboarding) for rule in filtered(rules, filters)] == [False, True]
    assert [matches(rule.tree, record()) for rule in filtered(rules, filters)] == [True, True]


def test_placeholders_are_filled_or_never_match():
    document = text().replace("OperationName: Add user", "callerIpAddress|expand: '%offices%'")
    given = load_rules(document, "r.yml", placeholders={"offices": ["192.0.2.1", "192.0.2.2"]})[0]
    without = load_rules(document, "r.yml")[0]
    assert matches(given.tree, record(callerIpAddress="192.0.2.2"))
    assert not matches(without.tree, record(callerIpAddress="192.0.2.2"))
    assert "%offices%" in without.notes[0].words


@pytest.mark.parametrize(
    ("document", "words"),
    [
        ("title: [", "not YAML"),
        ("- a\n- b", "a rule is a mapping"),
        ("title: t", "needs a logsource"),
        ("title: t\nlogsource: {product: azure}", "needs a detection"),
        ("title: t\nlogsource: {product: azure}\ndetection: {s: {a: []}, condition: s}", "the list is empty"),
        ("title: t\nlogsource: {product: azure}\ndetection: {s: [], condition: s}", "the list is empty"),
        ("title: t\nlogsource: {product: azure}\ndetection: {s: {a: {b: c}}, condition: s}", r"write `field\[any\]`"),
        ("title: t\nlogsource: {product: azure}\ndetection: {s: {a|re: '('}, condition: s}", "regular expression"),
        ("title: t\nlogsource: {product: azure}\ndetection: {s: {a|cidr: here}, condition: s}", "address range"),
        ("title: t\nlogsource: {product: azure}\ndetection: {s: {a|gt: many}, condition: s}", "not a number"),
        ("title: t\nlogsource: {product: azure}\ndetection: {s: {a|i: x}, condition: s}", "stand after `re`"),
        ("title: t\nlogsource: {product: azure}\ndetection: {s: {a|exists: maybe}, condition: s}", "true or false"),
        ("title: t\nlogsource: {product: azure}\ndetection: {s: {a|base64: 'x*'}, condition: s}", "with wildcards"),
        ("title: t\nlogsource: {product: azure}\nlevel: grave\ndetection: {s: {a: b}, condition: s}", "no level"),
    ],
)
def test_a_document_that_is_no_rule_is_refused_in_words(document, words):
    with pytest.raises(RuleError, match=words):
        load_rules(document, "r.yml")
    assert read_rules(document, "r.yml").refused
