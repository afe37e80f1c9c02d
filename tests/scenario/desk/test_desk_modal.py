"""The 予定 modal: opened from a button, filled in, paged; each press is decided anew."""

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sekimori.audit.entry import EntryKind
from sekimori.desk.domain.choice import monday_of
from sekimori.desk.domain.policy import Surface
from sekimori.desk.slack.buttons import CANDIDATE, OPEN
from sekimori.desk.slack.form_wording import JA as FORM
from sekimori.desk.slack.slips import GOOD_FOR, new_slip, written
from sekimori.desk.slack.views import AGAIN, CHOOSE, PERSON, TURN, WEEK
from sekimori.desk.slack.wording import JA
from sekimori.sim.faults import Broken, SlackFault


def this_monday():
    return monday_of(datetime.now(UTC).astimezone(ZoneInfo("Asia/Tokyo")).date())


def said(view) -> str:
    return json.dumps(view, ensure_ascii=False)


def actions(view) -> list[str]:
    return [e["action_id"] for block in view["blocks"] if block["type"] == "actions" for e in block["elements"]]


async def opened(desk, user="U0SEC", text="佐藤さん 来週"):
    """Ask, then press the button under the reply as somebody."""
    reply = (await desk.ask("U0SEC", text))[-1]
    shown = next(m for m in desk.sim.control.messages if m.user == "U0BOT" and OPEN in said(m.blocks))
    assert reply
    await desk.sim.control.press(user, shown.ts, OPEN)
    await desk.quiet()
    return desk.view(user)


async def test_the_secretary_chooses_person_and_week_and_sees_it_in_the_modal(start):
    async with start() as desk:
        form = await opened(desk)
        assert form["submit"]["text"] == "見る"
        menus = {b["element"]["action_id"]: b["element"] for b in form["blocks"]}
        assert [o["value"] for o in menus[PERSON]["options"]] == ["sato"]
        assert menus[WEEK]["options"][0]["value"] == this_monday().isoformat()
        before = len(desk.sim.control.messages)
        week = (this_monday() + timedelta(weeks=1)).isoformat()
        attempt = await desk.sim.control.submit("U0SEC", {PERSON: "sato", WEEK: week})
        assert json.loads(attempt.answer)["response_action"] == "update"
        await desk.quiet()
        view = desk.view("U0SEC")
        assert "佐藤さんの予定" in said(view)
        assert any(block["type"] == "table" for block in view["blocks"])
        assert "submit" not in view
        assert len(desk.sim.control.messages) == before, "a modal leaves nothing in anybody's channel"
        outcome = (await desk.entries())[-1]
        assert outcome.kind is EntryKind.QUESTION_OUTCOME
        assert outcome.body["surface"] == "modal"


async def test_the_weeks_are_turned_and_refreshed_and_chosen_anew(start):
    async with start(Surface.MODAL) as desk:
        view = await opened(desk)
        assert "佐藤さんの予定" in said(view)
        weeks = [this_monday() + timedelta(weeks=n) for n in (0, 2)]
        assert actions(view)[:2] == [f"{TURN}.{week.isoformat()}" for week in weeks]
        calls = len(desk.sim.control.graph_calls)
        await desk.sim.control.press_view("U0SEC", f"{TURN}.{weeks[1].isoformat()}")
        await desk.quiet()
        title = desk.view("U0SEC")["blocks"][0]["text"]["text"]
        assert JA.day(weeks[1]) in title
        await desk.sim.control.press_view("U0SEC", AGAIN)
        await desk.quiet()
        assert desk.view("U0SEC")["blocks"][0]["text"]["text"] == title
        assert len(desk.sim.control.graph_calls) == calls + 2
        await desk.sim.control.press_view("U0SEC", CHOOSE)
        await desk.quiet()
        assert desk.view("U0SEC")["submit"]["text"] == "見る"


async def test_a_mention_is_answered_by_a_button_where_the_partner_wants_a_modal(start):
    async with start(Surface.MODAL) as desk:
        (reply,) = await desk.ask("U0SEC", "佐藤さん 明日の午後")
        assert reply.visible_to == "U0SEC"
        assert OPEN in said(reply.blocks)
        assert not desk.sim.control.graph_calls
        assert (await desk.entries())[-1].body["result"] == "offered"


async def test_this_week_has_no_week_before_it(start):
    async with start(Surface.MODAL) as desk:
        view = await opened(desk, text="佐藤さん 今日")
        assert f"{TURN}.{(this_monday() - timedelta(weeks=1)).isoformat()}" not in actions(view)


@pytest.mark.parametrize("user", ["U0OTHER", "U0THIRD", "U0SATO"])
async def test_somebody_elses_button_shows_nothing(start, user):
    async with start() as desk:
        view = await opened(desk, user)
        calls = len(desk.sim.control.graph_calls)
        assert JA.refused in said(view)
        assert "佐藤" not in said(view)
        assert calls == 1
        assert (await desk.entries())[-1].kind is EntryKind.QUESTION_REFUSED


async def test_a_mention_without_a_question_offers_the_form(start):
    async with start() as desk:
        (reply,) = await desk.ask("U0SEC", "")
        assert reply.text == FORM.start
        await desk.sim.control.press("U0SEC", reply.ts, OPEN)
        await desk.quiet()
        assert "submit" in desk.view("U0SEC")


async def test_where_a_modal_takes_no_table_the_week_comes_as_a_list(start):
    async with start(Surface.MODAL) as desk:
        desk.sim.control.fault(SlackFault(method="views.update", error="invalid_arguments"))
        view = await opened(desk)
        assert not any(block["type"] == "table" for block in view["blocks"])
        assert "予定あり" in said(view)


async def results(desk) -> list[str]:
    """Return what the record says of the questions of the modal, in order."""
    return [
        str(e.body["result"])
        for e in await desk.entries()
        if e.kind is EntryKind.QUESTION_OUTCOME and e.body["surface"] == "modal" and e.body["result"] != "offered"
    ]


@pytest.mark.parametrize("error", ["invalid_auth", "msg_too_long"])
async def test_a_week_that_slack_does_not_take_is_recorded_as_not_delivered_and_said(start, error):
    async with start(Surface.MODAL) as desk:
        desk.sim.control.fault(SlackFault(method="views.update", error=error))
        view = await opened(desk)
        assert JA.failed in said(view)
        assert await results(desk) == ["shown", "not_delivered"]
        await desk.sim.control.press("U0SEC", (await desk.ask("U0SEC", "佐藤さん 来週"))[-1].ts, OPEN)
        await desk.quiet()
        assert await results(desk) == ["shown", "not_delivered", "shown"]


async def test_a_modal_that_was_closed_before_it_was_filled_was_not_delivered(start):
    async with start(Surface.MODAL) as desk:
        desk.sim.control.fault(SlackFault(method="views.update", error="not_found"))
        await opened(desk)
        assert await results(desk) == ["shown", "not_delivered"]


@pytest.mark.parametrize("error", ["expired_trigger_id", "exchanged_trigger_id", "access_denied"])
async def test_a_modal_that_slack_does_not_open_is_answered_with_a_sentence(start, error):
    async with start() as desk:
        desk.sim.control.fault(SlackFault(method="views.open", error=error))
        shown = (await desk.ask("U0SEC", "佐藤さん 来週"))[-1]
        shown = next(m for m in desk.sim.control.messages if m.user == "U0BOT" and OPEN in said(m.blocks))
        await desk.sim.control.press("U0SEC", shown.ts, OPEN)
        await desk.quiet()
        assert desk.sim.control.messages[-1].text == FORM.not_opened
        assert desk.sim.control.messages[-1].visible_to == "U0SEC"


async def test_a_modal_that_opened_without_an_answer_of_slacks_is_asked_for_again(start):
    async with start() as desk:
        await desk.ask("U0SEC", "佐藤さん 来週")
        shown = next(m for m in desk.sim.control.messages if m.user == "U0BOT" and OPEN in said(m.blocks))
        desk.sim.control.fault(SlackFault(method="views.open", broken=Broken(done=True)))
        await desk.sim.control.press("U0SEC", shown.ts, OPEN)
        await desk.quiet()
        assert desk.sim.control.messages[-1].text == FORM.not_opened


async def test_what_may_have_been_meant_is_one_tap_away(start):
    async with start(Surface.EPHEMERAL) as desk:
        (asked,) = await desk.ask("U0SEC", "佐藤さん 来週 と 再来週")
        assert f"{CANDIDATE}.1" in actions({"blocks": asked.blocks})
        before = len(desk.sim.control.messages)
        await desk.sim.control.press("U0SEC", asked.ts, f"{CANDIDATE}.1")
        await desk.quiet()
        (answer,) = desk.sim.control.messages[before:]
        assert answer.visible_to == "U0SEC"
        assert any(block["type"] == "table" for block in answer.blocks)
        assert (await desk.entries())[-1].kind is EntryKind.QUESTION_OUTCOME


async def test_an_alternative_that_somebody_else_taps_is_decided_for_them(start):
    async with start(Surface.EPHEMERAL) as desk:
        (asked,) = await desk.ask("U0SEC", "佐藤さん 来週 と 再来週")
        asked.visible_to = None
        await desk.sim.control.press("U0OTHER", asked.ts, f"{CANDIDATE}.1")
        await desk.quiet()
        assert desk.sim.control.messages[-1].text == JA.refused
        assert desk.sim.control.messages[-1].visible_to == "U0OTHER"
        assert not desk.sim.control.graph_calls


async def test_an_old_button_is_good_for_nothing(start):
    async with start(Surface.EPHEMERAL) as desk:
        await desk.ask("U0SEC", "佐藤さん 来週")
        shown = desk.sim.control.messages[-1]
        slip = new_slip("Ev0", datetime.now(UTC) - GOOD_FOR)
        for block in shown.blocks:
            for element in block.get("elements", ()):
                if element.get("action_id") == OPEN:
                    element["value"] = written(slip)
        calls = len(desk.sim.control.graph_calls)
        await desk.sim.control.press("U0SEC", shown.ts, OPEN)
        await desk.quiet()
        assert FORM.expired in said(desk.view("U0SEC"))
        assert len(desk.sim.control.graph_calls) == calls
