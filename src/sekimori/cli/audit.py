"""`sekimori audit`: shows the record, and verifies that it is the one we wrote."""

import asyncio
import os
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sekimori.manifest.tables.service import Language

if TYPE_CHECKING:
    from sekimori.audit.entry import Entry
    from sekimori.audit.verify import Verdict
    from sekimori.manifest.model import Manifest

app = typer.Typer(no_args_is_help=True, help="Show and verify the audit log.")

ManifestOption = Annotated[Path, typer.Option("--manifest", help="The manifest; it names the database.")]


class Format(StrEnum):
    """How entries are printed."""

    TABLE = "table"
    JSON = "json"


@app.command()
def show(
    manifest: ManifestOption = Path("sekimori.toml"),
    format_: Annotated[Format, typer.Option("--format", help="A table, or one JSON object a line.")] = Format.TABLE,
    lang: Annotated[Language | None, typer.Option(help="The language of the words; else the manifest's own.")] = None,
    after: Annotated[int, typer.Option(min=0, help="Only the entries that follow this number.")] = 0,
) -> None:
    """Print the entries, oldest first."""
    from sekimori.manifest.loader import load

    declared = load(manifest)
    entries = asyncio.run(_entries(declared, manifest.parent, after))
    if format_ is Format.JSON:
        _print_lines(entries)
    else:
        _print_table(entries, declared, lang or declared.service.language)


@app.command()
def verify(
    manifest: ManifestOption = Path("sekimori.toml"),
    checkpoint: Annotated[
        list[Path] | None, typer.Option(help="A signed head that was kept elsewhere; may be given more than once.")
    ] = None,
) -> None:
    """Check every entry, link and signature. Exit status: 0 the log is whole; 1 it is not, with the place; 2 no log."""
    from sekimori.audit.verify import Broken
    from sekimori.manifest.loader import load

    heads = tuple(_note(path) for path in checkpoint or ())
    verdict = asyncio.run(_verdict(load(manifest), manifest.parent, heads))
    if isinstance(verdict, Broken):
        typer.echo(f"audit verify: broken at entry {verdict.seq}: {verdict.reason}")
        raise typer.Exit(1)
    typer.echo(f"audit verify: ok, {verdict.size} {_entries_word(verdict.size)}, head {verdict.root}")


async def _entries(declared: "Manifest", folder: Path, after: int) -> "list[Entry]":
    from sekimori.storage.audit_reader import SqlAuditReader
    from sekimori.storage.declared import open_declared_for_reading

    async with await open_declared_for_reading(declared.service, folder=folder, environ=os.environ) as database:
        return [entry async for entry in SqlAuditReader(database).read(after=after)]


async def _verdict(declared: "Manifest", folder: Path, heads: tuple[str, ...]) -> "Verdict":
    from sekimori.storage.audit_check import check_audit_log, lost_database
    from sekimori.storage.audit_keys import verifying_key_of
    from sekimori.storage.checkpoint_file import CheckpointFile
    from sekimori.storage.database import path_of
    from sekimori.storage.declared import open_declared_for_reading
    from sekimori.storage.errors import StorageMissing

    path = path_of(declared.service.storage, folder=folder)
    key = verifying_key_of(declared.audit, database=path, folder=folder, environ=os.environ)
    file = CheckpointFile.declared(declared.audit, database=path, folder=folder)
    try:
        database = await open_declared_for_reading(declared.service, folder=folder, environ=os.environ)
    except StorageMissing:
        lost = lost_database(file)
        if lost is None:
            raise
        return lost
    async with database:
        if not heads and database.is_shared and not file.path.exists():
            typer.echo("audit verify: no signed head from outside the database was compared (--checkpoint)", err=True)
        return await check_audit_log(database, key, checkpoint=file, kept_elsewhere=heads)


def _note(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise typer.BadParameter(f"{path} cannot be read", param_hint="--checkpoint") from error


def _entries_word(size: int) -> str:
    return "entry" if size == 1 else "entries"


def _print_lines(entries: "list[Entry]") -> None:
    from sekimori.audit.canonical import canonical_bytes
    from sekimori.audit.chain import members

    for entry in entries:
        typer.echo(canonical_bytes({**members(entry), "hash": entry.hash}).decode())


def _print_table(entries: "list[Entry]", declared: "Manifest", language: Language) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from sekimori.audit.wording import WORDS, details

    table = Table(box=None, pad_edge=False, show_header=False)
    for entry in entries:
        when = f"{entry.at.astimezone(declared.service.zone):%Y-%m-%d %H:%M:%S}"
        words = Text(WORDS[language][entry.kind]).append(f"\n{details(entry)}".rstrip(), style="dim")
        table.add_row(str(entry.seq), when, words, entry.hash[:8])
    Console().print(table)
