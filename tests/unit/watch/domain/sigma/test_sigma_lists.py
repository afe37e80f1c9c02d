import pytest

from sekimori.watch.domain.sigma.problems import RuleError

RECORD = {
    "properties": {
        "targetResources": [
            {"type": "Application", "modifiedProperties": [{"displayName": "A", "newValue": "1"}]},
            {
                "type": "User",
                "modifiedProperties": [{"displayName": "B", "newValue": "2"}, {"displayName": "C", "newValue": "1"}],
            },
        ],
        "riskEventTypes_v2": ["leakedCredentials", "unlikelyTravel"],
        "empty": [],
    }
}
PROPERTIES = "properties.targetResources.modifiedProperties"

TABLE = [
    ({f"{PROPERTIES}.displayName": "c"}, True),
    ({f"{PROPERTIES}.displayName": "b", f"{PROPERTIES}.newValue": "1"}, True),
    ({f"{PROPERTIES}[any]": {"displayName": "b", "newValue": "1"}}, False),
    ({f"{PROPERTIES}[any]": {"displayName": "b", "newValue": "2"}}, True),
    ({f"{PROPERTIES}[any]": {"displayName|contains": "c"}}, True),
    ({f"{PROPERTIES}[all]": {"displayName|re": "^[ABC]$"}}, True),
    ({f"{PROPERTIES}[all]": {"newValue": "1"}}, False),
    ({f"{PROPERTIES}[none]": {"newValue": "3"}}, True),
    ({f"{PROPERTIES}[none]": {"newValue": "2"}}, False),
    ({"properties.empty[all]": {"a": 1}}, False),
    ({"properties.empty[all_or_empty]": {"a": 1}}, True),
    ({"properties.missing[all_or_empty]": {"a": 1}}, True),
    ({"properties.missing[none]": {"a": 1}}, True),
    ({"properties.missing[any]": {"a": 1}}, False),
    ({"properties.riskEventTypes_v2[any]|startswith": "leaked"}, True),
    ({"properties.riskEventTypes_v2[all]|startswith": "leaked"}, False),
    ({"properties.riskEventTypes_v2[any]": {".|endswith": "Travel"}}, True),
    ({"properties.riskEventTypes_v2": "unlikelyTravel"}, True),
    ({"properties.targetResources[0].type": "Application"}, True),
    ({"properties.targetResources[0].type": "User"}, False),
    ({"properties.targetResources[-1].type": "User"}, True),
    ({"properties.targetResources[7].type": "User"}, False),
    ({"properties.targetResources[7].type": None}, True),
    ({"TargetResources.0.Type": "application"}, True),
    (
        {
            f"{PROPERTIES}[any]": {
                "named": {"displayName": ["a", "c"]},
                "big": {"newValue": "2"},
                "condition": "named and not big",
            }
        },
        True,
    ),
    ({"properties.targetResources[any]": {"type": "User", "modifiedProperties[any]": {"newValue": "2"}}}, True),
    ({"properties.targetResources[any]": {"type": "Application", "modifiedProperties[any]": {"newValue": "2"}}}, False),
    ({"properties.targetResources|contains": "appli"}, True),
]


@pytest.mark.parametrize(("selection", "expected"), TABLE)
def test_lists_are_asked_element_by_element(asks, selection, expected):
    assert asks(selection, RECORD) is expected


def test_a_single_object_is_a_list_of_one(asks):
    record = {"properties": {"targetResources": {"modifiedProperties": {"displayName": "b", "newValue": "2"}}}}
    assert asks({f"{PROPERTIES}[any]": {"displayName": "b", "newValue": "2"}}, record)


def test_a_selector_that_sigma_does_not_have_is_refused(asks):
    with pytest.raises(RuleError, match=r"\[some\] selects no list elements"):
        asks({f"{PROPERTIES}[some]": {"displayName": "b"}}, RECORD)
