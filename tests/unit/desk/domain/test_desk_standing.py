"""What is new among collisions, what is told anew, and what is gone."""

from datetime import UTC, datetime, timedelta

import pytest

from sekimori.core.timespan import Timespan
from sekimori.desk.domain.free_busy import FbType
from sekimori.desk.domain.overlay import Collision, CollisionKind
from sekimori.desk.domain.standing import News, Standing, Told, news

NOW = datetime(2026, 11, 23, tzinfo=UTC)
CERTAIN, POSSIBLE = CollisionKind.CERTAIN, CollisionKind.POSSIBLE
NOTHING = News(new=(), again={}, gone=())


def span(start: float, end: float) -> Timespan:
    return Timespan(NOW + timedelta(hours=start), NOW + timedelta(hours=end))


def hit(start: float, end: float, kind: CollisionKind = CERTAIN) -> Collision:
    return Collision(span=span(start, end), ours=FbType.BUSY, theirs=FbType.BUSY, kind=kind)


def told(
    start: float, end: float, standing: Standing = Standing.THERE, kind: CollisionKind = CERTAIN
) -> dict[str, Told]:
    return {"k": Told(span=span(start, end), standing=standing, kind=kind)}


def test_what_was_not_told_is_new():
    assert news({}, [hit(2, 3), hit(5, 6)], (), NOW) == News(new=(hit(2, 3), hit(5, 6)), again={}, gone=())


def test_what_was_told_is_not_told_twice():
    assert news(told(2, 3), [hit(2, 3)], (), NOW) == NOTHING


@pytest.mark.parametrize("kind", [CollisionKind.UNKNOWN, CollisionKind.CLOSE])
def test_what_is_not_known_to_collide_is_told_to_nobody(kind):
    assert news({}, [hit(2, 3, kind)], (), NOW) == NOTHING


@pytest.mark.parametrize("found", [hit(2, 4), hit(2.5, 3), hit(2, 3, POSSIBLE)])
def test_one_that_moved_or_became_less_sure_is_told_anew_in_its_place(found):
    assert news(told(2, 3), [found], (), NOW) == News(new=(), again={"k": found}, gone=())


@pytest.mark.parametrize("standing", [Standing.GONE, Standing.WITHHELD])
def test_one_that_is_there_again_is_told_in_its_place(standing):
    assert news(told(2, 3, standing), [hit(2, 3)], (), NOW).again == {"k": hit(2, 3)}


def test_one_that_is_not_found_any_more_is_gone_once():
    assert news(told(2, 3), [], (), NOW).gone == ("k",)
    assert news(told(2, 3, Standing.GONE), [], (), NOW) == NOTHING


def test_where_a_calendar_could_not_be_read_nothing_is_gone():
    assert news(told(2, 3), [], (span(0, 24),), NOW) == NOTHING


def test_one_that_has_begun_is_left_alone():
    assert news(told(-1, 1), [], (), NOW) == NOTHING
    assert news(told(-1, 1), [hit(0, 1)], (), NOW) == NOTHING


def test_one_message_stands_for_one_collision():
    found = [hit(2, 3), hit(4, 5)]
    assert news(told(2, 5), found, (), NOW) == News(new=(found[1],), again={"k": found[0]}, gone=())
