"""Asked with slack_sdk, as the service asks."""

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sekimori.sim.faults import SlackFault


async def refused(call) -> dict:
    with pytest.raises(SlackApiError) as caught:
        await call
    return caught.value.response


async def test_a_wrong_token_and_none(simulator, slack):
    stranger = AsyncWebClient(token="xoxb-other", base_url=simulator.addresses.slack_api)
    assert (await refused(stranger.auth_test()))["error"] == "invalid_auth"
    nobody = AsyncWebClient(base_url=simulator.addresses.slack_api)
    assert (await refused(nobody.auth_test()))["error"] == "not_authed"
    assert simulator.control.slack_calls == []


async def test_a_method_that_is_not_there(slack):
    assert (await refused(slack.api_call("files.upload")))["error"] == "unknown_method"


async def test_429_hits_one_method_as_often_as_told(simulator, slack):
    simulator.control.fault(SlackFault(method="chat.postMessage", retry_after=7, times=2))
    for _ in range(2):
        answer = await refused(slack.chat_postMessage(channel="C0SHARED", text="hello"))
        assert answer.status_code == 429
        assert answer.headers["Retry-After"] == "7"
        assert answer["error"] == "ratelimited"
        assert (await slack.auth_test())["ok"]
    assert (await slack.chat_postMessage(channel="C0SHARED", text="hello"))["ok"]


async def test_an_error_on_demand(simulator, slack):
    simulator.control.fault(SlackFault(method="users.info", error="fatal_error"))
    assert (await refused(slack.users_info(user="U0SEC")))["error"] == "fatal_error"


@pytest.mark.filterwarnings("ignore:The top-level `text` argument is missing")
@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"channel": "C0NOWHERE", "text": "x"}, "channel_not_found"),
        ({"channel": "C0SHARED"}, "no_text"),
        ({"channel": "C0SHARED", "text": "x" * 40_001}, "msg_too_long"),
        ({"channel": "C0SHARED", "text": "x", "thread_ts": "1.1"}, "thread_not_found"),
        ({"channel": "C0SHARED", "text": "x", "blocks": "[{"}, "invalid_blocks_format"),
        ({"channel": "C0SHARED", "text": "x", "blocks": [{"type": "marquee"}]}, "invalid_blocks"),
    ],
)
async def test_messages_that_slack_does_not_post(simulator, slack, arguments, error):
    assert (await refused(slack.chat_postMessage(**arguments)))["error"] == error
    assert simulator.control.messages == []


async def test_invalid_blocks_say_where(slack):
    answer = await refused(slack.chat_postMessage(channel="C0SHARED", text="x", blocks=[{"type": "section"}]))
    assert answer["response_metadata"]["messages"] == ["[ERROR] missing required field: text [json-pointer:/blocks/0]"]


async def test_an_ephemeral_message_is_seen_by_one_member_alone(simulator, slack, http):
    await slack.chat_postEphemeral(channel="C0SHARED", user="U0SEC", text="for you")
    [message] = simulator.control.messages_in("C0SHARED")
    assert message.visible_to == "U0SEC"
    for viewer, seen in (("U0SEC", ["for you"]), ("U0OTHER", []), ("U0SATO", [])):
        state = (await http.get("/sim/state", params={"as": viewer})).json()
        channel = next(one for one in state["conversations"] if one["id"] == "C0SHARED")
        assert [m["text"] for m in channel["messages"]] == seen
    answer = await refused(slack.chat_postEphemeral(channel="C0SHARED", user="U0ADMIN", text="x"))
    assert answer["error"] == "user_not_in_channel"


async def test_only_our_own_messages_can_be_updated(simulator, slack, receiver):
    ours = await slack.chat_postMessage(channel="C0SHARED", text="before")
    await slack.chat_update(channel="C0SHARED", ts=ours["ts"], text="after")
    assert simulator.control.messages_in("C0SHARED")[0].text == "after"
    theirs = await simulator.control.say("U0SEC", "C0SHARED", "hello")
    answer = await refused(slack.chat_update(channel="C0SHARED", ts=theirs.message.ts, text="x"))
    assert answer["error"] == "cant_update_message"


async def test_blocks_and_elements_without_an_id_get_one(simulator, slack):
    button = {"type": "button", "text": {"type": "plain_text", "text": "go"}}
    await slack.chat_postMessage(channel="C0SHARED", text="x", blocks=[{"type": "actions", "elements": [button]}])
    [block] = simulator.control.messages[0].blocks
    assert block["block_id"]
    assert block["elements"][0]["action_id"]


async def test_users_of_each_side(slack):
    async def user(user_id: str) -> dict:
        return (await slack.users_info(user=user_id))["user"]

    own = await user("U0SATO")
    assert (own["team_id"], own["locale"], "is_stranger" in own) == ("T0FABRIKAM", "ja-JP", False)
    known = await user("U0SEC")
    assert (known["team_id"], known["is_stranger"], "locale" in known) == ("T0CONTOSO", False, False)
    assert "enterprise_user" not in known
    assert (await user("U0THIRD"))["team_id"] == "T0NORTHWIND"
    assert (await user("U0STRANGER"))["is_stranger"] is True
    assert (await user("U0BOT"))["is_bot"] is True
    assert (await refused(slack.users_info(user="U0NOBODY")))["error"] == "user_not_found"


async def test_conversations(slack):
    shared = (await slack.conversations_info(channel="C0SHARED"))["channel"]
    assert shared["is_ext_shared"] is True
    assert shared["connected_team_ids"] == ["T0CONTOSO", "T0NORTHWIND"]
    assert shared["conversation_host_id"] == "T0CONTOSO"
    inside = (await slack.conversations_info(channel="C0SECURITY"))["channel"]
    assert inside["is_ext_shared"] is False
    opened = (await slack.conversations_open(users="U0SEC"))["channel"]["id"]
    direct = (await slack.conversations_info(channel=opened))["channel"]
    assert (direct["is_im"], direct["user"], direct["is_ext_shared"]) == (True, "U0SEC", True)
    assert (await refused(slack.conversations_info(channel="C0NONE")))["error"] == "channel_not_found"


async def test_a_users_id_as_channel_is_their_direct_message(simulator, slack):
    posted = await slack.chat_postMessage(channel="U0SEC", text="hello")
    assert posted["channel"] == (await slack.conversations_open(users="U0SEC"))["channel"]["id"]
