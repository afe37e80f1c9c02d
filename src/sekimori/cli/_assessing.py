"""What the commands of `sekimori risk` share: the proof, the rules, the reader of log events, the writing."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import typer

from sekimori.cli._watching import intake
from sekimori.risk.errors import ReportUnwritable
from sekimori.risk.proof import Proof, newest, read
from sekimori.risk.table import Reader
from sekimori.watch.domain.event import Event
from sekimori.watch.domain.reading import read_event
from sekimori.watch.domain.rule import Rule
from sekimori.watch.intake import Unknown
from sekimori.watch.rulebook import read_folder, shipped_rules, unique


def proof_of(path: Path | None) -> Proof:
    """Return the proof that the caller named, or the newest there is."""
    return read(path) if path else newest(os.environ)


def known_rules(folder: Path | None = None) -> list[Rule]:
    """Return the rules that proofs and registers are held against: the shipped ones, and those of a folder.

    Raises:
        RulesNotFoundError: there is no such folder.
        DuplicateRuleError: two rules share an id.
    """
    if folder is None:
        return shipped_rules()
    own = read_folder(folder)
    for trouble in own.troubles:
        typer.echo(trouble, err=True)
    return unique((*shipped_rules(), *own.rules))


def reader() -> Reader:
    """Return a reader of log events in any envelope."""
    door = intake()

    def event(raw: Any) -> Event | None:
        records = [record for record in door.open(raw) or () if not isinstance(record, Unknown)]
        return read_event(records[0]) if records else None

    return event


def write(text: str | bytes, out: Path | None, *, tell: Callable[[str], object] = lambda _: None) -> None:
    """Write to a file, making its folder, or to standard output; a file that was written is told.

    Raises:
        ReportUnwritable: the file cannot be written.
    """
    data = text.encode("utf-8") if isinstance(text, str) else text
    if out is None:
        typer.get_binary_stream("stdout").write(data)
        return
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_bytes(data)
    except OSError as error:
        raise ReportUnwritable(f"{out} cannot be written: {error.strerror}") from error
    tell(f"wrote {out}")


def tell(said: str) -> None:
    """Say something on standard error."""
    typer.echo(said, err=True)


def write_new(text: str, out: Path) -> None:
    """Write a file that is not there yet.

    Raises:
        ReportUnwritable: it is there already, or cannot be written.
    """
    if out.exists():
        raise ReportUnwritable(f"{out} is there already", hint="name another file, or remove it first")
    write(text, out, tell=tell)
