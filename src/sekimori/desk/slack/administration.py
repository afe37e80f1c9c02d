"""Serves our own people in Slack: ``/sekimori``, and the app's home."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from sekimori.core.errors import SekimoriError
from sekimori.core.ids import PersonId
from sekimori.desk.domain.asker import Actor, Unconfirmed
from sekimori.desk.domain.disclosure import Precision
from sekimori.desk.domain.owners import Done, NotYours, Owners, Rights
from sekimori.desk.domain.policy import Language
from sekimori.desk.slack import blocks
from sekimori.desk.slack.actor import Actors
from sekimori.desk.slack.home import SERVICE, Found, empty_home, home, lookup_blocks, status
from sekimori.desk.slack.interaction import pressed
from sekimori.desk.slack.owner_wording import OWNER_WORDINGS
from sekimori.desk.slack.replies import QUIETLY, delivering, error_code

_log = structlog.get_logger(__name__)
_SLACKS_OWN: Final = "hooks.slack.com"
Blocks = list[blocks.Block]


class Administration:
    """Answers the owners of calendars and the administrators, and nobody else."""

    def __init__(
        self, *, owners: Owners, actors: Actors, client: AsyncWebClient, language: Language, zone: ZoneInfo
    ) -> None:
        self._owners = owners
        self._actors = actors
        self._client = client
        self._language = language
        self._words = OWNER_WORDINGS[language]
        self._zone = zone

    async def command(self, payload: Mapping[str, Any]) -> None:
        """Answer ``/sekimori``. Slack: only members of the workspace the app is installed in can use it."""
        actor = await self._actors.of(payload)
        with delivering():
            await self._answer(payload, actor, await self._guarded(lambda: self._commanded(payload, actor)))

    async def opened(self, payload: Mapping[str, Any]) -> None:
        """Show the home to whoever opened it; to somebody of another company, nothing at all."""
        actor = await self._actors.of(payload)
        if isinstance(actor, Unconfirmed):
            _log.info("home.passed_over", doubt=actor.doubt.value)
            return
        with delivering():
            await self._publish(actor)

    async def tapped(self, payload: Mapping[str, Any]) -> None:
        """Do what a button of the home says, for whoever presses it now, and show the home as it is then."""
        press, actor = pressed(payload), await self._actors.of(payload)
        if press is None or isinstance(actor, Unconfirmed):
            _log.info("home.passed_over")
            return
        verb = press.action.split(".")[1] if "." in press.action else ""
        subject, _, precision = (press.value or "").partition(" ")
        rights = self._owners.rights(actor)
        if isinstance(rights, Rights):
            said = await self._guarded(lambda: self._changed(rights, verb, _subject(subject), precision))
            _log.info("home.tapped", verb=verb, said=bool(said))
        with delivering():
            await self._publish(actor)

    async def _publish(self, actor: Actor) -> None:
        rights = self._owners.rights(actor)
        if isinstance(rights, NotYours):
            view = empty_home(self._language)
        else:
            state = await self._owners.state(rights)
            found: Found = {
                person.person: await self._owners.lookups(rights, person.person) for person in rights.people
            }
            view = home(state, found, self._language, self._zone)
        await self._client.views_publish(user_id=actor.user, view=view)

    async def _commanded(self, payload: Mapping[str, Any], actor: Actor | Unconfirmed) -> Blocks:
        rights = self._owners.rights(actor)
        if isinstance(rights, NotYours):
            _log.warning("command.refused")
            return blocks.say(self._words.refused)
        verb, _, rest = str(payload.get("text") or "").strip().partition(" ")
        people = _people_named(rights, rest.strip())
        if people is None:
            return blocks.say(self._words.nobody)
        match verb.casefold():
            case "status" | "":
                return status(await self._owners.state(rights), self._language)
            case "log":
                return await self._log_of(rights, [person for person in people if person is not None])
            case "pause" | "resume":
                said = [await self._changed(rights, verb.casefold(), person, "") for person in people]
                return said[-1] if said else blocks.say(self._words.nobody)
        return blocks.say(self._words.usage)

    async def _log_of(self, rights: Rights, people: Sequence[PersonId]) -> Blocks:
        wanted = people or [person.person for person in rights.people]
        lists = [lookup_blocks(await self._owners.lookups(rights, p), self._language, self._zone) for p in wanted]
        return [block for made in lists for block in made][: blocks.MOST_BLOCKS]

    async def _changed(self, rights: Rights, verb: str, person: PersonId | None, precision: str) -> Blocks:
        match verb:
            case "pause":
                done = await self._owners.pause(rights, person)
            case "resume":
                done = await self._owners.resume(rights, person)
            case "narrow" if person is not None and precision.upper() in Precision.__members__:
                done = await self._owners.narrow(rights, person, Precision[precision.upper()])
            case _:
                return blocks.say(self._words.usage)
        return blocks.say(self._words.done[verb] if isinstance(done, Done) else self._words.refused)

    async def _guarded(self, work: Callable[[], Awaitable[Blocks]]) -> Blocks:
        try:
            return await work()
        except SekimoriError as error:
            _log.error("command.failed", code=error.code)
            return blocks.say(self._words.failed)

    async def _answer(self, payload: Mapping[str, Any], actor: Actor | Unconfirmed, made: Blocks) -> None:
        """Answer the one who typed, where they typed it; in a direct message where that is not to be had any more."""
        text = self._words.usage
        url = str(payload.get("response_url") or "")
        if _trusted(url, self._client.base_url) and await self._responded(url, text, made):
            return
        if actor.user is None:
            return
        try:
            opened = await self._client.conversations_open(users=[actor.user])
            channel = str((opened.get("channel") or {}).get("id", ""))
            await self._client.chat_postMessage(channel=channel, text=text, blocks=made, mrkdwn=False, **QUIETLY)
        except SlackApiError as error:
            _log.error("command.not_answered", error=error_code(error))

    async def _responded(self, url: str, text: str, made: Blocks) -> bool:
        webhook = AsyncWebhookClient(url, ssl=self._client.ssl, timeout=self._client.timeout)
        webhook.proxy = None
        response = await webhook.send(text=text, blocks=made, response_type="ephemeral")
        return response.status_code == 200


def _trusted(url: str, api: str) -> bool:
    """Say whether an address to answer to is Slack's: it came signed, and still we post nowhere else."""
    asked, ours = urlsplit(url), urlsplit(api)
    return asked.hostname is not None and (
        (asked.scheme == "https" and asked.hostname == _SLACKS_OWN)
        or (asked.scheme, asked.netloc) == (ours.scheme, ours.netloc)
    )


def _people_named(rights: Rights, name: str) -> list[PersonId | None] | None:
    """Say whom a command is about: who is named, or else the one who typed; None where that is nobody."""
    if name.casefold() == SERVICE:
        return [None]
    if name:
        named = [p.person for p in rights.people if p.answers_to(name) or p.person == name.casefold()]
        return list(named) or None
    return [person.person for person in rights.own] or [None]


def _subject(text: str) -> PersonId | None:
    return None if text == SERVICE else PersonId(text)
