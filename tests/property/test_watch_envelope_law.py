"""Law: one event in every envelope that can carry it gives the same finding."""

import copy
import json
from collections.abc import Callable
from datetime import UTC
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekimori.catalogue import discover_modules
from sekimori.watch.domain.detection import Detector
from sekimori.watch.domain.language import Language
from sekimori.watch.domain.observed import OBSERVED
from sekimori.watch.domain.reading import ACTIVITY
from sekimori.watch.domain.report import finding_as_plain
from sekimori.watch.intake import Envelope, Intake
from sekimori.watch.rulebook import shipped_rules
from sekimori.watch.samples import read_samples, samples_file

Raw = dict[str, Any]
RULES = shipped_rules()
DETECTOR = Detector(rules=RULES)
ENVELOPES = [cast("Envelope", module) for module in discover_modules("sekimori.watch.envelopes").values()]
SAMPLES = [
    pytest.param(sample.raw, id=f"{rule.id}-{number}")
    for rule in RULES
    for number, sample in enumerate(read_samples(samples_file(rule)), 1)
    if isinstance(sample.raw, dict) and "operationName" in sample.raw and isinstance(sample.raw.get("properties"), dict)
    if isinstance(sample.raw["category"], str) and sample.raw["category"] not in {OBSERVED, *ACTIVITY}
]


def without_nothing(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_nothing(item) for key, item in value.items() if item not in (None, [], {})}
    return [without_nothing(item) for item in value] if isinstance(value, list) else value


def datadog(record: Raw, *, older: bool, version: int) -> Raw:
    attributes = without_nothing(copy.deepcopy(record))
    attributes["evt"] = {"name": record["operationName"], "category": record["category"]}
    if address := record.get("callerIpAddress"):
        attributes["network"] = {"client": {"ip": address}}
    if "result" in record["properties"]:
        attributes["evt"]["outcome"] = record["properties"]["result"]
    if older:
        for key in ("operationName", "category", "callerIpAddress"):
            attributes.pop(key, None)
        attributes["properties"].pop("result", None)
    event = {"service": "azure", "attributes": attributes}
    return {"id": "AgAAAY", "content": event} if version == 1 else {"id": "AgAAAY", "type": "log", "attributes": event}


TABLES = {
    "AuditLogs": "AuditLogs",
    "SignInLogs": "SigninLogs",
    "ServicePrincipalSignInLogs": "AADServicePrincipalSignInLogs",
    "ManagedIdentitySignInLogs": "AADManagedIdentitySignInLogs",
    "MicrosoftGraphActivityLogs": "MicrosoftGraphActivityLogs",
}
COLUMNS = {"ipAddress": "IPAddress", "location": "LocationDetails", "resourceId": "ResourceIdentity"}


def log_analytics(record: Raw) -> Raw:
    def cell(value: Any) -> Any:
        return json.dumps(value) if isinstance(value, dict | list) else value

    row = {COLUMNS.get(key, key[0].upper() + key[1:]): cell(value) for key, value in record["properties"].items()}
    if record["category"] == "ServicePrincipalSignInLogs":
        status = json.loads(row.pop("Status"))
        row |= {"ResultType": str(status["errorCode"]), "ResultDescription": status.get("failureReason", "")}
    row |= {
        "Type": TABLES[record["category"]],
        "AADTenantId": record["tenantId"],
        "OperationName": record["operationName"],
    }
    if record["category"] == "AuditLogs" and "callerIpAddress" in record:
        row["IPAddress"] = record["callerIpAddress"]
    return row | {"TimeGenerated": record["time"], "CorrelationId": record.get("correlationId")}


def query_answer(record: Raw) -> Raw:
    row = log_analytics(record)
    columns = [{"name": name, "type": "string"} for name in row]
    return {"tables": [{"name": "PrimaryResult", "columns": columns, "rows": [list(row.values())]}]}


def snake(name: str) -> str:
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in name)


def numbered(items: list[Any]) -> Raw:
    return {str(index): item for index, item in enumerate(items)}


def elastic(record: Raw) -> Raw:
    properties = {snake(key): value for key, value in without_nothing(record["properties"]).items()}
    properties["activity_datetime"] = properties.pop("activity_date_time", None)
    properties["created_at"] = properties.pop("created_date_time", None)
    properties.pop("result", None)
    if "status" in properties:
        properties["status"] = {snake(key): value for key, value in properties["status"].items()}
    if "target_resources" in properties:
        properties["target_resources"] = numbered([_target(t) for t in record["properties"]["targetResources"]])
    document: Raw = {"@timestamp": record["time"], "event": {"action": record["operationName"]}}
    if "result" in record["properties"]:
        document["event"]["outcome"] = record["properties"]["result"].capitalize()
    if address := record.get("callerIpAddress"):
        document["source"] = {"ip": address}
    if (place := properties.pop("location", None)) and isinstance(place, dict):
        document["geo"] = {"country_iso_code": place["countryOrRegion"], "city_name": place["city"]}
    name = {"AuditLogs": "auditlogs", "MicrosoftGraphActivityLogs": "graphactivitylogs"}.get(
        record["category"], "signinlogs"
    )
    if name == "graphactivitylogs":
        _to_common_schema(document, properties)
    log = {"category": record["category"], "operation_name": record["operationName"], "properties": properties}
    return document | {"azure": {name: log, "tenant_id": record.get("tenantId")}}


def _to_common_schema(document: Raw, properties: Raw) -> None:
    document["http"] = {
        "request": {"id": properties.pop("request_id"), "method": properties.pop("request_method")},
        "response": {"status_code": properties.pop("response_status_code")},
    }
    document["url"] = {"original": properties.pop("request_uri")}
    document["user_agent"] = {"original": properties.pop("user_agent", None)}


def _target(target: Raw) -> Raw:
    shown = {snake(key): value for key, value in target.items() if key != "modifiedProperties"}
    changed = [
        {snake(key): value for key, value in prop.items() if value is not None}
        for prop in target.get("modifiedProperties", [])
    ]
    return shown | {"modified_properties": numbered(changed)}


def dotted(value: Any, path: str = "") -> Raw:
    if isinstance(value, dict) and value:
        return {key: leaf for name, item in value.items() for key, leaf in dotted(item, f"{path}.{name}").items()}
    return {path[1:]: value}


def unified(record: Raw) -> Raw:
    properties = record["properties"]
    user, app = (properties["initiatedBy"].get(kind) for kind in ("user", "app"))
    target = properties["targetResources"][0]
    named, kind = (target["userPrincipalName"], 5) if target.get("userPrincipalName") else (target["displayName"], 1)
    who = (
        _actor(app) if app else [{"ID": user["userPrincipalName"], "Type": 5}, {"ID": f"User_{user['id']}", "Type": 2}]
    )
    return {
        "CreationTime": properties["activityDateTime"][:19],
        "Id": properties["id"],
        "Operation": record["operationName"] + ("" if record["operationName"].endswith(" ") else "."),
        "OrganizationId": record["tenantId"],
        "ResultStatus": properties["result"].capitalize(),
        "Workload": "AzureActiveDirectory",
        "RecordType": 8,
        "ClientIP": record["callerIpAddress"],
        "UserId": f"ServicePrincipal_{app['servicePrincipalId']}" if app else user["userPrincipalName"],
        "InterSystemsId": record["correlationId"],
        "Actor": who,
        "Target": [
            {"ID": f"{target['type']}_{target['id']}", "Type": 2},
            {"ID": target["id"], "Type": 2},
            {"ID": target["type"], "Type": 2},
            {"ID": named, "Type": kind},
        ],
        "ModifiedProperties": [
            {"Name": prop["displayName"], "OldValue": _bare(prop["oldValue"]), "NewValue": _bare(prop["newValue"])}
            for each in properties["targetResources"]
            for prop in each["modifiedProperties"]
        ],
    }


def _actor(app: Raw) -> list[Raw]:
    ids = [{"ID": app["displayName"], "Type": 1}, {"ID": f"ServicePrincipal_{app['servicePrincipalId']}", "Type": 2}]
    return [*ids, {"ID": app["appId"], "Type": 2}] if app["appId"] else ids


def _bare(value: Any) -> Any:
    if not isinstance(value, str):
        return value or ""
    try:
        decoded = json.loads(value)
    except ValueError:
        return value
    return decoded if isinstance(decoded, str) else json.dumps(decoded, indent=2).replace("\n", "\r\n")


ANY: dict[str, Callable[[Raw], Any]] = {
    "batch": lambda record: {"records": [record]},
    "list": lambda record: [record],
    "datadog v1": lambda record: datadog(record, older=False, version=1),
    "datadog v1 older": lambda record: datadog(record, older=True, version=1),
    "datadog v2": lambda record: datadog(record, older=False, version=2),
    "datadog v2 older": lambda record: datadog(record, older=True, version=2),
    "log analytics": log_analytics,
    "log analytics answer": query_answer,
    "elastic": elastic,
    "elastic dotted": lambda record: dotted(elastic(record)),
    "elastic hits": lambda record: {"hits": {"hits": [{"_index": "logs", "_source": elastic(record)}]}},
}
EVENT_TYPES = {
    "ServicePrincipalSignInLogs": ["servicePrincipal"],
    "ManagedIdentitySignInLogs": ["managedIdentity"],
    "SignInLogs": ["interactiveUser"],
}


def graph(record: Raw) -> Raw:
    kinds = EVENT_TYPES.get(record["category"])
    return record["properties"] | ({"signInEventTypes": kinds} if kinds else {})


GRAPH: dict[str, Callable[[Raw], Any]] = {
    "graph": graph,
    "graph answer": lambda record: {"@odata.context": "https://graph.example/$metadata", "value": [graph(record)]},
}
AUDIT = {"unified audit": unified, "unified audit search": lambda record: {"AuditData": json.dumps(unified(record))}}
NOT_IN_LOG_ANALYTICS = {"ServicePrincipalRiskEvents", "RiskyServicePrincipals", "UserRiskEvents"}


def ways(record: Raw) -> dict[str, Callable[[Raw], Any]]:
    if record["category"] in NOT_IN_LOG_ANALYTICS:
        return {name: ANY[name] for name in ("batch", "list", "datadog v1", "datadog v2 older")}
    graph = {} if record["category"] == "MicrosoftGraphActivityLogs" else GRAPH
    return ANY | graph | (AUDIT if record["category"] == "AuditLogs" else {})


def found(raw: Any) -> list[Raw]:
    records = Intake(envelopes=ENVELOPES).open(raw)
    assert records is not None, "no envelope knows it"
    findings = DETECTOR.detect_all(records)
    return sorted((finding_as_plain(f, Language.EN, UTC) for f in findings), key=lambda plain: plain["rule_id"])


def same(plain: Raw) -> Raw:
    """What must not depend on the envelope; the unified audit log cuts the second, and ends names with a full stop."""
    kept = {key: value for key, value in plain.items() if key not in {"event", "time", "source"}}
    return kept | {"event": plain["event"]["id"], "time": (plain["time"] or "")[:19]}


@pytest.mark.parametrize("record", SAMPLES)
def test_one_event_in_every_envelope_gives_the_same_finding(record: Raw) -> None:
    expected = [same(plain) for plain in found(record)]
    without_address = [same(plain) for plain in found(record | {"callerIpAddress": None})]
    for name, carry in ways(record).items():
        # Graph gives the address of a user alone, never of an application that changed something.
        carried = without_address if name.startswith("graph") and record["category"] == "AuditLogs" else expected
        assert [same(plain) for plain in found(carry(record))] == carried, name


@pytest.mark.parametrize("record", SAMPLES)
def test_each_shape_is_known_to_one_envelope_alone(record: Raw) -> None:
    for name, carry in ({"bare": lambda raw: raw} | ways(record)).items():
        if name != "list":
            carried = carry(record)
            assert len([e.NAME for e in ENVELOPES if e.recognises(carried)]) == 1, name


KEY_TEXT = st.text(st.characters(blacklist_categories=("Cs",)), max_size=20)
KEYS = st.lists(
    st.builds(
        lambda key, kind, usage, name: f"[KeyIdentifier={key},KeyType={kind},KeyUsage={usage},DisplayName={name}]",
        st.uuids(),
        st.sampled_from(["Password", "AsymmetricX509Cert"]),
        st.just("Verify"),
        KEY_TEXT,
    ),
    max_size=4,
    unique=True,
)


@given(KEYS, KEYS, st.permutations(range(8)))
@settings(max_examples=60, deadline=None)
def test_any_keys_any_order_any_envelope(before: list[str], gained: list[str], order: list[int]) -> None:
    """What is new is found, and only that, whatever stood there before and however the list is ordered."""
    after = [key for _, key in sorted(zip(order, before + gained, strict=False))]
    record = copy.deepcopy(SAMPLES[0].values[0])
    record = cast("Raw", record) | {"operationName": "Update application", "category": "AuditLogs"}
    prop = {"displayName": "KeyDescription", "oldValue": json.dumps(before), "newValue": json.dumps(after)}
    target = {"id": "2b3c4d5e-6f70-4182-93a4-b5c6d7e8f901", "displayName": "bot", "type": "Application"}
    record["properties"] |= {
        "activityDisplayName": "Update application",
        "result": "success",
        "targetResources": [target | {"modifiedProperties": [prop]}],
    }
    for name, carry in ({"bare": lambda raw: raw} | ways(record)).items():
        changes = [change["key_id"] for plain in found(carry(record)) for change in plain["changes"]]
        added = sorted(key[15:51] for key in gained)
        gone = sorted(change for change in changes if change not in added)
        assert (sorted(set(changes)), gone) == (added, []), name
