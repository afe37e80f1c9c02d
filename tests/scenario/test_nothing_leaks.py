"""One story with everything in it: nothing that Graph said but times, and nobody's address, comes out anywhere.

Every other scenario is searched in the same way when its stage ends.
"""

import io

import structlog
from PIL import Image, PngImagePlugin

from sekimori.sim.faults import GraphFault, GraphFaultKind

ADDRESSES = ["sato@fabrikam.example", "suzuki@fabrikam.example", "takahashi@fabrikam.example"]


async def test_nothing_of_the_calendars_leaves_graph_whatever_is_asked_and_whatever_fails(stage, capfd):
    async with stage() as made:
        async with made.serving() as bot:
            for text in (
                "佐藤さん 来週",
                "佐藤さん 今週",
                "佐藤さん 明日",
                "鈴木さん 来週",
                "高橋さん 来週",
                "佐藤さん いつか",
            ):
                await bot.ask("U0SEC", text)
            await bot.ask("U0SEC", "佐藤さん 来週", channel="D0SEC")
            for kind in (
                GraphFaultKind.PERSON_ERROR,
                GraphFaultKind.UNKNOWN_STATUS,
                GraphFaultKind.TRUNCATED,
                GraphFaultKind.NULL_ITEMS,
                GraphFaultKind.NOT_FOUND,
            ):
                bot.sim.control.fault(GraphFault(kind=kind, times=3))
                await bot.ask("U0SEC", "佐藤さん 来週")
                bot.sim.control.clear_faults()
            await bot.watched()
            assert len(bot.sim.control.graph_calls) >= 9
        said = capfd.readouterr()
        assert made.leaks([*made.sim.world.bait(), *ADDRESSES]) == []
        assert not [text for text in made.sim.world.bait() if text in said.out + said.err]


async def test_nothing_of_the_calendars_is_in_what_the_watch_says_of_an_attack(stage):
    async with stage() as made, made.serving() as bot:
        for technique in bot.sim.control.techniques:
            await bot.sim.control.detonate(technique)
        assert await bot.watched()
        assert made.leaks(sorted(made.sim.world.bait())) == []


async def test_a_leak_would_be_noticed(sekimori):
    async with sekimori() as bot:
        bait = sorted(bot.sim.world.bait())[-1]
        assert bot.stage.leaks([bait]) == []
        await bot.desk.client.chat_postMessage(channel="C0SHARED", text="…", blocks=[section(bait)])
        await bot.desk.client.files_upload_v2(channel="C0SHARED", file=png_with(bait), filename="a.png", alt_txt="…")
        structlog.get_logger("sekimori").info("event.happened", words=bait)
        async with bot.ground.database.transaction() as connection:
            await connection.exec_driver_sql("INSERT INTO offsets VALUES ('stream', ?)", (bait,))
        places = {where for where, _ in bot.stage.leaks([bait])}
        assert {"reply", "file", "log", "call to Slack"} <= places
        assert places & {"sekimori.db", "sekimori.db-wal"}
        bot.sim.control.messages.clear()
        bot.sim.control.slack_calls.clear()
        for file in bot.sim.control.files:
            file.content = b""
        bot.stage.output.truncate(0)
        async with bot.ground.database.transaction() as connection:
            await connection.exec_driver_sql("DELETE FROM offsets WHERE stream = 'stream'")


def section(text: str) -> dict:
    return {"type": "section", "text": {"type": "plain_text", "text": text}}


def png_with(text: str) -> bytes:
    info, out = PngImagePlugin.PngInfo(), io.BytesIO()
    info.add_itxt("Comment", text, zip=True)
    Image.new("L", (1, 1)).save(out, "PNG", pnginfo=info)
    return out.getvalue()
