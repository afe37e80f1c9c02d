"""From a canonical record to an event."""

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from sekimori.watch.domain.addresses import parse_address
from sekimori.watch.domain.audit import Outcome, outcome_of, read_audit
from sekimori.watch.domain.changes import attempted_changes
from sekimori.watch.domain.event import AuditChange, Detail, Event, GraphCall, Observation, OwnEntry, SignIn
from sekimori.watch.domain.instants import parse_instant
from sekimori.watch.domain.observed import OBSERVED
from sekimori.watch.domain.parties import activity_actor, audit_actor, audit_app, signed_in_actor, signed_in_app
from sekimori.watch.domain.records import Record, Source, first_text, mapping, text

AUDIT: Final = "AuditLogs"
GRAPH_ACTIVITY: Final = "MicrosoftGraphActivityLogs"
OWN_AUDIT: Final = "SekimoriAudit"
SIGN_INS: Final = frozenset(
    {
        "ServicePrincipalSignInLogs",
        "ManagedIdentitySignInLogs",
        "MicrosoftServicePrincipalSignInLogs",
        "SignInLogs",
        "NonInteractiveUserSignInLogs",
        "ADFSSignInLogs",
    }
)
ACTIVITY: Final = frozenset({"Administrative", "Write", "Delete", "Action", "Security", "Policy"})
"""Azure's activity log, in its present spelling and the earlier one."""
_TIMES: Final = ("createdDateTime", "activityDateTime", "timeGenerated")
_VERSION: Final = re.compile(r"^/(v1\.0|beta)(?=/|$)")


def read_event(record: Record, source: Source | None = None) -> Event:
    """Read a canonical record. Never fails: what is missing or of a wrong type is None."""
    properties = mapping(record.get("properties"))
    category = text(record.get("category")) or ""
    if category == AUDIT:
        return _audited(record, properties, source)
    detail = _detail(category, properties)
    return Event(
        **_common(record, properties, source),
        outcome=_outcome(record, detail),
        actor=activity_actor(record) if category in ACTIVITY else signed_in_actor(properties),
        app=signed_in_app(properties),
        detail=detail,
    )


def _audited(record: Record, properties: Mapping[str, Any], source: Source | None) -> Event:
    audit = read_audit(record)
    attempted = attempted_changes(audit)
    changes = () if audit.outcome is Outcome.FAILURE else attempted
    return Event(
        **_common(record, properties, source),
        outcome=audit.outcome,
        actor=audit_actor(record),
        app=audit_app(audit),
        detail=AuditChange(audit=audit, changes=changes, attempted=attempted),
    )


def _common(record: Record, properties: Mapping[str, Any], source: Source | None) -> dict[str, Any]:
    return {
        "id": event_id(record),
        "time": instant_of(record),
        "category": text(record.get("category")) or "",
        "operation": first_text(record.get("operationName"), properties.get("activityDisplayName")) or "",
        "source_ip": source_ip_of(record),
        "tenant_id": _lower(record.get("tenantId"), properties.get("tenantId")),
        "correlation_id": _lower(record.get("correlationId"), properties.get("correlationId")),
        "source": source,
        "record": record,
    }


def instant_of(record: Record) -> datetime | None:
    """Return when what a record tells of happened, in UTC, or None where it does not say."""
    # Entra: `time` is when the record was written, minutes after what it tells; the properties know when it happened.
    properties = mapping(record.get("properties"))
    times = (parse_instant(value) for value in (*(properties.get(name) for name in _TIMES), record.get("time")))
    return next((instant for instant in times if instant), None)


def event_id(record: Record) -> str:
    """Return the vendor's id of an event; without one, a digest of the record."""
    properties = mapping(record.get("properties"))
    names = ("requestId", "id") if record.get("category") == GRAPH_ACTIVITY else ("id",)
    if own := first_text(*(properties.get(name) for name in names)):
        return own
    known = json.dumps(record, sort_keys=True, ensure_ascii=True, default=str)
    return "digest:" + hashlib.sha256(known.encode()).hexdigest()[:32]


def _detail(category: str, properties: Mapping[str, Any]) -> Detail:
    if category in SIGN_INS:
        return _sign_in(properties)
    if category == GRAPH_ACTIVITY:
        return _graph_call(properties)
    if category == OBSERVED:
        return Observation(kind=text(properties.get("kind")) or "", values=properties)
    if category == OWN_AUDIT:
        return OwnEntry(entry_id=_lower(properties.get("id")) or "", kind=text(properties.get("kind")) or "")
    return None


def _sign_in(properties: Mapping[str, Any]) -> SignIn:
    status, location = mapping(properties.get("status")), mapping(properties.get("location"))
    return SignIn(
        error_code=_number(status.get("errorCode")),
        failure=text(status.get("failureReason")),
        resource=text(properties.get("resourceDisplayName")),
        resource_id=_lower(properties.get("resourceId")),
        key_id=_lower(properties.get("servicePrincipalCredentialKeyId")),
        thumbprint=_lower(properties.get("servicePrincipalCredentialThumbprint")),
        federated_credential_id=_lower(properties.get("federatedCredentialId")),
        credential_type=_lower(properties.get("clientCredentialType")),
        token_id=text(properties.get("uniqueTokenIdentifier")),
        country=text(location.get("countryOrRegion")),
        city=text(location.get("city")),
    )


def _graph_call(properties: Mapping[str, Any]) -> GraphCall:
    uri = text(properties.get("requestUri"))
    method = text(properties.get("requestMethod"))
    return GraphCall(
        method=method.upper() if method else None,
        uri=uri,
        path=graph_path(uri) if uri else None,
        version=(_said_version(uri) if uri else None) or _lower(properties.get("apiVersion")),
        user_agent=text(properties.get("userAgent")),
        size=_number(properties.get("responseSizeBytes")),
        status=_number(properties.get("responseStatusCode")),
        request_id=_lower(properties.get("requestId")),
        client_request_id=_lower(properties.get("clientRequestId")),
        token_id=text(properties.get("signInActivityId")),
    )


def graph_path(uri: str) -> str:
    """Return the resource of a Graph address: no host, no version, no query, no doubled slashes, nothing escaped."""
    return _VERSION.sub("", _whole_path(uri)) or "/"


def _said_version(uri: str) -> str | None:
    match = _VERSION.match(_whole_path(uri))
    return match[1] if match else None


def _whole_path(uri: str) -> str:
    try:
        path = urlsplit(uri).path
    except ValueError:
        path = uri
    return re.sub(r"/{2,}", "/", unquote(path))


def _outcome(record: Record, detail: Detail) -> Outcome:
    if isinstance(detail, GraphCall) and detail.status is not None:
        return Outcome.SUCCESS if detail.status < 400 else Outcome.FAILURE
    if isinstance(detail, SignIn) and detail.error_code is not None:
        return Outcome.SUCCESS if detail.error_code == 0 else Outcome.FAILURE
    return outcome_of(record.get("resultType"), record.get("resultSignature"))


def source_ip_of(record: Record) -> str | None:
    """Return the address that an event came from, or None where no valid one is said."""
    properties = mapping(record.get("properties"))
    user = mapping(mapping(properties.get("initiatedBy")).get("user"))
    said = (properties.get("ipAddress"), record.get("callerIpAddress"), user.get("ipAddress"))
    return next((address for value in said if (address := parse_address(text(value)))), None)


def _number(value: object) -> int | None:
    said = text(value)
    return int(said) if said is not None and re.fullmatch(r"-?\d{1,12}", said) else None


def _lower(*values: object) -> str | None:
    said = first_text(*values)
    return said.casefold() if said else None
