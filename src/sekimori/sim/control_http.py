"""The control over HTTP, under ``/sim/``: for the page, and for tests that run the simulator as its own process."""

import json
from collections.abc import Awaitable, Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from sekimori.sim.control import Control, UnknownTechniqueError
from sekimori.sim.faults import fault_from_json
from sekimori.sim.slack.elements import NotAllowedError
from sekimori.sim.slack.payloads import DeliveredIn

Body = dict[str, Any]


class ControlRoutes:
    """Maps ``/sim/…`` to the control's methods; a wrong call is 400, something not there 404."""

    def __init__(self, control: Control) -> None:
        self._control = control

    def routes(self) -> list[Route]:
        """Return the routes under ``/sim/``."""
        return [
            self._posted("/sim/say", self._say),
            self._posted("/sim/press", self._press),
            self._posted("/sim/press-view", self._press_view),
            self._posted("/sim/close-view", self._close_view),
            self._posted("/sim/submit", self._submit),
            self._posted("/sim/command", self._command),
            self._posted("/sim/open-home", self._open_home),
            self._posted("/sim/press-home", self._press_home),
            self._posted("/sim/techniques/{id}", self._detonate),
            self._posted("/sim/faults/{target}", self._fault),
            self._posted("/sim/events-url", self._events_url),
            Route("/sim/faults", self._clear_faults, methods=["DELETE"]),
            Route("/sim/records", self._records),
        ]

    def _posted(self, path: str, act: Callable[[Request, Body], Awaitable[Body]]) -> Route:
        async def handle(request: Request) -> Response:
            # A page of another site can post a form or plain text across origins, but not JSON.
            if request.headers.get("content-type", "").partition(";")[0] != "application/json":
                return _problem(415, "send application/json")
            try:
                body = json.loads(await request.body() or b"{}")
                return JSONResponse(await act(request, body))
            except UnknownTechniqueError as error:
                return _problem(404, str(error))
            except NotAllowedError as error:
                return _problem(403, str(error))
            except (KeyError, TypeError, ValueError) as error:
                return _problem(400, f"{type(error).__name__}: {error}")

        return Route(path, handle, methods=["POST"])

    async def _say(self, _: Request, body: Body) -> Body:
        said = await self._control.say(
            body["user"],
            body["channel"],
            body["text"],
            thread_ts=body.get("thread_ts"),
            delivered_in=DeliveredIn(body.get("delivered_in", DeliveredIn.HOME)),
        )
        return {"ts": said.message.ts, "statuses": [attempt.status for attempt in said.attempts]}

    async def _press(self, _: Request, body: Body) -> Body:
        attempt = await self._control.press(body["user"], body["ts"], body["action_id"], value=body.get("value"))
        return {"status": attempt.status}

    async def _press_view(self, _: Request, body: Body) -> Body:
        attempt = await self._control.press_view(body["user"], body["action_id"], value=body.get("value"))
        return {"status": attempt.status}

    async def _close_view(self, _: Request, body: Body) -> Body:
        self._control.close_view(body["user"])
        return {"ok": True}

    async def _submit(self, _: Request, body: Body) -> Body:
        attempt = await self._control.submit(body["user"], body.get("values", {}))
        return {"status": attempt.status}

    async def _command(self, _: Request, body: Body) -> Body:
        attempt = await self._control.command(body["user"], body["channel"], body["command"], body.get("text", ""))
        return {"status": attempt.status}

    async def _open_home(self, _: Request, body: Body) -> Body:
        return {"status": (await self._control.open_home(body["user"])).status}

    async def _press_home(self, _: Request, body: Body) -> Body:
        attempt = await self._control.press_home(body["user"], body["action_id"], value=body.get("value"))
        return {"status": attempt.status}

    async def _detonate(self, request: Request, _: Body) -> Body:
        done = await self._control.detonate(request.path_params["id"])
        return {"id": done.technique.id, "records": list(done.records)}

    async def _fault(self, request: Request, body: Body) -> Body:
        self._control.fault(fault_from_json(request.path_params["target"], body))
        return {"ok": True}

    async def _events_url(self, _: Request, body: Body) -> Body:
        self._control.events_url = body["url"]
        return {"ok": True}

    async def _clear_faults(self, _: Request) -> Response:
        self._control.clear_faults()
        return JSONResponse({"ok": True})

    async def _records(self, request: Request) -> Response:
        after = int(request.query_params.get("after", "0"))
        return JSONResponse(self._control.records[after:])


def _problem(status: int, words: str) -> JSONResponse:
    return JSONResponse({"ok": False, "error": words}, status_code=status)
