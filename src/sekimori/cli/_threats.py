"""Reads the reports that `sekimori risk threats` is given, and keeps the file of threats."""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import typer

from sekimori.cli._assessing import tell, write
from sekimori.risk.errors import ThreatsUnreadable
from sekimori.risk.threats.extraction import Extract, extract
from sekimori.risk.threats.kept import updated
from sekimori.risk.threats.passages import Unreadable
from sekimori.risk.threats.ranking import Threat
from sekimori.risk.threats.reading import read_report


def read_all(paths: Sequence[Path]) -> tuple[list[Extract], list[str]]:
    """Read reports, and every file of a folder; what cannot be used is told, and does not stop the rest."""
    from rich.console import Console
    from rich.progress import Progress

    extracts: list[Extract] = []
    problems: list[str] = []
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not sys.stderr.isatty()) as progress:
        files = list(_files(paths))
        task = progress.add_task("", total=len(files))
        for file in files:

            def told(page: int, name: str = file.name) -> None:
                progress.update(task, description=f"{name} p. {page}")

            progress.update(task, description=file.name)
            report = read_report(file, page=told)
            progress.advance(task)
            if isinstance(report, Unreadable):
                problems.append(str(report))
                continue
            found = extract(report)
            extracts.append(found)
            problems += [str(doubt) for doubt in found.doubts]
            if not found.mentions:
                problems.append(f"{file}: speaks of no ATT&CK technique, neither by id nor by a name that is known")
    return extracts, problems


def _files(paths: Sequence[Path]) -> Iterator[Path]:
    for path in paths:
        if path.is_dir():
            yield from sorted(each for each in path.iterdir() if each.is_file() and not each.name.startswith("."))
        else:
            yield path


def update(out: Path, threats: Sequence[Threat], extracts: Sequence[Extract]) -> None:
    """Write or update the file of threats.

    Raises:
        ThreatsUnreadable: the file that is there cannot be read, or is not such a file.
    """
    try:
        old = out.read_text(encoding="utf-8") if out.exists() else None
    except (OSError, UnicodeDecodeError) as error:
        raise ThreatsUnreadable(f"{out} cannot be read: {error}", hint="nothing was written") from error
    write(updated(old, threats, read=[each.report.file for each in extracts], file=out), out, tell=tell)
    typer.echo(f"{len(threats)} techniques of {len(extracts)} reports", err=True)
