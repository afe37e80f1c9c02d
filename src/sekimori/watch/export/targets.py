"""The systems that rules can be written for."""

from collections.abc import Callable
from enum import StrEnum
from typing import TypeAlias

from sekimori.watch.domain.language import Language
from sekimori.watch.domain.rule import Rule
from sekimori.watch.export import backends, datadog, plain_sigma
from sekimori.watch.export.exported import LeftOut, Written

Writer: TypeAlias = Callable[[Rule, Language], Written | LeftOut]


class Target(StrEnum):
    """A system that reads rules."""

    DATADOG = "datadog"
    KUSTO = "kusto"
    SPLUNK = "splunk"
    ELASTIC = "elastic"
    SIGMA = "sigma"


def writer_of(target: Target) -> Writer:
    """Return what writes a rule for a system."""
    return {
        Target.DATADOG: datadog.written,
        Target.KUSTO: backends.kusto,
        Target.SPLUNK: backends.splunk,
        Target.ELASTIC: backends.elastic,
        Target.SIGMA: plain_sigma.written,
    }[target]
