"""The six rows of the threat table, each in every way Datadog and Azure carry it."""

import json
from datetime import UTC
from typing import Any

import pytest

from sekimori.watch.domain.detection import Detector
from sekimori.watch.domain.language import Language
from sekimori.watch.domain.report import finding_as_plain
from sekimori.watch.domain.state.engine import Engine
from sekimori.watch.domain.state.memory import Memory
from sekimori.watch.envelopes import azure_diagnostic
from sekimori.watch.envelopes import datadog as datadog_envelope
from sekimori.watch.intake import Intake
from sekimori.watch.rulebook import shipped_rules

SECRET = "[KeyIdentifier=b0213243-5465-4768-998a-b1c2d3e4f506,KeyType=Password,KeyUsage=Verify,DisplayName=one]"
CERTIFICATE = (
    "[KeyIdentifier=c1324354-6576-4879-8a9b-c2d3e4f50617,KeyType=AsymmetricX509Cert,KeyUsage=Verify,"
    "DisplayName=O=Example Pty Ltd, S=Some-State, C=AU]"
)
FEDERATED = {
    "Name": "build",
    "Issuer": "https://token.actions.githubusercontent.com",
    "Subject": "repo:example/example:ref:refs/heads/main",
    "Id": "af102132-4354-4657-8879-a0b1c2d3e4f5",
    "Audiences": ["api://AzureADTokenExchange"],
}
GRAPH = "00000003-0000-0000-c000-000000000000"
READ = {"EntitlementId": "e1fe6dd8-ba31-4d61-89e7-88639da4683d", "DirectAccessGrant": False}
CALENDARS = {"EntitlementId": "8ba4a692-bc31-4128-9094-475872af8a53", "DirectAccessGrant": True}


def asked(*permissions: dict[str, Any]) -> str:
    return json.dumps([{"ResourceAppId": GRAPH, "RequiredAppPermissions": list(permissions), "EncodingVersion": 1}])


ROWS = {
    "service_principal_added": ("Add service principal", {"AccountEnabled": ("[]", "[true]")}, "T1136.003"),
    "federated_credential_added": (
        "Update application",
        {"FederatedIdentityCredentials": ("[]", json.dumps([FEDERATED]))},
        "T1098.001",
    ),
    "client_credential_added": (
        "Update application \u2013 Certificates and secrets management ",
        {"KeyDescription": ("[]", [SECRET, CERTIFICATE])},
        "T1098.001",
    ),
    "permission_requested": (
        "Update application",
        {"RequiredResourceAccess": (asked(READ), asked(READ, CALENDARS))},
        "T1098.003",
    ),
}
DETECTOR = Detector(rules=shipped_rules())
WAYS = ["bare", "batch", "datadog v1", "datadog v1 older", "datadog v2", "datadog v2 older"]


def carried(record: dict[str, Any], way: str, datadog: Any) -> Any:
    if way == "bare":
        return record
    if way == "batch":
        return {"records": [record]}
    return datadog(record, moved=way.endswith("older"), version=2 if "v2" in way else 1)


def scanned(raw: Any) -> list[dict[str, Any]]:
    records = Intake(envelopes=[azure_diagnostic, datadog_envelope]).open(raw)
    assert records is not None
    found = DETECTOR.detect_all(records)
    return [finding_as_plain(finding, Language.EN, UTC) for finding in found]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("rule", ROWS)
def test_each_row_is_found_once_in_every_envelope(audit: Any, datadog: Any, rule: str, way: str) -> None:
    operation, changed, technique = ROWS[rule]
    target = "ServicePrincipal" if rule == "service_principal_added" else "Application"
    record = audit(operation, changed, target_type=target)
    (finding,) = scanned(carried(record, way, datadog))
    assert (finding["rule_id"], finding["techniques"]) == (rule, [technique])
    assert finding == scanned(record)[0], "the envelope changes nothing"


@pytest.mark.parametrize("way", WAYS)
def test_a_sign_in_is_found_in_every_envelope(sign_in: Any, datadog: Any, way: str) -> None:
    records = Intake(envelopes=[azure_diagnostic, datadog_envelope]).open(carried(sign_in(), way, datadog))
    memory = Memory(Engine(state.keeper for state in DETECTOR.remembering))
    raised = [each for record in records or () for each in memory.take(DETECTOR.observed(record))]
    (found,) = [DETECTOR.recalled(each) for each in [*raised, *memory.end()]]
    assert found
    finding = finding_as_plain(found, Language.EN, UTC)
    assert (finding["rule_id"], finding["level"]) == ("service_principal_seen", "informational")
    assert finding["source_ip"] == "203.0.113.10"


def test_a_secret_and_a_certificate_are_two_changes_of_one_finding(audit: Any) -> None:
    operation, changed, _ = ROWS["client_credential_added"]
    (finding,) = scanned(audit(operation, changed))
    assert [(change["kind"], change["credential"]) for change in finding["changes"]] == [
        ("credential_added", "secret"),
        ("credential_added", "certificate"),
    ]


def test_a_permission_is_named_and_its_consent_not_assumed(audit: Any) -> None:
    operation, changed, _ = ROWS["permission_requested"]
    (finding,) = scanned(audit(operation, changed))
    assert "the application permission Calendars.ReadBasic.All of Microsoft Graph" in finding["summary"]
    assert "logged even without admin consent" in finding["summary"]


def test_a_federated_credential_shows_whom_it_trusts(audit: Any) -> None:
    operation, changed, _ = ROWS["federated_credential_added"]
    (change,) = scanned(audit(operation, changed))[0]["changes"]
    assert (change["issuer"], change["subject"]) == (FEDERATED["Issuer"], FEDERATED["Subject"])


@pytest.mark.parametrize(
    ("operation", "changed"),
    [
        ("Update application \u2013 Certificates and secrets management ", {"KeyDescription": ([SECRET], "[]")}),
        (
            "Update application \u2013 Certificates and secrets management ",
            {"KeyDescription": ([SECRET, CERTIFICATE], json.dumps([CERTIFICATE, SECRET]))},
        ),
        ("Create application \u2013 Certificates and secrets management ", {"KeyDescription": ("[]", "[]")}),
        ("Update application", {"RequiredResourceAccess": (asked(READ, CALENDARS), asked(CALENDARS))}),
        ("Update application", {"FederatedIdentityCredentials": (json.dumps([FEDERATED]), None)}),
        ("Update application", {"Included Updated Properties": (None, '""')}),
        ("Update application.", {}),
    ],
)
def test_removals_reorders_and_empty_edits_are_quiet(audit: Any, operation: str, changed: Any) -> None:
    assert scanned(audit(operation, changed)) == []


@pytest.mark.parametrize("rule", ROWS)
@pytest.mark.parametrize("result", ["failure", "Failure", "timeout"])
def test_what_failed_changed_nothing(audit: Any, rule: str, result: str) -> None:
    operation, changed, _ = ROWS[rule]
    assert scanned(audit(operation, changed, result=result)) == []
