"""Rules as plain Sigma and through pySigma's backends: what others read finds what ours find."""

import json
from functools import cache

import pytest
import yaml
from sigma.collection import SigmaCollection

from sekimori.bootstrap import envelopes
from sekimori.watch.domain.language import Language
from sekimori.watch.domain.sigma.evaluate import matches
from sekimori.watch.domain.sigma.rule import load_rules
from sekimori.watch.export.exported import LeftOut, Written, portable
from sekimori.watch.export.targets import Target, writer_of
from sekimori.watch.intake import Intake, records_in
from sekimori.watch.rulebook import shipped_rules
from sekimori.watch.samples import Expectation, read_samples, samples_file

RULES = {rule.id: rule for rule in shipped_rules()}
EVENT = "Update application – Certificates and secrets management "


@cache
def results_for(target):
    return {id_: writer_of(target)(rule, Language.EN) for id_, rule in RULES.items()}


def written_for(target):
    return {id_: result.text for id_, result in results_for(target).items() if isinstance(result, Written)}


@pytest.mark.parametrize("target", Target)
def test_every_rule_is_written_or_said_to_be_left_out(target):
    results = results_for(target)
    written = {id_: result for id_, result in results.items() if isinstance(result, Written)}
    assert len({result.name for result in written.values()}) == len(written) > 40
    left = [result for result in results.values() if isinstance(result, LeftOut)]
    assert all(result.reason.startswith("not expressible: ") for result in left)
    assert isinstance(results["graph_call_without_entry"], LeftOut)
    assert isinstance(results["log_category_silent"], LeftOut), "no log of the target has it"
    assert EVENT in written["client_credential_added"].text


def test_plain_sigma_is_read_by_the_standards_own_reader_and_by_ours():
    for id_, text in written_for(Target.SIGMA).items():
        collection = SigmaCollection.from_yaml(text)
        assert not collection.errors, id_
        assert all("sekimori" not in document for document in yaml.safe_load_all(text)), id_
        assert load_rules(text, id_)


def test_whatever_fires_ours_fires_its_plain_form():
    intake = Intake(envelopes=envelopes())
    for id_, text in written_for(Target.SIGMA).items():
        rule, tree = RULES[id_], load_rules(text, id_)[-1].tree
        names = {name for spelled in portable(rule).spellings.values() for name in spelled}
        for sample in read_samples(samples_file(rule)):
            if sample.expect is Expectation.FIRES:
                for record in records_in(intake.open(sample.raw)):
                    assert matches(tree, record) or record["operationName"] not in names, (id_, sample.why)


def test_the_targets_own_fields_are_asked():
    kusto, splunk, elastic = (
        results_for(target)["client_credential_added"].text for target in (Target.KUSTO, Target.SPLUNK, Target.ELASTIC)
    )
    assert "\nAuditLogs\n| where (OperationName in~ (" in kusto
    assert 'TargetResources contains "KeyDescription"' in kusto
    assert 'sourcetype="azure:monitor:aad" category="AuditLogs" operationName IN (' in splunk
    assert "targetResources{}.modifiedProperties{}.displayName" in splunk
    assert "azure.auditlogs.operation_name:" in json.loads(elastic)["query"]


def test_error_codes_are_texts_in_log_analytics():
    blocked = results_for(Target.KUSTO)["service_principal_sign_in_failed"].text
    assert 'ResultType =~ "0"' in blocked
    assert "ResultType > 0" not in blocked


def test_what_is_counted_is_counted_where_the_target_can():
    assert "event_count >= 5" in results_for(Target.SPLUNK)["secret_guessing"].text
    assert isinstance(results_for(Target.KUSTO)["secret_guessing"], LeftOut)
    event, correlation = yaml.safe_load_all(results_for(Target.SIGMA)["secret_guessing"].text)
    assert correlation["correlation"]["rules"] == [event["name"]]
    assert correlation["correlation"]["timespan"] == "10m"


def test_an_elastic_rule_says_what_it_is_worth_and_is_not_enabled():
    for id_, text in written_for(Target.ELASTIC).items():
        body = json.loads(text)
        assert body["enabled"] is False, id_
        assert 0 < body["risk_score"] < 100, id_
        assert body["severity"] in {"low", "medium", "high", "critical"}, id_
        assert (body["type"], body["language"]) == ("query", "lucene"), id_


@pytest.mark.parametrize("target", Target)
def test_where_a_rule_is_limited_it_says_so_in_what_is_written(target):
    result = results_for(target)["privileged_role_to_user"]
    assert "not asked of the change: member_type, privileged" in result.limitations
    assert "not asked of the change: member_type, privileged" in result.text
