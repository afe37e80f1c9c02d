import json
from pathlib import Path

import jsonschema
import pytest
from typer.testing import CliRunner

from sekimori.cli import risk
from sekimori.risk.navigator import MISSED, PROVEN, RULE_ONLY, layer
from sekimori.watch.domain import attack
from sekimori.watch.domain.language import Language

DATA = Path(__file__).parents[2] / "data" / "risk"
SCHEMA = json.loads((DATA / "layer_4_5.schema.json").read_text("utf-8"))


@pytest.mark.parametrize("language", Language)
def test_a_layer_is_what_the_navigator_reads(proof, rules, language):
    made = json.loads(json.dumps(layer(proof, rules, language)))
    jsonschema.validate(made, SCHEMA)
    assert made["gradient"]["minValue"] < made["gradient"]["maxValue"]
    assert {each["techniqueID"] for each in made["techniques"]} <= attack.techniques()


def test_the_schema_refuses_what_the_navigator_would(proof, rules):
    made = layer(proof, rules, Language.EN)
    for wrong in ({"versions": {"layer": "4.4", "navigator": "5.1.0"}}, {"techniques": [{"score": 1}]}, {"sorting": 9}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(made | wrong, SCHEMA)


def test_the_score_says_whether_a_detection_was_proven(proof, rules):
    techniques = {each["techniqueID"]: each for each in layer(proof, rules, Language.EN)["techniques"]}
    assert techniques["T1098.001"]["score"] == PROVEN
    assert "client_credential_added" in techniques["T1098.001"]["comment"]
    assert "2026-11-27" in techniques["T1098.001"]["comment"]
    assert techniques["T1484.002"]["score"] == RULE_ONLY
    none = [rule for rule in rules if "T1528" not in rule.techniques]
    assert {e["techniqueID"]: e for e in layer(proof, none, Language.EN)["techniques"]}["T1528"]["score"] == MISSED


def test_the_command_writes_a_file(tmp_path):
    out = tmp_path / "build" / "layer.json"
    result = CliRunner().invoke(risk.app, ["navigator", "--proof", str(DATA / "proven.json"), "--out", str(out)])
    assert result.exit_code == 0
    jsonschema.validate(json.loads(out.read_text("utf-8")), SCHEMA)
