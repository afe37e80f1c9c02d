"""One event, one finding: of the rules that mean the same thing by an event, one speaks for all."""

from collections.abc import Sequence
from dataclasses import replace

from sekimori.watch.domain.finding import Finding


def joined(findings: Sequence[Finding]) -> list[Finding]:
    """Return the findings on one event, such that a rule and those it joins share a finding.

    The one that matters most speaks and has the others as ``also``; of equals, one that joins nobody there, so that a
    general rule goes on speaking under its own name. Who joins nobody and is joined by nobody stands alone.
    """
    groups: list[list[Finding]] = []
    for finding in findings:
        near = [group for group in groups if any(_are_joined(finding, other) for other in group)]
        groups = [group for group in groups if group not in near]
        groups.append([*(other for group in near for other in group), finding])
    return [_spoken(group) for group in groups]


def _are_joined(one: Finding, other: Finding) -> bool:
    return other.rule.id in one.rule.guidance.joins or one.rule.id in other.rule.guidance.joins


def _spoken(group: list[Finding]) -> Finding:
    there = {each.rule.id for each in group}
    first, *others = sorted(group, key=lambda each: (-each.level.rank, not there.isdisjoint(each.rule.guidance.joins)))
    return replace(first, also=tuple(others)) if others else first
