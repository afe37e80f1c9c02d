"""What a technique is, and where they are found: every file of ``techniques/``."""

import importlib
import pkgutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from types import ModuleType

from sekimori.sim import techniques
from sekimori.sim.attack import Attacker

Words = dict[str, str]
"""A text in each language: ``ja`` and ``en``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Technique:
    """An attack, or a change that only looks like one.

    Attributes:
        attack: ids of MITRE ATT&CK; empty for a benign look-alike.
        must_fire: rules of which each has to raise a finding.
        must_stay_quiet: rules that must not.
    """

    id: str
    title: Words
    story: Words
    attack: tuple[str, ...]
    must_fire: frozenset[str]
    must_stay_quiet: frozenset[str]
    detonate: Callable[[Attacker], Awaitable[None]]


def discovered_techniques() -> dict[str, Technique]:
    """Read every technique, by id, in the order of their file names.

    Raises:
        RuntimeError: two files claim one id.
    """
    found: dict[str, Technique] = {}
    for info in sorted(pkgutil.iter_modules(techniques.__path__), key=lambda info: info.name):
        technique = _read(importlib.import_module(f"{techniques.__name__}.{info.name}"))
        if technique.id in found:
            raise RuntimeError(f"two techniques have the id {technique.id!r}")
        found[technique.id] = technique
    return found


def _read(module: ModuleType) -> Technique:
    return Technique(
        id=module.ID,
        title=module.TITLE,
        story=module.STORY,
        attack=tuple(module.ATTACK),
        must_fire=frozenset(module.MUST_FIRE),
        must_stay_quiet=frozenset(module.MUST_STAY_QUIET),
        detonate=module.detonate,
    )
