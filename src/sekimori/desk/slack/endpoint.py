"""The HTTP side of the Slack edge: one path, answered within milliseconds."""

from typing import Final

import structlog
from starlette.background import BackgroundTask
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from sekimori.core.errors import SekimoriError
from sekimori.desk.domain.policy import Language
from sekimori.desk.slack.acknowledgement import acknowledgement
from sekimori.desk.slack.gate import Challenge, Gate, Rejected
from sekimori.desk.slack.inbox import Worker

_log = structlog.get_logger(__name__)
LARGEST_BODY: Final = 1024 * 1024


class Endpoint:
    """Checks a request, keeps it, and only then acknowledges it."""

    def __init__(self, gate: Gate, worker: Worker, language: Language) -> None:
        self._gate = gate
        self._worker = worker
        self._language = language

    async def receive(self, request: Request) -> Response:
        """Answer one request of Slack's."""
        body = await _body(request)
        if body is None:
            return PlainTextResponse("", status_code=413)
        headers = {name.lower(): value for name, value in request.headers.items()}
        verdict = self._gate.check(headers, body)
        if isinstance(verdict, Rejected):
            _log.warning("request.rejected", reason=verdict.reason.value)
            return PlainTextResponse("", status_code=verdict.status, headers={"x-slack-no-retry": "1"})
        if isinstance(verdict, Challenge):
            return JSONResponse({"challenge": verdict.text})
        try:
            work = await self._worker.keep(verdict.key, verdict.payload)
        except SekimoriError as error:
            _log.error("request.not_kept", code=error.code)
            # Not kept, so not acknowledged: Slack will bring it again.
            return PlainTextResponse("", status_code=503)
        # The work begins when the acknowledgement is out: what it shows in a modal must not be overtaken by it.
        task = BackgroundTask(work) if work else None
        answer = acknowledgement(verdict.payload, self._language)
        return PlainTextResponse("", background=task) if answer is None else JSONResponse(answer, background=task)


async def _body(request: Request) -> bytes | None:
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > LARGEST_BODY:
                return None
    except ClientDisconnect:
        return None
    return bytes(body)
