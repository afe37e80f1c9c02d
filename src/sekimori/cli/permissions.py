"""`sekimori permissions`: what the permissions of Microsoft's resources are called, and how far they reach."""

from typing import Annotated

import typer

from sekimori.watch.domain.language import Language
from sekimori.watch.domain.permissions import Permission, resource_name, shipped_table
from sekimori.watch.domain.tiers import Grant, Tier
from sekimori.watch.domain.words.tiers import reason_of

app = typer.Typer(no_args_is_help=True, help="Show what permissions mean.")


@app.callback()
def permissions() -> None:
    """Show what permissions mean."""


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
        for permission in shipped_table().values()
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


def _is_wanted(permission: Permission, wanted: list[str]) -> bool:
    parts = [part.casefold() for part in wanted]
    return not parts or any(part == permission.id or part in permission.name.casefold() for part in parts)


def _line(permission: Permission) -> str:
    resource = resource_name(permission.resource_id) or permission.resource_id
    return f"{permission.id}  {permission.grant:<11}  {permission.tier:<11}  {permission.name}  ({resource})"
