"""What the matrix makes of what fired: every trouble is named, explained or not, and no gap outlives its trouble."""

import dataclasses
import tomllib

import pytest
from typer.testing import CliRunner

from sekimori.cli._drill.gaps import PATH, GapsUnreadable, read_gaps
from sekimori.cli._drill.matrix import Cell, Matrix, Row
from sekimori.cli._drill.printed import grid, markdown
from sekimori.cli._drill.telling import telling_paths
from sekimori.cli.drill import app
from sekimori.risk.proof import Gap, newest, read, shipped_path, write
from sekimori.sim.technique import discovered_techniques
from sekimori.watch.rulebook import shipped_rules

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
