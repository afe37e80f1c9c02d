"""What does not come from Slack, not for us, or not now, changes nothing and is written nowhere."""

import asyncio
import hashlib
import hmac
import json
from datetime import timedelta

import httpx
import pytest

from sekimori.audit.entry import EntryKind

SPOKEN = "hush-hush"


def event(**changes) -> dict:
    body = {
        "type": "event_callback",
        "api_app_id": "A0APP",
        "team_id": "T0FABRIKAM",
        "event_id": "Ev0FORGED",
        "authorizations": [{"team_id": "T0FABRIKAM", "user_id": "U0BOT", "is_bot": True}],
        "event": {
            "type": "app_mention",
            "user": "U0SEC",
            "user_team": "T0CONTOSO",
            "text": f"<@U0BOT> 佐藤さん 来週 {SPOKEN}",
            "channel": "C0SHARED",
            "ts": "1700000000.000100",
        },
    }
    return body | changes


def signed(bot, body: bytes, timestamp: str) -> dict[str, str]:
    key = bot.sim.settings.signing_secret.reveal().encode()
    signature = hmac.new(key, b"v0:" + timestamp.encode() + b":" + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": timestamp, "X-Slack-Signature": f"v0={signature}"}


async def post(bot, body: bytes, headers: dict[str, str]) -> httpx.Response:
    async with httpx.AsyncClient(verify=False, trust_env=False) as http:
        return await http.post(bot.url, content=body, headers={"Content-Type": "application/json"} | headers)


async def nothing_happened(bot) -> None:
    await asyncio.sleep(0.05)
    assert await bot.entries() == []
    assert bot.sim.control.messages == []
    assert bot.sim.control.slack_calls == []
    async with bot.ground.database.reading() as connection:
        assert (await connection.exec_driver_sql("SELECT count(*) FROM inbox")).scalar_one() == 0
    assert SPOKEN not in bot.stage.output.getvalue()


def unsigned(bot, body, stamp):
    return {}


def signed_with_another_key(bot, body, stamp):
    return signed(bot, body, stamp) | {"X-Slack-Signature": "v0=" + "0" * 64}


def signed_for_another_body(bot, body, stamp):
    return signed(bot, body + b" ", stamp)


def signed_yesterday(bot, body, stamp):
    return signed(bot, body, str(int(stamp) - 86_400))


def signed_tomorrow(bot, body, stamp):
    return signed(bot, body, str(int(stamp) + 86_400))


def signed_at_no_time(bot, body, stamp):
    return signed(bot, body, "yesterday")


def signed_at_a_huge_time(bot, body, stamp):
    return signed(bot, body, "9" * 40)


def signed_at_a_time_in_other_digits(bot, body, stamp):
    return signed(bot, body, "١٧٠٠٠٠٠٠٠٠".encode().decode("latin-1"))


def signed_in_other_letters(bot, body, stamp):
    return signed(bot, body, stamp) | {"X-Slack-Signature": "v0=é"}


LIES = [
    unsigned,
    signed_with_another_key,
    signed_for_another_body,
    signed_yesterday,
    signed_tomorrow,
    signed_at_no_time,
    signed_at_a_huge_time,
    signed_at_a_time_in_other_digits,
    signed_in_other_letters,
]


async def test_a_request_that_slack_did_not_sign_just_now_changes_nothing(sekimori):
    async with sekimori() as bot:
        body = json.dumps(event(), ensure_ascii=False).encode()
        for lie in LIES:
            stamp = str(int(bot.ground.clock().timestamp()))
            headers = {name: value.encode("latin-1", "replace") for name, value in lie(bot, body, stamp).items()}
            answer = await post(bot, body, headers)
            assert (lie.__name__, answer.status_code, answer.content) == (lie.__name__, 401, b"")
        await nothing_happened(bot)


MISDIRECTED = {
    "another app": event(api_app_id="A0OTHER"),
    "no app": event(api_app_id=None),
    "another installation": event(authorizations=[{"team_id": "T0CONTOSO", "user_id": "U0BOT"}]),
    "no installation": event(authorizations=[]),
    "an installation that is no text": event(authorizations=[{"team_id": ["T0FABRIKAM"]}]),
}


async def test_a_genuine_request_that_is_not_for_us_changes_nothing(sekimori):
    async with sekimori() as bot:
        for what, payload in MISDIRECTED.items():
            body = json.dumps(payload).encode()
            answer = await post(bot, body, bot.sim.control.sign(body))
            assert (what, answer.status_code, answer.content) == (what, 403, b"")
        await nothing_happened(bot)


async def test_a_genuine_request_that_cannot_be_read_changes_nothing(sekimori):
    async with sekimori() as bot:
        for body in (b"", b"{", b"[]", b"null", b"\xff\xfe" + SPOKEN.encode(), b"[" * 20_000, SPOKEN.encode()):
            answer = await post(bot, body, bot.sim.control.sign(body) if b"\xff" not in body else {})
            assert answer.status_code in {400, 401}, body[:20]
        await nothing_happened(bot)


async def test_a_flood_is_cut_off(sekimori):
    async with sekimori() as bot:
        answer = await post(bot, b"a" * (1024 * 1024 + 1), {})
        assert answer.status_code == 413
        await nothing_happened(bot)


async def test_genuine_requests_of_strange_shapes_harm_nobody(sekimori):
    strange = [
        event(event=None, event_id="Ev1"),
        event(event={"type": "app_mention"}, event_id="Ev2"),
        event(event={"type": "app_mention", "user": 7, "text": 8, "channel": 9, "ts": 10}, event_id="Ev3"),
        event(event={"type": "app_mention", "user": "U0SEC", "user_team": "T0CONTOSO"}, event_id="Ev4"),
        event(event={"type": "something_new"}, event_id="Ev5"),
        event(event={"type": "app_mention", "bot_id": "B0BOT", "user": "U0BOT", "team": "T0FABRIKAM"}, event_id="Ev6"),
        {"type": "block_actions", "api_app_id": "A0APP", "team": {"id": "T0FABRIKAM"}, "trigger_id": "1.2"},
    ]
    async with sekimori() as bot:
        for payload in strange:
            body = json.dumps(payload).encode()
            assert (await post(bot, body, bot.sim.control.sign(body))).status_code == 200
        await bot.idle()
        assert bot.posted() == []
        assert bot.sim.control.graph_calls == []
        assert await bot.ask("U0SEC", "佐藤さん 明日")


async def test_a_replayed_request_is_answered_once(sekimori):
    async with sekimori() as bot:
        replies = await bot.ask("U0SEC", "佐藤さん 来週")
        (first,) = bot.sim.control.attempts
        assert (await bot.sim.control.replay(first)).status == 200
        await bot.idle()
        assert bot.posted() == replies
        assert len(bot.sim.control.graph_calls) == 1


async def test_a_request_replayed_to_the_service_started_anew_is_answered_once(stage):
    async with stage() as made:
        async with made.serving() as bot:
            replies = await bot.ask("U0SEC", "佐藤さん 来週")
            (first,) = bot.sim.control.attempts
        async with made.serving() as bot:
            assert (await bot.sim.control.replay(first)).status == 200
            await bot.idle()
            assert bot.posted() == replies


async def test_a_request_replayed_ten_minutes_later_is_turned_away(stage):
    async with stage() as made:
        async with made.serving() as bot:
            replies = await bot.ask("U0SEC", "佐藤さん 来週")
            (first,) = bot.sim.control.attempts
        start = bot.ground.clock
        async with made.serving(lambda: start() + timedelta(minutes=10)) as bot:
            assert (await bot.sim.control.replay(first)).status == 401
            assert bot.posted() == replies


async def test_slack_retries_what_it_took_for_lost_and_is_answered_once(sekimori):
    async with sekimori() as bot:
        replies = await bot.ask("U0SEC", "佐藤さん 来週")
        (first,) = bot.sim.control.attempts
        again = {"X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "http_timeout"} | bot.sim.control.sign(first.body)
        assert (await post(bot, first.body, again)).status_code == 200
        await bot.idle()
        assert bot.posted() == replies
        assert len(await bot.entries(EntryKind.QUESTION_INTENT)) == 1


async def test_a_question_asked_while_the_service_was_down_is_answered_by_slacks_retry(stage):
    async with stage() as made:
        said = await made.sim.control.say("U0SEC", "C0SHARED", "<@U0BOT> 佐藤さん 来週")
        assert said.attempts[0].reason == "connection_failed"
        async with made.serving() as bot:
            await bot.sim.control.settled()
            await bot.idle()
            assert [attempt.number for attempt in bot.sim.control.attempts][-1] >= 1
            assert len([message for message in bot.posted() if message.blocks]) == 1


async def test_many_deliveries_at_the_same_moment_are_answered_once(sekimori):
    async with sekimori() as bot:
        message = (await bot.sim.control.say("U0SEC", "C0SHARED", "佐藤さん 来週")).message
        mention = event()["event"] | {"text": f"<@U0BOT> {message.text}", "ts": message.ts}
        body = json.dumps(event(event=mention)).encode()
        headers = bot.sim.control.sign(body)
        answers = await asyncio.gather(*(post(bot, body, headers) for _ in range(8)))
        assert {answer.status_code for answer in answers} == {200}
        await bot.idle()
        assert len([reply for reply in bot.posted() if reply.blocks]) == 1
        assert len(bot.sim.control.graph_calls) == 1


@pytest.mark.parametrize("path", ["/slack/events/", "/", "/slack"])
async def test_there_is_one_door(sekimori, path):
    async with sekimori() as bot:
        body = json.dumps(event()).encode()
        async with httpx.AsyncClient(verify=False, trust_env=False) as http:
            url = bot.url.removesuffix("/slack/events") + path
            answer = await http.post(url, content=body, headers=bot.sim.control.sign(body))
        assert answer.status_code in {307, 404}
        await nothing_happened(bot)
