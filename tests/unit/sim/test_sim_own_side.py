"""What company B's own people do: slash commands and the app's home."""

from urllib.parse import parse_qs

import pytest

from sekimori.sim.slack.elements import NotAllowedError

BUTTON = {"type": "button", "text": {"type": "plain_text", "text": "stop"}, "action_id": "stop", "value": "sato"}
HOME = {"type": "home", "blocks": [{"type": "actions", "elements": [BUTTON]}]}


async def test_a_slash_command_is_a_form_and_can_be_answered_where_it_was_typed(simulator, receiver, http):
    await simulator.control.command("U0SATO", "C0SECURITY", "/sekimori", "pause")
    headers, body = receiver.requests[-1]
    form = {key: values[0] for key, values in parse_qs(body.decode()).items()}
    assert headers["content-type"] == "application/x-www-form-urlencoded"
    assert (form["command"], form["text"], form["user_id"]) == ("/sekimori", "pause", "U0SATO")
    assert (form["team_id"], form["api_app_id"], form["channel_name"]) == ("T0FABRIKAM", "A0APP", "security-alerts")
    assert (await http.post(form["response_url"], json={"text": "done"})).json() == {"ok": True}
    (message,) = simulator.control.messages
    assert (message.text, message.channel, message.visible_to) == ("done", "C0SECURITY", "U0SATO")


async def test_an_answer_that_deletes_what_nobody_posted_deletes_nothing(simulator, receiver, http):
    await simulator.control.command("U0SATO", "C0SECURITY", "/sekimori", "status")
    url = parse_qs(receiver.requests[-1][1].decode())["response_url"][0]
    assert (await http.post(url, json={"delete_original": True})).json() == {"ok": True}
    assert simulator.control.messages == []


async def test_another_company_has_no_command(simulator, receiver):
    with pytest.raises(NotAllowedError, match="another company"):
        await simulator.control.command("U0SEC", "C0SHARED", "/sekimori", "pause")
    assert receiver.requests == []


async def test_the_home_is_opened_published_and_pressed(http, simulator, receiver, slack):
    with pytest.raises(NotAllowedError, match="no home"):
        await simulator.control.press_home("U0SATO", "stop")
    assert (await http.post("/sim/open-home", json={"user": "U0SATO"})).json() == {"status": 200}
    assert b'"app_home_opened"' in receiver.requests[-1][1]
    await slack.views_publish(user_id="U0SATO", view=HOME)
    assert (await http.get("/sim/state", params={"as": "U0SATO"})).json()["home"]["type"] == "home"
    assert (await http.get("/sim/state", params={"as": "U0SEC"})).json()["home"] is None
    pressed = await http.post("/sim/press-home", json={"user": "U0SATO", "action_id": "stop"})
    assert pressed.json() == {"status": 200}
    payload = parse_qs(receiver.requests[-1][1].decode())["payload"][0]
    assert '"action_id": "stop"' in payload
    assert '"app_installed_team_id": "T0FABRIKAM"' in payload


async def test_a_command_over_http(http, receiver):
    body = {"user": "U0SATO", "channel": "D0SATO", "command": "/sekimori", "text": "log"}
    assert (await http.post("/sim/command", json=body)).json() == {"status": 200}
