"""What Slack said of somebody, kept for a minute: ``users.info`` may be asked about a hundred times a minute.

Only answers are kept. Where Slack cannot be asked, nobody is known. Who changed (:mod:`sekimori.desk.slack.news`) is
asked about anew.
"""

import asyncio
from collections.abc import Callable, Mapping
from time import monotonic
from typing import Any, Final

from slack_sdk.web.async_client import AsyncWebClient

from sekimori.core.ids import UserId

GOOD_FOR: Final = 60.0
"""Seconds that an answer holds: for so long at most, somebody goes on asking whose end Slack did not tell us."""
MOST: Final = 1000
"""How many people are remembered at once."""

About = Mapping[str, Any]


class Acquaintances:
    """Asks Slack about people; those who ask about one person at the same time share a call."""

    def __init__(self, client: AsyncWebClient, seconds: Callable[[], float] = monotonic) -> None:
        self._client = client
        self._seconds = seconds
        self._known: dict[UserId, tuple[float, About]] = {}
        self._asking: dict[UserId, asyncio.Task[About]] = {}

    async def about(self, user: UserId) -> About:
        """Return what ``users.info`` says of somebody, now or within the last minute.

        Raises:
            SlackClientError, aiohttp.ClientError, TimeoutError, OSError, ValueError: Slack did not answer.
        """
        asked, known = self._known.get(user, (0.0, None))
        if known is not None and self._seconds() - asked < GOOD_FOR:
            return known
        if user not in self._asking:
            task = self._asking[user] = asyncio.create_task(self._ask(user))
            task.add_done_callback(lambda done: self._asked(user, done))
        return await asyncio.shield(self._asking[user])

    def forget(self, user: UserId) -> None:
        """Ask about somebody anew from now on; an answer that is under way goes to those alone who wait for it."""
        self._known.pop(user, None)
        self._asking.pop(user, None)

    async def _ask(self, user: UserId) -> About:
        asked = self._seconds()
        answer = (await self._client.users_info(user=user)).get("user")
        about = answer if isinstance(answer, dict) else {}
        if about.get("id") == user and self._asking.get(user) is asyncio.current_task():
            self._keep(user, asked, about)
        return about

    def _asked(self, user: UserId, done: asyncio.Task[About]) -> None:
        if self._asking.get(user) is done:
            del self._asking[user]

    def _keep(self, user: UserId, asked: float, about: About) -> None:
        self._known.pop(user, None)
        self._known[user] = (asked, about)
        while len(self._known) > MOST or self._oldest() <= asked - GOOD_FOR:
            del self._known[next(iter(self._known))]

    def _oldest(self) -> float:
        return next(iter(self._known.values()))[0]
