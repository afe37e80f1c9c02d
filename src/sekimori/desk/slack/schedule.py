"""The 予定 modal: opened from a button, filled in, paged by week; what it shows stays in nobody's retention."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, Final

import msgspec
import structlog
from slack_sdk.web.async_client import AsyncWebClient

from sekimori.core.clock import Clock
from sekimori.core.ids import PersonId
from sekimori.desk.domain.ask import Asked, Asking, Desk, NotRecorded, Options, Refused, Reply, Shown
from sekimori.desk.domain.asker import Actor, Place, Unconfirmed
from sekimori.desk.domain.choice import Choice, monday_of, weeks_of
from sekimori.desk.domain.policy import Language, Surface
from sekimori.desk.slack import views
from sekimori.desk.slack.actor import Actors
from sekimori.desk.slack.blocks import list_page, table_page
from sekimori.desk.slack.filling import Filling, Modals, showing
from sekimori.desk.slack.form_wording import FORM_WORDINGS
from sekimori.desk.slack.interaction import Press, place_of, pressed
from sekimori.desk.slack.losses import outcomes_of
from sekimori.desk.slack.opening import Opening
from sekimori.desk.slack.replies import delivering
from sekimori.desk.slack.slips import Slip, new_slip, read_slip
from sekimori.desk.slack.unrecorded import cause_of
from sekimori.desk.slack.week import pages
from sekimori.desk.slack.wording import WORDINGS

_log = structlog.get_logger(__name__)
OPEN_FOR: Final = timedelta(hours=8)
_Content = Callable[[Actor | Unconfirmed, Slip | None], Awaitable[Filling]]


class ScheduleModal:
    """Works the modal off: every press is confirmed, decided and recorded as a question of its own."""

    def __init__(
        self,
        *,
        desk: Desk,
        actors: Actors,
        client: AsyncWebClient,
        opening: Opening,
        language: Language,
        clock: Clock,
        more: views.Labels,
    ) -> None:
        self._desk = desk
        self._actors = actors
        self._modals = Modals(client=client, desk=desk, language=language)
        self._opening = opening
        self._language = language
        self._clock = clock
        self._more = more

    async def open(self, payload: Mapping[str, Any]) -> None:
        """Open the modal for whoever pressed the button: on a choice at once, or else on the form."""
        press = pressed(payload)
        if press is None or press.place is None:
            return
        with delivering():
            opened = await self._opening.open(payload, press)
            if opened is not None:
                view, actor = opened
                await self._modals.fill(view, None, await self._opened(actor, press, press.place))

    async def submit(self, payload: Mapping[str, Any]) -> None:
        """Show what was chosen in the form."""
        press = pressed(payload)
        if press is None or press.view is None:
            return
        actor = await self._actors.of(payload)
        slip = self._slip(press.metadata)
        with delivering():
            await self._modals.fill(press.view, None, await self._content(actor, slip, _filled_in(press)))

    async def turn(self, payload: Mapping[str, Any]) -> None:
        """Show another week, or the same one anew."""
        await self._within(payload, self._turned)

    async def choose(self, payload: Mapping[str, Any]) -> None:
        """Go back to the form."""
        await self._within(payload, self._form)

    async def _within(self, payload: Mapping[str, Any], content: _Content) -> None:
        press = pressed(payload)
        if press is None or press.view is None:
            return
        actor = await self._actors.of(payload)
        slip = self._slip(press.value) if self._slip(press.metadata) else None
        with delivering():
            await self._modals.fill(press.view, press.view_hash, await content(actor, slip))

    async def _opened(self, actor: Actor | Unconfirmed, press: Press, place: Place) -> Filling:
        old = self._slip(press.value)
        if old is None:
            return showing(self._expired())
        fresh = new_slip(old.request, self._clock(), good_for=OPEN_FOR)
        slip = msgspec.structs.replace(fresh, channel=place.channel)
        return await (self._content(actor, slip, old.choice) if old.choice else self._form(actor, slip))

    async def _turned(self, actor: Actor | Unconfirmed, slip: Slip | None) -> Filling:
        return await self._content(actor, slip, slip.choice if slip else None)

    async def _form(self, actor: Actor | Unconfirmed, slip: Slip | None) -> Filling:
        place = place_of(slip.channel) if slip else None
        if slip is None or place is None:
            return showing(self._expired())
        options = await self._desk.options(actor, place)
        return showing(views.form(options, slip) if isinstance(options, Options) else _refusal(options))

    async def _content(self, actor: Actor | Unconfirmed, slip: Slip | None, wanted: Choice | None) -> Filling:
        """Answer a choice."""
        place = place_of(slip.channel) if slip else None
        if slip is None or place is None or wanted is None:
            return showing(self._expired())
        options = await self._desk.options(actor, place)
        if not isinstance(options, Options):
            return showing(_refusal(options))
        choice = _one_week(wanted, options)
        reply = await self._asked(Asking(actor=actor, place=place, choice=choice, surface=Surface.MODAL))
        return self._said(reply, options, slip.choosing(choice))

    async def _asked(self, asking: Asking) -> Reply | None:
        try:
            reply = await self._desk.ask(asking)
        except Exception as error:  # noqa: BLE001 - the modal would wait for ever
            _log.error("modal.failed", error=type(error).__name__)
            return None
        if isinstance(reply, NotRecorded):
            _log.error("modal.not_recorded", **cause_of(reply))
        else:
            _log.info("modal.answered", result=type(reply).__name__.lower())
        return reply

    def _said(self, reply: Reply | None, options: Options, slip: Slip) -> Filling:
        language = options.standing.partner.language
        match reply:
            case Shown():
                page = pages(reply)[0]
                # Slack: whether a modal takes a table is not documented.
                laid_out = (table_page(page), list_page(page))
                weeks = (views.week(made, reply.allow.person, options, slip, self._more) for made in laid_out)
                return showing(*weeks, records=outcomes_of(reply))
            case Refused() | NotRecorded():
                return showing(_refusal(reply, slip))
            case Asked():
                return showing(views.sentence(WORDINGS[language].unclear[reply.reason], language, slip))
            case _:
                return showing(views.sentence(WORDINGS[language].failed, language, slip))

    def _slip(self, text: object) -> Slip | None:
        return read_slip(text, self._clock())

    def _expired(self) -> views.View:
        return views.sentence(FORM_WORDINGS[self._language].expired, self._language)


def _filled_in(press: Press) -> Choice | None:
    """Read the form. What it holds is a wish: the person is decided on like any other."""
    try:
        monday = monday_of(date.fromisoformat(press.chosen.get(views.WEEK, "")))
        last = monday + timedelta(days=6)
    except (ValueError, OverflowError):
        return None
    person = press.chosen.get(views.PERSON)
    return Choice(person=PersonId(person), first=monday, last=last) if person else None


def _one_week(wanted: Choice, options: Options) -> Choice:
    """Cut a choice to the week it begins in, and to the person's horizon."""
    last = min(wanted.last, monday_of(wanted.first) + timedelta(days=6))
    person = next((person for person in options.people if person.person == wanted.person), None)
    if person is not None:
        last = max(wanted.first, min(last, weeks_of(person, options.at, options.zone).last))
    return replace(wanted, last=last)


def _refusal(reply: Refused | NotRecorded, slip: Slip | None = None) -> views.View:
    wording = WORDINGS[reply.language]
    text = wording.refused if isinstance(reply, Refused) else wording.not_recorded
    return views.sentence(text, reply.language, slip)
