"""`sekimori scan`: findings in log files."""

import json
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from sekimori.cli._watching import Setting, setting, tell
from sekimori.watch.domain.finding import Finding
from sekimori.watch.domain.language import Language
from sekimori.watch.domain.level import Level
from sekimori.watch.domain.report import finding_as_plain
from sekimori.watch.scanning import Trouble

app = typer.Typer()


class Form(StrEnum):
    """How findings are printed."""

    TABLE = "table"
    JSON = "json"


@app.command()
def scan(
    paths: Annotated[list[str], typer.Argument(help="Files, folders, or - for standard input; .gz and .zst too.")],
    form: Annotated[Form, typer.Option("--format", help="How to print the findings.")] = Form.TABLE,
    fail_on: Annotated[Level, typer.Option(help="The least level that makes the exit status 1.")] = Level.HIGH,
    manifest: Annotated[Path | None, typer.Option(help="The manifest that says what is expected.")] = None,
    lang: Annotated[Language | None, typer.Option(help="The language of the sentences.")] = None,
) -> None:
    """Find what happened to applications in Entra ID logs, whatever envelope they are in.

    Exit status: 0 nothing at or above --fail-on, 1 found, 2 wrong call or input, 3 some lines could not be read.
    """
    told = setting(manifest, lang)
    outcome = Outcome(fail_on=fail_on)
    findings = outcome.watching(told.scan().run(paths))
    if form is Form.JSON:
        _print_json(findings, told)
    else:
        from sekimori.cli._table import print_table

        print_table(findings, told.language, told.zone)
    raise typer.Exit(outcome.status)


class Outcome:
    """Counts what goes by, tells the troubles, and knows the exit status at the end."""

    def __init__(self, *, fail_on: Level) -> None:
        self._fail_on = fail_on
        self._found = 0
        self._troubles = 0

    def watching(self, results: Iterable[Finding | Trouble]) -> Iterator[Finding]:
        """Yield the findings."""
        for result in results:
            if isinstance(result, Trouble):
                self._troubles += 1
                tell(result)
            else:
                self._found += result.level.at_least(self._fail_on)
                yield result
        if self._troubles:
            typer.echo(f"{self._troubles} could not be read", err=True)

    @property
    def status(self) -> int:
        """The exit status."""
        if self._found:
            return 1
        return 3 if self._troubles else 0


def _print_json(findings: Iterable[Finding], told: Setting) -> None:
    for finding in findings:
        typer.echo(json.dumps(finding_as_plain(finding, told.language, told.zone), ensure_ascii=False))
