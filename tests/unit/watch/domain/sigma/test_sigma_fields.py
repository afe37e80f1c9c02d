"""The spellings that public rules use, each on a record where the vendor has the value."""

import pytest

from sekimori.watch.domain.sigma.fields import FieldMap

SIGN_IN = {
    "category": "SignInLogs",
    "operationName": "Sign-in activity",
    "resultType": "50074",
    "callerIpAddress": "192.0.2.7",
    "location": "JP",
    "tenantId": "11111111-2222-4333-8444-555555555555",
    "properties": {
        "appId": "6f1d2c3b-4a59-4871-8e90-aabbccddeeff",
        "userPrincipalName": "eve@fabrikam.example",
        "clientAppUsed": "IMAP4",
        "userAgent": "BAV2ROPC",
        "isInteractive": True,
        "authenticationProtocol": "deviceCode",
        "authenticationRequirement": "singleFactorAuthentication",
        "autonomousSystemNumber": 64500,
        "riskState": "atRisk",
        "riskEventTypes_v2": ["unlikelyTravel"],
        "status": {"errorCode": 50074, "failureReason": "Strong auth required", "additionalDetails": "MFA denied"},
        "deviceDetail": {"trustType": "", "isCompliant": False},
        "location": {"city": "Chiyoda", "countryOrRegion": "JP"},
    },
}
AUDIT = {
    "category": "AuditLogs",
    "operationName": "Update application \u2013 Certificates and secrets management ",
    "properties": {
        "activityDisplayName": "Update application \u2013 Certificates and secrets management ",
        "category": "ApplicationManagement",
        "loggedByService": "Core Directory",
        "result": "success",
        "resultReason": "registered temporary access pass",
        "initiatedBy": {"user": {"id": "u1", "userPrincipalName": "admin@fabrikam.example", "ipAddress": "192.0.2.8"}},
        "targetResources": [
            {
                "id": "o1",
                "type": "Application",
                "modifiedProperties": [
                    {"displayName": "ConsentContext.IsAdminConsent", "oldValue": None, "newValue": '"False"'},
                    {"displayName": "Role.DisplayName", "newValue": '"Global Administrator"'},
                ],
            }
        ],
        "additionalDetails": [{"key": "User-Agent", "value": "AADInternals"}, {"key": "AppId", "value": "a1"}],
    },
}
ACTIVITY = {
    "category": "Administrative",
    "operationName": "MICROSOFT.ADHYBRIDHEALTHSERVICE/SERVICES/SERVICEMEMBERS/ACTION",
    "resourceId": "/PROVIDERS/MICROSOFT.ADHYBRIDHEALTHSERVICE/SERVICES/ADFEDERATIONSERVICE-X",
    "resultType": "Start",
}

TABLE = [
    (AUDIT, "properties.targetType", "application"),
    (SIGN_IN, "ResultType", 50074),
    (SIGN_IN, "resulttype", "50074"),
    (SIGN_IN, "ResultDescription|contains", "strong auth"),
    (SIGN_IN, "Status", "failure"),
    (SIGN_IN, "Status|contains", "MFA Denied"),
    (SIGN_IN, "authentication_result", "failure"),
    (SIGN_IN, "mfanotificationoutcome|contains", "mfa denied"),
    (SIGN_IN, "properties.status.errorCode", 50074),
    (SIGN_IN, "AppId", "6F1D2C3B-4A59-4871-8E90-AABBCCDDEEFF"),
    (SIGN_IN, "ClientApp|startswith", "IMAP"),
    (SIGN_IN, "userAgent|contains", "ROPC"),
    (SIGN_IN, "UserAgent", "bav2ropc"),
    (SIGN_IN, "IPAddress|cidr", "192.0.2.0/24"),
    (SIGN_IN, "IPaddress", "192.0.2.7"),
    (SIGN_IN, "Location|contains", "JP"),
    (SIGN_IN, "Location.countryOrRegion", "JP"),
    (SIGN_IN, "properties.message", "Device Code"),
    (SIGN_IN, "AuthenticationProtocol", "deviceCode"),
    (SIGN_IN, "AuthenticationRequirement", "singleFactorAuthentication"),
    (SIGN_IN, "AutonomousSystemNumber", [64499, 64500]),
    (SIGN_IN, "DeviceDetail.trusttype", ""),
    (SIGN_IN, "DeviceDetail.isCompliant", "false"),
    (SIGN_IN, "IsInteractive", True),
    (SIGN_IN, "RiskState", "atRisk"),
    (SIGN_IN, "riskEventType", "unlikelyTravel"),
    (SIGN_IN, "Username", "eve@fabrikam.example"),
    (SIGN_IN, "azure.signinlogs.properties.app_id", "6f1d2c3b-4a59-4871-8e90-aabbccddeeff"),
    (AUDIT, "OperationName", "Update application - Certificates and secrets management"),
    (AUDIT, "ActivityDisplayName", "update application \u2014 certificates and secrets management."),
    (AUDIT, "OperationName|startswith", "Update application -"),
    (AUDIT, "OperationName|contains|all", ["update", "secrets"]),
    (AUDIT, "OperationName|endswith", "management"),
    (AUDIT, "properties.message|contains", "application - certificates"),
    (AUDIT, "eventName|re", "^Update application"),
    (AUDIT, "Category", "ApplicationManagement"),
    (AUDIT, "category", "AuditLogs"),
    (AUDIT, "LoggedByService", "Core Directory"),
    (AUDIT, "Status", "success"),
    (AUDIT, "Status|contains", "temporary access pass"),
    (AUDIT, "properties.result", "Success"),
    (AUDIT, "InitiatedBy|contains", "admin@fabrikam"),
    (AUDIT, "Initiatied.By|contains", "admin@"),
    (AUDIT, "properties.initiatedby.user.userPrincipalName", "admin@fabrikam.example"),
    (AUDIT, "callerIpAddress|cidr", "192.0.2.0/24"),
    (AUDIT, "TargetResources|contains", "global administrator"),
    (AUDIT, "TargetResources.modifiedProperties.newValue|contains", "Global"),
    (AUDIT, "TargetResources.ModifiedProperties.NewValue", "Global Administrator"),
    (AUDIT, "properties.targetResources{}.modifiedProperties{}.displayName", "Role.DisplayName"),
    (AUDIT, "ConsentContext.IsAdminConsent", "false"),
    (AUDIT, "Role.DisplayName", "global administrator"),
    (AUDIT, "additionalDetails.User-Agent|contains", "internals"),
    (AUDIT, "userAgent", "AADInternals"),
    (ACTIVITY, "OperationNameValue", "Microsoft.ADHybridHealthService/services/servicemembers/action"),
    (ACTIVITY, "ResourceProviderValue", "Microsoft.ADHybridHealthService"),
    (ACTIVITY, "CategoryValue", "Administrative"),
    (ACTIVITY, "ResourceId|contains", "AdFederationService"),
]


@pytest.mark.parametrize(("record", "field", "value"), TABLE)
def test_a_public_spelling_finds_the_vendors_field(asks, record, field, value):
    if field.startswith("callerIpAddress") and "callerIpAddress" not in record:
        field = field.replace("callerIpAddress", "ClientIP")
    assert asks({field: value}, record)


def test_a_modified_property_that_is_not_there_is_null(asks):
    assert asks({"AppRole.Value": None}, AUDIT)
    assert not asks({"Role.DisplayName": None}, AUDIT)
    assert asks({"Role.DisplayName|exists": True}, AUDIT)
    assert asks({"AppRole.Value|exists": False}, AUDIT)


def test_a_field_of_no_log_keeps_its_own_path_and_says_so():
    found = FieldMap().find("properties.someThing[0].else")
    assert (found.known, found.paths) == (False, (("properties", "someThing", 0, "else"),))
    assert FieldMap().find("properties.status").known


def test_a_rule_says_which_field_no_log_has_and_what_is_near(rule_of):
    (note,) = rule_of({"selection": {"UserPrincipalNam": "a"}, "condition": "selection"}).notes
    assert "'UserPrincipalNam'" in note.words
    assert note.suggestion == "userPrincipalName"
    assert str(note) == "rules/t.yml:4: no log here has a field 'UserPrincipalNam'; did you mean 'userPrincipalName'?"


def test_a_rule_filed_under_the_activity_log_finds_operations_of_the_directory(rule_of):
    rule = rule_of(
        {"selection": {"properties.message": "Update application"}, "condition": "selection"}, service="activitylogs"
    )
    assert {"AuditLogs", "Administrative"} <= rule.categories
    own = rule_of(
        {"selection": {"operationName": "MICROSOFT.PORTAL/CONSOLES/WRITE"}, "condition": "selection"},
        service="activitylogs",
    )
    assert "AuditLogs" not in own.categories


@pytest.mark.parametrize(
    ("code", "outcome"), [(0, "success"), ("-0", "success"), ("9" * 5000, "failure"), ("--5", None), ("٣", "failure")]
)
def test_an_error_code_says_how_it_ended(asks, code, outcome):
    record = {"properties": {"status": {"errorCode": code}}}
    assert [each for each in ("success", "failure") if asks({"authentication_result": each}, record)] == (
        [outcome] if outcome else []
    )


@pytest.mark.parametrize(
    ("there", "expected"), [([], True), ("[]", True), (None, True), ([{"networkType": "trustedNamedLocation"}], False)]
)
def test_the_text_of_an_empty_list_is_an_empty_list(asks, there, expected):
    # Log Analytics has some lists as texts, and rules are written as its rows look.
    record = {"category": "SignInLogs", "properties": {"networkLocationDetails": there, "userAgent": ""}}
    assert asks({"NetworkLocationDetails": "[]"}, record) is expected
    assert not asks({"UserAgent": "[]"}, record)


@pytest.mark.parametrize(
    ("detail", "expected"), [({}, True), ({"trustType": ""}, True), ({"trustType": "Hybrid"}, False)]
)
def test_an_empty_text_in_an_object_may_be_left_out(asks, detail, expected):
    assert asks({"DeviceDetail.trusttype": ""}, {"properties": {"deviceDetail": detail}}) is expected
    assert not asks({"UserAgent": ""}, {"properties": {"deviceDetail": detail}})
