"""The logs for whoever asks instead of waiting: Graph's ``auditLogs`` and Datadog's log search, page by page."""

import json
import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

READS_LOGS: Final = "AuditLog.Read.All"
AUDITS: Final = "/v1.0/auditLogs/directoryAudits"
SIGN_INS: Final = "/beta/auditLogs/signIns"
SEARCH: Final = "/api/v2/logs/events/search"
_FROM: Final = re.compile(r"(?:activity|created)DateTime ge (\S+)")
_KINDS: Final = {"ServicePrincipalSignInLogs": "servicePrincipal", "ManagedIdentitySignInLogs": "managedIdentity"}

LogRecord = dict[str, Any]


class AskedLogs:
    """Gives out diagnostic records in each API's own shape.

    Attributes:
        page: how many records one answer holds at most, whatever was asked for.
        refusals: what the next requests are answered instead.
    """

    def __init__(self, records: Callable[[], Sequence[LogRecord]], *, page: int = 1000) -> None:
        self.page = page
        self.refusals: list[Response] = []
        self._records = records

    def directory_audits(self, request: Request) -> Response:
        """Answer Graph's ``directoryAudits``."""
        return self._graph(request, AUDITS, [r for r in self._records() if r.get("category") == "AuditLogs"])

    def sign_ins(self, request: Request) -> Response:
        """Answer Graph's ``signIns``, beta: every kind whose event type the filter names."""
        asked = request.query_params.get("$filter", "")
        kinds = {
            category for category, kind in _KINDS.items() if f"'{kind}'" in asked or "$skiptoken" in str(request.url)
        }
        return self._graph(request, SIGN_INS, [r for r in self._records() if r.get("category") in kinds])

    def search_routes(self, *, api_key: str, application_key: str) -> list[Route]:
        """Return the route of Datadog's search."""

        async def search(request: Request) -> Response:
            if self.refusals:
                return self.refusals.pop(0)
            shown = request.headers.get("dd-api-key"), request.headers.get("dd-application-key")
            if shown != (api_key, application_key):
                return JSONResponse({"errors": ["Forbidden"]}, status_code=403)
            return self._search(json.loads(await request.body()))

        return [Route(SEARCH, search, methods=["POST"])]

    def _graph(self, request: Request, path: str, records: Sequence[LogRecord]) -> Response:
        if self.refusals:
            return self.refusals.pop(0)
        query = request.query_params
        first = int(query.get("$skiptoken", "0"))
        found = _FROM.search(query.get("$filter", ""))
        after = _instant(found[1]) if found else datetime.min.replace(tzinfo=UTC)
        values = sorted((v for v in map(_graph_value, records) if _when(v) >= after), key=_when)
        size = min(self.page, int(query.get("$top", self.page)))
        answer: dict[str, Any] = {
            "@odata.context": f"https://graph.microsoft.com{path}",
            "value": values[first : first + size],
        }
        if first + size < len(values):
            link = request.url.replace_query_params(**{**query, "$skiptoken": str(first + size)})
            answer["@odata.nextLink"] = str(link)
        return JSONResponse(answer)

    def _search(self, body: dict[str, Any]) -> Response:
        after, page = _instant(body["filter"]["from"]), body.get("page", {})
        first = int(page.get("cursor", "0"))
        events = sorted(
            (e for e in map(_datadog_event, self._records()) if _instant(e["attributes"]["timestamp"]) >= after),
            key=lambda event: str(event["attributes"]["timestamp"]),
        )
        size = min(self.page, page.get("limit", self.page))
        rest = {"page": {"after": str(first + size)}} if first + size < len(events) else {}
        return JSONResponse({"data": events[first : first + size], "meta": {"status": "done", **rest}})


def _graph_value(record: LogRecord) -> dict[str, Any]:
    kind = _KINDS.get(record["category"])
    properties: dict[str, Any] = record["properties"]
    return properties | ({"signInEventTypes": [kind]} if kind else {})


def _datadog_event(record: LogRecord) -> dict[str, Any]:
    value = _graph_value(record)
    attributes = record | {"evt": {"name": record.get("operationName"), "category": record.get("category")}}
    stamp = _when(value).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    inner = {"timestamp": stamp, "service": "azure", "attributes": attributes}
    return {"id": f"AQ-{value['id']}", "type": "log", "attributes": inner}


def _when(value: dict[str, Any]) -> datetime:
    return _instant(value.get("activityDateTime") or value["createdDateTime"])


def _instant(text: str) -> datetime:
    # seven fractional digits are one too many for datetime
    return datetime.fromisoformat(re.sub(r"(\.\d{6})\d+", r"\1", text))
