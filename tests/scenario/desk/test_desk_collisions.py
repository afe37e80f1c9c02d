"""Collisions and common free time, over real HTTP: typed, pressed, pasted."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sekimori.audit.entry import EntryKind
from sekimori.core.ids import PersonId
from sekimori.core.timespan import Timespan
from sekimori.desk.domain.choice import monday_of
from sekimori.desk.domain.free_busy import BusyPeriod, FbType, FreeBusy
from sekimori.desk.domain.policy import Surface
from sekimori.desk.domain.ports import CallJournal, Finding
from sekimori.desk.slack.buttons import OPEN
from sekimori.desk.slack.collision_views import LOOK, PASTE, TIMES
from sekimori.desk.slack.form_wording import JA as FORM
from sekimori.desk.slack.overlay_wording import JA as WORDS
from sekimori.desk.slack.views import AGAIN
from sekimori.desk.slack.wording import JA
from sekimori.sim.faults import GraphFault, GraphFaultKind, SlackFault

TOKYO = ZoneInfo("Asia/Tokyo")


@dataclass
class Elsewhere:
    """A calendar in the other company: busy all of every day, or whatever it is told to be."""

    fb_type: FbType = FbType.BUSY
    name: str = "elsewhere"

    async def free_busy(self, person: PersonId, window: Timespan, journal: CallJournal) -> Finding:
        call = await journal.intend(method="GET", resource="feed", people=(person,), window=window, attempt=1)
        await journal.conclude(call, "200")
        period = BusyPeriod(span=window, fb_type=self.fb_type)
        return Finding(free_busy=FreeBusy(window=window, periods=(period,)))


def said(made) -> str:
    return json.dumps(made, ensure_ascii=False)


def actions(view) -> list[str]:
    return [e["action_id"] for block in view["blocks"] if block["type"] == "actions" for e in block["elements"]]


def next_monday():
    return monday_of(datetime.now(UTC).astimezone(TOKYO).date()) + timedelta(weeks=1)


async def week_in_modal(desk):
    (reply,) = await desk.ask("U0SEC", "佐藤さん 来週")
    await desk.sim.control.press("U0SEC", reply.ts, OPEN)
    await desk.quiet()
    return desk.view("U0SEC")


async def pressed(desk, action: str):
    await desk.sim.control.press_view("U0SEC", action)
    await desk.quiet()
    return desk.view("U0SEC")


async def test_common_free_time_of_two_people_is_a_list_and_a_picture(start):
    async with start(may_ask=("sato", "suzuki")) as desk:
        replies = await desk.ask("U0SEC", "来週、佐藤さんと鈴木さんで1時間")
        texts = said([r.blocks for r in replies])
        assert "佐藤さんと鈴木さんの空き時間（1時間以上）" in texts
        assert "○ " in texts
        (picture,) = desk.sim.control.files
        assert "佐藤さんと鈴木さん" in picture.alt
        entries = await desk.entries()
        assert [e.body["person"] for e in entries if e.kind is EntryKind.QUESTION_INTENT] == ["sato", "suzuki"]
        assert not any(bait in texts + picture.alt for bait in desk.sim.world.bait())


async def test_a_refusal_of_one_of_two_people_refuses_both(start):
    async with start() as desk:
        (reply,) = await desk.ask("U0SEC", "来週、佐藤さんと鈴木さんで1時間")
        (alone,) = await desk.ask("U0SEC", "鈴木さん 来週")
        assert reply.text == alone.text == JA.refused
        assert not desk.sim.control.graph_calls


async def test_an_error_of_graph_is_never_free_time(start):
    async with start(may_ask=("sato", "suzuki")) as desk:
        desk.sim.control.fault(GraphFault(kind=GraphFaultKind.PERSON_ERROR, times=9, mailbox="suzuki@fabrikam.example"))
        replies = await desk.ask("U0SEC", "来週、佐藤さんと鈴木さんで1時間")
        texts = said([r.blocks for r in replies])
        assert "鈴木さんの予定の一部またはすべてを確認できませんでした" in texts
        assert ": ○" not in texts
        assert ": ？" in texts


async def test_collisions_are_looked_for_from_the_modal(start):
    async with start(Surface.MODAL, elsewhere=Elsewhere()) as desk:
        view = await week_in_modal(desk)
        assert LOOK in actions(view)
        found = await pressed(desk, LOOK)
        assert "重なっています" in said(found)
        assert actions(found) == [PASTE, AGAIN]
        assert not any(bait in said(found) for bait in desk.sim.world.bait())
        entries = await desk.entries()
        assert {e.body["provider"] for e in entries if e.kind is EntryKind.CALL_INTENT} == {"outlook", "elsewhere"}
        back = await pressed(desk, AGAIN)
        assert any(block["type"] == "table" for block in back["blocks"])


async def test_collisions_that_slack_does_not_take_are_recorded_as_not_delivered(start):
    async with start(Surface.MODAL, elsewhere=Elsewhere()) as desk:
        await week_in_modal(desk)
        before = len(await desk.entries())
        desk.sim.control.fault(SlackFault(method="views.update", error="msg_too_long"))
        assert JA.failed in said(await pressed(desk, LOOK))
        outcomes = [e for e in (await desk.entries())[before:] if e.kind is EntryKind.QUESTION_OUTCOME]
        assert [e.body["result"] for e in outcomes] == ["shown", "not_delivered"]
        assert outcomes[0].body["question"] == outcomes[1].body["question"]


async def test_an_unreadable_calendar_elsewhere_is_no_certain_collision(start):
    async with start(Surface.MODAL, elsewhere=Elsewhere(FbType.UNKNOWN)) as desk:
        await week_in_modal(desk)
        found = said(await pressed(desk, LOOK))
        assert "重なるか不明です" in found
        assert "重なっています" not in found
        assert WORDS.none_certain in found


async def test_without_a_calendar_elsewhere_the_secretary_pastes_the_times(start):
    async with start(Surface.MODAL) as desk:
        await week_in_modal(desk)
        calls = len(desk.sim.control.graph_calls)
        form = await pressed(desk, LOOK)
        assert form["submit"]["text"] == WORDS.check
        assert len(desk.sim.control.graph_calls) == calls
        monday = next_monday()
        text = f"{monday:%m/%d} 10:00-11:00, {monday:%m/%d} PM\nまた連絡します <@U0SATO>"
        attempt = await desk.sim.control.submit("U0SEC", {TIMES: text})
        assert json.loads(attempt.answer)["response_action"] == "update"
        await desk.quiet()
        found = said(desk.view("U0SEC"))
        assert any(f"{mark} {JA.day(monday)} 10:00–11:00" in found for mark in "✕△○？")
        assert f"{JA.day(monday)} 午後" in found
        assert "また連絡します <@U0SATO>" in found
        assert "mrkdwn" not in found
        kept = json.dumps([dict(e.body) for e in await desk.entries()], ensure_ascii=False)
        assert "連絡" not in kept


async def test_what_cannot_be_read_is_asked_for_again(start):
    async with start(Surface.MODAL) as desk:
        await week_in_modal(desk)
        await pressed(desk, LOOK)
        await desk.sim.control.submit("U0SEC", {TIMES: "やあ"})
        await desk.quiet()
        view = desk.view("U0SEC")
        assert WORDS.nothing_read.split("。")[0] in said(view)
        assert view["submit"]["text"] == WORDS.check


async def test_collisions_can_be_asked_for_in_a_mention(start):
    async with start(elsewhere=Elsewhere()) as desk:
        replies = await desk.ask("U0SEC", "佐藤さん 来週の衝突")
        assert "重なっています" in said([r.blocks for r in replies])
        (picture,) = desk.sim.control.files
        assert "重なり" in picture.alt


async def test_a_mention_about_somebody_not_connected_offers_the_form(start):
    async with start() as desk:
        (reply,) = await desk.ask("U0SEC", "佐藤さん 来週の衝突")
        assert "つながっていません" in reply.text
        await desk.sim.control.press("U0SEC", reply.ts, PASTE)
        await desk.quiet()
        assert desk.view("U0SEC")["submit"]["text"] == WORDS.check


async def test_a_form_that_slack_does_not_open_is_answered_with_a_sentence(start):
    async with start() as desk:
        (reply,) = await desk.ask("U0SEC", "佐藤さん 来週の衝突")
        desk.sim.control.fault(SlackFault(method="views.open", error="expired_trigger_id"))
        await desk.sim.control.press("U0SEC", reply.ts, PASTE)
        await desk.quiet()
        assert desk.sim.control.messages[-1].text == FORM.not_opened


@pytest.mark.parametrize("user", ["U0OTHER", "U0THIRD", "U0SATO"])
async def test_somebody_elses_press_opens_no_form(start, user):
    async with start() as desk:
        (reply,) = await desk.ask("U0SEC", "佐藤さん 来週の衝突")
        (element,) = next(block for block in reply.blocks if block["type"] == "actions")["elements"]
        await desk.sent(
            {
                "type": "block_actions",
                "user": {"id": user, "team_id": desk.sim.world.members[user].team},
                "api_app_id": "A0APP",
                "team": {"id": "T0FABRIKAM"},
                "channel": {"id": "C0SHARED"},
                "container": {"type": "message", "channel_id": "C0SHARED", "message_ts": reply.ts},
                "trigger_id": f"1.{user}",
                "actions": [{"type": "button", "action_id": element["action_id"], "value": element["value"]}],
            }
        )
        assert not any("submit" in view for view in desk.sim.control.views.values())
        assert (await desk.entries())[-1].kind is EntryKind.QUESTION_REFUSED
