"""What Slack tells of people: no work, and nothing to be kept. Whoever changed is asked about anew.

The event itself proves nothing and is not believed: it only ends what was remembered. It describes the person, with
names and a telephone number, so it never reaches the inbox.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

from sekimori.core.ids import UserId
from sekimori.desk.slack.acquaintances import Acquaintances

CHANGES: Final = {"user_change", "user_profile_changed", "user_status_changed", "user_huddle_changed"}
"""Slack: the last three come at the same time as the first, which is what the app subscribes to."""

News: TypeAlias = Callable[[Mapping[str, Any]], bool]
"""Says of a payload that it was news and is dealt with; False where it is something to work on."""


def news_for(acquaintances: Acquaintances) -> News:
    """Return what lets somebody be forgotten who changed: was deactivated, or made a guest, among other things."""

    def heard(payload: Mapping[str, Any]) -> bool:
        event = payload.get("event")
        if payload.get("type") != "event_callback" or not isinstance(event, dict) or event.get("type") not in CHANGES:
            return False
        user = event.get("user")
        if isinstance(user, dict) and isinstance(user.get("id"), str):
            acquaintances.forget(UserId(user["id"]))
        return True

    return heard


def no_news(_payload: Mapping[str, Any]) -> bool:
    """Say that everything is work."""
    return False
