"""Fills an open modal with what it shows next, and records where that did not come to be seen."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sekimori.audit.entry import Entry
from sekimori.desk.domain.ask import Desk
from sekimori.desk.domain.policy import Language
from sekimori.desk.slack import views
from sekimori.desk.slack.losses import record_loss
from sekimori.desk.slack.replies import Delivery, delivering, error_code
from sekimori.desk.slack.wording import WORDINGS

_log = structlog.get_logger(__name__)
_NO_TABLE: Final = {"invalid_blocks", "invalid_blocks_format", "invalid_arguments"}
_GONE: Final = {"not_found", "hash_conflict", "view_not_found"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Filling:
    """What a modal is to show: alternatives, the best first, and the recorded outcomes that announce it."""

    contents: Sequence[views.View]
    records: tuple[Entry, ...] = ()


def showing(*contents: views.View, records: tuple[Entry, ...] = ()) -> Filling:
    """Make a filling."""
    return Filling(contents=contents, records=records)


class Modals:
    """The modals that are open."""

    def __init__(self, *, client: AsyncWebClient, desk: Desk, language: Language) -> None:
        self._client = client
        self._desk = desk
        self._language = language

    async def fill(self, view: str, view_hash: str | None, filling: Filling) -> None:
        """Show the first content that Slack takes. A modal that was closed meanwhile is left alone.

        What nobody got to see is recorded as not delivered.

        Raises:
            TryLater: Slack could not be reached, or wants us to wait.
        """
        shown = False
        with delivering() as delivery:
            shown = await self._shown(view, view_hash, filling.contents)
        if delivery.result is Delivery.REFUSED:
            await self._say_so(view)
        if not shown:
            await record_loss(self._desk, filling.records)

    async def _shown(self, view: str, view_hash: str | None, contents: Sequence[views.View]) -> bool:
        for number, content in enumerate(contents, start=1):
            try:
                await self._update(view, view_hash, content)
            except SlackApiError as error:
                if error_code(error) in _GONE:
                    _log.info("modal.closed")  # somebody closed it, or a later press has already been answered
                    return False
                if error_code(error) not in _NO_TABLE or number == len(contents):
                    raise
            else:
                return True
        return False

    async def _say_so(self, view: str) -> None:
        """Let a modal that Slack refused to fill not look as if it still waited."""
        with delivering():
            await self._update(view, None, views.sentence(WORDINGS[self._language].failed, self._language))

    async def _update(self, view: str, view_hash: str | None, content: dict[str, Any]) -> None:
        await self._client.views_update(view_id=view, hash=view_hash, view=content)
