"""The canary is a call of the desk's own, and says how long its record took to the watch."""

from datetime import timedelta

import pytest

from sekimori.audit.entry import EntryKind
from sekimori.bootstrap.errors import MissingSetting
from sekimori.cli._canary import fly


async def test_the_canary_arrives_and_nobody_is_alarmed(sekimori, capsys):
    async with sekimori() as bot:
        assert await fly(bot.stage.manifest, None, timedelta(seconds=20))
        assert "arrived: the watch reconciled the call after" in capsys.readouterr().out
        assert await bot.watched() == []
        released, arrived = await bot.entries(EntryKind.CANARY_RELEASED, EntryKind.CANARY_ARRIVED)
        assert released.body == {"person": "sato"}
        assert arrived.body["canary"] == released.id


async def test_without_a_watch_it_does_not_arrive(sekimori, capsys):
    async with sekimori() as bot:
        bot.watching.cancel()
        assert not await fly(bot.stage.manifest, "suzuki", timedelta(seconds=1))
        assert "not arrived within 1.0 s" in capsys.readouterr().out


async def test_a_canary_that_cannot_be_sent_says_so(sekimori):
    async with sekimori() as bot:
        with pytest.raises(MissingSetting):
            await fly(bot.stage.manifest, "nobody", timedelta(seconds=1))
