from typing import Any

import pytest

from sekimori.core.ids import TeamId, UserId
from sekimori.desk.domain.asker import Actor, Setting
from sekimori.desk.slack.questions import spot_of, typed

ACTOR = Actor(user=UserId("U0SEC"), team=TeamId("T0CONTOSO"))


def payload(**event: Any) -> dict[str, Any]:
    return {
        "authorizations": [{"team_id": "T0FABRIKAM", "user_id": "U0BOT"}],
        "event": {"channel": "C0SHARED", "ts": "1.0", **event},
    }


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<@U0BOT> 佐藤さん 来週", "佐藤さん 来週"),
        ("<@U0BOT|予定の窓口> 佐藤さん 来週", "佐藤さん 来週"),
        ("佐藤さん 来週 <@U0BOT>", "佐藤さん 来週"),
        ("<@U0BOT> <@U0SATO|佐藤> 来週", "<@U0SATO> 来週"),
        ("<@U0BOT> A &amp; B &lt;c&gt;", "A & B <c>"),
        (None, ""),
    ],
)
def test_our_own_mention_is_taken_out_and_others_stay(text: str | None, words: str) -> None:
    assert typed(payload(text=text)).reveal().strip() == words


def test_an_answer_belongs_under_the_question_or_into_its_thread() -> None:
    first = spot_of(payload(), ACTOR)
    later = spot_of(payload(thread_ts="0.5"), ACTOR)
    assert first is not None
    assert later is not None
    assert (first.thread, first.in_thread) == ("1.0", False)
    assert (later.thread, later.in_thread) == ("0.5", True)


@pytest.mark.parametrize(
    ("channel", "kind", "setting"),
    [
        ("D0SEC", "im", Setting.DIRECT),
        ("D0SEC", None, Setting.CHANNEL),
        ("C0OTHER", "im", Setting.CHANNEL),
        ("G0SOME", "mpim", Setting.CHANNEL),
    ],
)
def test_a_direct_conversation_is_told_by_its_type_and_its_id(channel: str, kind: str, setting: Setting) -> None:
    spot = spot_of(payload(channel=channel, channel_type=kind), ACTOR)
    assert spot is not None
    assert spot.place.setting is setting


@pytest.mark.parametrize("event", [{"channel": None}, {"ts": None}, {"channel": {"id": "C0"}}])
def test_where_nobody_can_be_answered_there_is_no_spot(event: dict[str, Any]) -> None:
    assert spot_of(payload(**event), ACTOR) is None
