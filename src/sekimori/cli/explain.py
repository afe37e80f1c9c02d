"""`sekimori explain`: what each event says, in words."""

from pathlib import Path
from typing import Annotated

import typer

from sekimori.cli._watching import Choice, intake, setting, tell
from sekimori.watch.domain.explanation import explain as in_words
from sekimori.watch.domain.language import Language
from sekimori.watch.domain.naming import named
from sekimori.watch.domain.reading import read_event
from sekimori.watch.scanning import Trouble, records_of

app = typer.Typer()


@app.command()
def explain(
    paths: Annotated[list[str], typer.Argument(help="Files, folders, or - for standard input; .gz and .zst too.")],
    manifest: Annotated[
        Path | None, typer.Option(help="The manifest: its language and time zone, and what it calls its apps.")
    ] = None,
    lang: Annotated[Language | None, typer.Option(help="The language of the sentences.")] = None,
    timezone: Annotated[str | None, typer.Option(help="The time zone of the sentences, as Asia/Tokyo.")] = None,
) -> None:
    """Say in words what each event of Entra ID logs tells: who did what to which application, from where, when."""
    told = setting(Choice(manifest=manifest, language=lang, timezone=timezone))
    troubles = 0
    for record, source in records_of(intake(), paths):
        if isinstance(record, Trouble):
            troubles += 1
            tell(record)
        else:
            event = named(read_event(record, source), told.detector.profiles)
            typer.echo(in_words(event, told.language, told.zone))
    raise typer.Exit(3 if troubles else 0)
