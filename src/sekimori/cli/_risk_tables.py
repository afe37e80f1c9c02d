"""The tables of `sekimori risk` for a person at a terminal."""

import os
from collections.abc import Sequence
from typing import Final

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sekimori.risk.register.model import Register
from sekimori.risk.register.model import Threat as RegisteredThreat
from sekimori.risk.table import HEADS, Row, cells
from sekimori.risk.threats.extraction import By, Extract
from sekimori.risk.threats.ranking import Threat
from sekimori.watch.domain import attack
from sekimori.watch.domain.language import Language

_NARROW: Final = 130
_PIPE: Final = 1000
_FEW_RULES: Final = 3
_TOTAL = {
    Language.EN: "{article} rows of the article's table, {more} beyond it; each proven by sekimori drill matrix.",
    Language.JA: "記事の表の{article}行と、それ以外の{more}行。いずれも sekimori drill matrix で実証したものです。",
}


def print_rows(rows: Sequence[Row], language: Language) -> None:
    """Print the table; the rows beyond the article's follow a rule."""
    article = [row for row in rows if row.article]
    _print(HEADS[language], [_row_cells(row, language) for row in rows], parted_after=len(article))
    print_line(_TOTAL[language].format(article=len(article), more=len(rows) - len(article)))


def _row_cells(row: Row, language: Language) -> tuple[str, ...]:
    """Return a row's cells; of many rules the first few are named, and the others counted."""
    *before, rules, date = cells(row, language)
    if len(row.rules) > _FEW_RULES:
        rules = f"{', '.join(row.rules[:_FEW_RULES])} (+{len(row.rules) - _FEW_RULES})"
    return (*before, rules, date)


_THREAT_HEADS = {
    Language.EN: ("Shared", "Technique", "Known by", "Sentence and place"),
    Language.JA: ("共有", "テクニック", "根拠", "抜粋と箇所"),
}
_BY = {
    Language.EN: {By.ID: "id", By.RETIRED_ID: "{written} (retired)", By.NAME: "name only"},
    Language.JA: {By.ID: "ID", By.RETIRED_ID: "{written}(廃止ID)", By.NAME: "名称のみ"},
}
_REPORTS = {
    Language.EN: ("{count} reports read", "who: {actors}", "when: {first} – {last}"),
    Language.JA: ("{count}件のレポートを読みました", "主体: {actors}", "時期: {first} 〜 {last}"),
}


def print_threats(threats: Sequence[Threat], extracts: Sequence[Extract], language: Language) -> None:
    """Print what reports share, then each report with who did it and when."""
    _print(_THREAT_HEADS[language], [_threat_cells(threat, len(extracts), language) for threat in threats])
    count, who, when = _REPORTS[language]
    print_line(count.format(count=len(extracts)))
    for each in extracts:
        told_of = [who.format(actors=", ".join(each.actors))] if each.actors else []
        told_of += [when.format(first=each.dates[0], last=each.dates[-1])] if each.dates else []
        print_line("  ".join([f"  {each.report.file}", *told_of]))


def _threat_cells(threat: Threat, reports: int, language: Language) -> tuple[str, ...]:
    told = threat.telling
    return (
        f"{len(threat.reports)}/{reports}",
        f"{threat.technique} {attack.name_of(threat.technique)}",
        _BY[language][told.by].format(written=told.written),
        f"{told.sentence}  ({told.place})",
    )


_REGISTER_HEADS = {
    Language.EN: ("#", "Threat", "Techniques", "Before", "After", "Prevented by", "Detected by", "Review"),
    Language.JA: ("#", "脅威", "テクニック", "対策前", "対策後", "予防", "検知", "見直し"),
}


def print_register(register: Register, language: Language) -> None:
    """Print a register in short: a threat a row."""
    rows = [_register_cells(threat, number, language) for number, threat in enumerate(register.threats, 1)]
    _print(_REGISTER_HEADS[language], rows)


def _register_cells(threat: RegisteredThreat, number: int, language: Language) -> tuple[str, ...]:
    found_by = [*threat.detected_by.rules, *(means.value for means in threat.detected_by.means)]
    return (
        str(number),
        threat.title.in_(language),
        ", ".join(threat.techniques),
        f"{threat.before.likelihood}x{threat.before.impact}={threat.before.score}",
        f"{threat.after.likelihood}x{threat.after.impact}={threat.after.score}",
        ", ".join(threat.prevented_by),
        ", ".join(found_by) or "-",
        f"{threat.review:%Y-%m-%d}",
    )


def print_line(text: str) -> None:
    """Print a line as it is, however long."""
    _console().print(Text(text), soft_wrap=True)


def _console() -> Console:
    """Return a console; one that is no terminal is as wide as a row needs, so that a row is a line."""
    console = Console(highlight=False)
    return console if console.is_terminal or "COLUMNS" in os.environ else Console(highlight=False, width=_PIPE)


def _print(heads: Sequence[str], rows: Sequence[Sequence[str]], *, parted_after: int = 0) -> None:
    """Print rows as a table, or one below the other where the terminal is narrow."""
    console = _console()
    if console.width < _NARROW:
        _print_records(console, heads, rows)
        return
    shown = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for head in heads:
        shown.add_column(head, overflow="fold")
    for number, row in enumerate(rows, 1):
        shown.add_row(*map(Text, row), end_section=number == parted_after)
    console.print(shown)


def _print_records(console: Console, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    width = max(cell_len(head) for head in heads)
    for row in rows:
        grid = Table.grid(padding=(0, 2))
        grid.add_column(width=width, style="dim")
        grid.add_column(overflow="fold")
        for number, (head, cell) in enumerate(zip(heads, row, strict=True)):
            grid.add_row(head, Text(cell, style="" if number else "bold"))
        console.print(grid)
        console.print()
