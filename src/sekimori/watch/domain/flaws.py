"""What makes a record of a known category unreadable."""

from collections.abc import Mapping
from typing import Any, Final

from sekimori.watch.domain.records import mapping, parsed
from sekimori.watch.domain.sigma.logsources import AUDIT, GRAPH, SIGN_INS

_KNOWN: Final = AUDIT | GRAPH | SIGN_INS


def flaw_of(record: Mapping[str, Any]) -> str | None:
    """Return why a canonical record cannot be read, or None where it can, or where its category is not ours.

    Its properties, if it has any, are an object, as such or as text; an audited operation has a name.
    """
    category = record.get("category")
    if not isinstance(category, str) or category not in _KNOWN:
        return None
    properties = parsed(record.get("properties"))
    if properties is not None and not isinstance(properties, Mapping):
        return f"a record of {category} whose properties are not an object"
    names = record.get("operationName"), mapping(properties).get("activityDisplayName")
    if category in AUDIT and not any(isinstance(name, str) and name for name in names):
        return f"a record of {category} without the name of an operation"
    return None
