"""Collisions in the modal: looked for at a press, or held against times that were typed or pasted."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, assert_never

import msgspec
import structlog
from slack_sdk.web.async_client import AsyncWebClient

from sekimori.core.clock import Clock
from sekimori.core.confidential import Personal
from sekimori.desk.domain.ask import Asked, Asking, Desk, NotRecorded, Offered, Options, Refused, Reply, Shown
from sekimori.desk.domain.asker import Actor, Unconfirmed
from sekimori.desk.domain.coordinate import Coordinator
from sekimori.desk.domain.coordinated import (
    CollisionsShown,
    Coordinated,
    NotConnected,
    NothingRead,
    PastedShown,
    TogetherShown,
)
from sekimori.desk.domain.policy import Language, Surface
from sekimori.desk.slack import collision_views, views
from sekimori.desk.slack.actor import Actors
from sekimori.desk.slack.filling import Filling, Modals, showing
from sekimori.desk.slack.form_wording import FORM_WORDINGS
from sekimori.desk.slack.interaction import Press, place_of, pressed
from sekimori.desk.slack.losses import outcomes_of
from sekimori.desk.slack.opening import Opening
from sekimori.desk.slack.overlay_blocks import overlay_list
from sekimori.desk.slack.overlay_lines import OverlayShown, unread_lines
from sekimori.desk.slack.overlay_page import overlay_pages
from sekimori.desk.slack.overlay_wording import OVERLAY_WORDINGS
from sekimori.desk.slack.replies import delivering
from sekimori.desk.slack.schedule import OPEN_FOR
from sekimori.desk.slack.slips import Slip, new_slip, read_slip
from sekimori.desk.slack.unrecorded import cause_of
from sekimori.desk.slack.wording import WORDINGS

_log = structlog.get_logger(__name__)
_Answering = Callable[[Asking], Awaitable[Reply | Coordinated]]


class CollisionModal:
    """Works the collisions' part of the modal off: every press is confirmed, decided and recorded anew."""

    def __init__(
        self,
        *,
        desk: Desk,
        coordinator: Coordinator,
        actors: Actors,
        client: AsyncWebClient,
        opening: Opening,
        language: Language,
        clock: Clock,
    ) -> None:
        self._desk = desk
        self._coordinator = coordinator
        self._actors = actors
        self._opening = opening
        self._modals = Modals(client=client, desk=desk, language=language)
        self._language = language
        self._clock = clock

    async def look(self, payload: Mapping[str, Any]) -> None:
        """Look for collisions of the week that the modal shows."""
        press = pressed(payload)
        if press is None or press.view is None:
            return
        actor, slip = await self._actors.of(payload), self._slip_of(press)
        with delivering():
            content = await self._answered(actor, slip, Personal(""), self._coordinator.collisions)
            await self._modals.fill(press.view, press.view_hash, content)

    async def compare(self, payload: Mapping[str, Any]) -> None:
        """Hold the times that were submitted against our calendar."""
        press = pressed(payload)
        if press is None or press.view is None:
            return
        text = Personal(press.chosen.get(collision_views.TIMES, ""))
        actor, slip = await self._actors.of(payload), self._slip(press.metadata)
        with delivering():
            content = await self._answered(actor, slip, text, self._coordinator.compare)
            await self._modals.fill(press.view, None, content)

    async def paste(self, payload: Mapping[str, Any]) -> None:
        """Ask for times: in the modal where there is one, or else in a new one."""
        press = pressed(payload)
        if press is None:
            return
        with delivering():
            if press.view is not None:
                actor, slip = await self._actors.of(payload), self._slip_of(press)
                await self._modals.fill(press.view, press.view_hash, showing(await self._form(actor, slip)))
            elif press.place is not None:
                await self._opened(payload, press)

    async def _opened(self, payload: Mapping[str, Any], press: Press) -> None:
        opened = await self._opening.open(payload, press)
        if opened is None:
            return
        (view, actor), old = opened, self._slip(press.value)
        if old is not None and press.place is not None:
            old = msgspec.structs.replace(old, expires=self._fresh(old).expires, channel=press.place.channel)
        await self._modals.fill(view, None, showing(await self._form(actor, old)))

    def _fresh(self, slip: Slip) -> Slip:
        return new_slip(slip.request, self._clock(), good_for=OPEN_FOR)

    async def _form(self, actor: Actor | Unconfirmed, slip: Slip | None) -> views.View:
        place = place_of(slip.channel) if slip else None
        if slip is None or place is None or slip.choice is None:
            return self._expired()
        options = await self._desk.options(actor, place)
        if isinstance(options, Options):
            return collision_views.form(slip, options.standing.partner.language)
        return _refusal(options)

    async def _answered(
        self, actor: Actor | Unconfirmed, slip: Slip | None, text: Personal[str], answering: _Answering
    ) -> Filling:
        place = place_of(slip.channel) if slip else None
        if slip is None or place is None or slip.choice is None:
            return showing(self._expired())
        asking = Asking(actor=actor, place=place, text=text, choice=slip.choice, surface=Surface.MODAL)
        try:
            reply = await answering(asking)
        except Exception as error:  # noqa: BLE001 - the modal would wait for ever
            _log.error("modal.failed", error=type(error).__name__)
            return showing(views.sentence(WORDINGS[self._language].failed, self._language, slip))
        if isinstance(reply, NotRecorded):
            _log.error("modal.not_recorded", **cause_of(reply))
        else:
            _log.info("modal.answered", result=type(reply).__name__.lower())
        return showing(self._said(reply, slip), records=outcomes_of(reply))

    def _said(self, reply: Reply | Coordinated, slip: Slip) -> views.View:
        match reply:
            case TogetherShown() | CollisionsShown() | PastedShown():
                return collision_views.found(_laid_out(reply), slip, reply.overlay.standing.partner.language)
            case NotConnected(allow=allow):
                language = allow.standing.partner.language
                name = WORDINGS[language].name(allow.person)
                return collision_views.form(slip, language, OVERLAY_WORDINGS[language].type_times.format(name=name))
            case NothingRead(language=language):
                remark = "\n".join((OVERLAY_WORDINGS[language].nothing_read, *unread_lines(reply)))
                return collision_views.form(slip, language, remark)
            case Asked(language=language, reason=reason):
                return views.sentence(WORDINGS[language].unclear[reason], language, slip)
            case Refused() | NotRecorded():
                return _refusal(reply, slip)
            case Shown() | Offered():  # the desk's own answers, which are not asked for here
                return self._expired()
            case _:
                assert_never(reply)

    def _slip_of(self, press: Press) -> Slip | None:
        return self._slip(press.value) if self._slip(press.metadata) else None

    def _slip(self, text: object) -> Slip | None:
        return read_slip(text, self._clock())

    def _expired(self) -> views.View:
        return views.sentence(FORM_WORDINGS[self._language].expired, self._language)


def _laid_out(shown: OverlayShown) -> list[dict[str, Any]]:
    return [block for page in overlay_pages(shown) for block in overlay_list(page)]


def _refusal(reply: Refused | NotRecorded, slip: Slip | None = None) -> views.View:
    wording = WORDINGS[reply.language]
    text = wording.refused if isinstance(reply, Refused) else wording.not_recorded
    return views.sentence(text, reply.language, slip)
