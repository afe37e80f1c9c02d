"""Permissions by id: their names, whether they are application or delegated ones, and how far they reach."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Final, TypeAlias

from sekimori.watch.domain.tiers import Grant, Tier, tier_of

GRAPH: Final = "00000003-0000-0000-c000-000000000000"
_RESOURCES: Final = {
    GRAPH: "Microsoft Graph",
    "00000002-0000-0000-c000-000000000000": "Azure AD Graph",
    "00000002-0000-0ff1-ce00-000000000000": "Office 365 Exchange Online",
    "00000003-0000-0ff1-ce00-000000000000": "Office 365 SharePoint Online",
    "00000007-0000-0000-c000-000000000000": "Dataverse",
    "00000009-0000-0000-c000-000000000000": "Power BI Service",
    "475226c6-020e-4fb2-8a90-7a972cbfc1d4": "PowerApps Service",
    "56c1da01-2129-48f7-9355-af6d59d42766": "Graph Connector Service",
    "7df0a125-d3be-4c96-aa54-591f83ff541c": "Microsoft Flow Service",
    "797f4846-ba00-4fd7-ba43-dac1f8f63013": "Azure Service Management API",
    "c5393580-f805-4401-95e8-94b7a6ef2fc2": "Office 365 Management APIs",
}
_KINDS: Final = {"A": Grant.APPLICATION, "D": Grant.DELEGATED}
_LETTERS: Final = {grant: letter for letter, grant in _KINDS.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """One permission that a resource offers."""

    resource_id: str
    id: str
    name: str
    grant: Grant
    tier: Tier


Table: TypeAlias = dict[tuple[str, str, Grant], Permission]


@dataclass(slots=True)
class _Refreshed:
    """What was read from a live tenant, if anything was: it goes before what ships with the package."""

    table: Table = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)


_REFRESHED: Final = _Refreshed()


def prefer(text: str) -> None:
    """Let a table in our format go before the shipped one, from now on in this process; an empty text undoes it.

    Raises:
        ValueError: it is not in our format; nothing changes.
    """
    table = parse_table(text)
    _REFRESHED.names = _parse_names(text)
    _REFRESHED.table = table


def permission_of(resource_id: str, permission_id: str, grant: Grant) -> Permission | None:
    """Return the permission of an id, or None for one that is not in the table.

    The same id can mean different things at different resources, so the resource counts.
    """
    key = resource_id.casefold(), permission_id.casefold(), grant
    return _REFRESHED.table.get(key) or shipped_table().get(key)


def resource_name(resource_id: str) -> str | None:
    """Return what Microsoft, or the tenant that was read, calls a resource; None where we do not know it."""
    return _RESOURCES.get(resource_id.casefold()) or _REFRESHED.names.get(resource_id.casefold())


def known_table() -> Table:
    """Return every permission that is known: the shipped ones, and before them what was read from a tenant."""
    return shipped_table() | _REFRESHED.table


@cache
def shipped_table() -> Table:
    """Return the table that ships with the package."""
    return parse_table(files(__package__).joinpath("permissions.txt").read_text(encoding="utf-8"))


def parse_table(text: str) -> Table:
    """Return a table from our format.

    A resource's id in brackets, its name after them where it is known, then a line ``id A|D name`` for each permission.

    Raises:
        ValueError: a line is none of these.
    """
    table: Table = {}
    resource = ""
    for line in text.split("\n"):
        if line.startswith("["):
            resource = _head(line)[0]
        elif line and not line.startswith("#"):
            permission_id, kind, name = line.split(maxsplit=2)
            grant = _grant(kind)
            table[resource, permission_id, grant] = Permission(
                resource_id=resource, id=permission_id, name=name, grant=grant, tier=tier_of(name, grant)
            )
    return table


def format_table(permissions: Iterable[Permission], names: Mapping[str, str]) -> str:
    """Return permissions in the format that :func:`parse_table` reads, in an order that stays the same."""
    lines: list[str] = []
    resource = ""
    for each in sorted(permissions, key=lambda each: (each.resource_id, each.name.casefold(), each.grant, each.id)):
        if each.resource_id != resource:
            resource = each.resource_id
            lines.append(f"[{resource}] {names.get(resource, '')}".rstrip())
        lines.append(f"{each.id} {_LETTERS[each.grant]} {each.name}")
    return "".join(f"{line}\n" for line in lines)


def _parse_names(text: str) -> dict[str, str]:
    heads = (_head(line) for line in text.split("\n") if line.startswith("["))
    return {resource: name for resource, name in heads if name}


def _head(line: str) -> tuple[str, str]:
    resource, _, name = line.removeprefix("[").partition("]")
    return resource.strip(), name.strip()


def _grant(letter: str) -> Grant:
    if letter not in _KINDS:
        raise ValueError(f"a permission is of kind A or D, not {letter}")
    return _KINDS[letter]
