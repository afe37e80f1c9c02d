"""Google Calendar's ``freeBusy.query``: when calendars are busy, with errors per calendar on HTTP 200."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sekimori.core.timespan import Timespan, merged
from sekimori.sim.broken import cut_off, late
from sekimori.sim.calendars import Appointment
from sekimori.sim.entra.graph import SeenCall
from sekimori.sim.faults import GoogleFault, GoogleFaultKind
from sekimori.sim.handling import handling_of
from sekimori.sim.partner.google_tokens import SIGN_IN_FAULTS, GoogleTokens
from sekimori.sim.partner.shelf import Shelf

LONGEST: Final = timedelta(days=90)
MOST_CALENDARS: Final = 50
# Google: a working location and what is marked free do not make anybody busy; everything else is simply busy.
_NOT_BUSY: Final = {"free", "workingElsewhere"}


class BadQueryError(Exception):
    """Google answers 400 with this reason and these words."""

    def __init__(self, reason: str, words: str) -> None:
        super().__init__(words)
        self.reason = reason
        self.words = words


class GoogleCalendar:
    """The one method of the Calendar API that the desk uses."""

    def __init__(self, shelf: Shelf, tokens: GoogleTokens) -> None:
        self._shelf = shelf
        self._tokens = tokens

    def routes(self) -> list[Route]:
        """Return the route under ``/calendar/v3``."""
        return [Route("/calendar/v3/freeBusy", self._handle, methods=["POST"])]

    async def _handle(self, request: Request) -> Response:
        fault = self._shelf.faults.google.take(lambda fault: fault.kind not in SIGN_IN_FAULTS)
        response = await self._answered(request, fault)
        seen = SeenCall(
            method=request.method,
            path=request.url.path,
            headers=dict(request.headers),
            body=await request.body(),
            status=response.status_code,
            handling=handling_of(request.scope),
        )
        self._shelf.google_calls.append(seen)
        return response

    async def _answered(self, request: Request, fault: GoogleFault | None) -> Response:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not self._tokens.valid(token):
            return google_error(401, "authError", "Invalid Credentials")
        if fault is not None and fault.kind in _ERRORS:
            return _ERRORS[fault.kind](fault)
        try:
            answer = self._query(json.loads(await request.body()))
        except BadQueryError as error:
            return google_error(400, error.reason, error.words)
        except ValueError:
            return google_error(400, "parseError", "Parse Error")
        return _spoiled(answer, fault)

    def _query(self, body: dict[str, Any]) -> dict[str, Any]:
        window, names = _understood(body)
        calendars = {name: self._calendar(name, window) for name in names}
        return {
            "kind": "calendar#freeBusy",
            "timeMin": _stamp(window.start),
            "timeMax": _stamp(window.end),
            "calendars": calendars,
        }

    def _calendar(self, name: str, window: Timespan) -> dict[str, Any]:
        if name.lower() not in self._shelf.calendars:
            return {"errors": [{"domain": "global", "reason": "notFound"}], "busy": []}
        return {"busy": busy(self._shelf.calendars[name.lower()], window)}


def busy(calendar: tuple[Appointment, ...], window: Timespan) -> list[dict[str, str]]:
    """Return the busy times of a calendar: joined where they touch, cut to the window."""
    spans = [Timespan(entry.start, entry.end) for entry in calendar if entry.status not in _NOT_BUSY]
    cut = [span for span in (span.intersection(window) for span in spans) if span is not None]
    return [{"start": _stamp(span.start), "end": _stamp(span.end)} for span in merged(cut)]


def google_error(status: int, reason: str, words: str, *, retry_after: int | None = None) -> JSONResponse:
    """Write an error as the Calendar API does."""
    body = {"error": {"errors": [{"domain": "global", "reason": reason, "message": words}], "code": status}}
    body["error"]["message"] = words
    return JSONResponse(body, status_code=status, headers={"Retry-After": str(retry_after)} if retry_after else None)


def _understood(body: dict[str, Any]) -> tuple[Timespan, list[str]]:
    try:
        start, end = (_instant(body[name]) for name in ("timeMin", "timeMax"))
        names = [str(item["id"]) for item in body["items"]]
    except (KeyError, TypeError) as error:
        raise BadQueryError("required", f"Missing {error} parameter.") from error
    if start >= end:
        raise BadQueryError("timeRangeEmpty", "The specified time range is empty.")
    if end - start > LONGEST:
        raise BadQueryError("timeRangeTooLong", "The requested time range is too long.")
    if len(names) > MOST_CALENDARS:
        raise BadQueryError("tooManyCalendarsRequested", "Too many calendars.")
    return Timespan(start, end), names


def _instant(text: str) -> datetime:
    read = datetime.fromisoformat(text)
    if read.tzinfo is None:
        raise BadQueryError("badRequest", "Bad Request")
    return read


def _stamp(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _spoiled(answer: dict[str, Any], fault: GoogleFault | None) -> Response:
    """Return a good answer as the fault leaves it."""
    match fault.kind if fault else None:
        case GoogleFaultKind.CALENDAR_ERROR if fault:
            trouble = {"errors": [{"domain": "global", "reason": fault.reason}], "busy": []}
            return JSONResponse({**answer, "calendars": dict.fromkeys(answer["calendars"], trouble)})
        case GoogleFaultKind.CALENDAR_MISSING:
            return JSONResponse({**answer, "calendars": {}})
        case GoogleFaultKind.SHORTENED:
            middle = datetime.fromisoformat(answer["timeMin"]) + timedelta(days=1)
            return JSONResponse({**answer, "timeMax": _stamp(middle)})
        case GoogleFaultKind.TIMEOUT if fault:
            return late(JSONResponse(answer), seconds=fault.seconds)
        case GoogleFaultKind.DROPPED:
            return cut_off(JSONResponse(answer), kept=0)
        case GoogleFaultKind.TRUNCATED:
            whole = JSONResponse(answer)
            return cut_off(whole, kept=len(whole.body) // 2)
    return JSONResponse(answer)


_ERRORS: Final[dict[GoogleFaultKind, Callable[[GoogleFault], Response]]] = {
    GoogleFaultKind.THROTTLED: lambda fault: google_error(
        429, "rateLimitExceeded", "Rate Limit Exceeded", retry_after=fault.retry_after
    ),
    GoogleFaultKind.RATE_LIMITED: lambda _: google_error(403, "userRateLimitExceeded", "User Rate Limit Exceeded"),
    GoogleFaultKind.UNAUTHORIZED: lambda _: google_error(401, "authError", "Invalid Credentials"),
    GoogleFaultKind.FORBIDDEN: lambda _: google_error(403, "insufficientPermissions", "Insufficient Permission"),
    GoogleFaultKind.NOT_FOUND: lambda _: google_error(404, "notFound", "Not Found"),
    GoogleFaultKind.SERVER_ERROR: lambda fault: google_error(fault.status, "backendError", "Backend Error"),
    GoogleFaultKind.RANGE_TOO_LONG: lambda _: google_error(
        400, "timeRangeTooLong", "The requested time range is too long."
    ),
    GoogleFaultKind.NOT_JSON: lambda _: Response("<html><body>Error 500</body></html>", media_type="text/html"),
}
