import textwrap

from sekimori.watch.domain.sigma.evaluate import matches
from sekimori.watch.domain.sigma.rule import load_rules


def rule(text):
    return load_rules(textwrap.dedent(text), "rules/one.yml")[0]


def test_a_public_rule_with_a_hyphen_finds_the_vendors_en_dash():
    found = rule("""
        title: Key added
        id: 0b1f4a6e-7f5b-4f0a-8d53-0d2a6d9a1c11
        tags: [attack.persistence, attack.t1098.001]
        logsource: {product: azure, service: auditlogs}
        detection:
            selection:
                properties.message: Update application - Certificates and secrets management
            filter:
                properties.initiatedBy.app.displayName|startswith: Managed
            condition: selection and not 1 of filter*
        level: medium
        """)
    record = {
        "category": "AuditLogs",
        "operationName": "Update application \u2013 Certificates and secrets management ",
        "properties": {"initiatedBy": {"app": {"displayName": "Portal"}}},
    }
    assert found.techniques == ("T1098.001",)
    assert matches(found.tree, record)
    assert not matches(found.tree, record | {"category": "SignInLogs"})
    assert not matches(found.tree, record | {"properties": {"initiatedBy": {"app": {"displayName": "managed x"}}}})


def test_the_same_element_answers_a_block():
    found = rule("""
        title: Secret added
        logsource: {product: azure, service: auditlogs}
        detection:
            selection:
                changes[any]:
                    kind: credential_added
                    credential: secret
            condition: selection
        """)
    one = {"kind": "credential_added", "credential": "secret"}
    two = [
        {"kind": "credential_added", "credential": "certificate"},
        {"kind": "credential_removed", "credential": "secret"},
    ]
    assert matches(found.tree, {"category": "AuditLogs", "changes": [*two, one]})
    assert not matches(found.tree, {"category": "AuditLogs", "changes": two})
    assert not matches(found.tree, {"category": "AuditLogs"})
