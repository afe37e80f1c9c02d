"""`sekimori manifest`: checks and explains the declaration."""

import json
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from sekimori.cli._preventive import add_to
from sekimori.manifest.tables.service import Language

app = typer.Typer(no_args_is_help=True, help="Check and explain the manifest (sekimori.toml).")
add_to(app)


@app.command()
def check(
    path: Annotated[Path | None, typer.Argument(help="The manifest; else sekimori.toml.")] = None,
    named: Annotated[Path | None, typer.Option("--manifest", help="The same, as other commands take it.")] = None,
    lang: Annotated[Language | None, typer.Option(help="The language of the words; else the manifest's own.")] = None,
) -> None:
    """Say in words who may ask what about whom, until when, and what our identity may do; or all that is wrong."""
    from sekimori.manifest.doubts import missing_files, unknown_permissions
    from sekimori.manifest.explanation import explained, warned
    from sekimori.manifest.loader import load
    from sekimori.manifest.warnings import warnings
    from sekimori.manifest.wording import PHRASES
    from sekimori.watch.domain.permissions import known_table

    file = _one(path, named)
    manifest = load(file)
    language = lang or manifest.service.language
    today = datetime.now(UTC).astimezone(manifest.service.zone).date()
    permissions = {permission.name for permission in known_table().values()}
    found = (
        *warnings(manifest, today=today),
        *unknown_permissions(manifest, permissions),
        *missing_files(manifest, folder=file.parent),
    )
    concerns = warned(found, language=language)
    typer.echo(f"{PHRASES[language]['valid'].format(file=file)}\n\n{explained(manifest, language=language)}")
    if concerns:
        typer.echo(f"\n{concerns}")


@app.command()
def schema() -> None:
    """Print the manifest's JSON Schema, for editors."""
    from sekimori.manifest.schema import json_schema

    typer.echo(json.dumps(json_schema(), ensure_ascii=False, indent=2))


class Format(StrEnum):
    """How Slack's app manifest is printed."""

    YAML = "yaml"
    JSON = "json"


@app.command()
def slack(
    path: Annotated[Path | None, typer.Argument(help="The manifest; else sekimori.toml.")] = None,
    named: Annotated[Path | None, typer.Option("--manifest", help="The same, as other commands take it.")] = None,
    url: Annotated[
        str, typer.Option(help="Where Slack reaches the service, without a path. Not used in Socket Mode.")
    ] = "https://sekimori.example",
    format_: Annotated[
        Format, typer.Option("--format", help="YAML with the reasons beside it, or JSON.")
    ] = Format.YAML,
    lang: Annotated[Language | None, typer.Option(help="The language of the reasons; else the manifest's own.")] = None,
) -> None:
    """Print the Slack app manifest: no feature, event or scope beyond what this manifest uses, and why each is there.

    Example: sekimori manifest slack --url https://desk.example.com
    """
    from sekimori.manifest.loader import load
    from sekimori.manifest.slack_app import app_manifest, in_yaml

    manifest = load(_one(path, named))
    if format_ is Format.JSON:
        typer.echo(json.dumps(app_manifest(manifest, url=url), ensure_ascii=False, indent=2))
        return
    typer.echo(in_yaml(manifest, url=url, language=lang or manifest.service.language))


def _one(path: Path | None, named: Path | None) -> Path:
    if path is not None and named is not None and path != named:
        raise typer.BadParameter(f"{path} is named already", param_hint="--manifest")
    return path or named or Path("sekimori.toml")
