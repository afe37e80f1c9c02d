"""The tables of `sekimori risk` for a person at a terminal."""

from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.table import Table

from sekimori.risk.table import HEADS, Row, cells
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
