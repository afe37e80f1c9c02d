"""What in an event carries meaning, and the selection that finds it again."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sekimori.watch.domain.changes import as_plain
from sekimori.watch.domain.event import AuditChange, Event, GraphCall, SignIn
from sekimori.watch.domain.reading import ACTIVITY
from sekimori.watch.domain.records import Record, mapping

_TELLING: Final = ("credential", "usage", "grant", "tier", "everyone", "admin", "of", "owner_type", "weakness")
_TELLING_MORE: Final = ("policy", "action", "member_type", "privileged")
_TECHNIQUES: Final = {
    "credential": ("T1098.001", "persistence"),
    "federated": ("T1098.001", "persistence"),
    "permission": ("T1098.003", "privilege-escalation"),
    "consent": ("T1528", "credential-access"),
    "owner": ("T1098", "persistence"),
    "redirect": ("T1528", "credential-access"),
    "role": ("T1098.003", "privilege-escalation"),
    "policy": ("T1556", "defense-evasion"),
    "audience": ("T1098", "persistence"),
    "service": ("T1136.003", "persistence"),
    "application": ("T1136.003", "persistence"),
}
_WORD: Final = re.compile(r"(?!example$)[a-z][A-Za-z]{2,40}")
_ID: Final = re.compile(r"^[0-9a-f]{8}-|@|%40|^\d+$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What an event is about. ``fields`` are shown to a person; ``selections`` are Sigma's, all of them to hold."""

    name: str
    title: str
    technique: str
    tactic: str
    service: str
    fields: Mapping[str, str]
    selections: Mapping[str, Any]


def meaning_of(event: Event) -> Meaning:
    """Return what an event means: its typed changes if it has some, else the values that do not change every time."""
    match event.detail:
        case AuditChange(changes=changes) if changes:
            return _changed([as_plain(change) for change in changes])
        case AuditChange():
            return _operated(event)
        case SignIn() as sign_in:
            return _signed_in(event, sign_in)
        case GraphCall() as call:
            return _called(call)
        case None if event.category in ACTIVITY:
            return _acted(event)
        case _:
            return _else(event)


def _changed(changes: list[dict[str, Any]]) -> Meaning:
    selections: dict[str, Any] = {}
    fields: dict[str, str] = {}
    for number, change in enumerate(changes):
        telling = {key: change[key] for key in (*_TELLING, *_TELLING_MORE) if change.get(key) is not None}
        selection = {"changes[any]": {"kind": change["kind"], **telling}}
        if selection not in selections.values():
            selections[f"selection_{len(selections) + 1}" if selections else "selection"] = selection
        fields |= {f"changes[{number}].{key}": str(value) for key, value in change.items() if value not in (None, [])}
    first = str(changes[0]["kind"])
    technique, tactic = _TECHNIQUES.get(first.split("_", maxsplit=1)[0], ("T1098", "persistence"))
    title = first.replace("_", " ").capitalize()
    return Meaning(
        name=first,
        title=title,
        technique=technique,
        tactic=tactic,
        service="auditlogs",
        fields=fields,
        selections=selections,
    )


def _operated(event: Event) -> Meaning:
    operation = event.operation.strip()
    name = re.sub(r"[^a-z0-9]+", "_", operation.casefold()).strip("_") or "operation"
    return Meaning(
        name=name,
        title=operation,
        technique="T1098",
        tactic="persistence",
        service="auditlogs",
        fields={"operationName": event.operation},
        selections={"selection": {"operationName": operation, "properties.result": "success"}},
    )


def _acted(event: Event) -> Meaning:
    """Return what an operation of Azure's activity log means: its name, and that it was done."""
    operation = event.operation.strip()
    selection = {"operationName": operation, "resultType": event.record.get("resultType")}
    return Meaning(
        name=re.sub(r"[^a-z0-9]+", "_", operation.casefold()).strip("_") or "operation",
        title=operation,
        technique="T1562.008",
        tactic="defense-evasion",
        service="activitylogs",
        fields={key: str(value) for key, value in selection.items()},
        selections={"selection": selection},
    )


def _signed_in(event: Event, sign_in: SignIn) -> Meaning:
    selection: dict[str, Any] = {
        "category": event.category,
        "properties.status.errorCode": sign_in.error_code or 0,
    }
    if sign_in.resource:
        selection["properties.resourceDisplayName"] = sign_in.resource
    return Meaning(
        name="sign_in",
        title=f"Sign-in to {sign_in.resource or 'a resource'}",
        technique="T1078.004",
        tactic="initial-access",
        service=event.category.casefold(),
        fields={key: str(value) for key, value in selection.items()},
        selections={"selection": selection},
    )


def _called(call: GraphCall) -> Meaning:
    pattern = path_pattern(call.path or "/")
    selection: dict[str, Any] = {
        "properties.requestMethod": call.method,
        "properties.requestUri|re|i": pattern,
        "properties.responseStatusCode": call.status,
    }
    last = re.findall(r"[A-Za-z]+", (call.path or "").rpartition("/")[2]) or ["call"]
    return Meaning(
        name=f"graph_{(call.method or 'call').casefold()}_{'_'.join(last).casefold()}",
        title=f"Microsoft Graph: {call.method} {pattern}",
        technique="T1550.001",
        tactic="lateral-movement",
        service="microsoftgraphactivitylogs",
        fields={key: str(value) for key, value in selection.items()},
        selections={"selection": selection},
    )


def path_pattern(path: str) -> str:
    """Return a pattern for addresses that end in a path, with every id in it open."""
    parts = [
        r"[^/?]+" if _ID.search(part) else re.escape(part).replace(r"\-", "-") for part in path.strip("/").split("/")
    ]
    return "/" + "/".join(parts) + r"/?(\?.*)?$"


def _else(event: Event) -> Meaning:
    said = {"category": event.category, "operationName": event.operation.strip()}
    words = {f"properties.{name}": word for name, word in words_of(event.record).items()}
    selection = {name: value for name, value in (said | words).items() if value}
    return Meaning(
        name=re.sub(r"(?<=[a-z])(?=[A-Z])", "_", event.category).casefold() or "event",
        title=event.operation.strip() or event.category or "Event",
        technique="T1098",
        tactic="persistence",
        service="",
        fields=selection,
        selections={"selection": selection},
    )


def words_of(record: Record) -> dict[str, str]:
    """Return the properties that are one word of the vendor's vocabulary, such as ``riskState: atRisk``."""
    properties = mapping(record.get("properties"))
    return {name: value for name, value in properties.items() if isinstance(value, str) and _WORD.fullmatch(value)}
