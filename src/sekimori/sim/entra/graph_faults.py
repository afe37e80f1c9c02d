"""What a fault makes of Graph's answer."""

import json
from collections.abc import Callable
from typing import Any, Final

from starlette.responses import JSONResponse, Response

from sekimori.sim.broken import CutOffResponse
from sekimori.sim.entra.errors import graph_error
from sekimori.sim.entra.schedule import person_error
from sekimori.sim.faults import GraphFault, GraphFaultKind


def response_of(fault: GraphFault) -> Response | None:
    """Return the error that a fault answers at once, or None where the call goes on."""
    match fault.kind:
        case GraphFaultKind.THROTTLED:
            words = "Application is over its MailboxConcurrency limit."
            return graph_error(429, "ApplicationThrottled", words, Retry_After=str(fault.retry_after))
        case GraphFaultKind.UNAUTHORIZED:
            words = "Continuous access evaluation resulted in challenge."
            return graph_error(
                401, "InvalidAuthenticationToken", words, WWW_Authenticate='Bearer error="invalid_token"'
            )
        case GraphFaultKind.FORBIDDEN:
            return graph_error(403, "ErrorAccessDenied", "Access to OData is disabled.")
        case GraphFaultKind.NOT_FOUND:
            return graph_error(404, "MailboxNotEnabledForRESTAPI", "The mailbox is either inactive or soft-deleted.")
        case GraphFaultKind.SERVER_ERROR:
            return graph_error(fault.status, "UnknownError", "")
        case GraphFaultKind.NOT_JSON:
            return Response("<html><body>Our services aren't available right now</body></html>", media_type="text/html")
    return None


def spoiled(response: Response, fault: GraphFault) -> Response:
    """Return a good answer as the fault leaves it; an error answer stays as it is."""
    if response.status_code != 200 or fault.kind not in {*_SPOIL, GraphFaultKind.TRUNCATED, GraphFaultKind.DROPPED}:
        return response
    if fault.kind in _SPOIL:
        body = json.loads(bytes(response.body))
        if "value" not in body:
            return response
        return JSONResponse({**body, "value": _SPOIL[fault.kind](body["value"], fault)})
    cut = CutOffResponse(bytes(response.body), media_type="application/json")
    cut.kept = len(response.body) // 2 if fault.kind is GraphFaultKind.TRUNCATED else 0
    return cut


def _hits(schedule: dict[str, Any], fault: GraphFault) -> bool:
    return fault.mailbox is None or schedule["scheduleId"].lower() == fault.mailbox.lower()


def _each(change: Callable[[dict[str, Any], GraphFault], dict[str, Any]]) -> "_Spoiler":
    return lambda value, fault: [change(entry, fault) if _hits(entry, fault) else entry for entry in value]


def _unknown_status(entry: dict[str, Any], _: GraphFault) -> dict[str, Any]:
    items = [{**item, "status": "hybrid"} for item in entry["scheduleItems"] or []]
    return {**entry, "scheduleItems": items}


_Spoiler = Callable[[list[dict[str, Any]], GraphFault], list[dict[str, Any]]]
_SPOIL: Final[dict[GraphFaultKind, _Spoiler]] = {
    GraphFaultKind.PERSON_ERROR: _each(lambda entry, fault: person_error(entry["scheduleId"], fault.code)),
    GraphFaultKind.PERSON_MISSING: lambda value, fault: [entry for entry in value if not _hits(entry, fault)],
    GraphFaultKind.NULL_ITEMS: _each(lambda entry, _: {**entry, "scheduleItems": None}),
    GraphFaultKind.UNKNOWN_STATUS: _each(_unknown_status),
}
