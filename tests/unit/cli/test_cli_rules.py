from pathlib import Path

from typer.testing import CliRunner

from sekimori.cli import rules
from sekimori.watch.rulebook import RulesNotFoundError, shipped_rules


def run(*arguments: str):
    return CliRunner().invoke(rules.app, list(arguments))


def test_list_shows_level_technique_and_log_source() -> None:
    lines = run("list").stdout.splitlines()
    assert len(lines) == len(shipped_rules()) >= 40
    (line,) = [line for line in lines if line.startswith("takeover_permission_granted")]
    assert line.split()[1:4] == ["critical", "T1098.003", "azure/auditlogs"]
    assert "サービス プリンシパルの追加" in run("list", "--lang", "ja").stdout


def test_show_says_what_to_ask_and_what_is_not_seen() -> None:
    text = run("show", "federated_credential_weak", "--lang", "ja").stdout
    assert "この順に確認する:" in text
    assert "このルールで見えないもの:" in text
    assert isinstance(run("show", "no_such_rule").exception, RulesNotFoundError)


def test_test_counts_what_fired_nearly_fired_and_stayed_quiet() -> None:
    result = run("test")
    assert result.exit_code == 0
    assert "federated_credential_changed: 1 fired, 1 nearly fired, 1 stayed quiet, 0 failed" in result.stdout
    assert result.stdout.splitlines()[-1] == "0 failed"


def test_a_sample_that_does_not_do_as_it_says_fails_with_its_place(tmp_path: Path) -> None:
    folder = Path(shipped_rules()[0].sigma.path).parent
    for name in ("application_restored.yml", "application_restored.samples.ndjson"):
        text = (folder / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(text.replace('"expect": "nearly"', '"expect": "fires"'), encoding="utf-8")
    result = run("test", str(tmp_path))
    assert result.exit_code == 1
    assert "application_restored.samples.ndjson:2: did not fire" in result.stdout


def test_a_rule_without_samples_is_told(tmp_path: Path) -> None:
    folder = Path(shipped_rules()[0].sigma.path).parent
    (tmp_path / "mine.yml").write_text((folder / "user_consent.yml").read_text(encoding="utf-8"), encoding="utf-8")
    result = run("test", str(tmp_path))
    assert (result.exit_code, "mine: no samples (mine.samples.ndjson)" in result.stdout) == (1, True)


def test_check_says_that_two_rules_share_an_id(tmp_path: Path) -> None:
    folder = Path(shipped_rules()[0].sigma.path).parent
    text = (folder / "user_consent.yml").read_text(encoding="utf-8")
    (tmp_path / "mine.yml").write_text(
        f"{text}---\n{text.replace('name: user_consent', 'name: mine')}", encoding="utf-8"
    )
    result = run("check", str(tmp_path))
    assert result.exit_code == 1
    assert "mine.yml:1 has the same id 'mine'; give one of them another name or id" in result.stdout
    assert result.stdout.splitlines()[-1] == "1 runs, 0 partly, 1 cannot"
