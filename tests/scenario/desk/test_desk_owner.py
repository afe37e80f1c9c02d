"""The owner's side: sees who asked, pauses, narrows; nobody else can, and nobody can widen."""

import json

import pytest

from sekimori.audit.entry import EntryKind
from sekimori.desk.domain.policy import Surface
from sekimori.desk.slack.home import NARROW, PAUSE, RESUME
from sekimori.desk.slack.owner_wording import JA as OWNER
from sekimori.desk.slack.wording import JA


def said(made) -> str:
    return json.dumps(made, ensure_ascii=False)


def actions(view) -> list[str]:
    return [e["action_id"] for block in view["blocks"] if block["type"] == "actions" for e in block["elements"]]


async def answer(desk, text="佐藤さん 来週"):
    return (await desk.ask("U0SEC", text))[-1]


async def test_the_owner_sees_who_asked_why_and_what_was_shown(start):
    async with start(Surface.EPHEMERAL) as desk:
        await desk.ask("U0SEC", "佐藤さん 来週")
        await desk.ask("U0OTHER", "佐藤さん 来週")
        home = await desk.open_home("U0SATO")
        line = said(home)
        assert '{"type": "user", "user_id": "U0SEC"}' in line
        for word in ("contoso", "coordination", "見せました", OWNER.surfaces["ephemeral"], "記録 1"):
            assert word in line
        assert "U0OTHER" not in line, "a question that never named her is not about her"
        assert f"{PAUSE}.sato" in actions(home)
        assert not any("suzuki" in action for action in actions(home))


async def test_a_pause_refuses_the_very_next_question_and_is_recorded_before(start):
    async with start(Surface.EPHEMERAL) as desk:
        await desk.tap_home("U0SATO", f"{PAUSE}.sato", "sato")
        refused = await answer(desk)
        assert refused.text == JA.refused
        assert not desk.sim.control.graph_calls
        kinds = [e.kind for e in await desk.entries()]
        assert kinds == [EntryKind.PERSON_PAUSED, EntryKind.QUESTION_REFUSED]
        assert (await desk.entries())[1].body["reason"] == "person_paused"
        await desk.tap_home("U0SATO", f"{RESUME}.sato", "sato")
        assert any(block["type"] == "table" for block in (await answer(desk)).blocks)


async def test_less_is_one_tap_and_more_is_none(start):
    async with start(Surface.EPHEMERAL) as desk:
        await desk.tap_home("U0SATO", f"{NARROW}.sato.day_part", "sato day_part")
        rows = next(b for b in (await answer(desk)).blocks if b["type"] == "table")["rows"]
        assert [row[0]["text"] for row in rows[1:]] == ["午前", "午後"]
        for wish in ("typed", "busy_only"):
            await desk.tap_home("U0SATO", f"{NARROW}.sato.{wish}", f"sato {wish}")
        rows = next(b for b in (await answer(desk)).blocks if b["type"] == "table")["rows"]
        assert len(rows) == 3
        home = await desk.open_home("U0SATO")
        assert OWNER.widening in said(home)
        assert [a for a in actions(home) if a.startswith(NARROW)] == [f"{NARROW}.sato.none"]
        assert len([e for e in await desk.entries() if e.kind is EntryKind.PERSON_NARROWED]) == 1


async def test_the_kill_switch_refuses_everybody(start):
    async with start(Surface.EPHEMERAL) as desk:
        (done,) = await desk.command("U0ADMIN", "pause")
        assert OWNER.done["pause"] in said(done.blocks)
        assert (await answer(desk)).text == JA.refused
        assert (await desk.entries())[-1].body["reason"] == "service_paused"
        (refused,) = await desk.command("U0SATO", "resume all")
        assert OWNER.refused in said(refused.blocks)
        await desk.command("U0ADMIN", "resume all")
        assert (await answer(desk)).text != JA.refused


async def test_a_command_serves_the_person_and_the_administrators_alone(start):
    async with start(Surface.EPHEMERAL) as desk:
        await answer(desk)
        for user, text, expected in (
            ("U0SATO", "status", "見せているもの"),
            ("U0SATO", "log", "見せました"),
            ("U0SATO", "log 鈴木", OWNER.nobody),
            ("U0SATO", "pause all", OWNER.refused),
            ("U0ADMIN", "log 佐藤", "見せました"),
            ("U0ADMIN", "status", "鈴木さん"),
            ("U0ADMIN", "dance", OWNER.usage),
            ("U0BOT", "pause", OWNER.refused),
        ):
            (reply,) = await desk.command(user, text)
            assert expected in said(reply.blocks), (user, text)
            assert reply.channel.startswith("D")
        assert not [e for e in await desk.entries() if e.kind.value.startswith(("person.", "service.paused"))]


async def test_what_an_administrator_paused_the_person_cannot_lift(start):
    async with start(Surface.EPHEMERAL) as desk:
        await desk.command("U0ADMIN", "pause sato")
        (refused,) = await desk.command("U0SATO", "resume")
        assert OWNER.refused in said(refused.blocks)
        assert (await answer(desk)).text == JA.refused


@pytest.mark.parametrize("user", ["U0SEC", "U0THIRD"])
async def test_somebody_of_another_company_sees_no_home_and_presses_nothing(start, user):
    async with start(Surface.EPHEMERAL) as desk:
        assert await desk.open_home(user) is None
        await desk.tap_home(user, f"{PAUSE}.sato", "sato")
        await desk.tap_home(user, f"{PAUSE}.all", "all")
        assert not await desk.entries()
        assert any(block["type"] == "table" for block in (await answer(desk)).blocks)


async def test_a_colleague_of_ours_is_told_that_nothing_is_here(start):
    async with start() as desk:
        home = await desk.open_home("U0ADMIN")
        assert OWNER.pause_service in said(home)
        await desk.tap_home("U0SUZUKI", f"{PAUSE}.sato", "sato")
        assert not await desk.entries()
