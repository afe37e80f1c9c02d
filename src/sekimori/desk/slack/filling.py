"""Fills an open modal with what it shows next."""

from collections.abc import Sequence
from typing import Any, Final

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sekimori.desk.slack.replies import error_code

_log = structlog.get_logger(__name__)
_NO_TABLE: Final = {"invalid_blocks", "invalid_blocks_format", "invalid_arguments"}
_GONE: Final = {"not_found", "hash_conflict", "view_not_found"}


async def fill(client: AsyncWebClient, view: str, view_hash: str | None, contents: Sequence[dict[str, Any]]) -> None:
    """Show the first of several contents that Slack takes; a modal that was closed meanwhile is left alone.

    Raises:
        SlackApiError: none of them was taken, or something else is wrong.
    """
    for number, content in enumerate(contents, start=1):
        try:
            await client.views_update(view_id=view, hash=view_hash, view=content)
        except SlackApiError as error:
            if error_code(error) in _GONE:
                _log.info("modal.closed")  # somebody closed it, or a later press has already been answered
                return
            if error_code(error) not in _NO_TABLE or number == len(contents):
                raise
        else:
            return
