import json
from typing import Any

from sekimori.watch.domain.derivation import Derivation
from sekimori.watch.rulebook import shipped_rules
from sekimori.watch.samples import read_samples, samples_file

DERIVED = Derivation()
RECORDS = [
    sample.raw
    for rule in shipped_rules()
    for sample in read_samples(samples_file(rule))
    if isinstance(sample.raw, dict) and sample.raw.get("category") == "AuditLogs"
]


def test_the_quick_look_at_a_line_never_denies_a_change() -> None:
    for record in RECORDS:
        quick = DERIVED.changes(json.dumps(record).encode())
        assert quick is None or list(quick.whole()) == DERIVED.enriched(record)["changes"]


def test_the_quick_look_spares_what_is_no_change(audit: Any) -> None:
    quick = DERIVED.changes(json.dumps(audit("Update user", {"DisplayName": ("a", "b")})).encode())
    assert quick is not None
    assert quick.bare == ()
    assert DERIVED.changes(b"{half") is None


def test_a_change_says_who_started_it(audit: Any) -> None:
    app = {"app": {"displayName": "Managed Service Identity", "servicePrincipalId": "S", "appId": None}}
    (change,) = DERIVED.enriched(audit("Add application", initiated_by=app))["changes"]
    assert (change["initiator"], change["first_party_initiator"], change["platform_initiator"]) == ("app", True, True)
    (change,) = DERIVED.enriched(audit("Add application"))["changes"]
    assert (change["initiator"], change["first_party_initiator"]) == ("user", False)


def test_a_service_is_not_first_party_by_its_name_if_it_has_an_id_of_its_own(audit: Any) -> None:
    app = {"app": {"displayName": "Microsoft Graph", "appId": "0d1e2f30-4152-4364-8576-8798a9bacbdc"}}
    (change,) = DERIVED.enriched(audit("Add application", initiated_by=app))["changes"]
    assert change["first_party_initiator"] is False


def test_other_records_stay_as_they_are(sign_in: Any) -> None:
    record = sign_in()
    assert DERIVED.enriched(record) == record
