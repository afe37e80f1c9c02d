"""What the way from nothing to the first answer shows is what the commands take."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from sekimori.manifest.loader import load
from sekimori.manifest.schema import json_schema

DOCS = Path(__file__).parents[3] / "docs" / "howto"
BLOCKS = re.findall(r"```toml\n(.*?)```", (DOCS / "deploy.md").read_text("utf-8"), re.DOTALL)


def merged(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    both = {key: merged(one[key], other[key]) for key in one.keys() & other.keys() if isinstance(other[key], dict)}
    return one | other | both


def test_the_manifest_of_the_first_step_is_one(tmp_path):
    (tmp_path / "sekimori.toml").write_text(BLOCKS[0], "utf-8")
    assert load(tmp_path / "sekimori.toml").identity.federation is not None


@pytest.mark.parametrize("number", range(1, len(BLOCKS)))
def test_what_later_steps_add_fits_into_it(number):
    whole = merged(tomllib.loads(BLOCKS[0]), tomllib.loads(BLOCKS[number]))
    jsonschema.validate(json.loads(json.dumps(whole, default=str)), json_schema())
    assert whole != tomllib.loads(BLOCKS[0])
