"""Which log record of a technique gives it away, and where in it."""

from collections.abc import Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from sekimori.sim.technique import Technique
from sekimori.watch.drafting.anonymous import anonymous


def telling_record(
    technique: Technique, records: Sequence[Mapping[str, Any]], fired: AbstractSet[str | None]
) -> dict[str, Any]:
    """Return the record that tells most, with nobody's names in it.

    ``fired`` are the ids of the records that rules fired on; one of them that holds what is telling goes first.
    """
    if not records:
        return {}

    def worth(record: Mapping[str, Any]) -> tuple[bool, bool]:
        return bool(telling_paths(technique, record)), str(_id(record)) in fired

    found: dict[str, Any] = anonymous(max(records, key=worth))
    return found


def telling_paths(technique: Technique, record: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the paths, with dots and positions from 0, of what a technique says is telling."""
    return tuple(path for wanted in technique.telling for path in _paths(wanted, record))


def _paths(wanted: str, record: Mapping[str, Any]) -> Iterator[str]:
    if "." in wanted and _at(record, wanted.split(".")) is not None:
        yield wanted
        return
    targets = record.get("properties", {}).get("targetResources") or []
    for place, target in enumerate(targets):
        for number, prop in enumerate(target.get("modifiedProperties") or []):
            if prop.get("displayName") == wanted:
                yield f"properties.targetResources.{place}.modifiedProperties.{number}.displayName"
                return
    if wanted in record:
        yield wanted


def _at(value: Any, path: Sequence[str]) -> Any:
    for step in path:
        if isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        elif isinstance(value, Mapping):
            value = value.get(step)
        else:
            return None
    return value


def _id(record: Mapping[str, Any]) -> Any:
    properties = record.get("properties", {})
    return properties.get("requestId") or properties.get("id")
