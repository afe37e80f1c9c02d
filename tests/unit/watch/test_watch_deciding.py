"""The live watch decides on raw lines as if it had read each of them in full."""

import json
from ipaddress import ip_network

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sekimori.bootstrap import envelopes
from sekimori.sim import world
from sekimori.watch.batch import Line
from sekimori.watch.deciding import Decider
from sekimori.watch.domain.detection import Detector
from sekimori.watch.domain.level import Level
from sekimori.watch.domain.profile import IdentityProfile
from sekimori.watch.intake import Intake
from sekimori.watch.rulebook import shipped_rules
from sekimori.watch.scanning import Trouble, records_of

PROFILE = IdentityProfile(name="Sekimori", app_id=world.APP, recorded=True, egress=(ip_network("203.0.113.0/24"),))

RULES = shipped_rules()


def sign_in(**changes) -> dict:
    record = {
        "time": "2026-11-20T01:02:03.0000000Z",
        "operationName": "Sign-in activity",
        "category": "ServicePrincipalSignInLogs",
        "resultType": "0",
        "callerIpAddress": "198.51.100.7",
        "correlationId": "c1",
        "properties": {
            "id": "s1",
            "appId": world.APP,
            "ipAddress": "198.51.100.7",
            "status": {"errorCode": 0},
            "servicePrincipalName": "名前",
        },
    }
    return record | changes


def lines() -> list[bytes]:
    quiet = sign_in(category="NonInteractiveUserSignInLogs")
    return [
        json.dumps(quiet).encode(),
        json.dumps(sign_in()).encode(),
        b"",
        b"<html>502</html>",
        json.dumps(sign_in(), ensure_ascii=False).encode()[:-9] + b"\xff\xff}}}}",
        json.dumps({"records": [sign_in(), 7, quiet]}).encode(),
        json.dumps(quiet, ensure_ascii=False).encode("shift_jis"),
        json.dumps(sign_in(properties=sign_in()["properties"] | {"id": "s2"}), ensure_ascii=False).encode(),
    ]


@pytest.fixture(scope="module")
def decider() -> Decider:
    detector = Detector(rules=RULES, profiles=(PROFILE,))
    return Decider(intake=Intake(envelopes=envelopes()), detector=detector, remembers=True)


def test_it_finds_what_reading_in_full_finds_and_names_what_it_cannot_read(decider, tmp_path):
    texts = lines()
    given = [Line(text=text, path="log.ndjson", line=number) for number, text in enumerate(texts, 1)]
    decided = decider.decide(given)
    log = tmp_path / "log.ndjson"
    log.write_bytes(b'{"records":[]}\n' + b"\n".join(texts) + b"\n")
    read = list(records_of(Intake(envelopes=envelopes()), [str(log)]))
    records = [record for record, _ in read if not isinstance(record, Trouble)]
    plain = [finding.fingerprint for record in records for finding in decider.detector.detect(record)]
    assert [finding.fingerprint for finding in decided.findings] == plain
    assert plain
    assert decided.records.total() == len(records) == 5
    assert [sighting.record for sighting in decided.sightings] == records
    assert sorted(part.line.line for part in decided.not_read) == [4, 5, 6, 7]


def test_a_record_that_nobody_asks_for_is_not_decoded(decider):
    text = json.dumps(sign_in(category="NonInteractiveUserSignInLogs")).encode()
    (sighting,) = decider.decide([Line(text=text, path="log.ndjson", line=1)]).sightings
    assert sighting._record is None
    assert sighting.text == text
    assert sighting.record["category"] == "NonInteractiveUserSignInLogs"


class Faulty(Detector):
    """A detector with a rule that nobody tested enough."""

    def judged(self, record, fired, source=None):
        if record["properties"]["id"] == "s13":
            raise KeyError("s13")
        return super().judged(record, fired, source)


def test_a_rule_that_fails_on_a_record_does_not_make_the_watch_blind():
    detector = Faulty(rules=RULES, profiles=(PROFILE,))
    faulty = Decider(intake=Intake(envelopes=envelopes()), detector=detector, remembers=True)
    names = [f"s{number}" for number in range(10, 16)]
    texts = [json.dumps(sign_in(properties=sign_in()["properties"] | {"id": name})).encode() for name in names]
    decided = faulty.decide([Line(text=text, path="a", line=number) for number, text in enumerate(texts, 1)])
    assert {finding.event.record["properties"]["id"] for finding in decided.findings} == set(names) - {"s13"}
    assert [(part.line.line, part.reason) for part in decided.not_read] == [(4, "a rule failed on it: KeyError")]
    assert len(decided.sightings) == decided.records.total() == 5


OTHER = "0d1e2f30-4152-4364-8576-8798a9bacbdc"
ESCAPED = "\\u00" + format(ord(world.APP[0]), "x") + world.APP[1:]


@settings(max_examples=15, deadline=None)
@given(
    apps=st.lists(st.sampled_from([OTHER, world.APP, world.APP.upper(), ESCAPED, world.SERVICE_PRINCIPAL]), max_size=6),
    key=st.sampled_from(["appId", "servicePrincipalId", "unrelated"]),
)
def test_what_is_passed_over_without_decoding_would_have_been_no_alert(apps, key):
    profile = IdentityProfile(
        name="Sekimori",
        app_id=world.APP,
        service_principal_id=world.SERVICE_PRINCIPAL,
        recorded=True,
        egress=(ip_network("203.0.113.0/24"),),
    )
    detector = Detector(rules=RULES, profiles=(profile,))
    quick = Decider(intake=Intake(envelopes=envelopes()), detector=detector, least=Level.LOW)
    texts = []
    for number, app in enumerate(apps):
        properties = sign_in()["properties"] | {"id": f"s{number}", "appId": OTHER}
        texts.append(json.dumps(sign_in(properties=properties | {key: "?"})).encode().replace(b"?", app.encode()))
    given_lines = [Line(text=text, path="log.ndjson", line=number) for number, text in enumerate(texts, 1)]
    loud = [f.fingerprint for f in quick.decide(given_lines).findings if f.level.at_least(Level.LOW)]
    found = [finding for text in texts for finding in detector.detect(json.loads(text))]
    assert loud == [finding.fingerprint for finding in found if finding.level.at_least(Level.LOW)]
