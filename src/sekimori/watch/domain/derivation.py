"""Works out for the kernel what audit records do not hold by themselves, as cheaply as a line allows."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final

import msgspec

from sekimori.watch.domain.audit import Audit, Outcome, Property, Target, outcome_of
from sekimori.watch.domain.changes import (
    as_plain,
    attempted_changes,
    credentials,
    federated,
    reach,
    redirects,
    requests,
)
from sekimori.watch.domain.enrichment import enriched
from sekimori.watch.domain.names import normalised_name
from sekimori.watch.domain.reading import read_event
from sekimori.watch.domain.records import text

# Families that read one property alone, whichever operation carries it.
_FAMILIES: Final[Mapping[str, Any]] = {
    "keydescription": credentials,
    "federatedidentitycredentials": federated,
    "requiredresourceaccess": requests,
    "appaddress": redirects,
    "availabletoothertenants": reach,
    "signinaudience": reach,
    "accountenabled": reach,
}


class _Property(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    display_name: str | None = None
    old_value: str | None = None
    new_value: str | None = None


class _Target(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    id: str | None = None
    type: str | None = None
    display_name: str | None = None
    user_principal_name: str | None = None
    modified_properties: list[_Property] = []


class _Properties(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    activity_display_name: str | None = None
    result: str | None = None
    target_resources: list[_Target] = []


class _Line(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    operation_name: str | None = None
    result_type: str | None = None
    properties: _Properties = _Properties()


class Derivation:
    """What `enrichment` adds to records.

    Law: where `changes` says something, it is what `enriched` puts under that key.
    """

    def __init__(self) -> None:
        self._decode = msgspec.json.Decoder(_Line).decode

    def enriched(self, record: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return a record as rules see it."""
        return enriched(read_event(record, None))

    def changes(self, line: bytes) -> Sequence[Any] | None:
        """Return the changes on an audit line in its usual shape; None where the whole record is needed to tell."""
        try:
            record = self._decode(line)
        except msgspec.DecodeError:
            return None
        properties = record.properties
        operation = properties.activity_display_name or record.operation_name or ""
        if _changes_by_itself(operation):
            found = list(_of_operation(operation, properties.target_resources))
        else:
            found = list(_of_properties(properties.target_resources))
        # What failed changed nothing; asked last, because few operations with changes fail.
        return [] if found and outcome_of(properties.result, record.result_type) is Outcome.FAILURE else found


def _of_operation(operation: str, targets: Sequence[_Target]) -> Iterator[dict[str, Any]]:
    """Yield what a whole operation changed."""
    audit = Audit(
        operation=normalised_name(operation),
        outcome=Outcome.SUCCESS,
        targets=tuple(map(_whole, targets)),
        details={},
    )
    return (as_plain(change) for change in attempted_changes(audit))


def _whole(target: _Target) -> Target:
    named = [(text(each.display_name), each) for each in target.modified_properties]
    return Target(
        id=text(target.id),
        type=(text(target.type) or "").casefold().replace(" ", ""),
        name=text(target.display_name),
        user_principal_name=text(target.user_principal_name),
        properties=tuple(Property(name=name, old=each.old_value, new=each.new_value) for name, each in named if name),
    )


def _of_properties(targets: Sequence[_Target]) -> Iterator[dict[str, Any]]:
    for target in targets:
        for each in target.modified_properties:
            name = (each.display_name or "").strip().casefold()
            if name in _FAMILIES:
                kind = (target.type or "").strip().casefold().replace(" ", "")
                yield from _of_property(name, kind, each.old_value, each.new_value)


@lru_cache(maxsize=2048)
def _of_property(name: str, kind: str, old: str | None, new: str | None) -> tuple[dict[str, Any], ...]:
    prop = Property(name=name, old=old, new=new)
    target = Target(id=None, type=kind, name=None, user_principal_name=None, properties=(prop,))
    audit = Audit(operation="", outcome=Outcome.SUCCESS, targets=(target,), details={})
    return tuple(as_plain(change) for change in dict.fromkeys(_FAMILIES[name].read(audit)))


@lru_cache(maxsize=2048)
def _changes_by_itself(operation: str) -> bool:
    """Say whether an operation changes something of which its properties are not the whole story."""
    name = normalised_name(operation)
    empty = Audit(operation=name, outcome=Outcome.SUCCESS, targets=(), details={})
    return bool(attempted_changes(empty)) or "delegated permission grant" in name
