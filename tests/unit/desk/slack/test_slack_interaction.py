from typing import Any

import pytest

from sekimori.desk.domain.asker import Setting
from sekimori.desk.slack.interaction import place_of, pressed


def click(**fields: Any) -> dict[str, Any]:
    return {
        "type": "block_actions",
        "trigger_id": "1.2.3",
        "channel": {"id": "C0SHARED"},
        "container": {"type": "message", "message_ts": "5.0", "channel_id": "C0SHARED"},
        "message": {"ts": "5.0"},
        "actions": [{"type": "button", "action_id": "a", "value": "v"}],
        **fields,
    }


def test_a_click_on_a_message() -> None:
    press = pressed(click())
    assert press is not None
    assert (press.action, press.value, press.trigger) == ("a", "v", "1.2.3")
    assert press.place is not None
    assert press.place.setting is Setting.CHANNEL
    assert (press.thread, press.in_thread) == ("5.0", False)


def test_an_ephemeral_message_comes_without_itself() -> None:
    container = {
        "type": "message",
        "message_ts": "5.0",
        "channel_id": "C0SHARED",
        "is_ephemeral": True,
        "thread_ts": "4.0",
    }
    press = pressed(click(container=container, message=None, channel=None))
    assert press is not None
    assert press.place is not None
    assert (press.place.channel, press.thread, press.in_thread) == ("C0SHARED", "4.0", True)


def test_a_choice_and_a_date_are_values() -> None:
    for element, value in (
        ({"selected_option": {"value": "sato"}}, "sato"),
        ({"selected_date": "2026-11-30"}, "2026-11-30"),
        ({"selected_option": None}, None),
    ):
        press = pressed(click(actions=[{"action_id": "a", **element}]))
        assert press is not None
        assert press.value == value


def test_a_submitted_modal_says_what_was_chosen() -> None:
    state = {"b1": {"x": {"selected_option": {"value": "1"}}}, "b2": {"y": {"value": "typed"}, "z": {"value": None}}}
    view = {"id": "V1", "hash": "h", "callback_id": "c", "private_metadata": "m", "state": {"values": state}}
    press = pressed({"type": "view_submission", "trigger_id": "t", "view": view})
    assert press is not None
    assert (press.action, press.view, press.view_hash, press.metadata) == ("c", "V1", "h", "m")
    assert press.chosen == {"x": "1", "y": "typed"}
    assert press.place is None


@pytest.mark.parametrize(
    "payload",
    [
        {},
        {"type": "block_actions"},
        click(actions=[]),
        click(actions=["a"]),
        click(actions=[{"action_id": 7}]),
        {"type": "view_submission"},
        {"type": "view_submission", "view": {"state": {"values": []}}},
        {"type": "shortcut", "actions": [{"action_id": "a"}]},
    ],
)
def test_anything_else_is_no_press(payload: dict[str, Any]) -> None:
    assert pressed(payload) is None


def test_a_conversation_with_the_app_alone_is_direct() -> None:
    direct = place_of("D0SEC")
    assert direct is not None
    assert direct.setting is Setting.DIRECT
    assert place_of(None) is None
    assert place_of("") is None
