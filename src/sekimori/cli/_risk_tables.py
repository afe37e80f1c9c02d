"""The tables of `sekimori risk` for a person at a terminal."""

from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from sekimori.risk.register.model import Register
from sekimori.risk.table import HEADS, Row, cells
from sekimori.risk.threats.extraction import By, Extract
from sekimori.risk.threats.ranking import Threat
from sekimori.watch.domain import attack
from sekimori.watch.domain.language import Language

_TOTAL = {
    Language.EN: "{article} rows of the article's table, {more} beyond it; each proven by sekimori drill matrix.",
    Language.JA: "記事の表の{article}行と、それ以外の{more}行。いずれも sekimori drill matrix で実証したものです。",
}


def print_rows(rows: Sequence[Row], language: Language, console: Console | None = None) -> None:
    """Print the table; the rows beyond the article's follow a rule."""
    console = console or Console(highlight=False)
    shown = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for head in HEADS[language]:
        shown.add_column(head, overflow="fold")
    article = [row for row in rows if row.article]
    for row in rows:
        shown.add_row(*cells(row, language), end_section=bool(article) and row is article[-1])
    console.print(shown)
    console.print(_TOTAL[language].format(article=len(article), more=len(rows) - len(article)))


_THREAT_HEADS = {
    Language.EN: ("Shared", "Technique", "Tactics", "Known by", "Where", "Sentence"),
    Language.JA: ("共有", "テクニック", "戦術", "根拠", "箇所", "抜粋"),
}
_BY = {
    Language.EN: {By.ID: "id", By.RETIRED_ID: "{written} (retired)", By.NAME: "name only"},
    Language.JA: {By.ID: "ID", By.RETIRED_ID: "{written}(廃止ID)", By.NAME: "名称のみ"},
}
_REPORTS = {
    Language.EN: ("{count} reports read", "who: {actors}", "when: {first} – {last}"),
    Language.JA: ("{count}件のレポートを読みました", "主体: {actors}", "時期: {first} 〜 {last}"),
}


def print_threats(
    threats: Sequence[Threat], extracts: Sequence[Extract], language: Language, console: Console | None = None
) -> None:
    """Print what reports share, then each report with who did it and when."""
    console = console or Console(highlight=False)
    shown = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for head in _THREAT_HEADS[language]:
        shown.add_column(head, overflow="fold", no_wrap=head in _THREAT_HEADS[language][:1])
    for threat in threats:
        told = threat.telling
        shown.add_row(
            f"{len(threat.reports)}/{len(extracts)}",
            f"{threat.technique} {attack.name_of(threat.technique)}",
            "\n".join(attack.table()[threat.technique].tactics),
            _BY[language][told.by].format(written=told.written),
            str(told.place),
            told.sentence,
        )
    console.print(shown)
    count, who, when = _REPORTS[language]
    console.print(count.format(count=len(extracts)))
    for each in extracts:
        told_of = [who.format(actors=", ".join(each.actors))] if each.actors else []
        told_of += [when.format(first=each.dates[0], last=each.dates[-1])] if each.dates else []
        console.print(Text("  ".join([f"  {each.report.file}", *told_of])), soft_wrap=True)


_REGISTER_HEADS = {
    Language.EN: ("#", "Threat", "Techniques", "Before", "After", "Prevented by", "Detected by", "Review"),
    Language.JA: ("#", "脅威", "テクニック", "対策前", "対策後", "予防", "検知", "見直し"),
}


def print_register(register: Register, language: Language, console: Console | None = None) -> None:
    """Print a register in short: a threat a row."""
    console = console or Console(highlight=False)
    shown = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for head in _REGISTER_HEADS[language]:
        shown.add_column(head, overflow="fold")
    for number, threat in enumerate(register.threats, 1):
        found_by = [*threat.detected_by.rules, *(means.value for means in threat.detected_by.means)]
        shown.add_row(
            str(number),
            threat.title.in_(language),
            "\n".join(threat.techniques),
            f"{threat.before.likelihood}x{threat.before.impact}={threat.before.score}",
            f"{threat.after.likelihood}x{threat.after.impact}={threat.after.score}",
            "\n".join(threat.prevented_by),
            "\n".join(found_by) or "-",
            f"{threat.review:%Y-%m-%d}",
        )
    console.print(shown)
