"""An application that the log tells by an id alone has the name that the manifest gives it."""

from datetime import UTC
from typing import Any

import pytest

from sekimori.watch.alert import alert_of
from sekimori.watch.domain.detection import Detector
from sekimori.watch.domain.language import Language
from sekimori.watch.domain.naming import named
from sekimori.watch.domain.profile import IdentityProfile
from sekimori.watch.domain.reading import read_event
from sekimori.watch.domain.report import finding_as_plain
from sekimori.watch.rulebook import shipped_rules

APP = "6f1d2c3b-4a59-4871-8e90-aabbccddeeff"
PRINCIPAL = "7a8b9c0d-1e2f-4a3b-9c4d-5e6f708192a3"
OBJECT = "2b3c4d5e-6f70-4182-93a4-b5c6d7e8f901"
OURS = IdentityProfile(name="Front desk", app_id=APP, object_id=OBJECT, service_principal_id=PRINCIPAL)
KEY = "[KeyIdentifier=b0213243-5465-4768-998a-b1c2d3e4f506,KeyType=Password,KeyUsage=Verify,DisplayName=x]"


@pytest.mark.parametrize("language", list(Language))
@pytest.mark.parametrize("said", [None, APP])
def test_findings_and_alerts_say_the_name(audit: Any, language: Language, said: str | None) -> None:
    record = audit("Update application", {"KeyDescription": ("[]", [KEY])})
    record["properties"]["targetResources"][0]["displayName"] = said
    (finding,) = Detector(shipped_rules(), profiles=[OURS]).detect(record)
    alert = alert_of(finding, language, UTC)
    assert "Front desk" in alert.summary
    assert OBJECT not in alert.summary
    assert (alert.app, finding_as_plain(finding, language, UTC)["app_id"]) == ("Front desk", APP)


def test_a_caller_has_a_name(graph_call: Any) -> None:
    event = named(read_event(graph_call("r", "c")), [OURS])
    assert (event.app.name, event.actor.name) == ("Front desk", "Front desk")


def test_who_changes_another_application_has_a_name(audit: Any) -> None:
    initiated = {"app": {"appId": None, "displayName": None, "servicePrincipalId": PRINCIPAL.upper()}}
    record = audit("Update application", initiated_by=initiated)
    record["properties"]["targetResources"][0] |= {"id": "0d1e2f30-4152-4364-8576-8798a9bacbdc"}
    event = named(read_event(record), [OURS])
    assert (event.actor.name, event.app.name) == ("Front desk", "schedule-bot")


def test_a_name_in_the_log_stays(sign_in: Any) -> None:
    event = read_event(sign_in())
    found = named(event, [OURS])
    assert (found.app.name, found.actor) == ("schedule-bot", event.actor)
    assert named(event, []) is event
