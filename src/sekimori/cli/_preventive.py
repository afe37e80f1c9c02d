"""The commands of `sekimori manifest` that print preventive settings, as scripts or JSON."""

from collections.abc import Callable, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, TypeAlias

import typer

from sekimori.manifest.model import Manifest
from sekimori.manifest.preventive.diagnostics import Destination
from sekimori.manifest.preventive.script import Shell
from sekimori.manifest.preventive.setting import Setting
from sekimori.manifest.tables.identity import CalendarAccess
from sekimori.manifest.tables.service import Language


class Format(StrEnum):
    """How settings are printed."""

    SCRIPT = "script"
    JSON = "json"


Named: TypeAlias = Annotated[Path, typer.Option("--manifest", help="The manifest.")]
Printed: TypeAlias = Annotated[Format, typer.Option("--format", help="A script to read and run, or JSON.")]
Undone: TypeAlias = Annotated[bool, typer.Option("--undo", help="Print what undoes the settings instead.")]
Spoken: TypeAlias = Annotated[
    Language | None, typer.Option("--lang", help="The language of the reasons; else the manifest's own.")
]
_USUAL = Path("sekimori.toml")


def entra(
    manifest: Named = _USUAL, format_: Printed = Format.SCRIPT, undo: Undone = False, lang: Spoken = None
) -> None:
    """Print the app registration, its one credential, its grants, and who may own it, as az commands.

    Example: sekimori manifest entra > entra.sh
    """
    from sekimori.manifest.preventive.entra import GRAPH_APP
    from sekimori.manifest.preventive.entra import entra as settings
    from sekimori.watch.domain.permissions import known_table
    from sekimori.watch.domain.tiers import Grant

    ids = {
        each.name: each.id
        for each in known_table().values()
        if each.resource_id == GRAPH_APP and each.grant is Grant.APPLICATION
    }
    _print(manifest, lambda declared: settings(declared, ids), Shell.BASH, format_, lang, undo=undo)


def exchange(
    manifest: Named = _USUAL,
    design: Annotated[CalendarAccess | None, typer.Option(help="Another design than the manifest's.")] = None,
    format_: Printed = Format.SCRIPT,
    undo: Undone = False,
    lang: Spoken = None,
) -> None:
    """Print which mailboxes the application may open, as Exchange Online PowerShell, and what a leaked token reads.

    Example: sekimori manifest exchange --design broker > exchange.ps1
    """
    from sekimori.manifest.preventive.exchange import exchange as settings

    _print(manifest, lambda declared: settings(declared, design), Shell.POWERSHELL, format_, lang, undo=undo)


def conditional_access(
    manifest: Named = _USUAL, format_: Printed = Format.SCRIPT, undo: Undone = False, lang: Spoken = None
) -> None:
    """Print the named location and the policies that block the service principal everywhere but at its egress.

    Example: sekimori manifest conditional-access > conditional-access.sh
    """
    from sekimori.manifest.preventive.conditional_access import conditional_access as settings

    _print(manifest, settings, Shell.BASH, format_, lang, undo=undo)


def diagnostics(
    manifest: Named = _USUAL,
    to: Annotated[Destination, typer.Option(help="Where the logs are sent.")] = Destination.EVENT_HUB,
    format_: Printed = Format.SCRIPT,
    undo: Undone = False,
    lang: Spoken = None,
) -> None:
    """Print the diagnostic settings that send the log categories the watch needs, and what each of them shows.

    Example: event_hub_rule_id=/subscriptions/... event_hub=entra bash <(sekimori manifest diagnostics)
    """
    from sekimori.manifest.preventive.diagnostics import diagnostics as settings

    _print(manifest, lambda _declared: settings(to), Shell.BASH, format_, lang, undo=undo)


def _print(
    path: Path,
    made: Callable[[Manifest], Sequence[Setting]],
    shell: Shell,
    format_: Format,
    lang: Language | None,
    *,
    undo: bool,
) -> None:
    from sekimori.manifest.loader import load
    from sekimori.manifest.preventive.script import as_json, script

    manifest = load(path)
    language, settings = lang or manifest.service.language, made(manifest)
    if format_ is Format.JSON:
        typer.echo(as_json(settings, language=language))
    else:
        typer.echo(script(settings, shell=shell, language=language, undo=undo))


def add_to(app: typer.Typer) -> None:
    """Add the commands to a group."""
    app.command()(entra)
    app.command()(exchange)
    app.command("conditional-access")(conditional_access)
    app.command()(diagnostics)
