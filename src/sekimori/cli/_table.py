"""Findings as a table for a person at a terminal: by application, the worst first."""

from collections.abc import Iterable
from datetime import tzinfo

from rich.console import Console
from rich.table import Table
from rich.text import Text

from sekimori.watch.domain.explanation import summarise
from sekimori.watch.domain.finding import Finding
from sekimori.watch.domain.language import Language
from sekimori.watch.domain.shown import app_label, local_time

_STYLES = {"critical": "bold red", "high": "red", "medium": "yellow", "low": "cyan", "informational": "dim"}


def print_table(findings: Iterable[Finding], language: Language, zone: tzinfo) -> None:
    """Print findings grouped by application, the application with the worst finding first."""
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(app_label(finding.event.app) or "-", []).append(finding)
    console = Console()
    for name in sorted(groups, key=lambda name: -max(finding.level.rank for finding in groups[name])):
        console.print(_table(name, groups[name], language, zone))


def _table(name: str, findings: list[Finding], language: Language, zone: tzinfo) -> Table:
    table = Table(title=Text(name), title_justify="left", expand=True, show_header=False)
    for finding in sorted(findings, key=lambda finding: (-finding.level.rank, str(finding.event.time))):
        when = local_time(finding.event.time, zone) if finding.event.time else ""
        level = Text(finding.level.value, style=_STYLES[finding.level.value])
        table.add_row(level, when, finding.rule.title_in(language), Text(summarise(finding, language, zone)))
    return table
