"""People of the security channel judge alerts; it is recorded first, shown on the message, and mutes the same again."""

import asyncio
import contextlib
import json
from datetime import UTC, datetime, timedelta

from starlette.applications import Starlette

from sekimori.audit.entry import EntryKind
from sekimori.bootstrap import build_alert_door, build_watch, open_ground
from sekimori.sim.web import listening, serving
from sekimori.sim.world import MemberKind

ADMIN, SATO = "U0ADMIN", "U0SATO"


def text_of(message) -> str:
    return json.dumps(message.blocks, ensure_ascii=False)


async def alerted(bot, until):
    """Have a permission requested; return its message."""
    await bot.sim.control.detonate("permission_requested")
    return next(alert for alert in await bot.watched() if "permission_requested" in text_of(alert))


async def judged(control, seen, message, user, action, **filled):
    """Press a button and submit the modal that opens."""
    await control.press(user, message.ts, f"alert.{action}")
    await seen(lambda: control.views.get(user))
    return await control.submit(user, {f"alert.{key}": value for key, value in filled.items()})


async def test_an_alert_that_is_expected_says_who_and_why_and_mutes_the_same_again(sekimori, until):
    async with sekimori() as bot:
        control, message = bot.sim.control, await alerted(bot, until)
        last = (datetime.now(UTC) + timedelta(days=9)).date().isoformat()
        attempt = await judged(control, until, message, ADMIN, "expected", why="年次の <更新> です", until=last)
        assert attempt.status == 200
        await until(lambda: "年次の" in text_of(message))
        assert "slack:U0ADMIN" in text_of(message)
        assert "alert.expected" not in text_of(message), "what it is already is no button"
        (entry,) = await bot.entries(EntryKind.ALERT_JUDGED)
        assert (entry.body["standing"], entry.body["by"]) == ("expected", "slack:U0ADMIN")
        assert "年次の" not in json.dumps(entry.body), "the reason is the database's, its digest the record's"
        before = len(bot.alerts())
        await bot.sim.control.detonate("permission_requested")
        async with asyncio.timeout(5):
            while bot.stage.findings().count("permission_requested") < 2:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
        await bot.watched()
        told = [text_of(alert) for alert in bot.alerts()[before:]]
        assert not any("permission_requested" in text for text in told), "it is recorded, and not told"


async def test_acknowledging_needs_no_reason_and_what_comes_after_is_told_anew(sekimori, until):
    async with sekimori() as bot:
        control, message = bot.sim.control, await alerted(bot, until)
        await judged(control, until, message, SATO, "acknowledged")
        await until(lambda: "確認済み" in text_of(message))
        await bot.sim.control.detonate("permission_requested")
        alerts = [a for a in await bot.watched() if "permission_requested" in text_of(a)]
        assert len(alerts) == 2


async def test_a_decision_without_a_reason_or_with_a_day_gone_by_does_not_count(sekimori, until):
    async with sekimori() as bot:
        control, message = bot.sim.control, await alerted(bot, until)
        await judged(control, until, message, ADMIN, "false_positive", why="  ", until="2099-01-01")
        await judged(control, until, message, ADMIN, "false_positive", why="x", until="2020-01-01")
        await judged(control, until, message, ADMIN, "false_positive", why="x", until="2099-01-01")
        await until(lambda: len([m for m in control.messages if m.visible_to == ADMIN]) == 3)
        whispers = [m.text for m in control.messages if m.visible_to == ADMIN]
        assert [text[:3] for text in whispers] == ["理由を", "終わり", "終わり"]
        assert await bot.entries(EntryKind.ALERT_JUDGED) == []
        assert "誤検知: " not in text_of(message)


async def test_where_administrators_are_declared_nobody_else_may_judge(stage, until):
    async with stage() as made:
        text = made.manifest.read_text(encoding="utf-8")
        declared = 'security_channel = "C0SECURITY"'
        assert declared in text
        made.manifest.write_text(text.replace(declared, f'{declared}\nadministrators = ["U0ADMIN"]'), encoding="utf-8")
        async with made.serving() as bot:
            message = await alerted(bot, until)
            await made.sim.control.press(SATO, message.ts, "alert.expected")
            (whisper,) = await until(lambda: [m for m in made.sim.control.messages if m.visible_to == SATO])
            assert "自社" in whisper.text
            assert SATO not in made.sim.control.views
            await made.sim.control.press(ADMIN, message.ts, "alert.expected")
            assert await until(lambda: made.sim.control.views.get(ADMIN))
            made.sim.control.close_view(ADMIN)
            await made.sim.control.become(ADMIN, MemberKind.DELETED)
            await made.sim.control.press(ADMIN, message.ts, "alert.expected")
            (whisper,) = await until(lambda: [m for m in made.sim.control.messages if m.visible_to == ADMIN])
            assert "自社" in whisper.text, "whoever was deactivated is no administrator, from that moment on"


async def test_a_watch_without_the_desk_answers_its_buttons_itself(stage, until):
    async with stage() as made, open_ground(made.manifest, environ={}) as ground:
        watch = await build_watch(ground)
        door = build_alert_door(ground, watch.delivery.wake)
        running = asyncio.create_task(watch.run())
        await door.start()
        with listening(0) as listener:
            async with serving(Starlette(routes=door.routes), listener):
                control = made.sim.control
                control.events_url = f"http://127.0.0.1:{listener.getsockname()[1]}/slack/events"
                await control.detonate("permission_requested")
                (message, *_) = await until(made.alerts)
                forged = await control.replay(await control.press(ADMIN, message.ts, "alert.acknowledged"))
                assert forged.status == 200, "a repetition is known, and acknowledged only"
                await until(lambda: control.views.get(ADMIN))
                await control.submit(ADMIN, {"alert.why": "見ました"})
                await until(lambda: "見ました" in text_of(message))
                control.events_url = None
        await door.close()
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running
