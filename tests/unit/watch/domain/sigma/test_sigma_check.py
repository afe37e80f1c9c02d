import pytest
import yaml

from sekimori.watch.domain.attack import nearest, techniques
from sekimori.watch.domain.sigma.check import Verdict, check_rules


def checked(selection, condition="selection", *, service="auditlogs", tags=("attack.t1098.001",), **more):
    detection = {"selection": selection} | more | {"condition": condition}
    document = {
        "title": "Key added",
        "id": "0b1f4a6e-7f5b-4f0a-8d53-0d2a6d9a1c11",
        "tags": list(tags),
        "logsource": {"product": "azure", "service": service},
        "detection": detection,
        "level": "high",
    }
    (found,) = check_rules(yaml.safe_dump(document, sort_keys=False), "rules/key.yml")
    return found


def test_a_rule_without_a_problem_runs():
    found = checked({"OperationName": "Add service principal credentials"})
    assert found.verdict is Verdict.RUNS
    assert found.as_plain() == {
        "path": "rules/key.yml",
        "id": "0b1f4a6e-7f5b-4f0a-8d53-0d2a6d9a1c11",
        "title": "Key added",
        "verdict": "runs",
        "problems": [],
    }


def test_a_field_of_no_log_among_others_makes_a_rule_run_partly():
    found = checked([{"OperationName": "Add user"}, {"OperatonNme": "Add user"}])
    assert found.verdict is Verdict.PARTLY
    assert found.problems[0].as_plain() == {
        "line": 11,
        "weight": "partly",
        "words": "no log here has a field 'OperatonNme'",
        "at_fault": "OperatonNme",
        "suggestion": "operationName",
    }


TABLE = [
    ({"OperatonNme": "Add user"}, {}, Verdict.CANNOT, "needs a field that no log here has"),
    ({"OperationName": "Add user", "Count": "<10%"}, {}, Verdict.CANNOT, "needs a field that no log here has"),
    ({"OperationName|contain": "a"}, {}, Verdict.CANNOT, "no modifier is called 'contain'"),
    ({"OperationName": "a"}, {"service": "sysmon"}, Verdict.CANNOT, "no log here is 'azure/sysmon'"),
    ({"OperationName": "a"}, {"condition": "selection and not selection"}, Verdict.CANNOT, "and for its opposite"),
    (
        {"properties.result": "success"},
        {"condition": "selection and other", "other": {"properties.result": "failure"}},
        Verdict.CANNOT,
        "properties.result to be two things at once",
    ),
    ({"OperationName": "a"}, {"condition": "selection | count() > 5"}, Verdict.CANNOT, "correlation rules"),
    ({"callerIpAddress|expand": "%offices%"}, {}, Verdict.PARTLY, "%offices% has no value here"),
    ({"Category": "UserManagment"}, {}, Verdict.PARTLY, "did you mean 'UserManagement'"),
    ({"RiskState": "atRsk"}, {"service": "signinlogs"}, Verdict.PARTLY, "did you mean 'atRisk'"),
    ({"AppId": "<your application>"}, {"service": "signinlogs"}, Verdict.RUNS, "a blank to be filled in"),
    ({"ActorUserId": "$TargetUserId"}, {}, Verdict.RUNS, "a blank to be filled in"),
    ({"AppId": "Insert the application"}, {"service": "signinlogs"}, Verdict.RUNS, "is no GUID"),
    ({"UserPrincipalName": "UPN"}, {"service": "signinlogs"}, Verdict.RUNS, "is no name to sign in with"),
    ({"OperationName": "Add user"}, {"service": "activitylogs"}, Verdict.RUNS, "its audit log is read besides"),
    ({"OperationName": "a"}, {"tags": ["attack.t1098.777"]}, Verdict.RUNS, "has no technique T1098.777"),
    ({"Category": "UserManagement", "category": "AuditLogs"}, {}, Verdict.RUNS, ""),
    ({"changes[any]": {"kind": "credential_added"}}, {}, Verdict.RUNS, ""),
]


@pytest.mark.parametrize(("selection", "more", "verdict", "words"), TABLE)
def test_a_verdict_says_why(selection, more, verdict, words):
    found = checked(selection, **more)
    assert found.verdict is verdict
    assert words in "\n".join(map(str, found.problems))


@pytest.mark.parametrize(
    ("selection", "service"),
    [
        ({"AppId": "6f1d2c3b-4a59-4871-8e90-aabbccddeeff"}, "signinlogs"),
        ({"AppId": ["6f1d2c3b-*", "%apps%"]}, "signinlogs"),
        ({"UserPrincipalName|endswith": "fabrikam.example"}, "signinlogs"),
        ({"OperationName": "MICROSOFT.PORTAL/CONSOLES/WRITE"}, "activitylogs"),
        ({"CategoryValue": "Administrative"}, "activitylogs"),
    ],
)
def test_what_logs_can_hold_is_not_doubted(selection, service):
    assert checked(selection, service=service).problems == ()


def test_a_key_that_stands_twice_is_doubted_where_it_stands():
    text = (
        "title: t\nlogsource: {product: azure, service: auditlogs}\ndetection:\n  s:\n"
        "    OperationName: a\n    OperationName: b\n  condition: s\nlevel: low\n"
    )
    (found,) = check_rules(text, "r.yml")
    assert found.verdict is Verdict.PARTLY
    assert "'OperationName' stands twice" in found.problems[0].words


def test_a_correlation_that_says_too_little_and_what_is_no_yaml_is_told():
    (found,) = check_rules("title: Many\nid: c\ncorrelation: {type: event_count}\n", "r.yml")
    assert (found.verdict, found.id, found.title) == (Verdict.CANNOT, "c", "Many")
    assert "refers to rules" in found.problems[0].words
    (broken,) = check_rules("a: [", "r.yml")
    assert broken.verdict is Verdict.CANNOT
    assert "not YAML" in broken.problems[0].words


def test_technique_ids_are_those_of_attack():
    assert {"T1098.001", "T1528", "T1078.004"} <= techniques()
    assert len(techniques()) > 600
    assert nearest("T1098.777") == "T1098"
