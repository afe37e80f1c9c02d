"""The kernel answers as the plain evaluator does: rule by rule, on every spelling of a record."""

import json
import random

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from sekimori.watch.domain.derivation import Derivation
from sekimori.watch.domain.flaws import flaw_of
from sekimori.watch.domain.sigma.compiled import compiled
from sekimori.watch.domain.sigma.evaluate import matches
from sekimori.watch.domain.sigma.kernel import Kernel
from sekimori.watch.domain.sigma.literals import may_stand, required
from sekimori.watch.domain.sigma.rule import load_rules
from sekimori.watch.rulebook import shipped_rules
from sekimori.watch.samples import read_samples, samples_file

# Letters that case folding or compatibility folding takes to ASCII, dashes, slashes, quotes, and near misses.
WORDS = [
    *(
        "Add",
        "add",
        "Kelvin",
        "\u212aelvin",
        "kelvin",
        "stra\u00dfe",
        "STRASSE",
        "\u0130stanbul",
        "istanbul",
        "\ufb01ne",
    ),
    *("fine", "\u017fecret", "Secret", "a/b", 'say "x"', "back\\slash", "Update app \u2013 keys ", "update app - keys"),
    *(
        "failure",
        "success",
        "192.0.2.7",
        "0",
        "1",
        "true",
        "",
        "x",
        "2026-08-01T10:00:00Z",
        "r\u00e9union",
        "\u2126",
        "\U0001d5d4dd",
    ),
]
SCALARS = st.one_of(st.sampled_from(WORDS), st.sampled_from([0, 1, 50126, -1, 2**70, 1.0, 0.5, True, False, None]))
VALUES = st.one_of(
    SCALARS,
    st.lists(SCALARS, max_size=2),
    st.dictionaries(st.sampled_from(["errorCode", "city", "isCompliant", "user", "key"]), SCALARS, max_size=2),
)
ELEMENT_KEYS = ["displayName", "newValue", "result", "key", "value"]
ELEMENTS = st.one_of(SCALARS, st.dictionaries(st.sampled_from(ELEMENT_KEYS), SCALARS, max_size=3))
LISTS = st.one_of(VALUES, st.lists(ELEMENTS, max_size=3))
TARGETS = st.one_of(
    VALUES,
    st.lists(st.one_of(SCALARS, st.dictionaries(st.sampled_from(["type", "modifiedProperties"]), LISTS)), max_size=2),
)
PROPERTIES = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(("status", "deviceDetail", "location", "initiatedBy", "userAgent", "riskState"), VALUES),
        **dict.fromkeys(("isInteractive", "riskEventTypes_v2", "requestUri", "result", "zz", "odd key"), VALUES),
        **dict.fromkeys(("appliedConditionalAccessPolicies", "additionalDetails"), LISTS),
        "targetResources": TARGETS,
    },
)
CATEGORIES = [
    "AuditLogs",
    "auditlogs",
    "SignInLogs",
    "ServicePrincipalSignInLogs",
    "MicrosoftGraphActivityLogs",
    "Other",
]
RECORDS = st.fixed_dictionaries(
    {"category": st.sampled_from(CATEGORIES), "operationName": VALUES, "properties": st.one_of(PROPERTIES, SCALARS)},
    optional=dict.fromkeys(("resultType", "callerIpAddress", "location", "records", "extra"), VALUES),
)
FIELDS = [
    *(
        "OperationName",
        "ResultType",
        "Status",
        "callerIpAddress",
        "Location",
        "properties.status.errorCode",
        "category",
    ),
    *("properties.deviceDetail.isCompliant", "properties.userAgent", "RiskState", "IsInteractive", "riskEventType"),
    *("properties.requestUri", "properties.result", "properties.zz", "properties.odd key", "extra", "InitiatedBy"),
    *("TargetResources", "TargetResources.modifiedProperties.newValue", "Role.DisplayName", "additionalDetails.key"),
    *(
        "appliedConditionalAccessPolicies.result",
        "properties.targetResources[0].type",
        "properties.message",
        "UserAgent",
    ),
]
BLOCKS = [
    "TargetResources.ModifiedProperties",
    "appliedConditionalAccessPolicies",
    "additionalDetails",
    "extra",
    "changes",
]
MODIFIERS = ["", "|contains", "|startswith", "|endswith", "|cased", "|re", "|neq"]
ASKED = st.one_of(
    st.sampled_from([w for w in WORDS if w]), st.sampled_from([0, 1, 50126, True, False, None, "*a*", "?dd"])
)


@st.composite
def items(draw, fields=FIELDS):
    field, modifier = draw(st.sampled_from(fields)), draw(st.sampled_from(MODIFIERS))
    value = draw(st.one_of(ASKED, st.lists(ASKED, min_size=1, max_size=3)))
    if modifier and modifier != "|neq":
        plain = [str(v) for v in (value if isinstance(value, list) else [value])]
        value = [v.replace("\\", "").replace("?", "").replace("*", "") if modifier == "|re" else v for v in plain]
    return f"{field}{modifier}", value


@st.composite
def selections(draw):
    kind = draw(st.sampled_from(["plain", "plain", "plain", "block", "keyword", "exists", "fieldref"]))
    if kind == "keyword":
        return draw(st.lists(st.sampled_from([w for w in WORDS if w]), min_size=1, max_size=2))
    if kind == "exists":
        return {f"{draw(st.sampled_from(FIELDS))}|exists": draw(st.booleans())}
    if kind == "fieldref":
        return {f"{draw(st.sampled_from(FIELDS))}|fieldref": draw(st.sampled_from(FIELDS))}
    if kind == "block":
        quantifier = draw(st.sampled_from(["any", "all", "all_or_empty", "none"]))
        keys = ["kind", "displayName", "newValue", "result", "."]
        return {
            f"{draw(st.sampled_from(BLOCKS))}[{quantifier}]": dict(draw(st.lists(items(keys), min_size=1, max_size=2)))
        }
    return dict(draw(st.lists(items(), min_size=1, max_size=2)))


@st.composite
def rules(draw):
    named = {f"s{i}": each for i, each in enumerate(draw(st.lists(selections(), min_size=1, max_size=3)))}
    names = list(named)
    condition = draw(st.sampled_from(["1 of them", "all of them", "not s0", f"s0 and not {names[-1]}"]))
    source = {"product": "azure"}
    service = draw(st.sampled_from([None, None, "auditlogs", "signinlogs", "microsoftgraphactivitylogs"]))
    document = {
        "title": "t",
        "logsource": source | ({"service": service} if service else {}),
        "detection": {**named, "condition": condition},
    }
    return load_rules(yaml.safe_dump(document, allow_unicode=True), "t.yml")[0]


def spelled(record, how):
    """Write a record as JSON in one of the ways that emitters do."""
    if how == "plain":
        return json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode()
    if how == "spaced":
        return json.dumps(record, ensure_ascii=False, indent=1).replace("\n", " ").encode()
    if how == "ascii":
        return json.dumps(record).encode()
    text = json.dumps(record, ensure_ascii=False)
    if how == "slashes":
        return text.replace("/", "\\/").encode()
    chance = random.Random(len(text))
    escaped = (f"\\u{ord(c):04x}" if c.isalnum() and c.isascii() and chance.random() < 0.1 else c for c in text)
    # a digit that is no text, and the words true, false and null, cannot be written as escapes
    candidate = "".join(escaped).encode()
    try:
        return candidate if json.loads(candidate) == record else text.encode()
    except ValueError:
        return text.encode()


SPELLINGS = st.sampled_from(["plain", "spaced", "ascii", "slashes", "escapes"])


@settings(max_examples=150, deadline=None)
@given(st.lists(rules(), min_size=1, max_size=4), st.lists(RECORDS, min_size=1, max_size=4), SPELLINGS)
def test_the_kernel_answers_as_the_plain_evaluator_does(found, records, how):
    trees = [rule.tree for rule in found]
    together, derivation = Kernel(trees, Derivation()), Derivation()
    alone = [Kernel([tree], Derivation()) for tree in trees]
    lines = [spelled(record, how) for record in records]
    together.tune(lines * 40)
    for record, line in zip(records, lines, strict=True):
        enriched = derivation.enriched(json.loads(line))
        expected = tuple(i for i, tree in enumerate(trees) if matches(tree, enriched))
        assert together.decide_record(record) == expected
        decided = together.decide(line)
        if flaw_of(json.loads(line)):
            assert decided is None, "the envelopes say what is wrong with it"
            continue
        if decided is None:  # an envelope's, or not the kernel's to read
            assert "records" in record or 2**70 in json.loads(line, parse_int=int).values() or b"1180591" in line
            continue
        assert decided == expected
        assert [bool(kernel.decide(line)) for kernel in alone] == [i in expected for i in range(len(trees))]
    # Side by side each is decided as it is by itself.
    decided_alone = [(place, fired) for place, line in enumerate(lines * 3) if (fired := together.decide(line)) != ()]
    assert list(together.decide_all(lines * 3)) == decided_alone


@settings(max_examples=100, deadline=None)
@given(rules(), RECORDS, SPELLINGS)
def test_a_tree_as_a_function_and_its_literals_never_lose_a_match(rule, record, how):
    enriched = Derivation().enriched(record)
    answer = matches(rule.tree, enriched)
    assert compiled(rule.tree)(enriched) is answer
    literals = required(rule.tree)
    if answer and literals is not None:
        assert may_stand(literals, spelled(record, how))


def test_a_column_of_too_many_values_is_given_up_and_nothing_is_lost():
    rule = load_rules(
        "title: t\nlogsource: {product: azure, service: signinlogs}\n"
        "detection: {s: {userAgent|endswith: '77', RiskState: atRisk}, condition: s}\n",
        "t.yml",
    )[0]
    kernel = Kernel([rule.tree])
    fired, lines = 0, []
    for i in range(9000):
        properties = {"userAgent": f"agent {i}", "riskState": "atRisk" if i % 2 else "none"}
        record = {"category": "SignInLogs", "operationName": "Sign-in activity", "properties": properties}
        fired += bool(kernel.decide(json.dumps(record).encode()))
        lines.append(json.dumps(record).encode())
    assert fired == 90
    assert len(list(Kernel([rule.tree]).decide_all(lines))) == 90
    assert kernel.fallbacks == 0


def test_a_record_without_a_name_is_left_to_the_envelopes_however_many_names_there_are():
    rule = load_rules(
        "title: t\nlogsource: {product: azure, service: auditlogs}\n"
        "detection: {s: {operationName|endswith: '77', result: success}, condition: s}\n",
        "t.yml",
    )[0]
    kernel = Kernel([rule.tree])
    flawed = json.dumps({"category": "AuditLogs", "operationName": 5, "properties": {"result": "success"}}).encode()
    fired = 0
    for i in range(9000):
        record = {"category": "AuditLogs", "operationName": f"Do {i}", "properties": {"result": "success"}}
        fired += bool(kernel.decide(json.dumps(record).encode()))
    assert fired == 90
    assert kernel.decide(flawed) is None
    assert kernel.fallbacks == 1


def test_the_kernel_agrees_on_every_sample_of_the_shipped_rules():
    trees = [rule.sigma.tree for rule in shipped_rules()]
    kernel, derivation = Kernel(trees, Derivation()), Derivation()
    samples = [sample.raw for rule in shipped_rules() for sample in read_samples(samples_file(rule))]
    records = [raw for raw in samples if isinstance(raw, dict) and "category" in raw and "operationName" in raw]
    assert len(records) > 100
    lines = [json.dumps(record, ensure_ascii=False).encode() for record in records]
    alone = {place: kernel.decide(line) for place, line in enumerate(lines)}
    assert dict(kernel.decide_all(lines)) == {place: fired for place, fired in alone.items() if fired != ()}
    for record in records:
        expected = tuple(i for i, tree in enumerate(trees) if matches(tree, derivation.enriched(record)))
        assert kernel.decide_record(record) == expected
        assert kernel.decide(json.dumps(record, ensure_ascii=False).encode()) in {expected, None}
