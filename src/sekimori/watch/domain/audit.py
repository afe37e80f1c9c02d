"""An audit record read once: who, on what, which properties, with what result."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sekimori.watch.domain.names import normalised_name
from sekimori.watch.domain.records import Record, first_text, folded, mapping, mappings, text


class Outcome(StrEnum):
    """What came of an operation."""

    SUCCESS = "success"
    FAILURE = "failure"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Property:
    """One modified property, its values as the log had them."""

    name: str
    old: object
    new: object


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One object that an operation touched; ``type`` is ``application``, ``serviceprincipal``, ``user`` …."""

    id: str | None
    type: str
    name: str | None
    user_principal_name: str | None
    properties: tuple[Property, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """What an audit record says, with normalised names; properties are found by name, in whatever target they stand."""

    operation: str
    outcome: Outcome
    targets: tuple[Target, ...]
    details: Mapping[str, str]

    def find(self, name: str) -> Iterator[Property]:
        """Yield the properties of a name, in any target and at any index; the case of the name does not count."""
        wanted = name.casefold()
        return (p for target in self.targets for p in target.properties if p.name.casefold() == wanted)

    def target(self, *types: str) -> Target | None:
        """Return the first target of one of the types, in the order of the types."""
        return next((t for wanted in types for t in self.targets if t.type == wanted), None)


_OUTCOMES: Final = {"success": Outcome.SUCCESS, "succeeded": Outcome.SUCCESS, "true": Outcome.SUCCESS}
_NOT_SAID: Final = {"", "none", "unknown", "unknownfuturevalue"}


def read_audit(record: Record) -> Audit:
    """Read the audit part of a canonical record; what is missing or of a wrong type is simply not there."""
    properties = mapping(record.get("properties"))
    operation = first_text(properties.get("activityDisplayName"), record.get("operationName")) or ""
    return Audit(
        operation=normalised_name(operation),
        outcome=outcome_of(properties.get("result"), record.get("resultType")),
        targets=tuple(_target(raw) for raw in mappings(properties.get("targetResources"))),
        details=_details(properties.get("additionalDetails")),
    )


def outcome_of(*said: object) -> Outcome:
    """Return the outcome from the first value that says one: Success, success, Failure, failure, timeout, 0 …."""
    for value in said:
        word = (text(value) or "").casefold()
        if word in _NOT_SAID:
            continue
        return Outcome.SUCCESS if word == "0" else _OUTCOMES.get(word, Outcome.FAILURE)
    return Outcome.UNKNOWN


def _target(raw: Mapping[str, Any]) -> Target:
    target = folded(raw)
    return Target(
        id=text(target.get("id")),
        type=(text(target.get("type")) or "").casefold().replace(" ", ""),
        name=text(target.get("displayname")),
        user_principal_name=text(target.get("userprincipalname")),
        properties=tuple(_properties(target.get("modifiedproperties"))),
    )


def _properties(raw: object) -> Iterator[Property]:
    for entry in mappings(raw):
        prop = folded(entry)
        name = text(prop.get("displayname")) or text(prop.get("name"))
        if name:
            yield Property(name=name, old=prop.get("oldvalue"), new=prop.get("newvalue"))


def _details(raw: object) -> dict[str, str]:
    found: dict[str, str] = {}
    for entry in mappings(raw):
        detail = folded(entry)
        key, value = text(detail.get("key")), text(detail.get("value"))
        if key and value:
            found.setdefault(key.casefold(), value)
    return found
