"""Microsoft's own applications, which start much of what the audit log tells."""

from functools import cache
from importlib.resources import files
from typing import Final

from sekimori.watch.domain.names import normalised_name
from sekimori.watch.domain.parties import Actor, ActorKind

# Entra: initiatedBy.app names these services, with no application id and in no published list.
_SERVICES: Final = frozenset(
    {
        "aad app management",
        "azure ad identity governance",
        "azure credential configuration endpoint service",
        "jit provisioning",
        "managed service identity",
        "microsoft azure ad internal - jit provisioning",
        "microsoft online services",
        "microsoft password reset service",
        "windows azure service management api",
    }
)
PLATFORM: Final = "managed service identity"
"""The service that makes and renews the keys of managed identities."""


def is_first_party(actor: Actor) -> bool:
    """Say whether Microsoft's own service acted.

    An application id decides where the log has one. Where it has none the name must do, so use this to quieten what is
    noise and never to excuse what would be an attack.
    """
    if actor.kind is not ActorKind.APP:
        return False
    if actor.app_id:
        return actor.app_id in _ids()
    name = normalised_name(actor.name or "")
    return name in _SERVICES or name in _names()


def is_first_party_app(app_id: str | None) -> bool:
    """Say whether an application id is one of Microsoft's own."""
    return app_id is not None and app_id.casefold() in _ids()


def is_platform(actor: Actor) -> bool:
    """Say whether the service behind managed identities acted."""
    return actor.kind is ActorKind.APP and not actor.app_id and normalised_name(actor.name or "") == PLATFORM


@cache
def _table() -> dict[str, str]:
    text = files(__package__).joinpath("first_party.txt").read_text(encoding="utf-8")
    lines = (line.partition(" ") for line in text.splitlines() if line and not line.startswith("#"))
    return {app_id: name for app_id, _, name in lines}


@cache
def _ids() -> frozenset[str]:
    return frozenset(_table())


@cache
def _names() -> frozenset[str]:
    return frozenset(normalised_name(name) for name in _table().values())
