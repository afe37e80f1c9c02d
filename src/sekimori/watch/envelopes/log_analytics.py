"""Log Analytics and Sentinel: rows of the Entra tables, one by one or as a query's answer."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sekimori.watch.casing import camel_from_pascal
from sekimori.watch.domain.records import Record, first_text, mapping, mappings, parsed, sequence

NAME = "log analytics"
_TABLES: Final = {
    "auditlogs": "AuditLogs",
    "signinlogs": "SignInLogs",
    "aadserviceprincipalsigninlogs": "ServicePrincipalSignInLogs",
    "aadmanagedidentitysigninlogs": "ManagedIdentitySignInLogs",
    "aadnoninteractiveusersigninlogs": "NonInteractiveUserSignInLogs",
    "microsoftgraphactivitylogs": "MicrosoftGraphActivityLogs",
    "microsoftserviceprincipalsigninlogs": "MicrosoftServicePrincipalSignInLogs",
}
_CATEGORIES: Final = {category.casefold(): category for category in _TABLES.values()}
# Log Analytics: columns whose names are not the vendor's property with a capital letter.
_RENAMED: Final = {
    "AADTenantId": "tenantId",
    "AadTenantId": "tenantId",
    "AADOperationType": "operationType",
    "LocationDetails": "location",
    "ResourceIdentity": "resourceId",
    "NetworkLocationDetails": "networkLocationDetails",
    "ServicePrincipalCredentialKeyId": "servicePrincipalCredentialKeyId",
    "ConditionalAccessPolicies": "appliedConditionalAccessPolicies",
    "C_Idtyp": "C_Idtyp",
}


def recognises(raw: object) -> bool:
    """Say whether a value is a row of one of the tables, or the answer to a query over one."""
    if not isinstance(raw, Mapping):
        return False
    return any(_category(row) for row in list(_answered(raw))[:1]) if "tables" in raw else _category(raw) is not None


def records(raw: Mapping[str, Any]) -> Iterator[Record]:
    """Yield a canonical record for each row; columns that hold JSON as a string are opened."""
    for row in _answered(raw) if "tables" in raw else (raw,):
        if category := _category(row):
            yield _record(row, category)


def _answered(raw: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    for table in mappings(raw.get("tables")):
        names = [str(column.get("name")) for column in mappings(table.get("columns"))]
        for row in sequence(table.get("rows")):
            yield dict(zip(names, row, strict=False)) if isinstance(row, list) else mapping(row)


def _category(row: Mapping[str, Any]) -> str | None:
    if "TimeGenerated" not in row and "CreatedDateTime" not in row and "ActivityDateTime" not in row:
        return None
    table = first_text(row.get("Type"), row.get("TableName")) or ""
    if found := _TABLES.get(table.casefold()):
        return found
    return _by_columns(row)


def _by_columns(row: Mapping[str, Any]) -> str | None:
    if "RequestUri" in row and "RequestId" in row:
        return "MicrosoftGraphActivityLogs"
    if "ActivityDisplayName" in row or ("TargetResources" in row and "InitiatedBy" in row):
        return "AuditLogs"
    if found := _CATEGORIES.get(str(row.get("Category")).casefold()):
        return found
    if "AppId" in row and "IPAddress" in row and "ResultType" in row:
        return "ServicePrincipalSignInLogs" if row.get("ServicePrincipalId") and not row.get("UserId") else "SignInLogs"
    return None


def _record(row: Mapping[str, Any], category: str) -> Record:
    properties = {_RENAMED.get(name) or camel_from_pascal(name): parsed(value) for name, value in row.items()}
    if category not in {"AuditLogs", "MicrosoftGraphActivityLogs"}:
        properties["status"] = _status(row, properties)
        properties.setdefault("createdDateTime", row.get("TimeGenerated"))
    if category == "AuditLogs":
        properties.setdefault("activityDateTime", row.get("TimeGenerated"))
    operation = first_text(row.get("OperationName"), row.get("ActivityDisplayName"))
    return {
        "time": row.get("TimeGenerated"),
        "category": category,
        "operationName": row.get("OperationName") or row.get("ActivityDisplayName") or _operation(category, operation),
        "correlationId": row.get("CorrelationId"),
        "callerIpAddress": row.get("IPAddress"),
        "tenantId": row.get("AADTenantId") or row.get("AadTenantId"),
        "identity": row.get("Identity"),
        "location": row.get("Location"),
        "resultType": row.get("ResultType"),
        "resultSignature": row.get("ResultSignature"),
        "resultDescription": row.get("ResultDescription"),
        "properties": properties,
    }


def _operation(category: str, said: str | None) -> str | None:
    return "Microsoft Graph Activity" if category == "MicrosoftGraphActivityLogs" else said


def _status(row: Mapping[str, Any], properties: Mapping[str, Any]) -> Mapping[str, Any]:
    # Log Analytics: service principal rows have no Status, only ResultType and ResultDescription.
    status = mapping(properties.get("status"))
    if "errorCode" in status:
        return status
    return {"errorCode": row.get("ResultType"), "failureReason": row.get("ResultDescription")}
