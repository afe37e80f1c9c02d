"""The techniques of MITRE ATT&CK: what each is called, which tactics it serves, and what became of older ids."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Final

VERSION: Final = "17.0"
ATTRIBUTION: Final = (
    "© The MITRE Corporation. This work is reproduced and distributed with the permission of The MITRE Corporation."
)
TACTICS: Final = (
    "reconnaissance",
    "resource-development",
    "initial-access",
    "execution",
    "persistence",
    "privilege-escalation",
    "defense-evasion",
    "credential-access",
    "discovery",
    "lateral-movement",
    "collection",
    "command-and-control",
    "exfiltration",
    "impact",
)
"""The tactics of the Enterprise matrix, in its order."""

_FORM: Final = re.compile(r"T\d{4}(\.\d{3})?")
# How alike two ids must be to be one with a slip: a digit left out, put in or changed.
_SLIP: Final = 0.85


@dataclass(frozen=True, slots=True, kw_only=True)
class Technique:
    """A technique or sub-technique of the Enterprise matrix."""

    id: str
    name: str
    tactics: tuple[str, ...]

    @property
    def parent(self) -> str:
        """The id of the technique that a sub-technique belongs to; its own for any other."""
        return self.id.partition(".")[0]

    @property
    def url(self) -> str:
        """Where MITRE describes it."""
        return f"https://attack.mitre.org/techniques/{self.id.replace('.', '/')}/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Retired:
    """An id that ATT&CK no longer uses; ``by`` is the one that replaces it, if any does."""

    id: str
    by: str | None


@cache
def _lines() -> tuple[tuple[str, ...], ...]:
    text = files("sekimori.watch.domain").joinpath("attack.txt").read_text(encoding="utf-8")
    return tuple(tuple(line.split(" ", 2)) for line in text.splitlines() if not line.startswith("#"))


@cache
def table() -> Mapping[str, Technique]:
    """Return every technique and sub-technique of the Enterprise matrix, by id."""
    kept = (line for line in _lines() if line[1] != ">")
    return {id_: Technique(id=id_, name=name, tactics=tuple(tactics.split(","))) for id_, tactics, name in kept}


@cache
def retired() -> Mapping[str, Retired]:
    """Return the ids that older reports use and ATT&CK no longer does."""
    gone = (line for line in _lines() if line[1] == ">")
    return {id_: Retired(id=id_, by=None if by == "-" else by) for id_, _, by in gone}


@cache
def techniques() -> frozenset[str]:
    """Return every technique and sub-technique id of the Enterprise matrix."""
    return frozenset(table())


def is_id(text: str) -> bool:
    """Say whether a text has the form of a technique's id, known or not."""
    return _FORM.fullmatch(text) is not None


def name_of(technique: str) -> str:
    """Return what a technique is called, or nothing where the table does not know it."""
    found = table().get(technique)
    return found.name if found else ""


def nearest(technique: str) -> str | None:
    """Return the known id that looks like this one but for a slip, or what it is a part of; None for a mere number."""
    alike = get_close_matches(technique, sorted(techniques()), 1, cutoff=_SLIP)
    parent = technique.partition(".")[0]
    return alike[0] if alike else parent if parent in techniques() else None
