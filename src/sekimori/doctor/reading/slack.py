"""Reads what Slack says about the bot's token and the channels; with an auditor's token, who is in them."""

from typing import Any, Final

from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from sekimori.doctor.check import Facts, Unread, both
from sekimori.doctor.witness import Channel, Channels, Workspace
from sekimori.manifest.model import Manifest

_PAGES: Final = 50


async def read_slack(manifest: Manifest, bot: AsyncWebClient, auditor: AsyncWebClient | None, facts: Facts) -> None:
    """Read the token's own workspace, app and scopes, and each channel that the manifest names."""
    try:
        facts.put(Workspace, await _workspace(bot))
        facts.put(Channels, await _channels(manifest, bot, auditor))
    except (SlackClientError, OSError, TimeoutError) as error:
        code = _code(error)
        why = Unread(
            why=both(f"Slack が答えません: {code}", f"Slack gives no answer: {code}"), mend=("[slack] bot_token",)
        )
        facts.put(Workspace, why)
        facts.put(Channels, why)


async def _workspace(bot: AsyncWebClient) -> Workspace:
    answer = await bot.auth_test()
    # Slack: the scopes of a token stand in a header of every answer.
    headers = {str(key).casefold(): str(value) for key, value in answer.headers.items()}
    scopes = headers.get("x-oauth-scopes")
    held = frozenset(each.strip() for each in scopes.split(",") if each.strip()) if scopes is not None else None
    return Workspace(str(answer.get("team_id", "")), await _app_of(bot, str(answer.get("bot_id") or "")), held)


async def _app_of(bot: AsyncWebClient, bot_id: str) -> str | None:
    try:
        answer = await bot.bots_info(bot=bot_id)
    except SlackApiError:
        return None
    found = answer.get("bot")
    return str(found["app_id"]) if isinstance(found, dict) and found.get("app_id") else None


async def _channels(manifest: Manifest, bot: AsyncWebClient, auditor: AsyncWebClient | None) -> Channels:
    named = dict.fromkeys(channel for partner in manifest.partners for channel in partner.channels)
    if manifest.slack.security_channel:
        named[manifest.slack.security_channel] = None
    seen, unseen = [], {}
    for channel in named:
        try:
            seen.append(await _channel(channel, auditor or bot, auditor))
        except SlackApiError as error:
            unseen[str(channel)] = _code(error)
    return Channels(seen, unseen)


async def _channel(channel: str, reader: AsyncWebClient, auditor: AsyncWebClient | None) -> Channel:
    answer = await reader.conversations_info(channel=channel)
    found: dict[str, Any] = answer["channel"]
    teams = found.get("shared_team_ids") or found.get("internal_team_ids") or [found.get("context_team_id")]
    members = await _members(channel, auditor) if auditor else None
    return Channel(channel, frozenset(str(team) for team in teams if team), members, bool(found.get("is_member", True)))


async def _members(channel: str, auditor: AsyncWebClient) -> frozenset[str] | None:
    found: set[str] = set()
    cursor = ""
    for _ in range(_PAGES):
        try:
            answer = await auditor.conversations_members(channel=channel, limit=200, cursor=cursor)
        except SlackApiError:
            return None
        found |= set(answer.get("members") or ())
        cursor = str((answer.get("response_metadata") or {}).get("next_cursor") or "")
        if not cursor:
            return frozenset(found)
    return None


def _code(error: Exception) -> str:
    if isinstance(error, SlackApiError):
        return str(error.response.get("error", "")) or "refused"
    return type(error).__name__
