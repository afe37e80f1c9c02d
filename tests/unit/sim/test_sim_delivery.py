"""What the app's side of Slack's requests sees; signatures are judged by slack_sdk."""

import asyncio
import json
import time

import pytest
from slack_sdk.signature import Clock, SignatureVerifier
from starlette.responses import Response

from sekimori.sim.slack.elements import NotAllowedError

from .conftest import NOW

MENTION = "<@U0BOT> 佐藤さん 来週"


class FixedClock(Clock):
    def now(self) -> float:
        return NOW.timestamp()


def verified(simulator, headers: dict[str, str], body: bytes) -> bool:
    secret = simulator.settings.signing_secret.reveal()
    return SignatureVerifier(secret, clock=FixedClock()).is_valid_request(body, headers)


def status(code: int, **headers: str):
    return lambda: Response(status_code=code, headers={k.replace("_", "-"): v for k, v in headers.items()})


async def never() -> Response:
    await asyncio.sleep(5)
    return Response()


async def test_a_mention_is_one_signed_event(simulator, receiver):
    said = await simulator.control.say("U0SEC", "C0SHARED", MENTION)
    [(headers, body)] = receiver.requests
    assert verified(simulator, headers, body)
    assert not verified(simulator, headers, body + b" ")
    event = json.loads(body)["event"]
    assert (event["type"], event["text"], event["ts"]) == ("app_mention", MENTION, said.message.ts)
    assert "x-slack-retry-num" not in headers
    assert [attempt.status for attempt in said.attempts] == [200]


async def test_words_that_mention_nobody_reach_no_app(simulator, receiver):
    await simulator.control.say("U0SEC", "C0SHARED", "good morning")
    assert receiver.requests == []
    assert len(simulator.control.messages) == 1


async def test_a_direct_message_needs_no_mention(simulator, receiver, slack):
    channel = (await slack.conversations_open(users="U0SEC"))["channel"]["id"]
    await simulator.control.say("U0SEC", channel, "佐藤さん 来週")
    assert json.loads(receiver.requests[0][1])["event"]["channel_type"] == "im"


@pytest.mark.parametrize(
    ("first", "reason"),
    [(status(500), "http_error"), (status(404), "http_error"), (never, "http_timeout")],
)
async def test_a_failed_event_comes_again_with_the_same_id_and_body(simulator, receiver, first, reason):
    receiver.answers = [first, status(200)]
    await simulator.control.say("U0SEC", "C0SHARED", MENTION)
    await simulator.control.settled()
    (_, body), (headers, again) = receiver.requests
    assert body == again
    assert (headers["x-slack-retry-num"], headers["x-slack-retry-reason"]) == ("1", reason)
    assert verified(simulator, headers, again)


async def test_there_are_three_retries_and_no_more(simulator, receiver):
    receiver.answers = [status(500)] * 9
    await simulator.control.say("U0SEC", "C0SHARED", MENTION)
    await simulator.control.settled()
    assert [headers.get("x-slack-retry-num") for headers, _ in receiver.requests] == [None, "1", "2", "3"]


async def test_the_app_can_ask_for_no_retry(simulator, receiver):
    receiver.answers = [status(500, X_Slack_No_Retry="1")]
    await simulator.control.say("U0SEC", "C0SHARED", MENTION)
    await simulator.control.settled()
    assert len(receiver.requests) == 1


async def test_nobody_listens_yet(simulator):
    said = await simulator.control.say("U0SEC", "C0SHARED", MENTION)
    assert [attempt.reason for attempt in said.attempts] == ["connection_failed"]


async def test_a_replay_is_byte_for_byte(simulator, receiver, clock):
    said = await simulator.control.say("U0SEC", "C0SHARED", MENTION)
    await simulator.control.replay(said.attempts[0])
    (first, body), (second, again) = receiver.requests
    assert body == again
    assert first["x-slack-signature"] == second["x-slack-signature"]


async def test_only_members_can_write(simulator, receiver):
    with pytest.raises(NotAllowedError):
        await simulator.control.say("U0SEC", "C0SECURITY", "hello")
    with pytest.raises(NotAllowedError):
        await simulator.control.say("U0STRANGER", "C0SHARED", "hello")


async def test_an_attempt_says_when_it_was_sent_and_when_answered(simulator, receiver):
    async def slowly() -> Response:
        await asyncio.sleep(0.1)
        return Response()

    receiver.answers = [slowly]
    before = time.monotonic()
    said = await simulator.control.say("U0SEC", "C0SHARED", MENTION)
    [attempt] = said.attempts
    assert before <= attempt.sent <= attempt.answered - 0.1 <= time.monotonic() - 0.1
