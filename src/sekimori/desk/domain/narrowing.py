"""What was narrowed since the manifest was reviewed: pauses, and less precision. Nothing here can widen.

A click in the chat may only take away. A pause ends when it is lifted, and then the manifest's terms hold again; less
precision ends when the manifest says so (``lift_narrowings_before``), which is a reviewed change.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Protocol

from sekimori.core.ids import PersonId, UserId
from sekimori.desk.domain.disclosure import Precision
from sekimori.desk.domain.policy import PersonTerms, Policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowing:
    """What was taken away of one person's terms; ``precision`` at the instant ``narrowed_at``."""

    paused_by: UserId | None = None
    precision: Precision | None = None
    narrowed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce:
    """Everything that is narrowed at this moment; ``paused_by`` is who paused the whole service."""

    paused_by: UserId | None = None
    people: Mapping[PersonId, Narrowing] = field(default_factory=dict)


class Narrowings(Protocol):
    """Keeps narrowings, for every instance of the service at once.

    Each method raises :class:`sekimori.core.errors.SekimoriError` where it could not be done for certain; nothing may
    be disclosed then. ``person`` None stands for the whole service.
    """

    async def in_force(self) -> InForce:
        """Return what holds at this moment."""
        ...

    async def pause(self, person: PersonId | None, by: UserId) -> None:
        """Pause; on disk when this returns."""
        ...

    async def resume(self, person: PersonId | None) -> None:
        """Lift a pause."""
        ...

    async def narrow(self, person: PersonId, precision: Precision, at: datetime) -> None:
        """Let a person show no more than this, from that instant on."""
        ...


class NothingNarrowed:
    """The narrowings of a desk that has none: dry runs, and tests of everything else."""

    async def in_force(self) -> InForce:
        """Return nothing."""
        return InForce()


class Reading(Protocol):
    """The reading half of :class:`Narrowings`."""

    async def in_force(self) -> InForce:
        """Return what holds at this moment."""
        ...


def narrowed(policy: Policy, in_force: InForce) -> Policy:
    """Return the policy with everything taken away that is narrowed. Law: nobody is shown more by it."""
    people = tuple(_person(person, in_force.people.get(person.person)) for person in policy.people)
    return replace(policy, people=people, paused=policy.paused or in_force.paused_by is not None)


def limit_of(person: PersonTerms, narrowing: Narrowing | None) -> Precision | None:
    """Return the precision that a narrowing still limits a person to; None where it does not, or was lifted."""
    if narrowing is None or narrowing.precision is None or narrowing.precision >= person.precision:
        return None
    lifted, at = person.lift_narrowings_before, narrowing.narrowed_at
    return None if lifted is not None and at is not None and at < lifted else narrowing.precision


def _person(person: PersonTerms, narrowing: Narrowing | None) -> PersonTerms:
    limit = limit_of(person, narrowing)
    paused = person.paused or (narrowing is not None and narrowing.paused_by is not None)
    return replace(person, paused=paused, precision=person.precision if limit is None else limit)
