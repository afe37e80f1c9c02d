"""The page itself, its styles and script, what one person sees as JSON, and notices that something changed."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

import jinja2
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from sekimori.core.ids import UserId
from sekimori.sim import world
from sekimori.sim.broadcast import Broadcast
from sekimori.sim.page.view import PageView
from sekimori.sim.page.wording import WORDS
from sekimori.sim.technique import Technique
from sekimori.sim.world import MemberKind, World

FIRST: Final = (
    "secret_guessed",
    "client_secret_added",
    "certificate_added",
    "federated_credential_added",
    "service_principal_added",
    "permission_requested",
    "permission_granted",
    "stolen_credential_sign_in",
    "unrecorded_graph_call",
    "calendars_harvested",
    "conditional_access_removed",
    "log_export_deleted",
)
"""The path of an attack on the bot: in, staying in, reaching further, using it, going dark. The page shows it first."""

HERE: Final = Path(__file__).parent
# Nothing but the page's own files, and never inside another page.
POLICY: Final = "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"


class Page:
    """Serves the page at ``/``."""

    def __init__(
        self, *, view: PageView, world_: World, techniques: dict[str, Technique], broadcast: Broadcast
    ) -> None:
        self._view = view
        self._world = world_
        self._techniques = techniques
        self._broadcast = broadcast
        loader = jinja2.FileSystemLoader(HERE / "templates")
        self._templates = jinja2.Environment(loader=loader, autoescape=True, undefined=jinja2.StrictUndefined)

    def routes(self) -> list[BaseRoute]:
        """Return the routes of the page."""
        return [
            Route("/", self._page),
            Route("/sim/state", self._state),
            Route("/sim/stream", self._stream),
            Mount("/static", StaticFiles(directory=HERE / "static")),
        ]

    async def _page(self, request: Request) -> Response:
        language = "en" if request.query_params.get("lang") == "en" else "ja"
        story = self._story()
        html = self._templates.get_template("page.html.j2").render(
            language=language,
            words=WORDS[language],
            people=[self._person(user, language) for user in self._people()],
            first=[_technique(each, language) for each in story if each.id in FIRST],
            others=[_technique(each, language) for each in story if each.attack and each.id not in FIRST],
            benign=[_technique(each, language) for each in story if not each.attack],
            bot={"id": world.BOT_USER, "name": self._world.members[world.BOT_USER].name},
        )
        return HTMLResponse(html, headers={"Content-Security-Policy": POLICY, "Referrer-Policy": "no-referrer"})

    async def _state(self, request: Request) -> Response:
        viewer = UserId(request.query_params.get("as", ""))
        if viewer not in self._people():
            return JSONResponse({"ok": False, "error": "nobody of that id"}, status_code=404)
        return JSONResponse(self._view.for_viewer(viewer), headers={"Cache-Control": "no-store"})

    async def _stream(self, _: Request) -> Response:
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return StreamingResponse(self._notices(), media_type="text/event-stream", headers=headers)

    async def _notices(self) -> AsyncIterator[str]:
        yield "retry: 500\n\n"
        async for notice in self._broadcast.listen():
            yield f"data: {notice}\n\n"

    def _story(self) -> list[Technique]:
        """Return the techniques: those of the usual path in its order, the others by their ATT&CK ids."""
        order = {id_: place for place, id_ in enumerate(FIRST)}
        return sorted(self._techniques.values(), key=lambda each: (order.get(each.id, len(order)), each.attack))

    def _people(self) -> list[UserId]:
        everybody = frozenset[UserId]().union(*(channel.members for channel in self._world.channels.values()))
        people = self._world.members.values()
        return [member.id for member in people if member.id in everybody and member.kind is MemberKind.PERSON]

    def _person(self, user: UserId, language: str) -> dict[str, Any]:
        member = self._world.members[user]
        company = self._world.workspaces[member.team].name
        return {"id": user, "name": member.name, "company": company, "role": member.role[language]}


def _technique(technique: Technique, language: str) -> dict[str, Any]:
    return {
        "id": technique.id,
        "title": technique.title[language],
        "story": technique.story[language],
        "attack": technique.attack,
    }
