"""Rules for Datadog: valid for its API, naming events as the log does, and finding whatever ours find."""

import json
import re
from functools import cache

import pytest
from jsonschema import Draft202012Validator

from sekimori.bootstrap import envelopes
from sekimori.cli import main
from sekimori.watch.domain.language import Language
from sekimori.watch.domain.sigma.evaluate import matches
from sekimori.watch.export.datadog import written
from sekimori.watch.export.exported import LeftOut, Written, portable
from sekimori.watch.export.literals import literals_of
from sekimori.watch.intake import Intake, records_in
from sekimori.watch.rulebook import shipped_rules
from sekimori.watch.samples import Expectation, read_samples, samples_file

RULES = {rule.id: rule for rule in shipped_rules()}
SECONDS = [0, 60, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400]
TEXTS = {"type": "array", "items": {"type": "string", "minLength": 1}}
CREATE_RULE = {
    "type": "object",
    "additionalProperties": False,
    "required": ["name", "message", "isEnabled", "type", "queries", "cases", "options"],
    "properties": {
        "name": {"type": "string", "minLength": 1},
        "message": {"type": "string", "minLength": 1},
        "isEnabled": {"type": "boolean"},
        "hasExtendedTitle": {"type": "boolean"},
        "type": {"enum": ["log_detection", "application_security", "api_security", "workload_security"]},
        "tags": TEXTS | {"items": {"type": "string", "pattern": "^[a-z_]+:[A-Za-z0-9_.-]+$"}},
        "filters": {"type": "array"},
        "queries": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["query", "aggregation"],
                "properties": {
                    "name": {"type": "string", "pattern": "^[a-z_]+$"},
                    "query": {"type": "string", "minLength": 1, "maxLength": 12000},
                    "aggregation": {"enum": ["count", "cardinality"]},
                    "dataSource": {"const": "logs"},
                    "groupByFields": TEXTS | {"items": {"type": "string", "pattern": "^@"}},
                    "distinctFields": TEXTS | {"items": {"type": "string", "pattern": "^@"}},
                    "hasOptionalGroupByFields": {"type": "boolean"},
                },
            },
        },
        "cases": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["status"],
                "properties": {
                    "name": {"type": "string"},
                    "status": {"enum": ["info", "low", "medium", "high", "critical"]},
                    "condition": {"type": "string", "pattern": r"^events (>|>=|<=) \d+( && events <= \d+)?$"},
                    "notifications": TEXTS,
                },
            },
        },
        "options": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "detectionMethod": {"enum": ["threshold", "new_value", "anomaly_detection", "impossible_travel"]},
                "evaluationWindow": {"enum": SECONDS},
                "keepAlive": {"enum": SECONDS},
                "maxSignalDuration": {"enum": SECONDS},
            },
        },
    },
}
"""The shape of ``POST /api/v2/security_monitoring/rules``, as far as a log detection rule uses it; in our own words."""


def exported(rule, language=Language.EN):
    result = written(rule, language)
    return json.loads(result.text) if isinstance(result, Written) else None


@cache
def exported_all(language=Language.EN):
    return {id_: body for id_, rule in RULES.items() if (body := exported(rule, language))}


# An interpreter of the search syntax, by Datadog's own description of it, that shares nothing with what writes it.

TOKEN = re.compile(r'\s*(?:(OR)\b|(-)|(\()|(\))|(@[\w.]+|source):|("(?:[^"\\]|\\.)*")|((?:[^\s()\\]|\\.)+))')


class Search:
    def __init__(self, text):
        self.tokens, at = [], 0
        while at < len(text.rstrip()):
            found = TOKEN.match(text, at)
            assert found, text[at:]
            kind = found.lastindex
            self.tokens.append((kind, found.group(kind)))
            at = found.end()

    def holds(self, record):
        self.at, self.record = 0, record
        result = self.either(None)
        assert self.at == len(self.tokens), self.tokens[self.at :]
        return result

    def peek(self):
        return self.tokens[self.at] if self.at < len(self.tokens) else (None, None)

    def take(self):
        self.at += 1
        return self.tokens[self.at - 1]

    def either(self, attribute):
        results = [self.every(attribute)]
        while self.peek()[0] == 1:
            self.take()
            results.append(self.every(attribute))
        return any(results)

    def every(self, attribute):
        results = []
        while self.peek()[0] not in {None, 1, 4}:
            results.append(self.one(attribute))
        assert results
        return all(results)

    def one(self, attribute):
        kind, text = self.take()
        if kind == 2:
            return not self.one(attribute)
        if kind == 3:
            result = self.either(attribute)
            assert self.take()[0] == 4
            return result
        if kind == 5:
            return self.one(text)
        assert attribute, "a bare word searches the message"
        return self.value(attribute, kind, text)

    def value(self, attribute, kind, text):
        values = self.record(attribute)
        if kind == 6:
            return any(str(value) == re.sub(r"\\(.)", r"\1", text[1:-1]) for value in values)
        if ordered := re.fullmatch(r"(<=|>=|<|>)(\d+)", text):
            tests = {"<": int.__lt__, "<=": int.__le__, ">": int.__gt__, ">=": int.__ge__}
            return any(isinstance(v, int) and tests[ordered[1]](v, int(ordered[2])) for v in values)
        pattern = "".join(
            ".*" if part == "*" else re.escape(part[-1]) for part in re.findall(r"\\.|.", text, re.DOTALL)
        )
        return any(re.fullmatch(pattern, str(value), re.DOTALL) for value in values)


def in_datadog(record):
    """Return what Datadog's pipeline makes of a canonical record, asked by attribute; nulls are dropped."""
    renamed = {"evt.category": "category", "evt.name": "operationName", "network.client.ip": "callerIpAddress"}
    renamed["evt.outcome"] = "properties.result"

    def values(attribute):
        if attribute == "source":
            return ["azure.activedirectory"]
        found = [record]
        for step in renamed.get(attribute[1:], attribute[1:]).split("."):
            inside = [each.get(step) for each in found if isinstance(each, dict)]
            found = [one for each in inside for one in (each if isinstance(each, list) else [each]) if one is not None]
        return found

    return values


def samples_of(rule, expectation):
    for sample in read_samples(samples_file(rule)):
        if sample.expect is expectation:
            for record in records_in(Intake(envelopes=envelopes()).open(sample.raw)):
                yield sample, record


@pytest.mark.parametrize("language", list(Language))
def test_every_rule_is_as_the_api_takes_it(language):
    validator = Draft202012Validator(CREATE_RULE)
    for id_, body in exported_all(language).items():
        assert list(validator.iter_errors(body)) == [], id_
        assert {f"technique:{technique}" for technique in RULES[id_].techniques} <= set(body["tags"])
        assert all(question in body["message"] for question in RULES[id_].guidance.runbook[language]), id_


def test_whatever_fires_ours_fires_the_exported_one():
    for id_, body in exported_all().items():
        rule = RULES[id_]
        found, search = portable(rule), Search(body["queries"][0]["query"])
        for sample, record in samples_of(rule, Expectation.FIRES):
            assert matches(found.tree, record), (id_, sample.why)
            if record["operationName"] in {name for names in found.spellings.values() for name in names}:
                assert search.holds(in_datadog(record)), (id_, sample.why)


def test_an_exported_rule_is_quiet_about_other_rules_events_of_another_log():
    firing = {id_: [record for _, record in samples_of(rule, Expectation.FIRES)] for id_, rule in RULES.items()}
    for id_, body in exported_all().items():
        search, rule = Search(body["queries"][0]["query"]), RULES[id_]
        for other in RULES.values():
            if other.sigma.categories and not other.sigma.categories & (rule.sigma.categories or set()):
                assert not any(search.holds(in_datadog(record)) for record in firing[other.id]), (id_, other.id)


def test_the_event_is_named_exactly_as_the_log_names_it():
    query = exported_all()["client_credential_added"]["queries"][0]["query"]
    assert query.startswith("source:azure.activedirectory ")
    assert '"Update application – Certificates and secrets management "' in query
    assert '"Update application - ' not in query


def test_attempts_are_counted_as_the_correlation_counts_them():
    body = exported_all()["secret_guessing"]
    assert body["queries"][0]["groupByFields"] == ["@properties.servicePrincipalId"]
    assert body["cases"][0]["condition"] == "events >= 5"
    assert body["options"]["evaluationWindow"] == 600


def test_what_needs_our_own_record_or_memory_is_left_out_and_says_so():
    left = {id_: written(rule, Language.EN) for id_, rule in RULES.items() if id_ not in exported_all()}
    assert "graph_call_without_entry" in left
    assert all(
        isinstance(result, LeftOut) and result.reason.startswith("not expressible: ") for result in left.values()
    )


def test_where_a_rule_asks_for_less_it_says_so_in_its_own_message():
    result = written(RULES["privileged_role_to_user"], Language.EN)
    assert "not asked of the change: member_type, privileged" in result.limitations
    assert all(limitation in json.loads(result.text)["message"] for limitation in result.limitations)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("/users/[^/]+/(messages|mailFolders)", [{"/users/"}, {"/messages", "/mailFolders"}]),
        ("/(roles/[^/]+/members|grants/of)", [{"/members", "grants/of"}]),
        ("^https://(example|fabrikam)[.]test$", [{"https://example.test", "https://fabrikam.test"}]),
        (".+", []),
        ("[a-z]*", []),
        ("(microsoft[.]graph[.])?addKey", [{"addKey", "microsoft.graph.addKey"}]),
    ],
)
def test_the_fixed_parts_of_an_expression(expression, expected):
    assert [set(each) for each in literals_of(expression)] == expected


def test_the_command_writes_one_rule_a_file_and_tells_what_became_of_each(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("sys.argv", ["sekimori", "rules", "export", "--to", "datadog", "--out", str(tmp_path / "out")])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 1, "some rules are left out"
    said = capsys.readouterr().out
    assert all(id_ in said for id_ in RULES)
    assert {path.name for path in (tmp_path / "out").iterdir()} == {f"{id_}.json" for id_ in exported_all()}
    assert f"{len(exported_all())} written" in said


def test_a_folder_that_cannot_be_written_is_told(tmp_path, capsys, monkeypatch):
    (tmp_path / "out").write_text("a file")
    monkeypatch.setattr("sys.argv", ["sekimori", "rules", "export", "--to", "datadog", "--out", str(tmp_path / "out")])
    with pytest.raises(SystemExit) as ended:
        main()
    assert ended.value.code == 2
    assert "the rules cannot be written" in capsys.readouterr().err


def test_a_permission_that_takes_over_is_asked_for_by_its_ids_and_names():
    requested = exported_all()["takeover_permission_requested"]["queries"][0]["query"]
    granted = exported_all()["takeover_permission_granted"]["queries"][0]["query"]
    assert r"*9e3f62cf\-ca93\-4989\-b6ce\-bf83c28f9fe8*" in requested
    assert "*RoleManagement.ReadWrite.Directory*" in granted
    for rule in ("takeover_permission_requested", "takeover_permission_granted"):
        nearly = samples_of(RULES[rule], Expectation.NEARLY)
        assert any(
            not Search(exported_all()[rule]["queries"][0]["query"]).holds(in_datadog(record)) for _, record in nearly
        )
