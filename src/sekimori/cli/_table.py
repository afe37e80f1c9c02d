"""Findings for a person at a terminal: by application, the worst first, with a line of time for each."""

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, tzinfo

from rich.cells import cell_len
from rich.console import Console
from rich.padding import Padding
from rich.text import Text

from sekimori.watch.domain.explanation import explain, summarise
from sekimori.watch.domain.finding import Finding
from sekimori.watch.domain.language import Language
from sekimori.watch.domain.level import Level
from sekimori.watch.domain.overview import AppOverview, Line, Overview, Rest, histogram
from sekimori.watch.domain.shown import local_time, shown

_STYLES = {
    Level.CRITICAL: "bold white on red",
    Level.HIGH: "bold red",
    Level.MEDIUM: "yellow",
    Level.LOW: "cyan",
    Level.INFORMATIONAL: "dim",
}
# A run of Latin letters with the space after it, or one other character with the marks that may not begin a line.
_PIECES = re.compile(r"[「『(]*[!-~]+[、。」』)]*\s*|\s+|[「『(]*[^!-~\s][、。」』)・ー]*\s*")
_BARS = "▁▂▃▄▅▆▇█"
_NOTHING = {Language.EN: "Nothing found.", Language.JA: "検出はありません。"}
_REST = {
    Language.EN: "{} more applications with milder findings, counted only",
    Language.JA: "ほか {} アプリ(軽微なもの、件数のみ)",
}
_NO_APP = {Language.EN: "the tenant itself", Language.JA: "テナント自体"}


def print_table(findings: Iterable[Finding], language: Language, zone: tzinfo, console: Console | None = None) -> None:
    """Print findings grouped by application; many of one rule become one line with their number."""
    overview = Overview(lambda finding: _said(finding, language, zone))
    for finding in findings:
        overview.add(finding)
    console = console or Console(highlight=False)
    apps = overview.apps()
    times = [instant for app in apps for each in app.times.values() for instant in each]
    span = (min(times), max(times)) if times else (0.0, 0.0)
    for app in apps:
        _print_app(console, app, span, language, zone)
    if overview.rest.apps:
        console.print(f"{_REST[language].format(overview.rest.apps)}: {_listed(overview.rest.counts)}\n")
    console.print(_total(apps, overview.rest, language))


def _print_app(console: Console, app: AppOverview, span: tuple[float, float], language: Language, zone: tzinfo) -> None:
    head = Text(shown(app.label) or _NO_APP[language], style="bold")
    if app.app_id and app.app_id != app.label:
        head.append(f"  {app.app_id}", style="dim")
    for level, count in app.counts.items():
        head.append("  ")
        head.append(f"{count} {level}", style=_STYLES[level])
    console.print(head)
    if app.times and span[0] < span[1]:
        console.print(_timeline(app, span, zone))
    for line in app.sorted_lines():
        console.print(_title(line, language, zone))
        console.print(Padding(Text("\n".join(wrapped(line.said, console.width - 5))), (0, 0, 0, 4)))
    console.print()


def _said(finding: Finding, language: Language, zone: tzinfo) -> str:
    """Say what happened; what to do about it only where there is something to do."""
    if finding.level is Level.INFORMATIONAL and finding.reason is None:
        return explain(finding.event, language, zone)
    return summarise(finding, language, zone)


def wrapped(text: str, width: int) -> list[str]:
    """Return a text in lines of at most so many cells; Japanese breaks between any two characters."""
    lines, line = [], ""
    for piece in _PIECES.findall(text):
        if line and cell_len(line) + cell_len(piece.rstrip()) > width:
            lines.append(line.rstrip())
            line = ""
        line += piece if line else piece.lstrip()
    return [*lines, line.rstrip()]


def _timeline(app: AppOverview, span: tuple[float, float], zone: tzinfo) -> Text:
    cells = histogram(app.times, *span, width=40)
    most = max(count for count, _ in cells)
    first, last = (local_time(datetime.fromtimestamp(instant, UTC), zone)[:16] for instant in span)
    text = Text(f"  {first} ", style="dim")
    for count, level in cells:
        bar = _BARS[(count * (len(_BARS) - 1)) // most] if count else "·"
        text.append(bar, style=_STYLES[level] if count else "dim")
    return text.append(f" {last}", style="dim")


def _title(line: Line, language: Language, zone: tzinfo) -> Text:
    text = Text("  ")
    text.append(f"{line.level:<13}", style=_STYLES[line.level])
    text.append(f" {line.rule.title_in(language)}", style="bold")
    text.append(f"  {', '.join(line.rule.techniques)}", style="dim")
    if line.count > 1 and line.first and line.last:
        text.append(f"  ×{line.count}  {local_time(line.first, zone)[:16]} – {local_time(line.last, zone)[:16]}")
    return text


def _total(apps: list[AppOverview], rest: Rest, language: Language) -> str:
    if not apps:
        return _NOTHING[language]
    counts = {level: sum(app.counts.get(level, 0) for app in apps) + rest.counts[level] for level in Level}
    number = len(apps) + rest.apps
    return f"{number} {'アプリ' if language is Language.JA else 'app' + 's' * (number != 1)}: {_listed(counts)}"


def _listed(counts: Mapping[Level, int]) -> str:
    return ", ".join(f"{counts[level]} {level}" for level in reversed(Level) if counts.get(level))
