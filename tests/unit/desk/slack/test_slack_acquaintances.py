"""Slack is asked about somebody once a minute at most, and what it could not say is not remembered."""

import asyncio
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError

from sekimori.core.ids import UserId
from sekimori.desk.slack import acquaintances
from sekimori.desk.slack.acquaintances import GOOD_FOR, Acquaintances

ANN, BOB = UserId("U0ANN"), UserId("U0BOB")


class Slack:
    """Answers as ``users.info`` does, and counts."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.about: dict[str, dict[str, Any]] = {}
        self.down = False

    async def users_info(self, *, user: str) -> dict[str, Any]:
        self.asked.append(user)
        await asyncio.sleep(0)
        if self.down:
            raise SlackApiError("no", {"error": "ratelimited"})
        return {"ok": True, "user": {"id": user, **self.about.get(user, {})}}


@pytest.fixture
def slack():
    return Slack()


@pytest.fixture
def time():
    return [1000.0]


@pytest.fixture
def known(slack, time):
    return Acquaintances(slack, lambda: time[0])


async def test_an_answer_holds_for_a_minute(slack, known, time):
    await known.about(ANN)
    slack.about[ANN] = {"deleted": True}
    time[0] += GOOD_FOR - 1
    assert "deleted" not in await known.about(ANN)
    time[0] += 1
    assert (await known.about(ANN))["deleted"] is True
    assert slack.asked == [ANN, ANN]


async def test_many_at_once_share_a_call_and_nobody_else_s_answer(slack, known):
    found = await asyncio.gather(*(known.about(user) for user in (ANN, BOB, ANN, ANN, BOB)))
    assert [about["id"] for about in found] == [ANN, BOB, ANN, ANN, BOB]
    assert sorted(slack.asked) == [ANN, BOB]


async def test_no_answer_is_not_remembered(slack, known):
    slack.down = True
    for _ in range(2):
        with pytest.raises(SlackApiError):
            await known.about(ANN)
    slack.down = False
    assert (await known.about(ANN))["id"] == ANN
    assert slack.asked == [ANN, ANN, ANN]


async def test_an_answer_about_somebody_else_is_not_kept(slack, known):
    slack.about[ANN] = {"id": BOB}
    await known.about(ANN)
    await known.about(ANN)
    assert slack.asked == [ANN, ANN]


async def test_who_gave_up_waiting_takes_the_answer_from_nobody(slack, known):
    first, second = (asyncio.create_task(known.about(ANN)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    assert (await second)["id"] == ANN


async def test_only_so_many_are_remembered(slack, known, monkeypatch):
    monkeypatch.setattr(acquaintances, "MOST", 2)
    for user in ("U1", "U2", "U3", "U3", "U2", "U1"):
        await known.about(UserId(user))
    assert slack.asked == ["U1", "U2", "U3", "U1"]


async def test_whoever_changed_is_asked_about_anew(slack, known):
    await known.about(ANN)
    slack.about[ANN] = {"deleted": True}
    known.forget(ANN)
    assert (await known.about(ANN))["deleted"] is True
    assert (await known.about(ANN))["deleted"] is True
    assert slack.asked == [ANN, ANN]


async def test_an_answer_from_before_the_change_is_not_remembered(slack, known):
    early = asyncio.create_task(known.about(ANN))
    await asyncio.sleep(0)
    known.forget(ANN)
    late = asyncio.create_task(known.about(ANN))
    assert (await early)["id"] == (await late)["id"] == ANN
    await known.about(ANN)
    assert slack.asked == [ANN, ANN]
