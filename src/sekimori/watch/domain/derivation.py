"""Works out the changes on a line of the usual shape without reading the whole event."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, TypeAlias

import msgspec

from sekimori.watch.domain.audit import Audit, Outcome, Property, Target, outcome_of
from sekimori.watch.domain.changes import (
    PROPERTIES,
    as_plain,
    attempted_changes,
    credentials,
    federated,
    reach,
    redirects,
    requests,
)
from sekimori.watch.domain.changes.change import Change
from sekimori.watch.domain.enrichment import around, enriched, may_change
from sekimori.watch.domain.names import normalised_name
from sekimori.watch.domain.parties import audit_actor, audit_app
from sekimori.watch.domain.reading import AUDIT, read_event
from sekimori.watch.domain.records import text
from sekimori.watch.domain.sigma.columns import Root
from sekimori.watch.domain.sigma.derived import Changes
from sekimori.watch.domain.sigma.shapes import PLAIN
from sekimori.watch.domain.sigma.values import MISSING

Told: TypeAlias = tuple[tuple[str, str | None, str | None, str | None], ...]
"""Modified properties that tell of changes by themselves: name, type of the target, old and new value."""


class Derivation:
    """What `enrichment` adds to records, for the kernel.

    Law: where `changes` says something, as a whole it is what `enriched` puts under that key.
    """

    told_by: Mapping[Root, Any] = {
        ("resultType",): PLAIN,
        ("properties", "activityDisplayName"): PLAIN,
        ("properties", "result"): PLAIN,
        ("properties", "targetResources"): {
            "type": PLAIN,
            "modifiedProperties": {"displayName": PLAIN, "oldValue": PLAIN, "newValue": PLAIN},
        },
    }

    def enriched(self, record: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return a canonical record as rules see it."""
        return enriched(read_event(record)) if record.get("category") == AUDIT else record

    def told(self, line: Any) -> Told | None:
        """Return what the changes on an audit line hang on, if that is modified properties alone."""
        properties = line.properties
        operation = properties.activityDisplayName
        if type(operation) is not str or may_change(operation) or properties.targetResources is None:
            return None
        told = []
        for target in properties.targetResources:
            if target.modifiedProperties is None:
                return None
            for each in target.modifiedProperties:
                if name := _MEANINGS[each.displayName]:
                    told.append((name, target.type, each.oldValue, each.newValue))  # noqa: PERF401 - few are
        return self._if_plain(told, properties.result, line.resultType) if told else ()

    @staticmethod
    def _if_plain(told: Sequence[Any], *outcomes: object) -> Told | None:
        """Return what was told if it is all texts; nothing of an operation that failed."""
        texts = all(isinstance(value, str | None) for each in told for value in each)
        if not texts or any(meaning == _ANYTHING for meaning, *_ in told):
            return None
        failed = outcome_of(*(said for said in outcomes if said is not MISSING)) is Outcome.FAILURE
        return () if failed else tuple(told)

    def changes_told(self, told: Told) -> Sequence[Any]:
        """Return the changes that were told of, each without what is around it."""
        found = dict.fromkeys(change for each in told for change in _of_property(*each))
        return [as_plain(change) for change in found]

    def changes(self, line: bytes) -> Changes | None:
        """Return the changes on an audit line in its usual shape; None where the whole record is needed to tell."""
        record = _read(line)
        if record is None:
            return None
        initiated = {"identity": record.identity, "properties": {"initiatedBy": record.properties.initiatedBy}}
        bare = tuple(map(as_plain, _changes(record)))
        return Changes(bare, lambda: around(audit_actor(initiated), audit_app(_audit(record))))


class _Property(msgspec.Struct, frozen=True, gc=False):
    displayName: str | None = None  # noqa: N815 - the vendor's keys, here and below
    oldValue: str | None = None  # noqa: N815
    newValue: str | None = None  # noqa: N815


class _Target(msgspec.Struct, frozen=True, gc=False):
    id: str | None = None
    type: str | None = None
    displayName: str | None = None  # noqa: N815
    userPrincipalName: str | None = None  # noqa: N815
    modifiedProperties: list[_Property] | None = None  # noqa: N815


class _Detail(msgspec.Struct, frozen=True, gc=False):
    key: str | None = None
    value: str | None = None


class _Properties(msgspec.Struct, frozen=True):
    activityDisplayName: str  # noqa: N815
    result: str | None = None
    initiatedBy: Any = None  # noqa: N815
    targetResources: list[_Target] = []  # noqa: N815
    additionalDetails: list[_Detail] = []  # noqa: N815


class _Line(msgspec.Struct, frozen=True):
    properties: _Properties
    resultType: str | int | None = None  # noqa: N815
    identity: Any = None


_LINE: Final = msgspec.json.Decoder(_Line)


def _read(line: bytes) -> _Line | None:
    try:
        record = _LINE.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    # What is not under the usual keys may be there in another case.
    modified = [target.modifiedProperties for target in record.properties.targetResources]
    usual = all(each is not None and all(prop.displayName for prop in each) for each in modified)
    return record if usual else None


def _changes(record: _Line) -> tuple[Change, ...]:
    properties = record.properties
    by_itself = may_change(properties.activityDisplayName)
    changes = None if by_itself else _of_properties(properties.targetResources)
    if changes == () or outcome_of(properties.result, record.resultType) is Outcome.FAILURE:
        return ()
    return attempted_changes(_audit(record)) if changes is None else changes


# Families whose properties mean the same under any operation, by the properties' names.
_FAMILIES: Final = {
    name.casefold(): family
    for family in (credentials, federated, requests, redirects, reach)
    for name in family.PROPERTIES
}
_OTHERS: Final = PROPERTIES - _FAMILIES.keys()
_ANYTHING: Final = "*"


class _Meanings(dict[Any, str]):
    """The families' name of a modified property: empty if it tells of no change, _ANYTHING if it is not that simple."""

    def __missing__(self, said: Any) -> str:
        # Without a name, it may have one under another key.
        name = (text(said) or "").casefold()
        meaning = _ANYTHING if not name or name in _OTHERS else name if name in _FAMILIES else ""
        if len(self) < _REMEMBERED:
            self[said] = meaning
        return meaning


_REMEMBERED: Final = 4096
_MEANINGS: Final = _Meanings()


def _of_properties(targets: Sequence[_Target]) -> tuple[Change, ...] | None:
    """Return what modified properties changed; None where their operation has a say."""
    found: dict[Change, None] = {}
    for target in targets:
        for each in target.modifiedProperties or ():
            name = (each.displayName or "").strip().casefold()
            if name in _OTHERS:
                return None
            if name in _FAMILIES:
                found |= dict.fromkeys(_of_property(name, target.type, each.oldValue, each.newValue))
    return tuple(found)


@lru_cache(maxsize=2048)
def _of_property(name: str, kind: str | None, old: str | None, new: str | None) -> tuple[Change, ...]:
    properties = (Property(name=name, old=old, new=new),)
    changed = Target(id=None, type=_type(kind), name=None, user_principal_name=None, properties=properties)
    audit = Audit(operation="", outcome=Outcome.SUCCESS, targets=(changed,), details={})
    return tuple(_FAMILIES[name].read(audit))


def _audit(record: _Line) -> Audit:
    properties = record.properties
    details: dict[str, str] = {}
    for detail in properties.additionalDetails:
        key, value = text(detail.key), text(detail.value)
        if key and value:
            details.setdefault(key.casefold(), value)
    return Audit(
        operation=normalised_name(text(properties.activityDisplayName) or ""),
        outcome=outcome_of(properties.result, record.resultType),
        targets=tuple(map(_target, properties.targetResources)),
        details=details,
    )


def _target(target: _Target) -> Target:
    named = ((text(each.displayName), each) for each in target.modifiedProperties or ())
    return Target(
        id=text(target.id),
        type=_type(target.type),
        name=text(target.displayName),
        user_principal_name=text(target.userPrincipalName),
        properties=tuple(Property(name=name, old=each.oldValue, new=each.newValue) for name, each in named if name),
    )


def _type(said: str | None) -> str:
    return (text(said) or "").casefold().replace(" ", "")
