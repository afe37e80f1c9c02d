import pytest

from sekimori.core.confidential import Personal
from sekimori.desk.domain.ask import Asking
from sekimori.desk.domain.asker import Doubt, Unconfirmed
from sekimori.desk.domain.journal import Aim
from sekimori.desk.domain.policy import Allow, Deny, DenyReason
from sekimori.desk.domain.preview import Preview, preview


@pytest.fixture
def previewed(small_desk, secretary, shared):
    def see(text: str, actor=secretary) -> Preview:
        small = small_desk()
        return preview(small.policy, Asking(actor=actor, place=shared, text=Personal(text)), small.desk._clock())

    return see


def test_a_plain_question_is_for_nothing_special(previewed) -> None:
    found = previewed("佐藤さん 来週")
    assert isinstance(found.understanding.decision, Allow)
    assert (len(found.allows), found.aim) == (1, None)


def test_a_duration_asks_for_common_time(previewed) -> None:
    assert previewed("佐藤さん 来週 1時間").aim is Aim.COMMON_TIME


def test_one_person_who_is_not_granted_refuses_all(previewed) -> None:
    found = previewed("来週、佐藤さんと鈴木さんで1時間")
    decision = found.understanding.decision
    assert isinstance(decision, Deny)
    assert decision.reason is DenyReason.PERSON_NOT_GRANTED
    assert found.allows == ()


def test_words_for_collisions_are_no_name(previewed) -> None:
    found = previewed("佐藤さんの来週の衝突")
    assert isinstance(found.understanding.decision, Allow)
    assert found.aim is Aim.COLLISIONS


def test_whoever_may_not_ask_is_refused_before_their_words_are_read(previewed) -> None:
    found = previewed("佐藤さんの来週の衝突", Unconfirmed(doubt=Doubt.GUEST))
    assert found.understanding.question is None
    assert found.aim is None
