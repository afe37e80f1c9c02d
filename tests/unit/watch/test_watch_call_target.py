"""A Graph call that changes a registration is judged by that registration's declared changes, not by the caller's."""

import dataclasses
from datetime import UTC, datetime, timedelta

import pytest

from sekimori.core.timespan import Timespan
from sekimori.watch.domain.call_target import call_target
from sekimori.watch.domain.detection import Detector
from sekimori.watch.domain.event import GraphCall
from sekimori.watch.domain.level import Level
from sekimori.watch.domain.parties import App
from sekimori.watch.domain.profile import ChangeWindow, IdentityProfile
from sekimori.watch.rulebook import shipped_rules

OBJECT, PRINCIPAL = "2b3c4d5e-6f70-4182-93a4-b5c6d7e8f901", "7a8b9c0d-1e2f-4a3b-9c4d-5e6f708192a3"
CALLER = "0d1e2f30-4152-4364-8576-8798a9bacbdc"
NOW = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)


def call(path: str) -> GraphCall:
    fields = {field.name: None for field in dataclasses.fields(GraphCall)}
    return GraphCall(**{**fields, "path": path})


@pytest.mark.parametrize(
    ("path", "app"),
    [
        (f"/applications/{OBJECT.upper()}/addPassword", App(object_id=OBJECT)),
        (f"/servicePrincipals/{PRINCIPAL}/appRoleAssignments", App(service_principal_id=PRINCIPAL)),
        (f"/applications(appId='{CALLER}')/addKey", App(app_id=CALLER)),
        ("/oauth2PermissionGrants", None),
        ("/users/someone@fabrikam.example/messages", None),
        ("/applications/not-an-id/addPassword", None),
    ],
)
def test_the_path_names_what_is_changed(path, app):
    assert call_target(call(path)) == app


def record(path: str) -> dict:
    return {
        "time": "2026-11-20T01:00:00Z",
        "category": "MicrosoftGraphActivityLogs",
        "properties": {
            "requestId": path,
            "appId": CALLER,
            "requestMethod": "POST",
            "requestUri": f"https://graph.microsoft.com/v1.0{path}",
            "responseStatusCode": 200,
            "timeGenerated": "2026-11-20T01:00:00Z",
        },
    }


def levels(*profiles: IdentityProfile) -> set[Level]:
    rules = [rule for rule in shipped_rules() if rule.id == "graph_credential_write"]
    found = Detector(rules=rules, profiles=profiles).detect(record(f"/applications/{OBJECT}/addPassword"))
    return {finding.level for finding in found}


def test_a_window_of_what_is_changed_expects_the_call_and_one_of_the_caller_does_not():
    span = Timespan(NOW - timedelta(hours=1), NOW + timedelta(hours=1))
    window = ChangeWindow(span=span, what=frozenset({"credential"}), why="rotation")
    changed = IdentityProfile(name="bot", app_id="6f1d2c3b-4a59-4871-8e90-aabbccddeeff", object_id=OBJECT)
    caller = IdentityProfile(name="pipeline", app_id=CALLER, change_windows=(window,))
    assert levels(changed) == {Level.MEDIUM}
    assert levels(dataclasses.replace(changed, change_windows=(window,))) == {Level.INFORMATIONAL}
    assert levels(changed, caller) == {Level.MEDIUM}
