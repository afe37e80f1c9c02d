"""Memory tells addresses apart, and does not know them."""

import pytest

from sekimori.watch.domain.state.cells import Evidence
from sekimori.watch.domain.state.discretion import discreet, discreet_evidence

URI = "https://graph.microsoft.com/v1.0/users/{}/calendar/getSchedule?x=1"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("sato@fabrikam.example", "SATO@fabrikam.example", True),
        ("sato@fabrikam.example", "sato%40fabrikam.example", True),
        ("sato@fabrikam.example", "suzuki@fabrikam.example", False),
    ],
)
def test_the_same_address_is_the_same_and_no_address_is_readable(one, other, same):
    assert (discreet(one) == discreet(other)) is same
    assert "sato" not in discreet(one)


@pytest.mark.parametrize(
    "text", ["203.0.113.10", "/v1.0/users/{id}/calendar/getSchedule", "", "Mozilla/5.0 (X11)", "日本語"]
)
def test_what_is_no_address_stays_as_it_is(text):
    assert discreet(text) == text


def test_of_several_values_each_address_goes_and_the_rest_stays():
    assert discreet('["app","sato@fabrikam.example"]').startswith('["app","~')


@pytest.mark.parametrize("who", ["sato@fabrikam.example", "sato%40fabrikam.example"])
def test_a_kept_call_says_what_was_called_and_not_whose_it_was(who):
    record = {"category": "MicrosoftGraphActivityLogs", "properties": {"requestUri": URI.format(who), "requestId": "r"}}
    kept = discreet_evidence(Evidence(record)).record
    assert kept["properties"]["requestUri"].endswith("/calendar/getSchedule?x=1")
    assert "fabrikam.example" not in str(kept)
    assert kept["properties"]["requestId"] == "r"
    assert URI.format(who) in str(record), "the record itself is left alone"
