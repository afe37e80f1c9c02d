"""From a Slack event to the desk and back."""

import re
from collections.abc import Mapping
from time import perf_counter
from typing import Any, Final, assert_never

import structlog

from sekimori.core.confidential import Personal
from sekimori.core.ids import ChannelId, UserId
from sekimori.desk.domain.ask import Asked, Asking, Desk, NotRecorded, Refused, Reply, Shown
from sekimori.desk.domain.asker import Actor, Doubt, Place, Setting, Unconfirmed
from sekimori.desk.domain.policy import Language
from sekimori.desk.slack.actor import Actors
from sekimori.desk.slack.replies import Replies, Spot
from sekimori.desk.slack.week import pages
from sekimori.desk.slack.wording import WORDINGS, Wording

_log = structlog.get_logger(__name__)
_MENTION: Final = re.compile(r"<@([UW][A-Z0-9]+)(?:\|[^>]*)?>")


class Questions:
    """Takes questions that somebody typed, and sees that each gets one reply."""

    def __init__(self, *, desk: Desk, actors: Actors, replies: Replies, language: Language) -> None:
        self._desk = desk
        self._actors = actors
        self._replies = replies
        self._language = language

    async def take(self, payload: Mapping[str, Any]) -> None:
        """Answer one event; messages of bots, our own above all, are passed over in silence."""
        started = perf_counter()
        actor = await self._actors.of(payload)
        spot = spot_of(payload, actor)
        if spot is None or (isinstance(actor, Unconfirmed) and actor.doubt is Doubt.BOT):
            _log.info("question.passed_over")
            return
        try:
            reply = await self._desk.ask(Asking(actor=actor, place=spot.place, text=typed(payload)))
        except Exception:
            await self._replies.say(WORDINGS[self._language].failed, spot)
            raise
        await self._give(reply, spot)
        _log.info("question.answered", result=type(reply).__name__.lower(), ms=round((perf_counter() - started) * 1000))

    async def _give(self, reply: Reply, spot: Spot) -> None:
        match reply:
            case Shown():
                await self._replies.show(pages(reply), reply.allow.standing.partner.answer_in, spot)
            case Refused():
                await self._replies.say(WORDINGS[reply.language].refused, spot)
            case Asked():
                await self._replies.say(_asked(reply, WORDINGS[reply.language]), spot)
            case NotRecorded():
                await self._replies.say(WORDINGS[reply.language].not_recorded, spot)
            case _:
                assert_never(reply)


def spot_of(payload: Mapping[str, Any], actor: Actor | Unconfirmed) -> Spot | None:
    """Say where an event's question was asked; None where nobody could be answered there."""
    event = payload.get("event")
    if not isinstance(event, dict) or actor.user is None:
        return None
    channel, ts = event.get("channel"), event.get("ts")
    if not isinstance(channel, str) or not isinstance(ts, str):
        return None
    thread = event.get("thread_ts")
    setting = Setting.DIRECT if event.get("channel_type") == "im" else Setting.CHANNEL
    return Spot(
        place=Place(channel=ChannelId(channel), setting=setting),
        user=UserId(actor.user),
        thread=thread if isinstance(thread, str) else ts,
        in_thread=isinstance(thread, str),
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


def _asked(reply: Asked, wording: Wording) -> str:
    candidates = wording.candidates.format(candidates=" / ".join(reply.candidates)) if reply.candidates else ""
    return "\n".join(line for line in (wording.unclear[reply.reason], candidates, wording.example) if line)
