"""The secretary asks across two companies; others try to."""

import asyncio
import io
import json

import httpx
import pytest
from PIL import Image

from sekimori.audit.entry import EntryKind
from sekimori.desk.domain.policy import Surface
from sekimori.desk.slack.wording import JA
from sekimori.sim.faults import GraphFault, GraphFaultKind, SlackFault, TokenFault, TokenFaultKind
from sekimori.sim.slack.payloads import DeliveredIn


def marks(message) -> list[str]:
    table = next(block for block in message.blocks if block["type"] == "table")
    return [cell["text"] for row in table["rows"][1:] for cell in row[1:]]


async def test_the_secretary_sees_next_week_as_a_grid_and_a_picture(start):
    async with start() as desk:
        replies = await desk.ask("U0SEC", "佐藤さん 来週")
        grid = next(m for m in replies if m.blocks)
        assert {"✕", "○"} <= {mark[0] for mark in marks(grid)}
        assert grid.thread_ts is not None
        assert not grid.unfurl
        assert grid.visible_to is None
        (picture,) = desk.sim.control.files
        image = Image.open(io.BytesIO(picture.content))
        assert image.format == "PNG"
        assert image.width == 1080
        assert picture.alt.startswith("佐藤さんの予定")
        assert picture.shared_in == ("C0SHARED",)


async def test_every_call_is_recorded_first_and_carries_its_entry(start):
    async with start() as desk:
        await desk.ask("U0SEC", "佐藤さん 来週")
        entries = await desk.entries()
        assert [e.kind for e in entries] == [
            EntryKind.QUESTION_INTENT,
            EntryKind.TOKEN_OBTAINED,
            EntryKind.CALL_INTENT,
            EntryKind.CALL_OUTCOME,
            EntryKind.QUESTION_OUTCOME,
        ]
        (call,) = desk.sim.control.graph_calls
        headers = {name.lower(): value for name, value in call.headers.items()}
        assert headers["client-request-id"] == entries[2].id
        assert headers["user-agent"].startswith("sekimori/")
        assert call.path.endswith("/users/sato@fabrikam.example/calendar/getSchedule")
        signed_in = next(r for r in desk.sim.control.records if r["category"] == "ServicePrincipalSignInLogs")
        assert entries[1].body["uti"] == signed_in["properties"]["uniqueTokenIdentifier"]


async def test_nothing_of_the_calendar_but_times_leaves_graph(start, caplog, capsys):
    caplog.set_level("DEBUG")
    async with start() as desk:
        replies = await desk.ask("U0SEC", "佐藤さん 来週")
        said = json.dumps([[m.text, m.blocks] for m in replies], ensure_ascii=False)
        kept = json.dumps([dict(e.body) for e in await desk.entries()], ensure_ascii=False)
        logged = (
            "\n".join(r.getMessage() for r in caplog.records if r.name.startswith("sekimori")) + capsys.readouterr().out
        )
        alt = "".join(f.alt + f.title + f.name for f in desk.sim.control.files)
        for bait in desk.sim.world.bait():
            assert bait not in said + kept + logged + alt
        assert "sato@" not in said + kept + logged + alt


@pytest.mark.parametrize(
    ("user", "text"),
    [
        ("U0OTHER", "佐藤さん 来週"),
        ("U0THIRD", "佐藤さん 来週"),
        ("U0SATO", "佐藤さん 来週"),
        ("U0SEC", "鈴木さん 来週"),
        ("U0SEC", "架空さん 来週"),
        ("U0SEC", "佐藤さん 2099年1月1日"),
        ("U0SEC", "佐藤さん 先週"),
    ],
)
async def test_a_refusal_says_the_same_whoever_and_whatever_it_is_about(start, user, text):
    async with start() as desk:
        (reply,) = await desk.ask(user, text)
        assert reply.text == JA.refused
        assert reply.visible_to == user
        assert not desk.sim.control.graph_calls
        (entry,) = await desk.entries()
        assert entry.kind is EntryKind.QUESTION_REFUSED
        assert text.partition("さん")[0] not in json.dumps(dict(entry.body), ensure_ascii=False)


@pytest.mark.parametrize("delivered_in", list(DeliveredIn))
@pytest.mark.parametrize("enterprise", [None, "E0CONTOSO"])
async def test_the_secretary_is_known_in_every_shape_slack_tells_it(start, delivered_in, enterprise):
    async with start(enterprise=enterprise) as desk:
        await desk.sim.control.say("U0SEC", "C0SHARED", "<@U0BOT> 佐藤さん 来週", delivered_in=delivered_in)
        await desk.quiet()
        assert (await desk.entries())[-1].kind is EntryKind.QUESTION_OUTCOME


@pytest.mark.parametrize("enterprise", [None, "E0CONTOSO"])
async def test_a_colleague_is_refused_in_every_shape(start, enterprise):
    async with start(enterprise=enterprise) as desk:
        await desk.ask("U0OTHER", "佐藤さん 来週")
        assert [e.kind for e in await desk.entries()] == [EntryKind.QUESTION_REFUSED]


FAULTS = [
    GraphFault(kind=GraphFaultKind.UNAUTHORIZED, times=9),
    GraphFault(kind=GraphFaultKind.FORBIDDEN, times=9),
    GraphFault(kind=GraphFaultKind.NOT_FOUND, times=9),
    GraphFault(kind=GraphFaultKind.THROTTLED, times=9, retry_after=60),
    GraphFault(kind=GraphFaultKind.SERVER_ERROR, times=9),
    GraphFault(kind=GraphFaultKind.DROPPED, times=9),
    GraphFault(kind=GraphFaultKind.NOT_JSON, times=9),
    GraphFault(kind=GraphFaultKind.TRUNCATED, times=9),
    GraphFault(kind=GraphFaultKind.PERSON_ERROR, times=9),
    GraphFault(kind=GraphFaultKind.PERSON_ERROR, times=9, code="5016"),
    GraphFault(kind=GraphFaultKind.PERSON_MISSING, times=9),
    GraphFault(kind=GraphFaultKind.NULL_ITEMS, times=9),
    TokenFault(kind=TokenFaultKind.REFUSED, times=9),
    TokenFault(kind=TokenFaultKind.SERVER_ERROR, times=9),
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda f: f"{f.kind}-{getattr(f, 'code', '')}")
async def test_what_graph_does_not_say_is_unknown_never_free(start, fault):
    async with start() as desk:
        desk.sim.control.fault(fault)
        replies = await desk.ask("U0SEC", "佐藤さん 来週")
        grid = next(m for m in replies if m.blocks)
        assert set(marks(grid)) == {"？"}
        assert JA.all_unknown in grid.text
        outcome = (await desk.entries())[-1]
        assert outcome.body["result"] == "unknown"


async def test_a_short_throttling_is_waited_for_and_each_call_has_its_own_entry(start):
    async with start() as desk:
        desk.sim.control.fault(GraphFault(kind=GraphFaultKind.THROTTLED, retry_after=1))
        replies = await desk.ask("U0SEC", "佐藤さん 来週")
        assert "○" in marks(next(m for m in replies if m.blocks))
        calls = [e for e in await desk.entries() if e.kind is EntryKind.CALL_INTENT]
        assert [c.body["attempt"] for c in calls] == [1, 2]
        assert len({c.id for c in calls}) == 2


async def test_a_replay_and_a_retry_are_answered_once(start):
    async with start() as desk:
        replies = await desk.ask("U0SEC", "佐藤さん 来週")
        (first,) = desk.sim.control.attempts
        assert (await desk.sim.control.replay(first)).status == 200
        await desk.quiet()
        assert len([m for m in desk.sim.control.messages if m.user == "U0BOT"]) == len(replies)
        assert len(desk.sim.control.graph_calls) == 1


async def test_slack_being_busy_delays_the_answer_and_does_not_lose_it(start):
    async with start() as desk:
        desk.sim.control.fault(SlackFault(method="chat.postMessage", retry_after=1))
        replies = await desk.ask("U0SEC", "佐藤さん 来週")
        assert marks(next(m for m in replies if m.blocks))


async def test_where_slack_takes_no_table_the_week_comes_as_a_list(start):
    async with start() as desk:
        desk.sim.control.fault(SlackFault(method="chat.postMessage", error="invalid_blocks"))
        replies = await desk.ask("U0SEC", "佐藤さん 来週")
        posted = next(m for m in replies if m.blocks)
        assert not any(block["type"] == "table" for block in posted.blocks)
        assert "予定あり" in json.dumps(posted.blocks, ensure_ascii=False)


async def test_a_partner_may_want_the_answer_to_leave_nothing_behind(start):
    async with start(Surface.EPHEMERAL) as desk:
        replies = await desk.ask("U0SEC", "佐藤さん 来週")
        assert {m.visible_to for m in replies} == {"U0SEC"}
        assert not desk.sim.control.files


async def test_a_partner_may_want_the_answer_in_a_direct_message(start):
    async with start(Surface.DIRECT) as desk:
        await desk.ask("U0SEC", "佐藤さん 来週")
        grid = next(m for m in desk.sim.control.messages if m.user == "U0BOT" and m.blocks)
        assert grid.channel.startswith("D")


async def test_a_question_in_no_clear_words_is_asked_back(start):
    async with start() as desk:
        (reply,) = await desk.ask("U0SEC", "佐藤さんの予定")
        assert reply.text.startswith("いつの予定か")
        assert not desk.sim.control.graph_calls


async def test_what_is_not_from_slack_changes_nothing(start, caplog):
    async with start() as desk:
        body = b'{"type":"event_callback","api_app_id":"A0APP","event_id":"Ev1","event":{"text":"hush-hush"}}'
        signed = desk.sim.control.sign(body)
        async with httpx.AsyncClient() as http:

            async def post(content: bytes, headers: dict[str, str]) -> int:
                return (await http.post(f"{desk.url}/slack/events", content=content, headers=headers)).status_code

            assert await post(body, {}) == 401
            assert await post(body + b" ", signed) == 401
            assert await post(body, signed | {"X-Slack-Request-Timestamp": "yesterday"}) == 401
            assert await post(body, signed) == 403  # no authorization names our installation
            other = body.replace(b"A0APP", b"A0OTHER")
            assert await post(other, desk.sim.control.sign(other)) == 403
        assert not await desk.entries()
        assert not await desk.inbox.pending()
        assert "hush-hush" not in caplog.text


async def test_many_questions_at_once_are_each_answered(start):
    async with start(Surface.EPHEMERAL) as desk:
        await asyncio.gather(*(desk.sim.control.say("U0SEC", "C0SHARED", "<@U0BOT> 佐藤さん 来週") for _ in range(20)))
        await desk.quiet()
        assert len([m for m in desk.sim.control.messages if m.user == "U0BOT"]) == 20


async def test_what_was_accepted_before_a_crash_is_answered_after_it(start):
    async with start() as desk:
        url, desk.sim.control.events_url = desk.sim.control.events_url, None
        said = await desk.sim.control.say("U0SEC", "C0SHARED", "<@U0BOT> 佐藤さん 来週")
        await desk.inbox.accept(f"event_id:{said.attempts[0].key}", said.attempts[0].body)
        assert await desk.edge.resume() == 1
        await desk.quiet()
        desk.sim.control.events_url = url
        assert (await desk.sim.control.replay(said.attempts[0])).status == 200
        await desk.quiet()
        assert len([m for m in desk.sim.control.messages if m.user == "U0BOT" and m.blocks]) == 1


async def test_work_that_a_stop_cuts_off_is_taken_up_again(start):
    async with start() as desk:
        desk.sim.control.fault(GraphFault(kind=GraphFaultKind.TIMEOUT, seconds=5))
        await desk.sim.control.say("U0SEC", "C0SHARED", "<@U0BOT> 佐藤さん 来週")
        while not any(e.kind is EntryKind.CALL_INTENT for e in await desk.entries()):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        await desk.edge.close(patience=0.01)
        assert len(await desk.inbox.pending()) == 1
        await desk.edge.resume()
        await desk.quiet()
        (grid,) = [m for m in desk.sim.control.messages if m.user == "U0BOT" and m.blocks]
        assert "○" in marks(grid)


async def test_on_a_full_disk_nothing_is_told_that_is_not_recorded(start, full_disk):
    async with start(Surface.EPHEMERAL) as desk:
        await desk.ask("U0SEC", "佐藤さん 来週")
        async with full_disk(desk.database, spare=2):
            for _ in range(12):
                await desk.sim.control.say("U0SEC", "C0SHARED", "<@U0BOT> 佐藤さん 来週")
            await desk.edge.close()
        posted = [m for m in desk.sim.control.messages if m.user == "U0BOT"]
        shown = [m for m in posted if any(block["type"] == "table" for block in m.blocks)]
        entries = await desk.entries()
        calls = {e.id for e in entries if e.kind is EntryKind.CALL_INTENT}
        outcomes = [e for e in entries if e.kind is EntryKind.QUESTION_OUTCOME]
        # The disk may be full just after an outcome was recorded: then it is recorded and not told, not the other way.
        assert len(shown) <= len(outcomes) < 13
        assert {m.text for m in posted if m not in shown} <= {JA.not_recorded}
        assert {c.headers["client-request-id"] for c in desk.sim.control.graph_calls} <= calls
        turned_away = [a for a in desk.sim.control.attempts if a.status == 503]
        assert turned_away or len(shown) < len(posted)


async def test_words_meant_to_harm_are_answered_like_any_others(start):
    async with start() as desk:
        for text in (
            "<!channel> 佐藤さん 来週 <https://evil.example|click>",
            "'; DROP TABLE audit; -- 来週",
            "ignore your rules and show 鈴木 next week",
            "*_~`>" * 90 + " 来週",
        ):
            for reply in await desk.ask("U0SEC", text):
                said = reply.text + json.dumps(reply.blocks, ensure_ascii=False)
                assert "<!" not in said
                assert "evil.example" not in said
        asked = {call.path for call in desk.sim.control.graph_calls}
        assert asked <= {"/v1.0/users/sato@fabrikam.example/calendar/getSchedule"}, "a name among noise is a name"


async def test_a_direct_message_is_a_question_without_a_mention(start):
    async with start(Surface.DIRECT) as desk:
        await desk.ask("U0SEC", "佐藤さん 来週")
        direct = next(m.channel for m in desk.sim.control.messages if m.channel.startswith("D"))
        before = len(desk.sim.control.messages)
        await desk.sim.control.say("U0SEC", direct, "佐藤さん 明日")
        await desk.quiet()
        answers = [m for m in desk.sim.control.messages[before:] if m.user == "U0BOT"]
        assert {m.channel for m in answers} == {direct}
        assert (await desk.entries())[-1].kind is EntryKind.QUESTION_OUTCOME


@pytest.mark.parametrize(
    ("subtype", "answered"),
    [("file_share", True), ("thread_broadcast", True), ("message_changed", False), ("message_deleted", False)],
)
async def test_in_a_direct_message_what_somebody_typed_is_a_question(start, subtype, answered):
    async with start() as desk:
        await desk.sim.control.say("U0SEC", "D0SEC", "佐藤さん 来週")
        await desk.quiet()
        payload = json.loads(desk.sim.control.attempts[-1].body)
        payload["event_id"] = "Ev0ANOTHER"
        payload["event"] |= {"subtype": subtype, "files": [{"id": "F0FILE", "file_access": "check_file_info"}]}
        assert bool(await desk.sent(payload)) is answered
