import pytest

from sekimori.watch.domain import attack


def test_every_technique_has_a_name_and_tactics_of_the_matrix():
    assert attack.table()["T1098.001"].name == "Additional Cloud Credentials"
    assert attack.table()["T1098.001"].tactics == ("persistence", "privilege-escalation")
    assert {tactic for each in attack.table().values() for tactic in each.tactics} == set(attack.TACTICS)
    assert all(attack.is_id(each) and attack.table()[each].name for each in attack.table())
    assert all(each.parent in attack.table() for each in attack.table().values())


def test_a_retired_id_leads_to_one_that_is_in_use():
    retired = attack.retired()
    assert retired["T1527"].by == "T1550.001"
    assert retired["T1064"].by is None
    assert not retired.keys() & attack.table().keys()
    assert {each.by for each in retired.values() if each.by} <= attack.table().keys()


def test_the_file_states_mitres_terms():
    from importlib.resources import files

    text = files("sekimori.watch.domain").joinpath("attack.txt").read_text("utf-8")
    assert "The MITRE Corporation" in text
    assert attack.VERSION in text


@pytest.mark.parametrize(
    ("written", "meant"),
    [("T1550.01", "T1550.001"), ("T1078.999", "T1078"), ("T1999.123", None), ("T9999.001", None)],
)
def test_an_id_with_a_slip_is_guessed_and_a_mere_number_is_not(written, meant):
    assert attack.nearest(written) == meant
