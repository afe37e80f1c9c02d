import pytest

from sekimori.watch.domain.sigma.problems import RuleError

TABLE = [
    ("a and b", {"a": True, "b": True}, True),
    ("a and b", {"a": True, "b": False}, False),
    ("a or b and c", {"a": True, "b": False, "c": False}, True),
    ("(a or b) and c", {"a": True, "b": False, "c": False}, False),
    ("not a", {"a": False}, True),
    ("not not a", {"a": True}, True),
    ("a and not b", {"a": True, "b": False}, True),
    ("NOT a AND b", {"a": False, "b": True}, True),
    ("1 of sel*", {"sel1": False, "sel2": True}, True),
    ("any of sel*", {"sel1": False, "sel2": False}, False),
    ("all of sel*", {"sel1": True, "sel2": True, "other": False}, True),
    ("all of them", {"a": True, "b": True}, True),
    ("all of them", {"a": True, "_b": False}, True),
    ("1 of them", {"a": False, "_b": True}, False),
    ("a and not 1 of filter_*", {"a": True, "filter_x": False, "filter_y": True}, False),
    ("1 of *_x", {"a_x": True}, True),
    ("all of (a)", {"a": True}, None),
    ("order or android", {"order": False, "android": True}, True),
    (["a", "b"], {"a": False, "b": True}, True),
]


@pytest.mark.parametrize(("condition", "held", "expected"), TABLE)
def test_a_condition_joins_selections(meets, condition, held, expected):
    if expected is None:
        with pytest.raises(RuleError):
            meets(condition, **held)
    else:
        assert meets(condition, **held) is expected


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("", "empty"),
        ("a and", "too early"),
        ("(a", "ends too early"),
        ("a b", "should end before 'b'"),
        ("and a", "where a selection should stand"),
        ("nothing", "no selection is called 'nothing'"),
        ("1 of zz*", "no selection is called 'zz*'"),
        ("a | count() by b > 3", "correlation rules"),
        ("(" * 500 + "a" + ")" * 500, "too deeply"),
        ("not " * 500 + "a", "too deeply"),
    ],
)
def test_a_condition_that_is_none_is_refused_with_its_line(meets, condition, words):
    with pytest.raises(RuleError) as error:
        meets(condition, a=True)
    assert words in error.value.words
    assert error.value.words.startswith("rules/t.yml:")


def test_selections_are_and_within_a_mapping_and_or_between_mappings(asks):
    both = {"properties.a": 1, "properties.b": 2}
    either = [{"properties.a": 1}, {"properties.b": 2}]
    assert asks(both, {"properties": {"a": 1, "b": 2}})
    assert not asks(both, {"properties": {"a": 1}})
    assert asks(either, {"properties": {"b": 2}})
    assert not asks(either, {"properties": {"b": 3}})


def test_bare_values_are_searched_everywhere(asks):
    record = {"properties": {"targetResources": [{"displayName": "Payroll sync"}]}, "operationName": "Add"}
    assert asks(["nowhere", "payroll"], record)
    assert asks("ADD", record)
    assert not asks(["nowhere"], record)
    assert asks({"|all": ["payroll", "add"]}, record)
    assert not asks({"|all": ["payroll", "nowhere"]}, record)
