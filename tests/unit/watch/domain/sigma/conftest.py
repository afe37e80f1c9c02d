import pytest
import yaml

from sekimori.watch.domain.sigma.evaluate import matches
from sekimori.watch.domain.sigma.rule import load_rules


def make_rule(detection, *, service=None, **more):
    source = {"product": "azure"} | ({"service": service} if service else {})
    document = {"title": "t", "logsource": source, "detection": detection} | more
    return load_rules(yaml.safe_dump(document, allow_unicode=True), "rules/t.yml")[0]


@pytest.fixture
def rule_of():
    """Make a rule of a detection; without a service it asks records of any category."""
    return make_rule


@pytest.fixture
def asks():
    """Say whether a rule with this one selection answers a record."""

    def ask(selection, record):
        return matches(make_rule({"selection": selection, "condition": "selection"}).tree, record)

    return ask


@pytest.fixture
def meets():
    """Say whether a rule with this condition answers, given which selections hold."""

    def ask(condition, **held):
        selections = {name: {f"properties.x_{name}": "yes"} for name in held}
        record = {"properties": {f"x_{name}": "yes" for name, holds in held.items() if holds}}
        return matches(make_rule({**selections, "condition": condition}).tree, record)

    return ask
