"""Permissions by id: their names, whether they are application or delegated ones, and how far they reach."""

from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Permission:
    """One permission that a resource offers."""

    resource_id: str
    id: str
    name: str
    grant: Grant
    tier: Tier


Table: TypeAlias = dict[tuple[str, str, Grant], Permission]


def permission_of(resource_id: str, permission_id: str, grant: Grant) -> Permission | None:
    """Return the permission of an id, or None for one that is not in the table.

    The same id can mean different things at different resources, so the resource counts.
    """
    return shipped_table().get((resource_id.casefold(), permission_id.casefold(), grant))


def resource_name(resource_id: str) -> str | None:
    """Return what Microsoft calls a resource, or None where we do not know it."""
    return _RESOURCES.get(resource_id.casefold())


@cache
def shipped_table() -> Table:
    """Return the table that ships with the package."""
    return parse_table(files(__package__).joinpath("permissions.txt").read_text(encoding="utf-8"))


def parse_table(text: str) -> Table:
    """Return a table from our format: a resource id in brackets, then a line ``id A|D name`` for each permission."""
    table: Table = {}
    resource = ""
    for line in text.splitlines():
        if line.startswith("["):
            resource = line.strip("[]")
        elif line and not line.startswith("#"):
            permission_id, kind, name = line.split(maxsplit=2)
            grant = _KINDS[kind]
            table[resource, permission_id, grant] = Permission(
                resource_id=resource, id=permission_id, name=name, grant=grant, tier=tier_of(name, grant)
            )
    return table
