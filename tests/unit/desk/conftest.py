"""A small desk: one partner, a few people, and a provider that says what it is told."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from sekimori.audit.memory import MemoryAuditLog
from sekimori.core.ids import ChannelId, EnterpriseId, EntryId, PartnerId, PersonId, TeamId, UserId
from sekimori.core.timespan import Timespan
from sekimori.desk.domain.ask import Desk
from sekimori.desk.domain.asker import Actor, Place
from sekimori.desk.domain.disclosure import Precision
from sekimori.desk.domain.free_busy import BusyPeriod, FreeBusy
from sekimori.desk.domain.hours import Hours
from sekimori.desk.domain.journal import Journal
from sekimori.desk.domain.policy import Language, PartnerTerms, PersonTerms, Policy, RequesterTerms, Surface
from sekimori.desk.domain.ports import CallJournal, Finding

TOKYO = ZoneInfo("Asia/Tokyo")
NOW = datetime(2026, 11, 24, 1, 5, tzinfo=UTC)  # Tuesday, 10:05 in Tokyo


@dataclass
class SayingProvider:
    """A provider of the desk's own test: it knows these periods, records its call, and may fail."""

    periods: tuple[BusyPeriod, ...] = ()
    failure: Exception | None = None
    asked: list[Timespan] = field(default_factory=list)
    name: str = "saying"

    async def free_busy(self, person: PersonId, window: Timespan, journal: CallJournal) -> Finding:
        self.asked.append(window)
        call = await journal.intend(method="POST", resource="r", people=(person,), window=window, attempt=1)
        await journal.conclude(call, "200")
        if self.failure:
            raise self.failure
        return Finding(free_busy=FreeBusy(window=window, periods=self.periods))


@dataclass
class SmallDesk:
    policy: Policy
    provider: SayingProvider
    log: MemoryAuditLog
    desk: Desk


def person(key: str, *names: str, **terms: object) -> PersonTerms:
    defaults = {"precision": Precision.TYPED, "horizon_days": 42, "hours": Hours(opens=480, closes=1200)}
    return PersonTerms(person=PersonId(key), names=names, **(defaults | terms))  # type: ignore[arg-type]


def partner(*requesters: RequesterTerms, **terms: object) -> PartnerTerms:
    defaults = {
        "partner": PartnerId("contoso"),
        "team": TeamId("T0CONTOSO"),
        "enterprise": EnterpriseId("E0CONTOSO"),
        "channels": frozenset({ChannelId("C0SHARED")}),
        "answer_in": Surface.THREAD,
        "language": Language.JA,
        "requesters": requesters,
    }
    return PartnerTerms(**(defaults | terms))  # type: ignore[arg-type]


def requester(user: str, *may_ask: str, **terms: object) -> RequesterTerms:
    people = frozenset(PersonId(key) for key in may_ask)
    return RequesterTerms(user=UserId(user), may_ask=people, purpose="coordination", **terms)  # type: ignore[arg-type]


def policy_with(*people: PersonTerms, partners: tuple[PartnerTerms, ...]) -> Policy:
    return Policy(zone=TOKYO, language=Language.JA, people=people, partners=partners)


@pytest.fixture
def secretary() -> Actor:
    return Actor(user=UserId("U0SEC"), team=TeamId("T0CONTOSO"))


@pytest.fixture
def shared() -> Place:
    return Place(channel=ChannelId("C0SHARED"))


@pytest.fixture
def small_desk() -> Callable[..., SmallDesk]:
    def build(*periods: BusyPeriod, policy: Policy | None = None, log: MemoryAuditLog | None = None) -> SmallDesk:
        chosen = policy or policy_with(
            person("sato", "佐藤", "Sato", slack_user=UserId("U0SATO")),
            person("suzuki", "鈴木", "Suzuki"),
            partners=(partner(requester("U0SEC", "sato")),),
        )
        numbers = itertools.count(1)
        kept = log or MemoryAuditLog(
            clock=lambda: NOW, new_id=lambda: EntryId(f"00000000-0000-4000-8000-{next(numbers):012}")
        )
        provider = SayingProvider(periods=periods)
        desk = Desk(policy=chosen, provider=provider, journal=Journal(kept), clock=lambda: NOW)
        return SmallDesk(policy=chosen, provider=provider, log=kept, desk=desk)

    return build
