"""The systems that rules can be written for."""

from collections.abc import Callable
from enum import StrEnum
from typing import TypeAlias

from sekimori.watch.domain.language import Language
from sekimori.watch.domain.rule import Rule
from sekimori.watch.export import datadog
from sekimori.watch.export.exported import LeftOut, Written

Writer: TypeAlias = Callable[[Rule, Language], Written | LeftOut]


class Target(StrEnum):
    """A system that reads rules."""

    DATADOG = "datadog"


def writer_of(target: Target) -> Writer:
    """Return what writes a rule for a system."""
    match target:
        case Target.DATADOG:
            return datadog.written
