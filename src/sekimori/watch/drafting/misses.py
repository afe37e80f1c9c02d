"""Near misses: the same record with the one thing changed that made it what it was."""

import copy
from collections.abc import Iterator
from typing import Any

from sekimori.watch.domain.reading import ACTIVITY, SIGN_INS
from sekimori.watch.domain.records import Record, mappings
from sekimori.watch.drafting.meaning import words_of
from sekimori.watch.samples import Expectation, Sample


def near_misses(record: Record) -> Iterator[Sample]:
    """Yield samples that a good rule for a record does not fire on; which hold is for a trial to say."""
    match record.get("category"):
        case "AuditLogs":
            yield _miss("it failed", _with(record, result="failure"))
            yield _miss("taken back: old and new changed places", _each(record, lambda old, new: (new, old)))
            yield _miss("nothing changed: new is what was old", _each(record, lambda _old, new: (new, new)))
            yield _miss("another operation", _renamed(_with(record, targetResources=[])), Expectation.QUIET)
        case "MicrosoftGraphActivityLogs":
            yield _miss("it was refused", _with(record, responseStatusCode=403))
            yield _miss("only read", _with(record, requestMethod="HEAD"))
            other = _with(record, requestUri="https://graph.microsoft.com/v1.0/organization", requestMethod="GET")
            yield _miss("another resource", other, Expectation.QUIET)
        case category if category in ACTIVITY:
            yield _miss("it failed", {**record, "resultType": "Failure"})
            yield _miss("another operation", {**record, "operationName": "Another/operation"}, Expectation.QUIET)
        case category if category not in SIGN_INS:
            for name in words_of(record):
                yield _miss(f"another {name}", _with(record, **{name: "anotherValue"}))
            yield _miss("another category", {**record, "category": "Another"}, Expectation.QUIET)
        case _:
            yield _miss("it failed", _with(record, status={"errorCode": 7000215}))
            yield _miss("another resource", _with(record, resourceDisplayName="Another resource"))
            yield _miss("another kind of sign-in", {**record, "category": "ADFSSignInLogs"}, Expectation.QUIET)


def _miss(why: str, record: dict[str, Any], expect: Expectation = Expectation.NEARLY) -> Sample:
    return Sample(expect=expect, why=why, raw=record)


def _with(record: Record, **properties: Any) -> dict[str, Any]:
    changed: dict[str, Any] = copy.deepcopy(dict(record))
    changed["properties"] = {**changed.get("properties", {}), **properties}
    return changed


def _each(record: Record, change: Any) -> dict[str, Any]:
    changed = _with(record)
    for target in mappings(changed["properties"].get("targetResources")):
        for prop in target.get("modifiedProperties") or []:
            prop["oldValue"], prop["newValue"] = change(prop.get("oldValue"), prop.get("newValue"))
    return changed


def _renamed(record: dict[str, Any]) -> dict[str, Any]:
    renamed = _with(record, activityDisplayName="Update user")
    return {**renamed, "operationName": "Update user"}
