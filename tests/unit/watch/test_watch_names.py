import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekimori.watch.domain.names import normalised_name


@pytest.mark.parametrize(
    "spelling",
    [
        "Update application \u2013 Certificates and secrets management ",
        "Update application \u2014 Certificates and secrets management",
        "update application - certificates  and secrets management.",
        "Update\u00a0application \u2212 Certificates and secrets management",
    ],
)
def test_one_operation_in_every_spelling(spelling: str) -> None:
    assert normalised_name(spelling) == "update application - certificates and secrets management"


def test_only_the_end_loses_its_full_stop() -> None:
    assert normalised_name("Update application.") == "update application"
    assert normalised_name("POST UserAuthMethod.Registration") == "post userauthmethod.registration"


@given(st.text())
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalised_name(normalised_name(text)) == normalised_name(text)
