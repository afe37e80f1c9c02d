"""The permissions that take over a tenant, as an event spells them: by name in a grant, by id in a request."""

from functools import cache

from sekimori.watch.domain.permissions import known_table
from sekimori.watch.domain.tiers import Grant, Tier

KINDS = frozenset({"permission_granted", "permission_requested"})
"""Kinds of change whose event spells the permission."""


@cache
def spelled(kind: str, grant: str | None) -> tuple[str, ...]:
    """Return the texts of which an event of this kind holds one where such a permission is in it.

    A request names ids. An application's grant names both, a delegated one names only: its scopes.
    """
    found = [each for each in known_table().values() if each.tier is Tier.TAKEOVER and grant in {None, each.grant}]
    ids = {each.id for each in found} if grant != Grant.DELEGATED else set()
    names = {each.name for each in found} if kind == "permission_granted" else set()
    return tuple(sorted({*ids, *names}))
