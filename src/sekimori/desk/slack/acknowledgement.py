"""What Slack is told at once, before a request is worked off."""

from collections.abc import Mapping
from typing import Any

from sekimori.desk.domain.policy import Language
from sekimori.desk.slack.views import CALLBACK, waiting

Answer = dict[str, Any]


def acknowledgement(payload: Mapping[str, Any], language: Language) -> Answer | None:
    """Return the body of the acknowledgement; None where an empty one will do.

    Slack: a submitted modal closes unless the acknowledgement says what it shows next.
    """
    view = payload.get("view")
    if payload.get("type") == "view_submission" and isinstance(view, dict) and view.get("callback_id") == CALLBACK:
        return {"response_action": "update", "view": waiting(language)}
    if payload.get("type") == "block_suggestion":
        return {"options": []}
    return None
