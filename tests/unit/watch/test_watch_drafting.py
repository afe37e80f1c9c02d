import json
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from typer.testing import CliRunner

from sekimori.cli import rules
from sekimori.cli._drafting import drafted
from sekimori.watch.domain.level import Level
from sekimori.watch.domain.observed import OBSERVED
from sekimori.watch.domain.permissions import GRAPH
from sekimori.watch.domain.reading import read_event
from sekimori.watch.drafting.anonymous import anonymous
from sekimori.watch.drafting.draft import Draft, NotDraftedError, draft_from, renamed
from sekimori.watch.drafting.meaning import meaning_of, path_pattern
from sekimori.watch.rulebook import shipped_rules
from sekimori.watch.samples import Expectation, read_samples, samples_file

UUID_ = UUID("0f1e2d3c-4b5a-4697-8887-766554433221")
SECRETS = ["haruka", "fabrikam", "198.51.100", "schedule-bot", "hunter2", "6f1d2c3b", "2b3c4d5e", "acme-corp", "AbCdEf"]
FEDERATED = {
    "Name": "acme-corp build",
    "Issuer": "https://token.actions.githubusercontent.com",
    "Subject": "repo:acme-corp/tools:ref:refs/heads/main",
    "Id": "2b3c4d5e-6f70-4182-93a4-b5c6d7e8f901",
}
FIRING = [
    pytest.param(sample.raw, id=f"{rule.id}")
    for rule in shipped_rules()
    for sample in read_samples(samples_file(rule))
    if sample.expect is Expectation.FIRES and not sample.before and "operationName" in sample.raw
    if isinstance(sample.raw["category"], str) and sample.raw["category"] != OBSERVED
]


def draft(record: Any) -> Draft:
    return draft_from(record, uuid=UUID_, today=date(2026, 11, 23))


@pytest.mark.parametrize("record", FIRING)
def test_a_rule_can_be_drawn_from_every_event_that_fires_one_of_ours(record: Any, tmp_path: Path) -> None:
    draft(record).write(tmp_path)
    result = CliRunner().invoke(rules.app, ["test", str(tmp_path)])
    assert (result.exit_code, result.stdout.splitlines()[-1]) == (0, "0 failed")


def test_nobody_is_in_what_is_written(audit: Any, sign_in: Any, graph_call: Any, tmp_path: Path) -> None:
    key = "[KeyIdentifier=6f1d2c3b-4a59-4871-8e90-aabbccddeeff,KeyType=Password,KeyUsage=Verify,DisplayName=hunter2]"
    changed = {
        "KeyDescription": ("[]", json.dumps([key])),
        "FederatedIdentityCredentials": ("[]", json.dumps([FEDERATED])),
        "DisplayName": ('["schedule-bot"]', '["schedule-bot haruka"]'),
        "AppAddress": ("[]", json.dumps([{"Address": "https://login.acme-corp.example/haruka@fabrikam.example"}])),
    }
    user = {"userPrincipalName": "haruka@fabrikam.example", "displayName": "Haruka", "ipAddress": "198.51.100.7"}
    for record in (
        audit("Update application", changed, initiated_by={"user": user}),
        sign_in("198.51.100.7"),
        graph_call("6f1d2c3b-4a59-4871-8e90-aabbccddeeff", None),
    ):
        for path in draft(record).write(tmp_path):
            text = path.read_text(encoding="utf-8").casefold()
            assert [secret for secret in SECRETS if secret.casefold() in text] == []


def test_what_microsoft_publishes_stays(audit: Any) -> None:
    asked = [
        {"ResourceAppId": GRAPH, "RequiredAppPermissions": [{"EntitlementId": "8ba4a692-bc31-4128-9094-475872af8a53"}]}
    ]
    kept = json.dumps(anonymous(audit("Update application", {"RequiredResourceAccess": ("[]", json.dumps(asked))})))
    assert GRAPH in kept
    assert "8ba4a692-bc31-4128-9094-475872af8a53" in kept


def test_one_id_becomes_one_other_id_wherever_it_stands() -> None:
    found = anonymous({"a": "6F1D2C3B-4a59-4871-8e90-aabbccddeeff", "b": ["x 6f1d2c3b-4a59-4871-8e90-aabbccddeeff"]})
    assert found["b"][0] == f"x {found['a']}"
    assert anonymous(found)["a"] != found["a"]


def test_two_people_stay_two_and_nobody() -> None:
    one, other, again = anonymous(
        ["haruka@fabrikam.example", "ken@fabrikam.example", "GET /users/haruka%40fabrikam.example"]
    )
    assert one != other
    assert again.endswith(one)
    assert "haruka" not in one


def test_where_a_policy_stands_stays_and_where_a_person_is_does_not() -> None:
    assert anonymous({"location": {"countryOrRegion": "JP", "state": "Tokyo"}}) == {
        "location": {"countryOrRegion": "JP"}
    }
    policy = json.dumps([{"displayName": "block", "state": "disabled"}])
    assert json.loads(anonymous({"newValue": policy})["newValue"]) == [{"displayName": "example", "state": "disabled"}]


def test_two_repositories_stay_two() -> None:
    subjects = [f"repo:fabrikam/{name}:ref:refs/heads/main" for name in ("bot", "other")]
    one, other = anonymous(subjects)
    assert one != other
    assert "fabrikam" not in one + other
    assert one.startswith("repo:example/example-")


def test_meaning_is_what_happens_again_and_not_what_happens_once(audit: Any, graph_call: Any) -> None:
    meaning = meaning_of(read_event(audit("Update application", {"FederatedIdentityCredentials": ("[]", [FEDERATED])})))
    assert meaning.selections == {"selection": {"changes[any]": {"kind": "federated_credential_added"}}}
    assert meaning.technique == "T1098.001"
    call = meaning_of(read_event(graph_call("r", "e")))
    assert call.selections["selection"]["properties.requestMethod"] == "POST"


def test_a_path_keeps_its_words_and_opens_its_ids() -> None:
    assert path_pattern("/users/sato@fabrikam.example/calendar/getSchedule") == (
        r"/users/[^/?]+/calendar/getSchedule/?(\?.*)?$"
    )


def test_a_person_can_say_it_better(audit: Any) -> None:
    better = renamed(draft(audit("Add application")), title="New app", level=Level.HIGH, technique="T1136.003")
    assert "title: New app" in better.text()
    assert "level: high" in better.text()


def test_a_rule_that_says_too_little_is_refused(audit: Any) -> None:
    with pytest.raises(NotDraftedError):
        draft({"category": "Other", "operationName": "", "properties": {}}).samples()


def test_the_command_writes_beside_what_is_there(audit: Any, tmp_path: Path) -> None:
    (tmp_path / "event.json").write_text(json.dumps(audit("Add application")), encoding="utf-8")
    arguments = ["new", "--from", str(tmp_path / "event.json"), "--yes", "--out", str(tmp_path / "rule")]
    for _ in range(2):
        assert CliRunner().invoke(rules.app, arguments).exit_code == 0
    assert sorted(path.name for path in (tmp_path / "rule").glob("*.yml")) == [
        "my_application_added.yml",
        "my_application_added_2.yml",
    ]
    assert CliRunner().invoke(rules.app, ["test", str(tmp_path / "rule")]).exit_code == 0


def test_the_command_asks_a_person(audit: Any, tmp_path: Path) -> None:
    (tmp_path / "event.json").write_text(json.dumps(audit("Add application")), encoding="utf-8")
    arguments = ["new", "--from", str(tmp_path / "event.json"), "--out", str(tmp_path / "rule")]
    result = CliRunner().invoke(rules.app, arguments, input="An app\nlow\n\n")
    assert result.exit_code == 0
    assert "level: low" in (tmp_path / "rule" / "my_application_added.yml").read_text(encoding="utf-8")


def test_a_file_without_an_event_is_refused(tmp_path: Path) -> None:
    (tmp_path / "event.json").write_text("{}", encoding="utf-8")
    result = CliRunner().invoke(rules.app, ["new", "--from", str(tmp_path / "event.json"), "--yes"])
    assert isinstance(result.exception, NotDraftedError)


@pytest.mark.parametrize(
    "said",
    [
        {
            "targetResources": [{"displayName": "HR feed", "id": "a", "type": "Application"}]
        },  # Datadog drops what is empty
        {"initiatedBy": {"app": {"displayName": "HR feed"}}},
        {"appliedConditionalAccessPolicies": [{"displayName": "HR feed", "id": "a", "result": "success"}]},
        {
            "modifiedProperties": [
                {"displayName": "ServicePrincipal.DisplayName", "oldValue": "", "newValue": "HR feed"}
            ]
        },
    ],
)
def test_names_go_in_every_envelope(said):
    found = json.dumps(anonymous(said))
    assert "HR feed" not in found
    assert "example" in found


def test_names_that_are_microsofts_stay():
    said = {"targetResources": [{"displayName": "Global Administrator", "id": "a", "type": "Role"}]}
    assert "Global Administrator" in json.dumps(anonymous(said))


def test_a_technique_that_attack_does_not_have_is_asked_for_again(tmp_path: Path):
    (tmp_path / "event.json").write_text(json.dumps(FIRING[0].values[0]))
    answers = "Mine\nhigh\nT9999\nt1098.001\n"
    with CliRunner().isolation(input=answers) as (out, *_):
        found = drafted(str(tmp_path / "event.json"), ask=True)
        assert b"no technique T9999" in out.getvalue()
    assert found.technique == "T1098.001"
