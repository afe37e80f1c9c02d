import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from sekimori.cli import explain, scan
from sekimori.core.errors import SekimoriError
from sekimori.watch.rulebook import shipped_folder

FIELDS = [
    "rule",
    "rule_id",
    "level",
    "techniques",
    "time",
    "summary",
    "app_id",
    "service_principal_id",
    "actor",
    "source_ip",
    "changes",
    "event",
    "source",
    "fingerprint",
]
MANIFEST = """
[service]
language = "ja"
timezone = "Asia/Tokyo"

[identity]
tenant_id = "11111111-2222-4333-8444-555555555555"
app_id = "6f1d2c3b-4a59-4871-8e90-aabbccddeeff"
object_id = "2b3c4d5e-6f70-4182-93a4-b5c6d7e8f901"
certificate = "file:bot.pem"
egress = ["203.0.113.10/32"]

[slack]
app_id = "A0APP"
team = "T0FABRIKAM"
signing_secret = "env:SIGNING"
bot_token = "env:TOKEN"
"""
FOREIGN = """
title: Any secret
id: 0f1e2d3c-4b5a-4697-8887-766554433221
logsource: {product: azure, service: auditlogs}
detection:
  selection:
    operationName: Update application - Certificates and secrets management
  condition: selection
level: high
"""


def sample(rule: str, number: int = 0) -> Any:
    lines = (shipped_folder() / f"{rule}.samples.ndjson").read_text(encoding="utf-8").splitlines()
    return json.loads(lines[number])["raw"]


@pytest.fixture
def logs(tmp_path: Path) -> Path:
    folder = tmp_path / "logs"
    folder.mkdir()
    records = [sample("service_principal_seen"), sample("client_credential_added"), sample("permission_requested")]
    (folder / "a.ndjson").write_text("\n".join(json.dumps(record) for record in records), encoding="utf-8")
    return folder


def run(*arguments: str | Path, stdin: bytes | None = None) -> Any:
    return CliRunner().invoke(scan.app, [str(argument) for argument in arguments], input=stdin)


def found(result: Any) -> list[dict[str, Any]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_one_finding_a_line_with_every_field(logs: Path) -> None:
    result = run(logs, "--format", "json")
    assert [list(finding) for finding in found(result)] == [FIELDS] * 3
    assert [finding["source"]["line"] for finding in found(result)] == [2, 3, 1], "what is remembered is told last"
    assert found(result)[0]["event"]["operation"].endswith("management ".strip())
    assert result.exit_code == 0


@pytest.mark.parametrize(("level", "status"), [("medium", 1), ("high", 0), ("informational", 1), ("critical", 0)])
def test_the_exit_status_follows_the_level(logs: Path, level: str, status: int) -> None:
    assert run(logs, "--fail-on", level).exit_code == status


def test_the_same_event_delivered_twice_is_one_finding(logs: Path) -> None:
    (logs / "b.json").write_text(json.dumps({"records": [sample("client_credential_added")]}), encoding="utf-8")
    assert len(found(run(logs, "--format", "json"))) == 3


def test_unreadable_lines_are_told_and_the_rest_is_read(logs: Path) -> None:
    with (logs / "a.ndjson").open("a", encoding="utf-8") as file:
        file.write('\n{"half": \n{"neither": "envelope"}\n')
    result = run(logs, "--format", "json")
    assert len(found(result)) == 3
    assert "a.ndjson:4: ends in the middle of a value" in result.stderr
    assert "a.ndjson:5: not a log record of a known envelope (keys: neither)" in result.stderr
    assert "2 could not be read" in result.stderr
    assert result.exit_code == 3
    assert run(logs, "--fail-on", "low").exit_code == 1


def test_nothing_to_read_is_a_wrong_call(tmp_path: Path) -> None:
    result = run(tmp_path / "nothing.json")
    assert isinstance(result.exception, SekimoriError)
    assert result.exception.exit_status == 2
    assert run(tmp_path, "--timezone", "Mars/Base").exit_code == 2


def test_compressed_logs_and_standard_input(logs: Path) -> None:
    data = gzip.compress((logs / "a.ndjson").read_bytes())
    (logs / "a.ndjson").unlink()
    (logs / "a.log.gz").write_bytes(data)
    assert len(found(run(logs, "--format", "json"))) == 3
    assert len(found(run("-", "--format", "json", stdin=json.dumps(sample("permission_requested")).encode()))) == 1


def test_the_manifest_decides_what_is_expected(logs: Path, tmp_path: Path) -> None:
    (tmp_path / "sekimori.toml").write_text(MANIFEST)
    result = run(logs, "--format", "json", "--manifest", tmp_path / "sekimori.toml")
    assert [(finding["rule_id"], finding["level"]) for finding in found(result)] == [
        ("client_credential_added", "high"),
        ("permission_requested", "high"),
    ]
    assert found(result)[0]["rule"] == "クライアント シークレットまたは証明書の追加"
    assert "JST" in found(result)[0]["summary"]
    assert result.exit_code == 1


def test_rules_of_others_besides_ours_and_instead_of_them(logs: Path, tmp_path: Path) -> None:
    folder = tmp_path / "rules"
    folder.mkdir()
    (folder / "secret.yml").write_text(FOREIGN)
    (folder / "broken.yml").write_text("title: no detection\nlogsource: {product: azure}\n")
    besides = run(logs, "--format", "json", "--rules", folder)
    assert len(found(besides)) == 4
    assert "broken.yml:1:" in besides.stderr
    only = found(run(logs, "--format", "json", "--only-rules", folder))
    assert [(finding["rule"], finding["rule_id"]) for finding in only] == [
        ("Any secret", "0f1e2d3c-4b5a-4697-8887-766554433221")
    ]


def test_ocsf_and_the_table(logs: Path) -> None:
    assert [finding["class_uid"] for finding in found(run(logs, "--format", "ocsf"))] == [2004] * 3
    assert "1 medium" in run(logs).stdout


def test_each_event_in_words(logs: Path) -> None:
    result = CliRunner().invoke(explain.app, [str(logs), "--lang", "ja", "--timezone", "Asia/Tokyo"])
    assert result.exit_code == 0
    assert (
        "アプリ「schedule-bot」の要求する API のアクセス許可に Microsoft Graph の Calendars.ReadBasic.All"
        in result.stdout
    )
    assert len(result.stdout.splitlines()) == 3


def test_the_real_logs_beside_the_checkout_raise_no_alarm() -> None:
    corpus = Path(__file__).parents[4] / "shared" / "corpus" / "azure-diagnostic.ndjson"
    if corpus.exists():
        result = run(corpus, "--format", "json", "--fail-on", "low")
        assert (len(found(result)), result.exit_code, result.stderr) == (19, 0, "")


def graph_log(tmp_path: Path, *entries: Any) -> Path:
    folder = tmp_path / "bridge"
    folder.mkdir()
    call = sample("graph_call_without_entry", 3)
    (folder / "a-graph.ndjson").write_text(json.dumps(call), encoding="utf-8")
    if entries:
        (folder / "b-audit.ndjson").write_text("\n".join(map(json.dumps, entries)), encoding="utf-8")
    return folder


def test_calls_are_reconciled_with_entries_wherever_they_stand(tmp_path: Path) -> None:
    (tmp_path / "sekimori.toml").write_text(MANIFEST)
    manifest = ["--format", "json", "--manifest", tmp_path / "sekimori.toml"]
    call = sample("graph_call_without_entry", 3)
    ours = {
        "seq": 1,
        "id": call["properties"]["clientRequestId"],
        "at": "2026-11-20T01:00:09+00:00",
        "kind": "call.intent",
        "body": {"method": "POST", "resource": "calendar/getSchedule"},
        "previous": "0" * 64,
        "hash": "1" * 64,
    }
    folder = graph_log(tmp_path, ours)
    assert found(run(folder, *manifest)) == []
    (folder / "b-audit.ndjson").write_text(json.dumps(ours | {"id": "another"}), encoding="utf-8")
    assert [finding["rule_id"] for finding in found(run(folder, *manifest))] == ["graph_call_without_entry"]


def test_without_any_entry_no_call_is_doubted(tmp_path: Path) -> None:
    (tmp_path / "sekimori.toml").write_text(MANIFEST)
    result = run(graph_log(tmp_path), "--format", "json", "--manifest", tmp_path / "sekimori.toml")
    assert (found(result), result.exit_code) == ([], 0)
