"""The register's controls name the doctor's checks, and the report says when each was checked."""

import json
import tomllib
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sekimori.bootstrap.doctor import all_checks
from sekimori.cli.risk import app
from sekimori.risk.checked import CheckedUnreadable, read_checked

STARTER = tomllib.loads((files("sekimori.risk.register") / "starter.toml").read_text("utf-8"))
NAMED = {control["check"] for control in STARTER["controls"] if "check" in control}


def test_every_check_of_the_starter_register_is_one_of_the_doctors():
    assert len(NAMED) >= 6
    assert {check.id for check in all_checks()} >= NAMED


def kept(folder: Path, **states: str) -> Path:
    checks = [{"check": check.replace("__", "."), "state": state} for check, state in states.items()]
    path = folder / "doctor.json"
    at = datetime(2026, 11, 23, 3, 0, tzinfo=UTC).isoformat()
    path.write_text(json.dumps({"version": 1, "checked_at": at, "checks": checks}))
    return path


@pytest.mark.parametrize(
    ("lang", "ok", "wrong", "absent"),
    [
        (
            "en",
            "checked on 2026-11-23: as declared",
            "checked on 2026-11-23: not as declared",
            "not among the checks of 2026-11-23",
        ),
        ("ja", "2026-11-23 に確認: 宣言どおり", "2026-11-23 に確認: 宣言と違う", "2026-11-23 の確認にない項目"),
    ],
)
@pytest.mark.parametrize("form", ["md", "html"])
def test_the_report_says_when_a_control_was_checked_and_how_it_was_found(tmp_path, form, lang, ok, wrong, absent):
    found = kept(tmp_path, entra__no_secret="ok", conditional_access__policy="wrong")
    out = tmp_path / f"report.{form}"
    arguments = ["report", "--format", form, "--lang", lang, "--out", str(out), "--checked", str(found)]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    text = out.read_text("utf-8")
    assert all(words in text for words in (ok, wrong, absent))
    counted = {
        "en": f"of the {len(NAMED)} that",
        "ja": f"確認項目のある{len(NAMED)}件のうち、sekimori doctor で宣言どおりと確かめられたのは1件です",
    }
    assert counted[lang] in text


@pytest.mark.parametrize("text", ["", "[]", '{"version": 2, "checked_at": "2026-11-23T03:00:00Z", "checks": []}'])
def test_a_file_of_something_else_is_said(tmp_path, text):
    path = tmp_path / "doctor.json"
    path.write_text(text)
    with pytest.raises(CheckedUnreadable, match=r"doctor\.json"):
        read_checked(path)
