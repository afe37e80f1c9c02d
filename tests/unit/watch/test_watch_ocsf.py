"""Findings, held against the published schema of OCSF."""

import json
from datetime import UTC
from functools import cache
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema

from sekimori.watch.domain.detection import Detector
from sekimori.watch.domain.finding import Finding
from sekimori.watch.domain.language import Language
from sekimori.watch.domain.ocsf import SCHEMA, finding_as_ocsf
from sekimori.watch.rulebook import shipped_rules
from sekimori.watch.samples import read_samples, samples_file

RULES = shipped_rules()
DETECTOR = Detector(rules=RULES)
RECORDS = [sample.raw for rule in RULES for sample in read_samples(samples_file(rule)) if "operationName" in sample.raw]
FOUND = DETECTOR.detect_all(RECORDS)


@cache
def validator() -> Draft202012Validator:
    schema = OcsfJsonSchemaEmbedded(get_ocsf_schema(version=SCHEMA))
    found: Any = schema.get_class_schema(class_name="detection_finding", profiles=[])
    Draft202012Validator.check_schema(found)
    return Draft202012Validator(found)


def complaints(ocsf: Any) -> list[str]:
    return [f"{list(error.absolute_path)}: {error.message}" for error in validator().iter_errors(ocsf)]


@pytest.mark.parametrize("finding", FOUND, ids=lambda finding: finding.rule.id)
def test_every_finding_is_valid(finding: Finding) -> None:
    for language in Language:
        assert complaints(json.loads(json.dumps(finding_as_ocsf(finding, language, UTC)))) == []


def test_what_says_next_to_nothing_is_valid() -> None:
    bare = [{"category": "AuditLogs", "operationName": record["operationName"]} for record in RECORDS]
    found = DETECTOR.detect_all(bare)
    assert found
    for finding in found:
        assert complaints(json.loads(json.dumps(finding_as_ocsf(finding, Language.EN, UTC)))) == []


def test_the_schema_is_not_an_open_door() -> None:
    ocsf = finding_as_ocsf(FOUND[0], Language.EN, UTC)
    assert complaints(ocsf | {"severity_id": "high"})
    assert complaints(ocsf | {"nonsense": 1})
    assert complaints({key: value for key, value in ocsf.items() if key != "finding_info"})
