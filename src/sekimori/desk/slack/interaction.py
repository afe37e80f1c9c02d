"""What a click or a submitted modal says, read once."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sekimori.core.ids import ChannelId
from sekimori.desk.domain.asker import Place, Setting


@dataclass(frozen=True, slots=True, kw_only=True)
class Press:
    """A click on an element, or a modal that was submitted.

    Attributes:
        action: the element's ``action_id``, or the modal's ``callback_id``.
        value: what the button carries, or what was chosen.
        trigger: what opens a modal, for three seconds.
        place: where the message is; None for a click in a modal.
        thread: the message that an answer in the channel belongs under; ``in_thread`` where the click was in a thread.
        view, view_hash: the modal, and the state of it that was looked at.
        metadata: what the modal carries.
        chosen: what is chosen in the modal, by ``action_id``.
    """

    action: str
    value: str | None
    trigger: str
    place: Place | None
    thread: str | None
    in_thread: bool
    view: str | None
    view_hash: str | None
    metadata: str | None
    chosen: Mapping[str, str]


def pressed(payload: Mapping[str, Any]) -> Press | None:
    """Read a ``block_actions`` or ``view_submission`` payload; None where it is neither."""
    view = _table(payload.get("view"))
    if payload.get("type") == "view_submission":
        return _press(payload, _text(view.get("callback_id")), None)
    actions = payload.get("actions")
    action = (
        _table(actions[0]) if payload.get("type") == "block_actions" and isinstance(actions, list) and actions else {}
    )
    return _press(payload, _text(action.get("action_id")), _value(action))


def _press(payload: Mapping[str, Any], action: str | None, value: str | None) -> Press | None:
    if action is None:
        return None
    view, message = _table(payload.get("view")), _table(payload.get("message"))
    container = _table(payload.get("container"))
    thread = _text(message.get("thread_ts")) or _text(container.get("thread_ts"))
    return Press(
        action=action,
        value=value,
        trigger=_text(payload.get("trigger_id")) or "",
        place=place_of(_table(payload.get("channel")).get("id") or container.get("channel_id")),
        thread=thread or _text(container.get("message_ts")),
        in_thread=thread is not None,
        view=_text(view.get("id")),
        view_hash=_text(view.get("hash")),
        metadata=_text(view.get("private_metadata")),
        chosen=dict(_chosen(_table(_table(view.get("state")).get("values")))),
    )


def place_of(channel: object) -> Place | None:
    """Say what kind of place a conversation is. Slack: ``D…`` is one between the app and a single person."""
    if not isinstance(channel, str) or not channel:
        return None
    setting = Setting.DIRECT if channel.startswith("D") else Setting.CHANNEL
    return Place(channel=ChannelId(channel), setting=setting)


def _chosen(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for block in values.values():
        for action, state in _table(block).items():
            value = _value(_table(state))
            if value is not None:
                yield action, value


def _value(element: Mapping[str, Any]) -> str | None:
    """Return what an element holds: a button's value, a menu's choice, a date, or what was typed."""
    option = _table(element.get("selected_option")).get("value")
    return _text(option) or _text(element.get("selected_date")) or _text(element.get("value"))


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _table(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
