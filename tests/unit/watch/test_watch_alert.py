"""What an alert says: everything once, and nothing of the host."""

from datetime import UTC
from pathlib import Path
from typing import Any

import pytest

from sekimori.watch.alert import alert_of
from sekimori.watch.domain.detection import Detector
from sekimori.watch.domain.explanation import summarise
from sekimori.watch.domain.finding import Finding
from sekimori.watch.domain.language import Language
from sekimori.watch.domain.profile import IdentityProfile
from sekimori.watch.domain.records import Source
from sekimori.watch.rulebook import shipped_rules

DESK = IdentityProfile(name="Desk", app_id="6f1d2c3b-4a59-4871-8e90-aabbccddeeff", recorded=True)
HOME = Path("/srv/desk")


def found(record: Any, path: str = "logs/entra.ndjson") -> Finding:
    detector = Detector(rules=shipped_rules(), profiles=[DESK])
    return next(
        finding
        for finding in detector.detect(record, Source(path=path, line=7))
        if finding.rule.id == "graph_call_without_entry"
    )


@pytest.mark.parametrize("language", list(Language))
def test_a_question_is_asked_once(graph_call: Any, language: Language) -> None:
    finding = found(graph_call("r", "e"))
    alert = alert_of(finding, language, UTC)
    assert alert.questions
    assert all(question not in alert.summary for question in alert.questions)
    assert summarise(finding, language, UTC).endswith(alert.questions[0])


def test_a_call_that_nothing_announced_is_told_once(graph_call: Any) -> None:
    finding = found(graph_call("r", "e"))
    assert summarise(finding, Language.EN, UTC).casefold().count("somebody else") == 1
    japanese = summarise(finding, Language.JA, UTC)
    assert japanese.count("当方以外") == 1
    assert japanese.count("当方の資格情報かトークン") == 1


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("/srv/desk/logs/entra.ndjson", "logs/entra.ndjson:7"),
        ("/srv/desk/../logs/entra.ndjson", "../logs/entra.ndjson:7"),
        ("/var/log/entra.ndjson", "/var/log/entra.ndjson:7"),
        ("/srv/desktop/entra.ndjson", "/srv/desktop/entra.ndjson:7"),
        ("entra.ndjson", "entra.ndjson:7"),
    ],
)
def test_a_place_is_said_from_the_folder_of_the_manifest(graph_call: Any, path: str, place: str) -> None:
    assert alert_of(found(graph_call("r", "e"), path), Language.EN, UTC, HOME).place == place
