"""`sekimori manifest`: checks and explains the declaration."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from sekimori.manifest.model import Language

app = typer.Typer(no_args_is_help=True, help="Check and explain the manifest (sekimori.toml).")


@app.command()
def check(
    path: Annotated[Path, typer.Argument(help="The manifest.")] = Path("sekimori.toml"),
    lang: Annotated[Language | None, typer.Option(help="The language of the words; else the manifest's own.")] = None,
) -> None:
    """Say in words who may ask what about whom, until when, and what our identity may do; or all that is wrong."""
    from sekimori.manifest.explanation import explained, warned
    from sekimori.manifest.loader import load
    from sekimori.manifest.warnings import warnings
    from sekimori.manifest.wording import PHRASES

    manifest = load(path)
    language = lang or manifest.service.language
    today = datetime.now(UTC).astimezone(manifest.service.zone).date()
    concerns = warned(warnings(manifest, today=today), language=language)
    typer.echo(f"{PHRASES[language]['valid'].format(file=path)}\n\n{explained(manifest, language=language)}")
    if concerns:
        typer.echo(f"\n{concerns}")


@app.command()
def schema() -> None:
    """Print the manifest's JSON Schema, for editors."""
    from sekimori.manifest.schema import json_schema

    typer.echo(json.dumps(json_schema(), ensure_ascii=False, indent=2))
