import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sekimori.cli.ask import CallError, app

MANIFEST = """
[identity]
tenant_id = "11111111-2222-4333-8444-555555555555"
app_id = "6f1d2c3b-4a59-4871-8e90-aabbccddeeff"
certificate = "file:bot.pem"

[slack]
app_id = "A0APP"
team = "T0FABRIKAM"
signing_secret = "env:SIGNING"
bot_token = "env:TOKEN"

[[people]]
id = "sato"
names = ["佐藤", "Sato"]
mailbox = "sato@fabrikam.example"
precision = "typed"

[[partners]]
id = "contoso"
team = "T0CONTOSO"
enterprise = "E0CONTOSO"
channels = ["C0SHARED"]

[[partners.requesters]]
user = "U0SEC"
may_ask = ["sato"]
purpose = "schedule coordination"
"""


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    path = tmp_path / "sekimori.toml"
    path.write_text(MANIFEST)
    return path


def run(manifest: Path, question: str, asker: str = "T0CONTOSO/U0SEC", *more: str):
    now = ["--now", "2026-11-18T11:00+09:00", "--dry-run"]
    return CliRunner().invoke(app, [question, "--as", asker, "--manifest", str(manifest), *now, *more])


def test_it_prints_what_was_understood_and_decided(manifest: Path) -> None:
    result = run(manifest, "佐藤さん 来週の午後", "T0CONTOSO/U0SEC", "--format", "json")
    said = json.loads(result.stdout)
    assert result.exit_code == 0
    assert said["question"]["window"] == ["2026-11-23T03:00:00+00:00", "2026-11-29T15:00:00+00:00"]
    assert said["question"]["hours"] == "12:00-24:00"
    assert said["decision"]["result"] == "allowed"
    assert said["decision"]["person"] == "sato"


def test_the_understood_question_is_printed_as_a_phrase_with_one_meaning(manifest: Path) -> None:
    said = json.loads(run(manifest, "佐藤さん 来週の午後 90分", "T0CONTOSO/U0SEC", "--format", "json").stdout)
    assert said["question"]["phrase"] == "佐藤さん 2026年11月23日(月)〜11月29日(日) 午後 1時間30分"
    assert said["question"]["duration_minutes"] == 90
    assert said["question"]["others"] == []
    assert said["question"]["holidays"] == {"2026-11-23": "勤労感謝の日"}
    again = json.loads(run(manifest, said["question"]["phrase"], "T0CONTOSO/U0SEC", "--format", "json").stdout)
    assert again == said


def test_an_ambiguous_phrase_ends_with_2_and_what_it_may_mean(manifest: Path) -> None:
    result = run(manifest, "佐藤さん 次の金曜", "T0CONTOSO/U0SEC", "--format", "json")
    said = json.loads(result.stdout)
    assert result.exit_code == 2
    assert said["decision"]["reason"] == "ambiguous"
    assert said["decision"]["candidates"] == ["佐藤さん 2026年11月20日(金)", "佐藤さん 2026年11月27日(金)"]
    for candidate in said["decision"]["candidates"]:
        assert run(manifest, candidate).exit_code == 0


@pytest.mark.parametrize("format_", ["text", "json"])
def test_whatever_is_decided_can_be_printed_in_both_forms(manifest: Path, format_: str) -> None:
    for question in ("佐藤さん 来週", "佐藤さんと鈴木さん 来週 1時間", "来週", "架空さん 来週", "😀"):
        result = run(manifest, question, "T0CONTOSO/U0SEC", "--format", format_)
        assert result.exit_code in {0, 1, 2}
        assert result.stdout.strip()


@pytest.mark.parametrize(
    ("question", "asker", "reason"),
    [
        ("佐藤さん 来週", "T0CONTOSO/U0OTHER", "requester_unlisted"),
        ("佐藤さん 来週", "T0NORTHWIND/U0SEC", "partner_unlisted"),
        ("架空さん 来週", "E0CONTOSO/U0SEC", "person_unknown"),
        ("佐藤さん 2027年12月1日", "T0CONTOSO/U0SEC", "window_beyond_horizon"),
    ],
)
def test_a_refusal_ends_with_1_and_its_reason(manifest: Path, question: str, asker: str, reason: str) -> None:
    result = run(manifest, question, asker, "--format", "json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["decision"]["reason"] == reason


def test_another_channel_is_refused(manifest: Path) -> None:
    result = run(manifest, "佐藤さん 来週", "T0CONTOSO/U0SEC", "--channel", "C0OTHER", "--format", "json")
    assert json.loads(result.stdout)["decision"]["reason"] == "channel_unlisted"


def test_what_is_not_understood_ends_with_2(manifest: Path) -> None:
    result = run(manifest, "佐藤さん")
    assert result.exit_code == 2
    assert "no_time" in result.stdout


@pytest.mark.parametrize("asker", ["U0SEC", "X0/U0SEC", "T0CONTOSO/佐藤"])
def test_an_asker_of_no_known_form_is_a_wrong_call(manifest: Path, asker: str) -> None:
    assert isinstance(run(manifest, "佐藤さん 来週", asker).exception, CallError)


@pytest.mark.parametrize("now", ["tomorrow", "2026-11-18T11:00"])
def test_a_time_without_a_zone_is_a_wrong_call(manifest: Path, now: str) -> None:
    result = run(manifest, "佐藤さん 来週", "T0CONTOSO/U0SEC", "--now", now)
    assert isinstance(result.exception, CallError)
