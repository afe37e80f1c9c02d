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
