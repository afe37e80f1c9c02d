"""Faults on demand: each is used up by the requests it hits, first come, first served."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final, Generic, TypeVar


class GraphFaultKind(StrEnum):
    """How getSchedule, or any call to Graph, can go wrong."""

    THROTTLED = "throttled"
    UNAUTHORIZED = "unauthorized"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    SERVER_ERROR = "server_error"
    TIMEOUT = "timeout"
    DROPPED = "dropped"
    NOT_JSON = "not_json"
    TRUNCATED = "truncated"
    PERSON_ERROR = "person_error"
    PERSON_MISSING = "person_missing"
    NULL_ITEMS = "null_items"
    UNKNOWN_STATUS = "unknown_status"


class TokenFaultKind(StrEnum):
    """How the token endpoint can go wrong."""

    THROTTLED = "throttled"
    SERVER_ERROR = "server_error"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphFault:
    """A fault for the next calls to Graph.

    Attributes:
        times: how many calls it hits.
        retry_after: seconds, with THROTTLED.
        status: of a SERVER_ERROR.
        seconds: how long a TIMEOUT stays silent.
        mailbox: whom PERSON_ERROR, PERSON_MISSING, NULL_ITEMS and UNKNOWN_STATUS hit; everybody where None.
        code: Exchange's number in PERSON_ERROR.
    """

    kind: GraphFaultKind
    times: int = 1
    retry_after: int = 1
    status: int = 503
    seconds: float = 30.0
    mailbox: str | None = None
    code: str = "5009"


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenFault:
    """A fault for the next token requests; ``retry_after`` in seconds."""

    kind: TokenFaultKind
    times: int = 1
    retry_after: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """What is sent instead of Slack's answer; ``done`` where Slack did what was asked of it all the same.

    ``location`` is where a redirect points to.
    """

    status: int = 502
    media_type: str = "text/html"
    body: str = "<html>Bad gateway</html>"
    location: str = ""
    done: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackFault:
    """A fault for the next calls of one Web API method.

    Slack answers 200 with ``error``, or ``broken`` comes instead of its answer; with neither, 429 with Retry-After.
    """

    method: str
    times: int = 1
    retry_after: int | str = 1
    error: str | None = None
    broken: Broken | None = None


class GoogleFaultKind(StrEnum):
    """How freeBusy.query, or the sign-in before it, can go wrong."""

    THROTTLED = "throttled"
    RATE_LIMITED = "rate_limited"
    UNAUTHORIZED = "unauthorized"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    SERVER_ERROR = "server_error"
    RANGE_TOO_LONG = "range_too_long"
    TIMEOUT = "timeout"
    DROPPED = "dropped"
    NOT_JSON = "not_json"
    TRUNCATED = "truncated"
    CALENDAR_ERROR = "calendar_error"
    CALENDAR_MISSING = "calendar_missing"
    SHORTENED = "shortened"
    SIGN_IN_REFUSED = "sign_in_refused"
    SIGN_IN_DOWN = "sign_in_down"


class FeedFaultKind(StrEnum):
    """How the download of a published calendar can go wrong."""

    THROTTLED = "throttled"
    UNAUTHORIZED = "unauthorized"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    GONE = "gone"
    SERVER_ERROR = "server_error"
    REDIRECT = "redirect"
    TIMEOUT = "timeout"
    DROPPED = "dropped"
    NOT_A_CALENDAR = "not_a_calendar"
    TRUNCATED = "truncated"
    CUT_SHORT = "cut_short"
    EMPTY = "empty"
    STALE = "stale"
    HUGE = "huge"


@dataclass(frozen=True, slots=True, kw_only=True)
class GoogleFault:
    """A fault for the next calls to Google; the fields as in :class:`GraphFault`, ``reason`` in CALENDAR_ERROR."""

    kind: GoogleFaultKind
    times: int = 1
    retry_after: int = 1
    status: int = 503
    seconds: float = 30.0
    reason: str = "notFound"


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedFault:
    """A fault for the next downloads of a feed; ``location`` is where a REDIRECT points."""

    kind: FeedFaultKind
    times: int = 1
    retry_after: int = 1
    status: int = 503
    seconds: float = 30.0
    location: str = "https://elsewhere.example/calendar.ics"


Fault = GraphFault | TokenFault | SlackFault | GoogleFault | FeedFault
F = TypeVar("F", GraphFault, TokenFault, SlackFault, GoogleFault, FeedFault)


class Queue(Generic[F]):
    """Faults that wait for the requests they will hit."""

    def __init__(self) -> None:
        self._waiting: list[F] = []

    def add(self, fault: F) -> None:
        """Put a fault behind those that wait."""
        self._waiting.append(fault)

    def take(self, applies: Callable[[F], object] = lambda _: True) -> F | None:
        """Return the first fault that applies, and count it as used once."""
        for place, fault in enumerate(self._waiting):
            if applies(fault):
                left = replace(fault, times=fault.times - 1)
                self._waiting[place : place + 1] = [left] if left.times > 0 else []
                return fault
        return None

    def clear(self) -> None:
        """Forget every fault that waits."""
        self._waiting.clear()

    def __len__(self) -> int:
        return len(self._waiting)


class Faults:
    """The queues of one simulator."""

    def __init__(self) -> None:
        self.graph: Queue[GraphFault] = Queue()
        self.token: Queue[TokenFault] = Queue()
        self.slack: Queue[SlackFault] = Queue()
        self.google: Queue[GoogleFault] = Queue()
        self.feed: Queue[FeedFault] = Queue()

    def add(self, fault: Fault) -> None:
        """Queue a fault with its kin."""
        match fault:
            case GraphFault():
                self.graph.add(fault)
            case TokenFault():
                self.token.add(fault)
            case SlackFault():
                self.slack.add(fault)
            case GoogleFault():
                self.google.add(fault)
            case FeedFault():
                self.feed.add(fault)

    def clear(self) -> None:
        """Forget every fault that waits."""
        self.graph.clear()
        self.token.clear()
        self.slack.clear()
        self.google.clear()
        self.feed.clear()


def fault_from_json(target: str, body: dict[str, Any]) -> Fault:
    """Read a fault that came over HTTP.

    Raises:
        ValueError: there is no such target, kind or field.
    """
    try:
        return _READERS[target](body)
    except (KeyError, TypeError) as error:
        raise ValueError(f"not a fault of {target!r}: {error}") from error


_READERS: Final[dict[str, Callable[[dict[str, Any]], Fault]]] = {
    "graph": lambda body: GraphFault(**{**body, "kind": GraphFaultKind(body["kind"])}),
    "token": lambda body: TokenFault(**{**body, "kind": TokenFaultKind(body["kind"])}),
    "slack": lambda body: SlackFault(**body),
    "google": lambda body: GoogleFault(**{**body, "kind": GoogleFaultKind(body["kind"])}),
    "feed": lambda body: FeedFault(**{**body, "kind": FeedFaultKind(body["kind"])}),
}
