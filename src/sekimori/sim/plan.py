"""How a technique is carried out for real, on an app registration that is there for it, and undone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One call of Microsoft Graph.

    ``{object_id}``, ``{principal_id}``, ``{app_id}`` (of the test registration), ``{graph_id}`` (Microsoft Graph's
    service principal) and ``{me}`` (whoever is signed in) stand in path and body; ``keep`` names further ones, with the
    property of the answer that each is.
    """

    method: str
    path: str
    body: Any = None
    keep: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to do and how to undo it, with the delegated permissions it takes."""

    permissions: tuple[str, ...]
    steps: tuple[Step, ...]
    undo: tuple[Step, ...]
