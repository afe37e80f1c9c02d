"""What our own people may do to the desk: pause, lift a pause, narrow, see who asked. Never widen."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from sekimori.audit.canonical import Json
from sekimori.audit.entry import EntryKind
from sekimori.audit.log import AuditLog
from sekimori.core.clock import Clock
from sekimori.core.ids import PersonId, TeamId, UserId
from sekimori.desk.domain.asker import Actor, Unconfirmed
from sekimori.desk.domain.disclosure import Precision
from sekimori.desk.domain.lookups import Lookup, Lookups
from sekimori.desk.domain.narrowing import InForce, Narrowings, limit_of, narrowed
from sekimori.desk.domain.policy import PersonTerms, Policy

MOST_LOOKUPS: Final = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Rights:
    """Whom somebody of our own company may act for: ``own`` people, or everybody as an administrator."""

    user: UserId
    team: TeamId
    own: tuple[PersonTerms, ...]
    administers: tuple[PersonTerms, ...] | None

    @property
    def people(self) -> tuple[PersonTerms, ...]:
        """Everybody this person may act for."""
        return self.own if self.administers is None else self.administers

    @property
    def none(self) -> bool:
        """Whether there is nothing this person may do."""
        return not self.own and self.administers is None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonState:
    """How somebody's time is shown at this moment; ``declared`` is what the manifest says."""

    declared: PersonTerms
    shown: PersonTerms
    narrowed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """How the desk stands, as far as one person may see it."""

    rights: Rights
    service_paused: bool
    people: tuple[PersonState, ...]


@dataclass(frozen=True, slots=True)
class NotYours:
    """Somebody wanted what is not theirs to do; nothing changed."""


@dataclass(frozen=True, slots=True)
class Done:
    """It holds from the very next question on."""


class Owners:
    """Serves calendar owners and administrators. Each change is recorded before it takes effect.

    Every method may raise SekimoriError: nothing was changed then, or the change is recorded and may hold.
    """

    def __init__(
        self,
        *,
        policy: Policy,
        team: TeamId,
        administrators: Sequence[UserId],
        narrowings: Narrowings,
        lookups: Lookups,
        log: AuditLog,
        clock: Clock,
    ) -> None:
        self._policy = policy
        self._team = team
        self._administrators = frozenset(administrators)
        self._narrowings = narrowings
        self._lookups = lookups
        self._log = log
        self._clock = clock

    def rights(self, actor: Actor | Unconfirmed) -> Rights | NotYours:
        """Say what somebody may do; who is not certainly of our own company may do nothing."""
        if isinstance(actor, Unconfirmed) or actor.team != self._team:
            return NotYours()
        own = tuple(person for person in self._policy.people if person.slack_user == actor.user)
        everybody = self._policy.people if actor.user in self._administrators else None
        rights = Rights(user=actor.user, team=self._team, own=own, administers=everybody)
        return NotYours() if rights.none else rights

    async def state(self, rights: Rights) -> State:
        """Say how things stand."""
        in_force = await self._narrowings.in_force()
        shown = {person.person: person for person in narrowed(self._policy, in_force).people}
        people = tuple(
            PersonState(
                declared=person,
                shown=shown[person.person],
                narrowed=limit_of(person, in_force.people.get(person.person)) is not None,
            )
            for person in rights.people
        )
        return State(rights=rights, service_paused=in_force.paused_by is not None, people=people)

    async def pause(self, rights: Rights, person: PersonId | None) -> Done | NotYours:
        """Pause somebody, or the whole service (the kill switch); refuses the very next question."""
        if not _may(rights, person):
            return NotYours()
        await self._record(EntryKind.PERSON_PAUSED if person else EntryKind.SERVICE_PAUSED, rights, person)
        await self._narrowings.pause(person, rights.user)
        return Done()

    async def resume(self, rights: Rights, person: PersonId | None) -> Done | NotYours:
        """Lift a pause; one that an administrator made, only an administrator can lift."""
        if not _may(rights, person) or not _may_lift(rights, person, await self._narrowings.in_force()):
            return NotYours()
        await self._record(EntryKind.PERSON_RESUMED if person else EntryKind.SERVICE_RESUMED, rights, person)
        await self._narrowings.resume(person)
        return Done()

    async def narrow(self, rights: Rights, person: PersonId, precision: Precision) -> Done | NotYours:
        """Show less of somebody; to show more again, the manifest must say so."""
        if not _may(rights, person):
            return NotYours()
        shown = next(p for p in (await self.state(rights)).people if p.declared.person == person).shown
        if precision >= shown.precision:
            return Done()  # no more than that is shown already
        await self._record(EntryKind.PERSON_NARROWED, rights, person, precision=precision.name.lower())
        await self._narrowings.narrow(person, precision, self._clock())
        return Done()

    async def lookups(self, rights: Rights, person: PersonId, *, most: int = MOST_LOOKUPS) -> tuple[Lookup, ...]:
        """Return who asked about somebody, the newest first; nothing where it is not theirs to see."""
        return await self._lookups.about(person, most=most) if _may(rights, person) else ()

    async def _record(self, kind: EntryKind, rights: Rights, person: PersonId | None, **more: Json) -> None:
        body: dict[str, Json] = {"person": person, "team": rights.team, "user": rights.user, **more}
        await self._log.append(kind, body)


def _may(rights: Rights, person: PersonId | None) -> bool:
    if person is None:
        return rights.administers is not None
    return any(person == each.person for each in rights.people)


def _may_lift(rights: Rights, person: PersonId | None, in_force: InForce) -> bool:
    if rights.administers is not None or person is None:
        return rights.administers is not None
    paused = in_force.people.get(person)
    return paused is None or paused.paused_by in {None, rights.user}
