"""An app can read back what is kept, page by page, and no ephemeral message."""

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient


@pytest.fixture
def web(simulator):
    return AsyncWebClient(token=simulator.settings.bot_token.reveal(), base_url=simulator.addresses.slack_api)


async def test_a_thread_is_read_page_by_page_without_what_one_person_alone_saw(web):
    first = (await web.chat_postMessage(channel="C0SHARED", text="first"))["ts"]
    for number in range(4):
        await web.chat_postMessage(channel="C0SHARED", text=f"reply {number}", thread_ts=first)
    await web.chat_postEphemeral(channel="C0SHARED", user="U0SEC", text="for one", thread_ts=first)
    texts, cursor = [], None
    while cursor != "":
        page = await web.conversations_replies(channel="C0SHARED", ts=first, cursor=cursor, limit=2)
        texts += [m["text"] for m in page["messages"]]
        cursor = page["response_metadata"]["next_cursor"]
    assert texts == ["first", "reply 0", "reply 1", "reply 2", "reply 3"]


async def test_a_conversation_is_read_newest_first_and_from_an_instant_on(web):
    stamps = [(await web.chat_postMessage(channel="C0SHARED", text=str(n)))["ts"] for n in range(3)]
    page = await web.conversations_history(channel="C0SHARED", oldest=stamps[0])
    assert [m["text"] for m in page["messages"]] == ["2", "1"]
    with pytest.raises(SlackApiError, match="channel_not_found"):
        await web.conversations_history(channel="C0NOWHERE")
    with pytest.raises(SlackApiError, match="thread_not_found"):
        await web.conversations_replies(channel="C0SHARED", ts="1.0")
