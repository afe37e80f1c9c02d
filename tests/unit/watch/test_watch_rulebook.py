from pathlib import Path
from typing import Any

import pytest

from sekimori.watch.casing import camel_from_pascal, camelled, nested, unnumbered
from sekimori.watch.domain.rule import GuidanceError
from sekimori.watch.domain.sigma.problems import RuleError
from sekimori.watch.envelopes import azure_diagnostic
from sekimori.watch.intake import Intake, Unknown, describe_unknown
from sekimori.watch.rulebook import DuplicateRuleError, RulesNotFoundError, read_folder, rules_in, shipped_rules, unique

RULE = """
title: One
id: {id}
logsource: {{product: azure, service: auditlogs}}
detection: {{selection: {{operationName: Add application}}, condition: selection}}
level: low
{more}
"""


def write(folder: Path, name: str, number: int = 1, more: str = "") -> Path:
    path = folder / name
    path.write_text(RULE.format(id=f"0f1e2d3c-4b5a-4697-8887-{number:012d}", more=more))
    return path


def test_a_rule_of_others_keeps_its_id_and_ours_is_called_as_its_file(tmp_path: Path) -> None:
    write(tmp_path, "a.yml")
    write(tmp_path, "b.yaml", 2, "sekimori: {technique: T1136.003}")
    assert [rule.id for rule in rules_in(tmp_path)] == ["0f1e2d3c-4b5a-4697-8887-000000000001", "b"]


def test_a_file_in_another_encoding_is_told_and_does_not_stop_the_rest(tmp_path: Path) -> None:
    write(tmp_path, "a.yml")
    (tmp_path / "b.yml").write_bytes(RULE.encode("utf-16"))
    found = read_folder(tmp_path)
    assert len(found.rules) == 1
    assert "b.yml:1: not YAML" in found.troubles[0]


def test_two_rules_with_one_id_refuse_to_start(tmp_path: Path) -> None:
    write(tmp_path, "a.yml")
    write(tmp_path, "b.yml")
    with pytest.raises(DuplicateRuleError) as refused:
        rules_in(tmp_path)
    assert "a.yml and" in refused.value.hint
    assert len(read_folder(tmp_path).rules) == 1
    assert "has the same id" in read_folder(tmp_path).troubles[0]
    with pytest.raises(DuplicateRuleError):
        unique([*shipped_rules(), shipped_rules()[0]])


SEVERAL = """
title: A new resource
name: first_resource
logsource: {product: azure, service: serviceprincipalsigninlogs}
detection: {selection: {resultType: '0'}, condition: selection}
sekimori:
  first_seen: {key: [properties.servicePrincipalId], value: [properties.resourceDisplayName], memory: 30d, learning: 7d}
---
title: A new country
name: first_country
logsource: {product: azure, service: serviceprincipalsigninlogs}
detection: {selection: {resultType: '0'}, condition: selection}
sekimori:
  first_seen: {key: [properties.servicePrincipalId], value: [location], memory: 30d, learning: 7d}
---
title: Failures
name: failures
correlation:
  {type: event_count, rules: [failed], group-by: [properties.servicePrincipalId], timespan: 5m, condition: {gte: 3}}
---
title: Failed
name: failed
logsource: {product: azure, service: serviceprincipalsigninlogs}
detection: {selection: {resultType: '7000215'}, condition: selection}
"""


def test_several_rules_of_one_file_are_called_by_their_names(tmp_path: Path) -> None:
    (tmp_path / "habits.yml").write_text(SEVERAL)
    named = ["failures", "first_country", "habits"]
    assert [rule.id for rule in rules_in(tmp_path)] == named, "the first is called as the file"
    folder = read_folder(tmp_path)
    assert (sorted(rule.id for rule in folder.rules), folder.troubles) == (named, ())


def test_an_unknown_word_of_ours_is_refused_with_the_nearest(tmp_path: Path) -> None:
    write(tmp_path, "a.yml", 1, "sekimori: {runbok: {}}")
    with pytest.raises(GuidanceError) as refused:
        rules_in(tmp_path)
    assert "did you mean 'runbook'?" in refused.value.hint
    assert "runbok" in read_folder(tmp_path).troubles[0]
    write(tmp_path, "a.yml", 1, "sekimori: {runbook: {de: [x]}}")
    with pytest.raises(GuidanceError):
        rules_in(tmp_path)


def test_no_rules_where_none_are(tmp_path: Path) -> None:
    with pytest.raises(RulesNotFoundError):
        rules_in(tmp_path / "nothing")
    (tmp_path / "latin.yml").write_bytes(b"title: \xff")
    with pytest.raises(RuleError):
        rules_in(tmp_path)


def test_keys_of_other_envelopes() -> None:
    assert camel_from_pascal("IPAddress") == "ipAddress"
    assert camel_from_pascal("Id") == "id"
    assert camel_from_pascal("ServicePrincipalId") == "servicePrincipalId"
    assert nested({"a.b": 1, "a": {"c": 2}, "d": 3}) == {"a": {"b": 1, "c": 2}, "d": 3}
    assert nested({"a": 1, "a.b": 2}) == {"a": {"b": 2}}
    assert unnumbered({"10": "c", "2": "b", "0": {"1": "y", "0": "x"}}) == [["x", "y"], "b", "c"]


def test_a_key_of_thousands_of_digits_is_no_place_in_a_list():
    assert unnumbered({"9" * 5000: "x"}) == {"9" * 5000: "x"}
    assert camelled({"service_principal_id": [{"key_id": 1}]}) == {"servicePrincipalId": [{"keyId": 1}]}


def test_an_intake_knows_what_it_does_not_know(audit: Any) -> None:
    opening = Intake(envelopes=[azure_diagnostic])
    assert list(opening.open(audit()) or ()) == [audit()]
    assert opening.open({"a": 1}) is None
    unknown = Unknown("not a log record of a known envelope (keys: a)")
    assert list(opening.open([audit(), {"a": 1}]) or ()) == [audit(), unknown]
    assert opening.open("text") is None
    assert describe_unknown({}) == "an empty object"
    assert describe_unknown(3) == "not a log record: int"


def test_names_in_lower_case_are_put_right(audit: Any) -> None:
    record = audit()
    lower = {name.casefold(): value for name, value in record.items()}
    assert list(Intake(envelopes=[azure_diagnostic]).open(lower) or ()) == [record]
