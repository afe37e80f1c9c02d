"""`sekimori permissions`: what the permissions of Microsoft's resources are called, and how far they reach."""

import os
from pathlib import Path
from typing import Annotated

import typer

from sekimori.watch.domain.language import Language
from sekimori.watch.domain.permissions import Permission, known_table, resource_name
from sekimori.watch.domain.tiers import Grant, Tier
from sekimori.watch.domain.words.tiers import reason_of
from sekimori.watch.permission_store import use_refreshed

app = typer.Typer(no_args_is_help=True, help="Show what permissions mean.")


@app.callback()
def permissions() -> None:
    """Show what permissions mean."""
    if trouble := use_refreshed(os.environ):
        typer.echo(trouble, err=True)


@app.command()
def show(
    wanted: Annotated[
        list[str] | None, typer.Argument(help="Ids, or parts of names; all permissions without one.")
    ] = None,
    tier: Annotated[Tier | None, typer.Option(help="Only those of a tier.")] = None,
    grant: Annotated[Grant | None, typer.Option(help="Only application, or only delegated ones.")] = None,
    lang: Annotated[Language, typer.Option(help="The language of the reasons.")] = Language.EN,
) -> None:
    """Show permissions by id or name: resource, kind, tier, and why. Exit status: 0 found, 1 none."""
    found = [
        permission
        for permission in known_table().values()
        if _is_wanted(permission, wanted or [])
        and tier in {None, permission.tier}
        and grant in {None, permission.grant}
    ]
    for permission in sorted(found, key=lambda each: (list(Tier).index(each.tier), each.name, each.grant)):
        typer.echo(_line(permission))
    for each in dict.fromkeys(permission.tier for permission in sorted(found, key=lambda p: list(Tier).index(p.tier))):
        typer.echo(f"{each}: {reason_of(each, lang)}")
    if not found:
        typer.echo("no such permission in the table", err=True)
        raise typer.Exit(1)


@app.command()
def refresh(
    token: Annotated[
        str, typer.Option(help="Where an access token for Microsoft Graph is: env:NAME or file:PATH.")
    ] = "env:GRAPH_TOKEN",  # noqa: S107 - where it is, not what
    graph: Annotated[str, typer.Option(help="Where Microsoft Graph answers.")] = "https://graph.microsoft.com/v1.0",
    ca_bundle: Annotated[Path | None, typer.Option(help="Certificates to trust instead of the usual ones.")] = None,
    out: Annotated[Path | None, typer.Option(help="The file to write; without it, where the watch looks.")] = None,
) -> None:
    """Read what the resources of the live tenant offer, and use it from now on before the shipped table.

    The token must be allowed Application.Read.All. Exit status: 0 kept, 2 no token, 4 it could not be read or kept.
    """
    import time

    from sekimori.manifest.references import resolve_text
    from sekimori.watch.permission_store import RefreshFailed, keep, table_path
    from sekimori.watch.refresh import Directory, open_client

    path = out or table_path(os.environ)
    if path is None:
        raise RefreshFailed("there is no home to keep the table in", hint="name a file with --out")
    secret = resolve_text(token, folder=Path(), environ=os.environ)
    with open_client(ca_bundle) as client:
        offer = Directory(graph=graph, token=secret, client=client, wait=time.sleep).offer()
    keep(offer, path, source=graph)
    typer.echo(f"{len(offer.permissions)} permissions of {len(offer.names)} resources: {path}")


def _is_wanted(permission: Permission, wanted: list[str]) -> bool:
    parts = [part.casefold() for part in wanted]
    return not parts or any(part == permission.id or part in permission.name.casefold() for part in parts)


def _line(permission: Permission) -> str:
    resource = resource_name(permission.resource_id) or permission.resource_id
    return f"{permission.id}  {permission.grant:<11}  {permission.tier:<11}  {permission.name}  ({resource})"
