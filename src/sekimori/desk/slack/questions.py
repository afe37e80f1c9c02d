"""From a Slack event to the desk and back."""

import re
from collections.abc import Mapping
from time import perf_counter
from typing import Any, Final, assert_never

import structlog
from msgspec.structs import replace

from sekimori.core.clock import Clock
from sekimori.core.confidential import Personal
from sekimori.core.ids import ChannelId, UserId
from sekimori.desk.domain.ask import Asked, Asking, Desk, NotRecorded, Offered, Refused, Reply, Shown
from sekimori.desk.domain.asker import Actor, Doubt, Place, Setting, Unconfirmed
from sekimori.desk.domain.coordinate import Coordinator
from sekimori.desk.domain.coordinated import (
    CollisionsShown,
    Coordinated,
    NotConnected,
    NothingRead,
    PastedShown,
    TogetherShown,
)
from sekimori.desk.domain.policy import Language
from sekimori.desk.slack import blocks
from sekimori.desk.slack.actor import Actors
from sekimori.desk.slack.buttons import open_button, person_buttons, phrase_buttons, row
from sekimori.desk.slack.collision_views import paste_button
from sekimori.desk.slack.form_wording import FORM_WORDINGS
from sekimori.desk.slack.gate import request_of
from sekimori.desk.slack.interaction import pressed
from sekimori.desk.slack.losses import outcomes_of, record_loss
from sekimori.desk.slack.overlay_lines import not_connected
from sekimori.desk.slack.overlay_page import overlay_pages
from sekimori.desk.slack.overlay_wording import OVERLAY_WORDINGS
from sekimori.desk.slack.replies import Delivery, Replies, Spot
from sekimori.desk.slack.slips import Slip, end_of_day, new_slip, read_slip
from sekimori.desk.slack.unrecorded import cause_of
from sekimori.desk.slack.week import pages
from sekimori.desk.slack.wording import WORDINGS

_log = structlog.get_logger(__name__)
_MENTION: Final = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")


class Questions:
    """Takes questions that somebody typed or tapped, and sees that each gets one reply."""

    def __init__(
        self,
        *,
        desk: Desk,
        coordinator: Coordinator,
        actors: Actors,
        replies: Replies,
        language: Language,
        clock: Clock,
    ) -> None:
        self._desk = desk
        self._coordinator = coordinator
        self._actors = actors
        self._replies = replies
        self._language = language
        self._clock = clock

    async def take(self, payload: Mapping[str, Any]) -> None:
        """Answer one event; messages of bots, our own above all, are passed over in silence."""
        actor = await self._actors.of(payload)
        spot = spot_of(payload, actor)
        if spot is None or (isinstance(actor, Unconfirmed) and actor.doubt is Doubt.BOT):
            _log.info("question.passed_over")
            return
        text = typed(payload)
        await self._answer(Asking(actor=actor, place=spot.place, text=text), spot)

    async def tap(self, payload: Mapping[str, Any]) -> None:
        """Answer one of the questions that were offered as buttons; it is decided like any other."""
        press = pressed(payload)
        actor = await self._actors.of(payload)
        if press is None or press.place is None or actor.user is None:
            _log.info("question.passed_over")
            return
        slip = read_slip(press.value, self._clock())
        thread = (slip.thread if slip else None) or press.thread
        spot = Spot(
            place=press.place,
            user=actor.user,
            thread=thread or "",
            in_thread=press.in_thread,
            request=request_of(payload),
        )
        if slip is None or (slip.phrase is None and slip.choice is None):
            await self._replies.say(FORM_WORDINGS[self._language].expired, spot)
            return
        asking = Asking(actor=actor, place=press.place, text=Personal(slip.phrase or ""), choice=slip.choice)
        await self._answer(asking, spot)

    async def _answer(self, asking: Asking, spot: Spot) -> None:
        started = perf_counter()
        try:
            reply = await self._coordinator.ask(asking)
        except Exception:
            await self._replies.say(WORDINGS[self._language].failed, spot)
            raise
        delivery = await self._give(reply, asking, spot)
        ended = {"result": type(reply).__name__.lower(), "ms": round((perf_counter() - started) * 1000)}
        if isinstance(reply, NotRecorded):
            _log.error("question.not_recorded", **cause_of(reply), **ended)
        elif delivery is Delivery.REFUSED:
            _log.error("question.not_delivered", **ended)
            await record_loss(self._desk, outcomes_of(reply))
            await self._replies.say(WORDINGS[self._language].failed, spot)
        else:
            _log.info("question.answered", **ended)

    async def _give(self, reply: Reply | Coordinated, asking: Asking, spot: Spot) -> Delivery:
        slip = new_slip(spot.request, self._clock())
        match reply:
            case Shown():
                foot = row([open_button(slip, reply.allow.standing.partner.language)])
                return await self._replies.show(pages(reply), reply.allow.standing.partner.answer_in, spot, foot)
            case Offered():
                foot = row([open_button(slip.choosing(reply.choice), reply.allow.standing.partner.language)])
                return await self._replies.say(_offered(reply), spot, foot)
            case TogetherShown() | CollisionsShown() | PastedShown():
                partner = reply.overlay.standing.partner
                foot = row([open_button(slip, partner.language)])
                return await self._replies.show(overlay_pages(reply), partner.answer_in, spot, foot)
            case NotConnected():
                foot = row([paste_button(slip.choosing(reply.choice), reply.allow.standing.partner.language)])
                return await self._replies.say(not_connected(reply), spot, foot)
            case NothingRead():
                return await self._replies.say(OVERLAY_WORDINGS[reply.language].nothing_read, spot)
            case Refused():
                return await self._replies.say(
                    WORDINGS[reply.language].refused, spot, row([open_button(slip, reply.language)])
                )
            case Asked():
                return await self._replies.say(_asked(reply, asking), spot, self._alternatives(reply, slip, spot))
            case NotRecorded():
                return await self._replies.say(WORDINGS[reply.language].not_recorded, spot)
            case _:
                assert_never(reply)

    def _alternatives(self, reply: Asked, slip: Slip, spot: Spot) -> list[blocks.Block]:
        """Offer what may have been meant. A phrase such as "next week" means another week tomorrow: it ends today."""
        tonight = replace(slip, expires=end_of_day(self._clock(), self._desk.zone), thread=spot.thread)
        if reply.choices:
            taps = person_buttons(reply.choices, tonight, reply.language)
        else:
            taps = phrase_buttons(reply.candidates, tonight)
        return [*row(taps), *row([open_button(slip, reply.language)])]


def spot_of(payload: Mapping[str, Any], actor: Actor | Unconfirmed) -> Spot | None:
    """Say where an event's question was asked; None where nobody could be answered there."""
    event = payload.get("event")
    if not isinstance(event, dict) or actor.user is None:
        return None
    channel, ts = event.get("channel"), event.get("ts")
    if not isinstance(channel, str) or not isinstance(ts, str):
        return None
    thread = event.get("thread_ts")
    direct = event.get("channel_type") == "im" and channel.startswith("D")
    return Spot(
        place=Place(channel=ChannelId(channel), setting=Setting.DIRECT if direct else Setting.CHANNEL),
        user=UserId(actor.user),
        thread=thread if isinstance(thread, str) else ts,
        in_thread=isinstance(thread, str),
        request=request_of(payload),
    )


def typed(payload: Mapping[str, Any]) -> Personal[str]:
    """Return the words of an event, without the mention of ourselves and without Slack's escapes.

    A mention of somebody else stays, in the form ``<@U...>``: it may be whose time is asked.
    """
    event = payload.get("event")
    text = event.get("text") if isinstance(event, dict) else None
    own = _own_user(payload)

    def kept(match: re.Match[str]) -> str:
        return " " if match[1] == own else f"<@{match[1]}>"

    words = _MENTION.sub(kept, text if isinstance(text, str) else "")
    return Personal(words.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&"))


def _own_user(payload: Mapping[str, Any]) -> str | None:
    authorizations = payload.get("authorizations")
    first = authorizations[0] if isinstance(authorizations, list) and authorizations else None
    return first.get("user_id") if isinstance(first, dict) else None


def _asked(reply: Asked, asking: Asking) -> str:
    wording = WORDINGS[reply.language]
    if not asking.text.reveal().strip() and asking.choice is None:
        return FORM_WORDINGS[reply.language].start
    candidates = wording.candidates.format(candidates=" / ".join(reply.candidates)) if reply.candidates else ""
    return "\n".join(line for line in (wording.unclear[reply.reason], candidates, wording.example) if line)


def _offered(reply: Offered) -> str:
    language = reply.allow.standing.partner.language
    wording, choice = WORDINGS[language], reply.choice
    title = wording.title.format(name=wording.name(reply.allow.person), days=wording.days(choice.first, choice.last))
    return FORM_WORDINGS[language].offered.format(title=title)
