"""What Slack is told at once, before a request is worked off."""

from collections.abc import Mapping
from typing import Any, Final

from sekimori.desk.domain.policy import Language
from sekimori.desk.slack import collision_views, views

Answer = dict[str, Any]
_OURS: Final = {views.CALLBACK, collision_views.CALLBACK}


def acknowledgement(payload: Mapping[str, Any], language: Language) -> Answer | None:
    """Return the body of the acknowledgement; None where an empty one will do.

    Slack: a submitted modal closes unless the acknowledgement says what it shows next.
    """
    view = payload.get("view")
    if payload.get("type") == "view_submission" and isinstance(view, dict) and view.get("callback_id") in _OURS:
        return {"response_action": "update", "view": views.waiting(language)}
    if payload.get("type") == "block_suggestion":
        return {"options": []}
    return None
