import json
from pathlib import Path

import msgspec
import pytest
from typer.testing import CliRunner

from sekimori.cli import risk
from sekimori.risk.proof import ProofUnreadable, newest, shipped_path
from sekimori.risk.proof import read as read_proof
from sekimori.risk.table import cells, markdown_table, table_rows
from sekimori.watch.domain.language import Language

PROOF = Path(__file__).parents[2] / "data" / "risk" / "proven.json"
SECRETS = "Update application \u2013 Certificates and secrets management"
ARTICLE = [
    ("ログイン", "T1078.004 Cloud Accounts", "Sign-in activity", "-"),
    ("Service Principalの追加", "T1136.003 Cloud Account", "Add service principal", "-"),
    (
        "Federated credentials",
        "T1098.001 Additional Cloud Credentials",
        "Update application",
        "FederatedIdentityCredentials",
    ),
    ("Client secrets", "T1098.001 Additional Cloud Credentials", SECRETS, "KeyDescription"),
    ("Certificates", "T1098.001 Additional Cloud Credentials", SECRETS, "KeyDescription"),
    ("API Permission", "T1098.003 Additional Cloud Roles", "Update application", "RequiredResourceAccess"),
]


@pytest.fixture(scope="module")
def rows(proof, rules, read):
    return table_rows(proof, rules, read)


def test_the_articles_six_rows_come_first_in_its_order(rows):
    assert [cells(row, Language.JA)[:4] for row in rows[:6]] == ARTICLE
    assert [row.article for row in rows] == [True] * 6 + [False] * (len(rows) - 6)
    assert len(rows) > 6


def test_each_row_names_its_rule_and_the_day_it_was_last_proven(rows, proof):
    assert all(row.rules and row.proven_at == proof.proven_at for row in rows)
    assert cells(rows[3], Language.EN)[4:] == ("client_credential_added", "2026-11-27")


def test_a_rule_that_is_gone_takes_its_row_along(proof, rules, read):
    left = [rule for rule in rules if rule.id != "permission_requested"]
    assert "permission_requested" not in {row.target for row in table_rows(proof, left, read)}


def test_one_event_with_a_secret_and_a_certificate_gives_a_row_of_each(proof, rules, read):
    plain = msgspec.to_builtins(proof)
    both = next(t for t in plain["techniques"] if t["id"] == "client_secret_added")
    one = next(t for t in plain["techniques"] if t["id"] == "certificate_added")

    def keys(t):
        return t["event"]["properties"]["targetResources"][0]["modifiedProperties"][0]

    secret, certificate = (
        next(key for key in json.loads(keys(act)["newValue"]) if kind in key)
        for act, kind in ((both, "KeyType=Password"), (one, "AsymmetricX509Cert"))
    )
    keys(both).update(oldValue="[]", newValue=json.dumps([secret, certificate]))
    alone = msgspec.convert(plain | {"techniques": [both]}, type(proof))
    found = table_rows(alone, rules, read)
    assert [(row.target, row.properties) for row in found] == [
        ("client_secret", ("KeyDescription",)),
        ("certificate", ("KeyDescription",)),
    ]


def test_a_property_may_be_named_by_its_path_too(proof, rules, read):
    plain = msgspec.to_builtins(proof)
    act = next(t for t in plain["techniques"] if t["id"] == "federated_credential_added")
    for path in ("properties.targetResources[0].modifiedProperties[0].newValue", "KeyDescription", ""):
        named = msgspec.convert(plain | {"techniques": [act | {"telling": [path] if path else []}]}, type(proof))
        (row,) = table_rows(named, rules, read)
        assert row.properties == ("FederatedIdentityCredentials",)


def test_markdown_escapes_what_would_break_a_cell(rows):
    lines = markdown_table(rows, Language.EN).splitlines()
    assert len(lines) == len(rows) + 2
    assert {line.count("|") for line in lines} == {7}


def test_the_users_own_newer_proof_goes_before_the_shipped_one(tmp_path, proof):
    own = tmp_path / "sekimori" / "proven.json"
    own.parent.mkdir()
    own.write_bytes(msgspec.json.encode(msgspec.structs.replace(proof, sekimori="9.9", proven_at=_year(proof, 2999))))
    assert newest({"XDG_STATE_HOME": str(tmp_path)}).sekimori == "9.9"


def _year(proof, year):
    return proof.proven_at.replace(year=year)


@pytest.mark.parametrize("text", ['{"version": 2}', "nonsense", None])
def test_a_proof_that_cannot_be_read_says_so(tmp_path, text):
    file = tmp_path / "proven.json"
    if text is not None:
        file.write_text(text)
    with pytest.raises(ProofUnreadable, match="proven") as raised:
        read_proof(file)
    assert "drill matrix" in raised.value.hint


def test_the_shipped_proof_bears_out_the_articles_rows(rules, read):
    found = table_rows(read_proof(shipped_path()), rules, read)
    assert [cells(row, Language.JA)[:4] for row in found if row.article] == ARTICLE


def test_a_policys_row_names_the_property_that_its_proof_calls_telling(rules, read):
    found = {row.event: row.properties for row in table_rows(read_proof(shipped_path()), rules, read)}
    assert found["Update conditional access policy"] == ("ConditionalAccessPolicy",)
    assert found["Add service principal"] == ()


def test_a_row_of_azures_activity_log_says_what_it_is_on(rules, read):
    targets = {row.event.casefold(): row.target for row in table_rows(read_proof(shipped_path()), rules, read)}
    assert targets["microsoft.aadiam/diagnosticsettings/delete"] == "policy:diagnostics"
    assert targets["microsoft.eventhub/namespaces/eventhubs/delete"] == "log_destination"
    assert "other" not in targets.values()


def test_the_command_prints_the_table_in_every_form():
    runner = CliRunner()
    shown = runner.invoke(risk.app, ["table", "--proof", str(PROOF), "--lang", "ja"], env={"COLUMNS": "200"})
    assert "記事の表の6行" in shown.stdout
    told = json.loads(runner.invoke(risk.app, ["table", "--proof", str(PROOF), "--format", "json"]).stdout)
    assert told[5]["properties"] == ["RequiredResourceAccess"]
    assert told[5]["last_proven"] == "2026-11-27T05:12:09Z"


def test_a_narrow_terminal_shows_a_row_below_the_other_and_a_pipe_one_a_line(monkeypatch):
    runner = CliRunner()
    narrow = runner.invoke(risk.app, ["table", "--proof", str(PROOF)], env={"COLUMNS": "80"}).stdout
    assert max(len(line) for line in narrow.splitlines()[:-1]) <= 80
    assert any(line.split() == ["Property", "RequiredResourceAccess"] for line in narrow.splitlines())
    monkeypatch.delenv("COLUMNS", raising=False)
    piped = runner.invoke(risk.app, ["table", "--proof", str(PROOF)]).stdout
    (line,) = [line for line in piped.splitlines() if "FederatedIdentityCredentials" in line]
    assert "T1098.001 Additional Cloud Credentials" in line
    assert "2026-11-27" in line


def test_the_same_change_under_another_event_name_stands_beyond_the_articles_rows(proof, rules, read):
    plain = msgspec.to_builtins(proof)
    act = next(t for t in plain["techniques"] if t["id"] == "client_secret_added")
    for at, key in ((act["event"], "operationName"), (act["event"]["properties"], "activityDisplayName")):
        at[key] = "Add service principal credentials"
    (row,) = table_rows(msgspec.convert(plain | {"techniques": [act]}, type(proof)), rules, read)
    assert (row.target, row.article) == ("client_secret", False)


def test_a_row_names_the_rules_over_its_own_log(proof, rules, read):
    plain = msgspec.to_builtins(proof)
    act = next(t for t in plain["techniques"] if t["id"] == "client_secret_added")
    act["fired"] = [*act["fired"], {"rule": "graph_credential_write", "seconds": 3.0}]
    (row,) = table_rows(msgspec.convert(plain | {"techniques": [act]}, type(proof)), rules, read)
    assert row.rules == ("client_credential_added",)


def test_a_change_that_anonymity_hid_is_told_by_its_property(proof, rules, read):
    plain = msgspec.to_builtins(proof)
    act = next(t for t in plain["techniques"] if t["id"] == "federated_credential_added")
    prop = act["event"]["properties"]["targetResources"][0]["modifiedProperties"][0]
    prop["oldValue"] = prop["newValue"]
    (row,) = table_rows(msgspec.convert(plain | {"techniques": [act]}, type(proof)), rules, read)
    assert (row.target, row.properties) == ("federated_credential_changed", ("FederatedIdentityCredentials",))


def test_of_many_rules_the_table_names_the_first_and_counts_the_others(proof, rules, read, monkeypatch, tmp_path):
    many = [rule.id for rule in rules if rule.sigma.logsource.service == "serviceprincipalsigninlogs"][:5]
    plain = msgspec.to_builtins(proof)
    act = next(t for t in plain["techniques"] if t["id"] == "stolen_credential_sign_in")
    first = act | {"fired": [{"rule": rule, "seconds": 1.0} for rule in many]}
    again = act | {"id": "again", "fired": [{"rule": many[4], "seconds": 1.0}]}
    made = msgspec.convert(plain | {"techniques": [first, again]}, type(proof))
    (row,) = table_rows(made, rules, read)
    assert row.rules == (many[4], *many[:4])
    file = tmp_path / "proven.json"
    file.write_bytes(msgspec.json.encode(made))
    shown = CliRunner().invoke(risk.app, ["table", "--proof", str(file)], env={"COLUMNS": "300"}).stdout
    assert f"{many[4]}, {many[0]}, {many[1]} (+2)" in shown
    assert (
        f"{many[2]}, {many[3]}"
        in CliRunner().invoke(risk.app, ["table", "--proof", str(file), "--format", "md"]).stdout
    )
