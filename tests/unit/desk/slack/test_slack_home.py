from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from sekimori.core.ids import PersonId, TeamId, UserId
from sekimori.desk.domain.disclosure import Precision
from sekimori.desk.domain.hours import Hours
from sekimori.desk.domain.lookups import Lookup
from sekimori.desk.domain.owners import PersonState, Rights, State
from sekimori.desk.domain.policy import Language, PersonTerms
from sekimori.desk.slack.administration import _trusted
from sekimori.desk.slack.home import home, lookup_blocks, status
from sekimori.sim.slack.block_limits import VIEW_BLOCKS, block_errors

TOKYO = ZoneInfo("Asia/Tokyo")


def person(key: str) -> PersonTerms:
    hours = Hours(opens=480, closes=1200)
    return PersonTerms(
        person=PersonId(key), names=("佐藤" * 20,), precision=Precision.TYPED, horizon_days=42, hours=hours
    )


def lookup(number: int, result: str | None) -> Lookup:
    return Lookup(
        seq=number,
        at=datetime(2026, 11, 24, tzinfo=UTC),
        person=PersonId("p0"),
        partner="contoso",
        user="U0SEC",
        purpose="schedule coordination",
        window=None,
        precision="typed",
        result=result,
        periods=3,
        unknown=0,
        surface="modal",
    )


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("count", [0, 1, 40])
def test_a_home_keeps_to_slacks_limits(language: Language, count: int) -> None:
    people = tuple(person(f"p{number}") for number in range(count))
    states = tuple(PersonState(declared=p, shown=p, narrowed=True) for p in people)
    rights = Rights(user=UserId("U0SATO"), team=TeamId("T0FABRIKAM"), own=people, administers=people)
    found = {p.person: [lookup(n, r) for n, r in enumerate(("shown", "refused", None))] for p in people}
    state = State(rights=rights, service_paused=False, people=states)
    made = home(state, found, language, TOKYO)["blocks"]
    assert block_errors(made, most=VIEW_BLOCKS, file_known=lambda _file: False) == []
    assert block_errors(status(state, language), most=50, file_known=lambda _file: False) == []


def test_a_list_of_lookups_names_accounts_without_telling_them() -> None:
    made = str(lookup_blocks([lookup(1, "shown")], Language.JA, TOKYO))
    assert "<@" not in made
    assert "U0SEC" in made


@pytest.mark.parametrize(
    ("url", "trusted"),
    [
        ("https://hooks.slack.com/commands/T/1/x", True),
        ("http://127.0.0.1:9001/actions/x", True),
        ("http://hooks.slack.com/commands/T/1/x", False),
        ("https://hooks.slack.com.evil.example/x", False),
        ("http://127.0.0.1:9002/x", False),
        ("https://evil.example/hooks.slack.com", False),
        ("", False),
    ],
)
def test_only_slack_is_answered(url: str, trusted: bool) -> None:
    assert _trusted(url, "http://127.0.0.1:9001/api/") is trusted
