"""What the matrix makes of what fired: every trouble is named, explained or not, and no gap outlives its trouble."""

import dataclasses
import json
import tomllib
from datetime import UTC, datetime, timedelta

import pytest
import typer
from typer.testing import CliRunner

from sekimori.cli._drill.gaps import PATH, GapsUnreadable, read_gaps
from sekimori.cli._drill.matrix import Cell, Matrix, Row
from sekimori.cli._drill.printed import grid, markdown
from sekimori.cli._drill.telling import telling_paths
from sekimori.cli._drill.verified import Seen, since_when, verdict
from sekimori.cli.drill import app
from sekimori.risk.proof import Gap, newest, read, shipped_path, write
from sekimori.sim.technique import discovered_techniques
from sekimori.watch.rulebook import shipped_rules
from sekimori.watch.samples import samples_file

TECHNIQUES = discovered_techniques()
WORDS = {"ja": "理由", "en": "reason"}


def attack(**changes):
    return dataclasses.replace(
        TECHNIQUES["client_secret_added"],
        must_fire=frozenset({"fires"}),
        must_stay_quiet=frozenset({"quiet"}),
        **changes,
    )


def look_alike():
    return TECHNIQUES["credential_removed"]


def matrix(*rows, gaps=(), rules=("fires", "quiet", "other"), whole=False):
    return Matrix(rows=tuple(rows), rules=rules, gaps=gaps, whole=whole)


def gap(kind, technique=None, rule=None):
    return Gap(kind=kind, technique=technique, rule=rule, why=WORDS, closes=WORDS)


def test_each_cell_says_what_became_of_a_rule():
    row = Row(technique=attack(), fired={"fires": 0.1, "other": 0.2})
    assert [row.cell(rule) for rule in ("fires", "other", "quiet", "unknown")] == [
        Cell.FIRED,
        Cell.ALSO,
        Cell.QUIET,
        Cell.NOT_ASKED,
    ]
    assert Row(technique=attack(), fired={}).cell("fires") is Cell.MISSED
    assert Row(technique=attack(), fired={"quiet": 0.1}).cell("quiet") is Cell.LOUD
    assert Row(technique=look_alike(), fired={"anything": 0.1}).cell("anything") is Cell.LOUD


@pytest.mark.parametrize(
    ("fired", "technique", "kind", "rule"),
    [
        ({}, attack(), "technique_not_caught", "fires"),
        ({"fires": 0.1, "quiet": 0.1}, attack(), "look_alike_fires", "quiet"),
        ({"other": 0.1}, look_alike(), "look_alike_fires", "other"),
    ],
)
def test_a_trouble_is_unexplained_until_a_gap_says_why(fired, technique, kind, rule):
    row = Row(technique=technique, fired=fired)
    (trouble,) = matrix(row).unexplained
    assert (trouble.kind, trouble.technique, trouble.rule) == (kind, technique.id, rule)
    explained = matrix(row, gaps=(gap(kind, technique.id, rule),))
    assert explained.unexplained == ()
    assert [one.rule for one in explained.explained] == [rule]


def test_a_gap_that_is_none_any_more_is_a_failure():
    row = Row(technique=attack(), fired={"fires": 0.1})
    (trouble,) = matrix(row, gaps=(gap("technique_not_caught", row.technique.id, "fires"),)).unexplained
    assert "none any more" in str(trouble)


def test_a_rule_that_nothing_fires_fails_the_whole_matrix_and_not_a_part_of_it():
    row = Row(technique=attack(), fired={"fires": 0.1})
    assert matrix(row).unexplained == ()
    assert {one.rule for one in matrix(row, whole=True).unexplained} == {"quiet", "other"}
    gaps = (gap("rule_not_fired", rule="quiet"), gap("rule_not_fired", rule="other"))
    assert matrix(row, whole=True, gaps=gaps).unexplained == ()
    assert matrix(row, gaps=gaps).unexplained == (), "a part of the techniques cannot tell that the gap is closed"


def test_a_technique_that_names_a_rule_there_is_not_fails():
    row = Row(technique=attack(), fired={"fires": 0.1})
    assert "unknown_rule" in {one.kind for one in matrix(row, rules=("quiet",)).unexplained}


def test_what_is_printed_ends_with_the_number_of_unexplained():
    both = matrix(Row(technique=attack(), fired={"fires": 0.12}), Row(technique=look_alike(), fired={"other": 1.0}))
    for lines in (list(grid(both)), list(markdown(both))):
        assert lines[-1] == "1 unexplained"
        assert any("client_secret_added" in line and "0.12" in line for line in lines)
        assert any("UNEXPLAINED" in line and "credential_removed" in line for line in lines)


def test_the_gaps_name_techniques_and_rules_that_there_are_in_both_languages():
    rules = {rule.id for rule in shipped_rules()}
    for one in read_gaps():
        assert one.technique is None or one.technique in TECHNIQUES
        assert one.rule in rules
        assert set(one.why) == set(one.closes) == {"ja", "en"}
    assert len(read_gaps()) >= len(tomllib.loads(PATH.read_text("utf-8"))["gap"])


def test_a_file_of_gaps_with_a_slip_is_refused_by_name(tmp_path):
    path = tmp_path / "gaps.toml"
    path.write_text('[[gap]]\nkind = "rule_not_fired"\nrulez = ["a"]\nwhy.en = ""\nwhy.ja = ""\n')
    with pytest.raises(GapsUnreadable, match=r"gaps\.toml"):
        read_gaps(path)


def test_what_is_telling_is_found_by_name_at_any_place():
    record = {
        "operationName": "Update application",
        "properties": {
            "ipAddress": "192.0.2.1",
            "targetResources": [
                {"modifiedProperties": [{"displayName": "Other"}]},
                {"modifiedProperties": [{"displayName": "Other"}, {"displayName": "KeyDescription"}]},
            ],
        },
    }
    technique = attack(telling=("KeyDescription", "properties.ipAddress", "operationName", "properties.absent"))
    assert telling_paths(technique, record) == (
        "properties.targetResources.1.modifiedProperties.1.displayName",
        "properties.ipAddress",
        "operationName",
    )


def test_the_shipped_proof_holds_every_technique_and_what_gives_it_away():
    proof = read(shipped_path())
    assert {one.id for one in proof.techniques} <= set(TECHNIQUES)
    for one in proof.techniques:
        assert one.event, one.id
        assert one.telling, one.id
        assert one.benign == (not one.mitre)


def test_the_newer_proof_wins(tmp_path):
    shipped = read(shipped_path())
    own = tmp_path / "sekimori" / "proven.json"
    for year, wins in ((2020, False), (2099, True)):
        write(type(shipped)(**{**_fields(shipped), "proven_at": shipped.proven_at.replace(year=year)}), own)
        assert (newest({"XDG_STATE_HOME": str(tmp_path)}).proven_at.year == year) is wins
    assert newest({}) == shipped


def _fields(proof):
    return {name: getattr(proof, name) for name in proof.__struct_fields__}


def test_the_techniques_are_listed_with_their_ids():
    listed = CliRunner().invoke(app, ["list", "--lang", "ja"]).output
    assert [line.split()[0] for line in listed.splitlines()] == list(TECHNIQUES)
    assert "フェデレーション" in listed


def test_a_technique_there_is_not_is_refused_with_a_suggestion():
    refused = CliRunner().invoke(app, ["run", "credential_remove"])
    assert "did you mean credential_removed?" in str(refused.exception)


NOW = datetime(2026, 11, 28, 7, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "instant"),
    [
        ("30m", NOW - timedelta(minutes=30)),
        ("2h", NOW - timedelta(hours=2)),
        ("2026-11-28T06:00", NOW - timedelta(hours=1)),
        ("2026-11-28T15:00+09:00", NOW - timedelta(hours=1)),
    ],
)
def test_since_is_a_span_or_an_instant(said, instant):
    assert since_when(said, NOW) == instant


def test_since_that_is_no_time_is_refused():
    with pytest.raises(typer.BadParameter, match="no time"):
        since_when("yesterday", NOW)


def seen(rule):
    return Seen(rule=rule, at=NOW, told_at=NOW + timedelta(seconds=3), summary="somebody did something")


def test_each_rule_of_an_attack_is_found_or_not():
    lines = list(verdict(TECHNIQUES["client_secret_added"], [seen("client_credential_added"), seen("other")]))
    assert [good for good, _ in lines] == [True, False]
    assert "3.0 s later" in lines[0][1]
    assert "graph_credential_write  not found" in lines[1][1]


def test_of_a_look_alike_anything_is_too_much():
    assert [good for good, _ in verdict(look_alike(), [])] == [True]
    ((good, line),) = verdict(look_alike(), [seen("client_credential_added")])
    assert not good
    assert "client_credential_added" in line


def test_the_findings_are_looked_for_in_log_files(tmp_path):
    (sample, *_) = samples_file(next(r for r in shipped_rules() if r.id == "client_credential_added")).open()
    log = tmp_path / "audit.ndjson"
    log.write_text(json.dumps(json.loads(sample)["raw"]) + "\n")
    runner = CliRunner()
    found = runner.invoke(
        app, ["verify", "client_secret_added", str(log), "--since", "2026-11-01", "--manifest", "none"]
    )
    assert "● client_credential_added" in found.output
    assert "✗ graph_credential_write  not found (it reads MicrosoftGraphActivityLogs)" in found.output
    assert found.exit_code == 1
    later = runner.invoke(
        app, ["verify", "client_secret_added", str(log), "--since", "2026-11-27", "--manifest", "none"]
    )
    assert "✗ client_credential_added" in later.output


def test_a_plan_is_printed_and_a_technique_without_one_says_so():
    runner = CliRunner()
    planned = runner.invoke(app, ["plan", "client_secret_added", "--shell", "az", "--lang", "ja"])
    assert planned.exit_code == 0
    assert "az rest --method post" in planned.output
    assert "Connect-MgGraph" not in planned.output
    assert "元に戻す" in planned.output
    assert runner.invoke(app, ["plan", "calendars_harvested"]).exit_code == 1
    assert runner.invoke(app, ["plan", "client_secret_added", "--app-id", "'; rm"]).exit_code == 2
