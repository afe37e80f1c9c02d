from pathlib import Path

import pytest
from typer.testing import CliRunner

from sekimori.cli import risk
from sekimori.risk.errors import RegisterInvalid
from sekimori.risk.register.loader import load, parsed, starter
from sekimori.watch.domain.language import Language

RULES = ("service_principal_sign_in", "client_credential_added")
SMALL = """\
[about]
name = { ja = "窓口", en = "Desk" }
purpose = { ja = "答える", en = "Answers" }
owner = { ja = "責任者", en = "Owner" }
next_review = 2027-05-31

[[controls]]
id = "no_owner"
title = { ja = "所有者なし", en = "No owner" }
how = { ja = "置かない", en = "None" }
check = "entra.app.owners"

[[threats]]
id = "stolen"
title = { ja = "盗難", en = "Theft" }
techniques = ["T1078.004"]
story = { ja = "盗む", en = "Stolen" }
prevented_by = ["no_owner"]
detected_by = { rules = ["service_principal_sign_in"], means = ["profile"] }
before = { likelihood = 4, impact = 4, why = { ja = "鍵", en = "A key" } }
after = { likelihood = 2, impact = 2, why = { ja = "遮断", en = "Blocked" } }
owner = { ja = "管理者", en = "Admin" }
review = 2027-05-31
"""


def test_the_starter_is_valid_and_names_only_rules_that_exist(rules):
    loaded = load(None, [rule.id for rule in rules])
    assert not loaded.problems
    threats = loaded.register.threats
    assert len(threats) >= 10
    assert {"T1078.004", "T1136.003", "T1098.001", "T1098.003"} <= {each for t in threats for each in t.techniques}
    assert all(threat.after.score <= threat.before.score for threat in threats)
    assert all(threat.prevented_by for threat in threats)


def test_what_the_articles_app_cannot_see_is_written_down():
    titles = [each.title.en for each in parsed(starter(), file="s", rules=()).register.not_covered]
    assert any("getSchedule" in title for title in titles)
    assert any("bodies" in title for title in titles)
    assert any("licences" in title for title in titles)


@pytest.mark.parametrize(
    ("old", "new", "place", "words"),
    [
        ("likelihood = 4", "likelihood = 6", "risk.toml:20:12", "a number from 1 to 5"),
        ("impact = 4", 'impact = "high"', "risk.toml:20:28", "a number from 1 to 5"),
        ("story =", "storey =", "risk.toml:17:1", 'did you mean "story"?'),
        ('means = ["profile"]', 'means = ["profil"]', "risk.toml:19:", 'did you mean "profile"?'),
        (', en = "Theft"', "", "risk.toml:15:", "is missing"),
        ('"T1078.004"', '"1078"', "risk.toml:16:15", "an ATT&CK id such as T1098.001"),
        ('owner = { ja = "管理者"', "owner = ", "risk.toml:22:", "not valid TOML"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(old, new, place, words):
    text = SMALL.replace(old, new)
    with pytest.raises(RegisterInvalid) as raised:
        parsed(text, file="risk.toml", rules=RULES)
    assert place in raised.value.words
    assert words in raised.value.words


def test_an_id_that_is_there_twice_is_refused():
    again = SMALL + SMALL[SMALL.index("[[threats]]") :]
    with pytest.raises(RegisterInvalid, match="stolen is there twice"):
        parsed(again, file="risk.toml", rules=RULES)


def test_references_that_lead_nowhere_are_told_and_left_out():
    text = SMALL.replace('"service_principal_sign_in"', '"service_principal_signin", "client_credential_added"')
    text = text.replace('["T1078.004"]', '["T1527", "T1078.004"]').replace('["no_owner"]', '["no_owners"]')
    loaded = parsed(text, file="risk.toml", rules=RULES)
    told = [str(problem) for problem in loaded.problems]
    assert told[0].startswith("risk.toml:16:15: threats[0].techniques[0]: ATT&CK 17.0 has no technique T1527")
    assert 'did you mean "T1550.001"?' in told[0]
    assert 'there is no control no_owners; did you mean "no_owner"?' in told[1]
    assert "there is no rule service_principal_signin" in told[2]
    assert 'did you mean "service_principal_sign_in"?' in told[2]
    (threat,) = loaded.register.threats
    assert (threat.techniques, threat.prevented_by) == (("T1078.004",), ())
    assert threat.detected_by.rules == ("client_credential_added",)


def test_the_command_begins_one_and_checks_it(tmp_path: Path):
    file = tmp_path / "risk.toml"
    runner = CliRunner()
    assert runner.invoke(risk.app, ["register", "--init", str(file)]).exit_code == 0
    assert "already" in str(runner.invoke(risk.app, ["register", "--init", str(file)]).exception)
    shown = runner.invoke(risk.app, ["register", str(file), "--lang", Language.JA], env={"COLUMNS": "180"})
    assert shown.exit_code == 0
    assert "4x4=16" in shown.stdout
    file.write_text(file.read_text("utf-8").replace('"graph_call_without_entry"', '"graph_call"', 1), "utf-8")
    assert runner.invoke(risk.app, ["register", str(file)]).exit_code == 1
