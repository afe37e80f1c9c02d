"""Every way to learn somebody's free/busy, set up against the simulator over real HTTPS, in one shape."""

import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx
import pytest

from sekimori.audit.log import AuditUnavailable
from sekimori.core.confidential import Personal, Secret
from sekimori.core.ids import EntryId, PersonId
from sekimori.core.timespan import Timespan
from sekimori.desk.domain.free_busy import FbType
from sekimori.desk.domain.ports import FreeBusyProvider, Problem
from sekimori.desk.providers.google.account import service_account
from sekimori.desk.providers.google.provider import open_google
from sekimori.desk.providers.ics.address import feed_address
from sekimori.desk.providers.ics.provider import open_ics
from sekimori.desk.providers.outlook.provider import open_outlook
from sekimori.desk.providers.outlook.tokens import AppIdentity, certificate
from sekimori.sim.calendars import BROKER, Appointment
from sekimori.sim.faults import (
    Fault,
    FeedFault,
    FeedFaultKind,
    GoogleFault,
    GoogleFaultKind,
    GraphFault,
    GraphFaultKind,
    TokenFault,
    TokenFaultKind,
)
from sekimori.sim.server import Simulator, free_busy
from sekimori.sim.settings import SimulatorSettings

SATO = PersonId("sato")
AT_B, AT_A = "sato@fabrikam.example", "sato@contoso.example"
NOW = datetime(2026, 11, 18, 1, 0, tzinfo=UTC)
MANY = 9

Trouble = Mapping[str, tuple[Fault, Problem]]


@dataclass
class Notes:
    """A call journal in a list; it may be full."""

    room: int = 9999
    lines: list[tuple[str, str]] = field(default_factory=list)

    def note(self, kind: str, what: str) -> str:
        if len(self.lines) >= self.room:
            raise AuditUnavailable("full")
        self.lines.append((kind, what))
        return f"entry-{len(self.lines)}"

    async def intend(
        self, *, method: str, resource: str, people: Sequence[PersonId], window: Timespan, attempt: int
    ) -> EntryId:
        what = f"{method} {resource} {','.join(people)} {window.start:%m-%dT%H:%M}/{window.end:%m-%dT%H:%M} {attempt}"
        return EntryId(self.note("intent", what))

    async def conclude(self, call: EntryId, status: str) -> None:
        self.note("outcome", f"{call} {status}")

    async def token(self, uti: str | None, resource: str) -> None:
        self.note("token", f"{uti} {resource}")

    def of(self, kind: str) -> list[str]:
        return [what for noted, what in self.lines if noted == kind]


@dataclass(frozen=True, kw_only=True)
class Way:
    """One way to learn free/busy.

    Attributes:
        provider: the extension it belongs to.
        calendar: whose calendar at the simulator it reads.
        types: what the vendor's statuses become; None where it says nothing of them.
        limit: the longest window it asks for at once, where it has one.
        reach: how far ahead it knows anything.
        signs_in: whether it needs a token.
        trouble: what may go wrong, and what that is called.
    """

    provider: str
    calendar: str
    types: Mapping[str, FbType | None]
    trouble: Trouble
    open: Callable[[Simulator, str | None, Callable[[float], Awaitable[None]]], Any]
    calls: Callable[[Simulator], Sequence[Any]]
    client: Callable[[Any], httpx.AsyncClient]
    limit: timedelta | None = None
    reach: timedelta | None = None
    signs_in: bool = True
    scope: frozenset[str] | None = None


@dataclass(frozen=True, kw_only=True)
class Stage:
    """A way that is set up."""

    way: Way
    sim: Simulator
    provider: FreeBusyProvider
    slept: list[float]

    def put(self, *entries: Appointment) -> None:
        """Let the calendar hold these, and something long past."""
        calendars = self.sim.world.calendars if self.way.calendar == AT_B else self.sim.world.partner_calendars
        calendars[self.way.calendar] = (appointment(datetime(2026, 11, 2, tzinfo=UTC), hours=1), *entries)

    @property
    def calls(self) -> int:
        return len(self.way.calls(self.sim))

    @contextlib.asynccontextmanager
    async def impatient(self) -> AsyncIterator[FreeBusyProvider]:
        """Open the provider once more, to wait for half a second at most; it remembers no earlier failure."""

        async def sleep(_seconds: float) -> None: ...

        provider = self.way.open(self.sim, str(self.sim.addresses.ca_bundle), sleep)
        self.way.client(provider).timeout = httpx.Timeout(0.5)
        try:
            yield provider
        finally:
            await provider.close()


def appointment(start: datetime, *, hours: float, status: str = "busy", **more: Any) -> Appointment:
    """Make an entry with bait in it."""
    return Appointment(
        start=start.astimezone(UTC),
        end=(start + timedelta(hours=hours)).astimezone(UTC),
        status=status,
        subject="BAIT subject",
        location="BAIT location",
        attendees=("bait@northwind.example",),
        **more,
    )


GRAPH, GOOGLE, FEED = GraphFaultKind, GoogleFaultKind, FeedFaultKind
OUTLOOK_TROUBLE: Trouble = {
    "not signed in": (TokenFault(kind=TokenFaultKind.REFUSED, times=MANY), Problem.NOT_SIGNED_IN),
    "sign-in down": (TokenFault(kind=TokenFaultKind.SERVER_ERROR, times=MANY), Problem.NOT_SIGNED_IN),
    "token refused": (GraphFault(kind=GRAPH.UNAUTHORIZED, times=MANY), Problem.NOT_SIGNED_IN),
    "forbidden": (GraphFault(kind=GRAPH.FORBIDDEN), Problem.FORBIDDEN),
    "not found": (GraphFault(kind=GRAPH.NOT_FOUND), Problem.NOT_FOUND),
    "throttled": (GraphFault(kind=GRAPH.THROTTLED, times=MANY, retry_after=600), Problem.THROTTLED),
    "down": (GraphFault(kind=GRAPH.SERVER_ERROR, times=MANY), Problem.UNAVAILABLE),
    "silent": (GraphFault(kind=GRAPH.TIMEOUT, seconds=3), Problem.TIMED_OUT),
    "dropped": (GraphFault(kind=GRAPH.DROPPED, times=MANY), Problem.UNAVAILABLE),
    "truncated": (GraphFault(kind=GRAPH.TRUNCATED, times=MANY), Problem.UNAVAILABLE),
    "not its format": (GraphFault(kind=GRAPH.NOT_JSON), Problem.UNREADABLE),
    "error within 200": (GraphFault(kind=GRAPH.PERSON_ERROR), Problem.NOT_FOUND),
    "error 5016 within 200": (GraphFault(kind=GRAPH.PERSON_ERROR, code="5016"), Problem.NOT_FOUND),
    "missing within 200": (GraphFault(kind=GRAPH.PERSON_MISSING), Problem.UNREADABLE),
    "null within 200": (GraphFault(kind=GRAPH.NULL_ITEMS), Problem.UNREADABLE),
}
GOOGLE_TROUBLE: Trouble = {
    "not signed in": (GoogleFault(kind=GOOGLE.SIGN_IN_REFUSED, times=MANY), Problem.NOT_SIGNED_IN),
    "sign-in down": (GoogleFault(kind=GOOGLE.SIGN_IN_DOWN, times=MANY), Problem.NOT_SIGNED_IN),
    "token refused": (GoogleFault(kind=GOOGLE.UNAUTHORIZED, times=MANY), Problem.NOT_SIGNED_IN),
    "forbidden": (GoogleFault(kind=GOOGLE.FORBIDDEN), Problem.FORBIDDEN),
    "not found": (GoogleFault(kind=GOOGLE.NOT_FOUND), Problem.NOT_FOUND),
    "throttled": (GoogleFault(kind=GOOGLE.THROTTLED, times=MANY, retry_after=600), Problem.THROTTLED),
    "throttled as forbidden": (GoogleFault(kind=GOOGLE.RATE_LIMITED, times=MANY), Problem.THROTTLED),
    "down": (GoogleFault(kind=GOOGLE.SERVER_ERROR, times=MANY), Problem.UNAVAILABLE),
    "silent": (GoogleFault(kind=GOOGLE.TIMEOUT, seconds=3), Problem.TIMED_OUT),
    "dropped": (GoogleFault(kind=GOOGLE.DROPPED, times=MANY), Problem.UNAVAILABLE),
    "truncated": (GoogleFault(kind=GOOGLE.TRUNCATED, times=MANY), Problem.UNAVAILABLE),
    "not its format": (GoogleFault(kind=GOOGLE.NOT_JSON), Problem.UNREADABLE),
    "error within 200": (GoogleFault(kind=GOOGLE.CALENDAR_ERROR), Problem.NOT_FOUND),
    "internal error within 200": (
        GoogleFault(kind=GOOGLE.CALENDAR_ERROR, reason="internalError"),
        Problem.UNAVAILABLE,
    ),
    "missing within 200": (GoogleFault(kind=GOOGLE.CALENDAR_MISSING), Problem.UNREADABLE),
    "too long, however short": (GoogleFault(kind=GOOGLE.RANGE_TOO_LONG, times=MANY), Problem.REFUSED_REQUEST),
}
FEED_TROUBLE: Trouble = {
    "not signed in": (FeedFault(kind=FEED.UNAUTHORIZED), Problem.NOT_SIGNED_IN),
    "forbidden": (FeedFault(kind=FEED.FORBIDDEN), Problem.FORBIDDEN),
    "not found": (FeedFault(kind=FEED.NOT_FOUND), Problem.NOT_FOUND),
    "no longer published": (FeedFault(kind=FEED.GONE), Problem.NOT_FOUND),
    "throttled": (FeedFault(kind=FEED.THROTTLED, times=MANY, retry_after=600), Problem.THROTTLED),
    "down": (FeedFault(kind=FEED.SERVER_ERROR, times=MANY), Problem.UNAVAILABLE),
    "silent": (FeedFault(kind=FEED.TIMEOUT, seconds=3), Problem.TIMED_OUT),
    "dropped": (FeedFault(kind=FEED.DROPPED, times=MANY), Problem.UNAVAILABLE),
    "truncated": (FeedFault(kind=FEED.TRUNCATED, times=MANY), Problem.UNAVAILABLE),
    "cut short": (FeedFault(kind=FEED.CUT_SHORT), Problem.UNREADABLE),
    "not its format": (FeedFault(kind=FEED.NOT_A_CALENDAR), Problem.UNREADABLE),
    "elsewhere": (FeedFault(kind=FEED.REDIRECT), Problem.REFUSED_REQUEST),
    "stale": (FeedFault(kind=FEED.STALE), Problem.STALE),
    "huge": (FeedFault(kind=FEED.HUGE), Problem.UNREADABLE),
}
EXACT: Mapping[str, FbType | None] = {
    "busy": FbType.BUSY,
    "tentative": FbType.TENTATIVE,
    "oof": FbType.OUT_OF_OFFICE,
    "workingElsewhere": FbType.WORKING_ELSEWHERE,
    "free": None,
}


def _outlook(broker: str | None = None) -> Any:
    def opened(sim: Simulator, ca_bundle: str | None, sleep: Any) -> Any:
        return open_outlook(
            identity=AppIdentity(
                tenant_id=sim.tenant_id,
                app_id=sim.app_id,
                credential=certificate(Secret(sim.addresses.certificate.read_bytes())),
                login=sim.addresses.login,
                ca_bundle=ca_bundle,
            ),
            graph=sim.addresses.graph,
            mailboxes={SATO: Personal(AT_B)},
            zone=ZoneInfo(sim.settings.timezone),
            broker=Personal(broker) if broker else None,
            sleep=sleep,
        )

    return opened


def _google(sim: Simulator, ca_bundle: str | None, sleep: Any) -> Any:
    return open_google(
        account=service_account(Secret(sim.addresses.google_key.read_bytes())),
        address=sim.addresses.google,
        token_address=sim.addresses.google_token,
        calendars={SATO: (Personal(AT_A),)},
        clock=lambda: datetime.now(UTC),
        ca_bundle=ca_bundle,
        sleep=sleep,
    )


def _ics(address: Callable[[str], str]) -> Any:
    def opened(sim: Simulator, ca_bundle: str | None, sleep: Any) -> Any:
        url = feed_address(Secret(address(sim.addresses.feeds[AT_A])), reference="env:FEED")
        return open_ics(
            feeds={SATO: (url,)},
            zone=ZoneInfo(sim.settings.timezone),
            clock=sim.settings.clock,
            ca_bundle=ca_bundle,
            sleep=sleep,
        )

    return opened


def _outlook_way(*, broker: str | None = None, scope: str | None = None) -> Way:
    return Way(
        provider="outlook",
        calendar=AT_B,
        types=EXACT,
        trouble=OUTLOOK_TROUBLE,
        open=_outlook(broker),
        calls=lambda sim: sim.control.graph_calls,
        client=lambda provider: provider._calls._client,
        limit=timedelta(days=60),
        scope=frozenset({scope}) if scope else None,
    )


def _feed_way(address: Callable[[str], str], **more: Any) -> Way:
    return Way(
        provider="ics",
        calendar=AT_A,
        open=_ics(address),
        calls=lambda sim: sim.control.feed_calls,
        client=lambda provider: provider._client,
        signs_in=False,
        **more,
    )


WAYS = {
    "outlook, direct": _outlook_way(),
    "outlook, scoped to the person": _outlook_way(scope=AT_B),
    "outlook, through a broker": _outlook_way(broker=BROKER, scope=BROKER),
    "google": Way(
        provider="google",
        calendar=AT_A,
        types={
            "busy": FbType.BUSY,
            "tentative": FbType.BUSY,
            "oof": FbType.BUSY,
            "workingElsewhere": None,
            "free": None,
        },
        trouble=GOOGLE_TROUBLE,
        open=_google,
        calls=lambda sim: sim.control.google_calls,
        client=lambda provider: provider._client,
        limit=timedelta(days=60),
    ),
    "a feed of events": _feed_way(
        str,
        types=EXACT,
        trouble={**FEED_TROUBLE, "missing within 200": (FeedFault(kind=FEED.EMPTY), Problem.UNREADABLE)},
    ),
    "a feed of free/busy": _feed_way(
        free_busy, types={**EXACT, "workingElsewhere": None}, trouble=FEED_TROUBLE, reach=timedelta(days=42)
    ),
}

SetUp = Callable[..., contextlib.AbstractAsyncContextManager[Stage]]


@pytest.fixture(params=WAYS.values(), ids=WAYS)
def way(request: pytest.FixtureRequest) -> Way:
    return request.param


@pytest.fixture
def set_up(way: Way, tmp_path: Path) -> SetUp:
    """Start a simulator and open the provider on it."""

    @contextlib.asynccontextmanager
    async def running(
        now: datetime = NOW, timezone: str = "Asia/Tokyo", *, trusted: bool = True
    ) -> AsyncIterator[Stage]:
        settings = SimulatorSettings(
            folder=tmp_path,
            clock=lambda: now,
            token_clock=lambda: datetime.now(UTC),
            seed=7,
            timezone=timezone,
            calendar_scope=way.scope,
        )
        slept: list[float] = []

        async def sleep(seconds: float) -> None:
            slept.append(seconds)

        async with Simulator.start(settings) as sim:
            provider = way.open(sim, str(sim.addresses.ca_bundle) if trusted else None, sleep)
            try:
                yield Stage(way=way, sim=sim, provider=provider, slept=slept)
            finally:
                await provider.close()

    return running


@pytest.fixture
def notes() -> Notes:
    return Notes()


@pytest.fixture
def ways() -> Mapping[str, Way]:
    return WAYS


@pytest.fixture
def entry() -> Callable[..., Appointment]:
    return appointment


@pytest.fixture
def full() -> Callable[[int], Notes]:
    return lambda room: Notes(room=room)
