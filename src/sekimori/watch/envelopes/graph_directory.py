"""Microsoft Graph: ``directoryAudits`` and ``signIns``, bare or in the ``{"value": […]}`` of a response."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from sekimori.watch.domain.records import Record, mapping, mappings, sequence

NAME = "microsoft graph"
_SIGN_IN_KINDS: Final = {
    "serviceprincipal": "ServicePrincipalSignInLogs",
    "managedidentity": "ManagedIdentitySignInLogs",
    "noninteractiveuser": "NonInteractiveUserSignInLogs",
    "interactiveuser": "SignInLogs",
}


def recognises(raw: object) -> bool:
    """Say whether a value is a directory audit, a sign-in, or a response that holds some."""
    if not isinstance(raw, Mapping):
        return False
    if isinstance(raw.get("value"), list):
        held = raw["value"]
        return "@odata.context" in raw if not held else any(_is_audit(item) or _is_sign_in(item) for item in held[:1])
    return _is_audit(raw) or _is_sign_in(raw)


def records(raw: Mapping[str, Any]) -> Iterator[Record]:
    """Yield canonical records: the object becomes the ``properties`` of one."""
    held = raw.get("value")
    for item in mappings(held) if isinstance(held, list) else (raw,):
        if _is_audit(item):
            yield _audit(item)
        elif _is_sign_in(item):
            yield _sign_in(item)


def _is_audit(raw: object) -> bool:
    return isinstance(raw, Mapping) and "activityDisplayName" in raw and "properties" not in raw


def _is_sign_in(raw: object) -> bool:
    said = isinstance(raw, Mapping) and "createdDateTime" in raw and "properties" not in raw
    return said and isinstance(raw, Mapping) and "appId" in raw and ("status" in raw or "ipAddress" in raw)


def _audit(raw: Mapping[str, Any]) -> Record:
    # Graph: `app` and `user` are null where Azure diagnostic records leave them out.
    user = mapping(mapping(raw.get("initiatedBy")).get("user"))
    return {
        "time": raw.get("activityDateTime"),
        "category": "AuditLogs",
        "operationName": raw.get("activityDisplayName"),
        "correlationId": raw.get("correlationId"),
        "callerIpAddress": user.get("ipAddress"),
        "resultSignature": "None",
        "properties": raw,
    }


def _sign_in(raw: Mapping[str, Any]) -> Record:
    return {
        "time": raw.get("createdDateTime"),
        "category": _category(raw),
        "operationName": "Sign-in activity",
        "correlationId": raw.get("correlationId"),
        "callerIpAddress": raw.get("ipAddress"),
        "tenantId": raw.get("homeTenantId") or raw.get("resourceTenantId"),
        "resultType": _result(raw),
        "location": mapping(raw.get("location")).get("countryOrRegion"),
        "properties": raw,
    }


def _result(raw: Mapping[str, Any]) -> str | None:
    code = mapping(raw.get("status")).get("errorCode")
    return None if code is None else str(code)


def _category(raw: Mapping[str, Any]) -> str:
    for kind in sequence(raw.get("signInEventTypes")):
        if found := _SIGN_IN_KINDS.get(str(kind).casefold()):
            return found
    if raw.get("servicePrincipalId") and not raw.get("userId"):
        return "ServicePrincipalSignInLogs"
    return "NonInteractiveUserSignInLogs" if raw.get("isInteractive") is False else "SignInLogs"
