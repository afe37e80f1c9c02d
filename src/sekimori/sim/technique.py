"""What a technique is, and where they are found: every file of ``techniques/``."""

import functools
import importlib
import pkgutil
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Final

from sekimori.sim import techniques
from sekimori.sim.attack import Attacker
from sekimori.sim.plan import Plan

Words = dict[str, str]
"""A text in each language: ``ja`` and ``en``."""

EVERY_RULE: Final = "*"
"""Among the rules that must stay quiet: whatever rule there is, but for those that must fire."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Technique:
    """An attack, or a change that only looks like one.

    Attributes:
        attack: ids of MITRE ATT&CK; empty for a benign look-alike.
        must_fire: rules of which each has to raise a finding.
        must_stay_quiet: rules that must not; :data:`EVERY_RULE` stands for all others.
        telling: what in the log record gives it away: names of modified properties, or paths into the record.
        warm_up: puts the tenant into the state that the story begins with; leaves no trace in the log.
        detonate: carries it out, over the vendor's own interfaces where there is one. What it changed in the tenant is
            put back afterwards (:meth:`Backstage.remember`).
        plan: how to do it for real, where that can be undone.
    """

    id: str
    title: Words
    story: Words
    attack: tuple[str, ...]
    must_fire: frozenset[str]
    must_stay_quiet: frozenset[str]
    telling: tuple[str, ...]
    warm_up: Callable[[Attacker], Awaitable[None]]
    detonate: Callable[[Attacker], Awaitable[None]]
    plan: Plan | None = None

    @property
    def benign(self) -> bool:
        """Whether it only looks like an attack."""
        return not self.attack

    def keeps_quiet(self, rule: str) -> bool:
        """Say whether a rule that fires on this technique is wrong to."""
        return rule not in self.must_fire and bool({rule, EVERY_RULE} & self.must_stay_quiet)


def discovered_techniques() -> dict[str, Technique]:
    """Read every technique, by id, in the order of their file names; they are read once a process.

    Raises:
        RuntimeError: two files claim one id.
    """
    return dict(_discovered())


@functools.cache
def _discovered() -> Mapping[str, Technique]:
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
        telling=tuple(module.TELLING),
        warm_up=getattr(module, "warm_up", _nothing),
        detonate=module.detonate,
        plan=getattr(module, "PLAN", None),
    )


async def _nothing(_attacker: Attacker) -> None:
    """Most techniques need no other state than the one they find."""
