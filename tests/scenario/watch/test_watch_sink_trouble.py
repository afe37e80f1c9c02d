"""The channel that alerts go to is down for a while: none is lost, none is doubled, and their order stays."""

import asyncio

import pytest

from sekimori.sim.faults import SlackFault
from sekimori.watch import delivery


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "PATIENCE", (0.1, 0.2))
    monkeypatch.setattr(delivery, "LAST_PATIENCE", 0.5)


def titles(alerts) -> list[str]:
    return [alert.blocks[0]["text"]["text"] for alert in alerts]


async def attacked(bot) -> None:
    for technique in ("permission_requested", "federated_credential_added"):
        await bot.sim.control.detonate(technique)
    async with asyncio.timeout(5):
        while len(bot.stage.findings()) < 2:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def test_slack_that_is_gone_gets_every_alert_once_it_is_back(sekimori):
    async with sekimori() as bot:
        await bot.stage.door.shut()
        await attacked(bot)
        assert bot.alerts() == []
        await bot.stage.door.open()
        alerts = await bot.watched()
        assert len(alerts) == len(bot.stage.findings())
        assert len(set(titles(alerts))) == len(alerts)


async def test_slack_that_breaks_off_every_request_does_not_end_the_watch(sekimori):
    async with sekimori() as bot:
        bot.stage.door.breaks_off = True
        await attacked(bot)
        await asyncio.sleep(0.5)
        assert not bot.watching.done()
        bot.stage.door.breaks_off = False
        assert len(await bot.watched()) == len(bot.stage.findings())


@pytest.mark.parametrize("error", ["internal_error", "channel_not_found", "token_revoked"])
async def test_an_alert_that_slack_refuses_is_offered_again(sekimori, error):
    async with sekimori() as bot:
        bot.sim.control.fault(SlackFault(method="chat.postMessage", times=3, error=error))
        await attacked(bot)
        assert len(await bot.watched()) == len(bot.stage.findings())
        assert "alert.delivery_failed" in bot.stage.output.getvalue()


async def test_a_busy_slack_is_waited_for(sekimori):
    async with sekimori() as bot:
        bot.sim.control.fault(SlackFault(method="chat.postMessage", retry_after=1))
        await attacked(bot)
        assert len(await bot.watched()) == len(bot.stage.findings())


async def test_alerts_that_waited_are_told_by_the_next_run_of_the_service(stage):
    async with stage() as made:
        async with made.serving() as bot:
            await made.door.shut()
            await attacked(bot)
        await made.door.open()
        async with made.serving() as bot:
            assert len(await bot.watched()) == len(made.findings())


async def test_the_desk_answers_while_alerts_cannot_be_delivered(sekimori):
    async with sekimori() as bot:
        await attacked(bot)
        await bot.watched()
        bot.sim.control.fault(SlackFault(method="chat.postMessage", error="internal_error"))
        await bot.sim.control.detonate("service_principal_added")
        assert await bot.ask("U0OTHER", "佐藤さん 来週")
        await bot.watched()
