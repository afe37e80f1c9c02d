import json
from datetime import timedelta
from urllib.parse import parse_qs

import pytest
from slack_sdk.errors import SlackApiError
from starlette.responses import JSONResponse

from sekimori.sim.slack.elements import NotAllowedError

BUTTON = {"type": "button", "text": {"type": "plain_text", "text": "next"}, "action_id": "next", "value": "w2"}
MENU = {
    "type": "static_select",
    "action_id": "who",
    "options": [{"text": {"type": "plain_text", "text": "佐藤"}, "value": "sato"}],
}
VIEW = {
    "type": "modal",
    "title": {"type": "plain_text", "text": "Week"},
    "blocks": [
        {"type": "actions", "elements": [BUTTON]},
        {"type": "input", "block_id": "who", "label": {"type": "plain_text", "text": "who"}, "element": MENU},
        {
            "type": "input",
            "block_id": "why",
            "label": {"type": "plain_text", "text": "why"},
            "element": {"type": "plain_text_input", "action_id": "why"},
        },
    ],
    "private_metadata": "m",
}


def payload_of(request: tuple[dict, bytes]) -> dict:
    headers, body = request
    assert headers["content-type"] == "application/x-www-form-urlencoded"
    return json.loads(parse_qs(body.decode())["payload"][0])


@pytest.fixture
async def message(simulator, slack):
    blocks = [{"type": "actions", "elements": [BUTTON, MENU]}]
    return (await slack.chat_postMessage(channel="C0SHARED", text="week", blocks=blocks))["ts"]


@pytest.fixture
async def pressed(simulator, receiver, message) -> dict:
    await simulator.control.press("U0SEC", message, "next")
    return payload_of(receiver.requests[-1])


async def test_a_click_tells_the_apps_side_and_the_clickers(pressed, message):
    assert pressed["type"] == "block_actions"
    assert pressed["team"]["id"] == "T0FABRIKAM"
    assert pressed["user"] == {"id": "U0SEC", "username": "mori", "name": "mori", "team_id": "T0CONTOSO"}
    assert pressed["api_app_id"] == pressed["message"]["app_id"] == "A0APP"
    assert pressed["container"] == {
        "type": "message",
        "message_ts": message,
        "channel_id": "C0SHARED",
        "is_ephemeral": False,
    }
    [action] = pressed["actions"]
    assert (action["action_id"], action["value"], action["type"]) == ("next", "w2", "button")


async def test_a_choice_in_a_menu(simulator, receiver, message):
    await simulator.control.press("U0SEC", message, "who", value="sato")
    assert payload_of(receiver.requests[-1])["actions"][0]["selected_option"]["value"] == "sato"
    with pytest.raises(NotAllowedError, match="offers no"):
        await simulator.control.press("U0SEC", message, "who", value="suzuki")


async def test_what_somebody_does_not_see_they_cannot_click(simulator, receiver, slack, message):
    with pytest.raises(NotAllowedError, match="does not see"):
        await simulator.control.press("U0ADMIN", message, "next")
    with pytest.raises(NotAllowedError, match="no element"):
        await simulator.control.press("U0SEC", message, "other")
    assert receiver.requests == []


async def test_a_response_url_answers_five_times_within_half_an_hour(simulator, pressed, http, clock):
    url = pressed["response_url"]
    for _ in range(5):
        assert (await http.post(url, json={"text": "only you"})).json() == {"ok": True}
    assert (await http.post(url, json={"text": "once more"})).status_code == 404
    assert {m.visible_to for m in simulator.control.messages_in("C0SHARED")[1:]} == {"U0SEC"}


async def test_a_response_url_can_replace_and_delete(simulator, pressed, http, clock):
    url = pressed["response_url"]
    await http.post(url, json={"text": "other", "replace_original": True})
    assert [m.text for m in simulator.control.messages_in("C0SHARED")] == ["other"]
    await http.post(url, json={"delete_original": True})
    assert simulator.control.messages_in("C0SHARED") == []
    clock.now += timedelta(minutes=31)
    assert (await http.post(url, json={"text": "late"})).status_code == 404


async def test_a_modal_opens_with_a_fresh_trigger_once(simulator, slack, pressed):
    opened = await slack.views_open(trigger_id=pressed["trigger_id"], view=VIEW)
    assert (opened["view"]["app_installed_team_id"], opened["view"]["team_id"]) == ("T0FABRIKAM", "T0CONTOSO")
    assert simulator.control.views["U0SEC"]["private_metadata"] == "m"
    with pytest.raises(SlackApiError, match="invalid_trigger_id"):
        await slack.views_open(trigger_id=pressed["trigger_id"], view=VIEW)


async def test_a_trigger_lasts_three_seconds(slack, pressed, clock):
    clock.now += timedelta(seconds=4)
    with pytest.raises(SlackApiError, match="expired_trigger_id"):
        await slack.views_open(trigger_id=pressed["trigger_id"], view=VIEW)


@pytest.mark.parametrize(
    "change",
    [
        {"title": {"type": "plain_text", "text": "x" * 25}},
        {"private_metadata": "x" * 3001},
        {"type": "window"},
    ],
)
async def test_a_modal_outside_the_limits_is_refused(slack, pressed, change):
    with pytest.raises(SlackApiError, match="invalid_arguments"):
        await slack.views_open(trigger_id=pressed["trigger_id"], view=VIEW | change)


async def test_a_modal_is_updated_against_its_hash(slack, pressed):
    opened = (await slack.views_open(trigger_id=pressed["trigger_id"], view=VIEW))["view"]
    changed = await slack.views_update(view_id=opened["id"], hash=opened["hash"], view=VIEW)
    assert changed["view"]["hash"] != opened["hash"]
    with pytest.raises(SlackApiError, match="hash_conflict"):
        await slack.views_update(view_id=opened["id"], hash=opened["hash"], view=VIEW)


async def test_a_click_inside_a_modal_and_its_submission(simulator, receiver, slack, pressed):
    await slack.views_open(trigger_id=pressed["trigger_id"], view=VIEW)
    await simulator.control.press_view("U0SEC", "next")
    click = payload_of(receiver.requests[-1])
    assert (click["container"]["type"], click["view"]["app_installed_team_id"]) == ("view", "T0FABRIKAM")
    assert "message" not in click

    receiver.answers = [lambda: JSONResponse({"response_action": "errors", "errors": {"b": "no"}})]
    await simulator.control.submit("U0SEC", {"who": "sato", "why": "a reason"})
    submitted = payload_of(receiver.requests[-1])
    assert submitted["team"]["id"] == submitted["user"]["team_id"] == "T0CONTOSO"
    values = submitted["view"]["state"]["values"]
    assert values["who"]["who"]["selected_option"]["value"] == "sato"
    assert values["why"]["why"] == {"type": "plain_text_input", "value": "a reason"}
    assert "U0SEC" in simulator.control.views

    await simulator.control.submit("U0SEC", {})
    assert simulator.control.views == {}
    with pytest.raises(NotAllowedError):
        await simulator.control.submit("U0SEC", {})
