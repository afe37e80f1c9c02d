"""`sekimori scan`: findings in log files."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from sekimori.cli._watching import Choice, Setting, setting, tell
from sekimori.watch.domain.finding import Finding
from sekimori.watch.domain.language import Language
from sekimori.watch.domain.level import Level
from sekimori.watch.domain.report import finding_as_plain
from sekimori.watch.scanning import Trouble

app = typer.Typer()
_TOLD_EVERY: Final = 5000


class Form(StrEnum):
    """How findings are printed."""

    TABLE = "table"
    JSON = "json"
    OCSF = "ocsf"


@app.command()
def scan(  # noqa: PLR0917 - a command's options
    paths: Annotated[list[str], typer.Argument(help="Files, folders, or - for standard input; .gz and .zst too.")],
    form: Annotated[Form, typer.Option("--format", help="How to print the findings.")] = Form.TABLE,
    fail_on: Annotated[Level, typer.Option(help="The least level that makes the exit status 1.")] = Level.HIGH,
    manifest: Annotated[Path | None, typer.Option(help="The manifest that says what is expected.")] = None,
    lang: Annotated[Language | None, typer.Option(help="The language of the sentences.")] = None,
    timezone: Annotated[str | None, typer.Option(help="The time zone of the sentences, as Asia/Tokyo.")] = None,
    rules: Annotated[Path | None, typer.Option(help="A folder of Sigma rules to ask besides ours.")] = None,
    only_rules: Annotated[Path | None, typer.Option(help="A folder of Sigma rules to ask instead of ours.")] = None,
) -> None:
    """Find what happened to applications in Entra ID logs, whatever envelope they are in.

    Exit status: 0 nothing at or above --fail-on, 1 found, 2 wrong call or input, 3 some lines could not be read.
    """
    told = setting(Choice(manifest=manifest, language=lang, timezone=timezone, rules=rules, only_rules=only_rules))
    outcome = Outcome(fail_on=fail_on)
    with counting() as progress:
        findings = outcome.watching(told.scan(progress).run(paths))
        _print(form, findings, told)
    raise typer.Exit(outcome.status)


def _print(form: Form, findings: Iterable[Finding], told: Setting) -> None:
    match form:
        case Form.JSON:
            _print_each(findings, lambda finding: finding_as_plain(finding, told.language, told.zone))
        case Form.OCSF:
            from sekimori.watch.domain.ocsf import finding_as_ocsf

            _print_each(findings, lambda finding: finding_as_ocsf(finding, told.language, told.zone))
        case Form.TABLE:
            from sekimori.cli._table import print_table

            print_table(findings, told.language, told.zone)


def _print_each(findings: Iterable[Finding], shape: Callable[[Finding], dict[str, Any]]) -> None:
    for finding in findings:
        typer.echo(json.dumps(shape(finding), ensure_ascii=False))


@contextmanager
def counting() -> Iterator[Callable[[int], None]]:
    """Count the records on standard error while a person watches; say nothing to a file or a pipe."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console

    read = 0
    with Console(stderr=True).status("reading") as status:

        def count(more: int) -> None:
            nonlocal read
            read += more
            if read // _TOLD_EVERY > (read - more) // _TOLD_EVERY:
                status.update(f"{read:,} records read")

        yield count


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
