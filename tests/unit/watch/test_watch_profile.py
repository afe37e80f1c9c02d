"""What the manifest declares of an identity, and what any other sign-in, call or change of it is."""

import json
from datetime import UTC, datetime
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekimori.core.timespan import Timespan
from sekimori.manifest.loader import load
from sekimori.manifest.tables.identity import CalendarAccess, CredentialKind
from sekimori.sim.certificates import make_credential
from sekimori.watch.certificates import thumbprint
from sekimori.watch.domain.calls import parse_call
from sekimori.watch.domain.detection import Detector
from sekimori.watch.domain.explanation import recount
from sekimori.watch.domain.finding import Finding
from sekimori.watch.domain.language import Language
from sekimori.watch.domain.level import Level
from sekimori.watch.domain.presence import Presence
from sekimori.watch.domain.profile import ChangeWindow, IdentityProfile, Proof
from sekimori.watch.domain.verdict import Reason
from sekimori.watch.profiles import profiles_of
from sekimori.watch.rulebook import shipped_rules

APP = "6f1d2c3b-4a59-4871-8e90-aabbccddeeff"
OBJECT = "2b3c4d5e-6f70-4182-93a4-b5c6d7e8f901"
GRAPH = "00000003-0000-0000-c000-000000000000"
SECRET = "[KeyIdentifier=b0213243-5465-4768-998a-b1c2d3e4f506,KeyType=Password,KeyUsage=Verify,DisplayName=x]"
CERTIFICATE = SECRET.replace("Password", "AsymmetricX509Cert")
RULES = shipped_rules()
MANIFEST = load(Path(__file__).parents[1] / "manifest" / "full.toml")


def declared(**keys: Any) -> IdentityProfile:
    egress = (ip_network("203.0.113.10/32"),)
    return IdentityProfile(name="schedule-bot", app_id=APP, object_id=OBJECT, **{"egress": egress, **keys})


def found(record: Any, **keys: Any) -> list[Finding]:
    return Detector(rules=RULES, profiles=[declared(**keys)]).detect(record)


def window(*what: str) -> ChangeWindow:
    span = Timespan(datetime(2026, 11, 20, tzinfo=UTC), datetime(2026, 11, 21, tzinfo=UTC))
    return ChangeWindow(span=span, what=frozenset(what), why="yearly rotation")


def test_one_sign_in_is_one_finding_with_every_reason(sign_in: Any) -> None:
    keys = {"resources": frozenset({"azure key vault"}), "presence": Presence(zone=UTC, minutes=(0, 60))}
    (finding,) = found(sign_in("198.51.100.66"), credential=Proof.FEDERATED, **keys)
    assert finding.rule.id == "service_principal_sign_in"
    said = {each.rule.id: each.reason for each in (finding, *finding.also)}
    assert said == {
        "service_principal_sign_in": Reason.OUTSIDE_EGRESS,
        "sign_in_to_undeclared_resource": Reason.UNDECLARED_RESOURCE,
        "sign_in_while_idle": Reason.OUTSIDE_HOURS,
    }
    text = recount(finding, Language.EN, UTC)
    assert "from 203.0.113.10/32 and nowhere else" in text
    assert "works 00:00-01:00" in text


def test_one_call_is_one_finding_and_the_general_rule_speaks_where_it_weighs_as_much(graph_call: Any) -> None:
    calls = (parse_call("GET /users"),)
    (finding,) = found(graph_call("r1", None, ipAddress="198.51.100.66"), recorded=True, calls=calls)
    assert finding.rule.id == "graph_call_without_entry"
    assert {each.rule.id for each in finding.also} == {"graph_call_undeclared", "graph_call_from_elsewhere"}
    assert finding.techniques[:2] == finding.rule.techniques[:2]


def test_a_weak_general_rule_gives_way_to_the_profile(graph_call: Any) -> None:
    mail = graph_call("r1", None, requestMethod="GET", requestUri="https://graph.microsoft.com/v1.0/users/x/messages")
    (general,) = Detector(rules=RULES).detect(mail)
    (finding,) = found(mail, calls=(parse_call("GET /me"),))
    assert (general.rule.id, general.level) == ("graph_mailbox_read_by_app", Level.LOW)
    assert (finding.rule.id, finding.level, finding.reason) == (
        "graph_call_undeclared",
        Level.HIGH,
        Reason.UNDECLARED_CALL,
    )


@pytest.mark.parametrize("language", Language)
def test_in_a_window_the_sentence_says_who_and_why(audit: Any, language: Language) -> None:
    change = audit(changed={"KeyDescription": ("[]", json.dumps([CERTIFICATE]))})
    (finding,) = found(change, credential=Proof.CERTIFICATE, change_windows=(window("credential"),))
    text = recount(finding, language, ZoneInfo("Asia/Tokyo"))
    assert (finding.level, finding.reason) == (Level.INFORMATIONAL, Reason.DECLARED_CHANGE)
    assert "admin@fabrikam.example" in text
    assert "yearly rotation" in text
    assert "2026-11-20 09:00:00 JST" in text


@pytest.mark.parametrize("kind", [SECRET, CERTIFICATE])
def test_a_federated_identity_never_has_a_key_not_even_in_a_window(audit: Any, kind: str) -> None:
    change = audit(changed={"KeyDescription": ("[]", json.dumps([kind]))})
    (finding,) = found(change, credential=Proof.FEDERATED, change_windows=(window("credential"),))
    assert (finding.level, finding.reason) == (Level.HIGH, Reason.CREDENTIAL_OF_ANOTHER_KIND)


def test_a_declared_sign_in_window_excuses_where_from_and_when(sign_in: Any) -> None:
    (finding,) = found(sign_in("198.51.100.66"), change_windows=(window("sign_in"),))
    assert (finding.level, finding.reason) == (Level.INFORMATIONAL, Reason.DECLARED_CHANGE)


def test_an_owner_that_the_manifest_names_is_expected(audit: Any) -> None:
    owner = {"id": "0f0e0d0c-0b0a-4908-8706-050403020100", "type": "User", "userPrincipalName": "Ito@fabrikam.example"}
    change = audit("Add owner to application")
    change["properties"]["targetResources"].insert(0, owner)
    assert found(change, owners=frozenset({"ito@fabrikam.example"})) == []
    (finding,) = found(change, owners=frozenset({"kato@fabrikam.example"}))
    assert (finding.level, finding.reason) == (Level.HIGH, Reason.UNDECLARED_CHANGE)


def test_the_federated_credential_that_the_manifest_names_is_expected(audit: Any) -> None:
    trusted = ("https://issuer.example", "arn:aws:iam::111122223333:role/desk")
    value = {"Name": "desk", "Issuer": trusted[0], "Subject": trusted[1], "Audiences": ["api://AzureADTokenExchange"]}
    change = audit(changed={"FederatedIdentityCredentials": ("[]", json.dumps([value]))})
    assert found(change, credential=Proof.FEDERATED, trusted=trusted) == []
    (finding,) = found(change, credential=Proof.FEDERATED, trusted=(trusted[0], "arn:aws:iam::111122223333:role/other"))
    assert finding.level is Level.HIGH
    assert finding.reason is Reason.UNDECLARED_CHANGE


def test_what_a_judge_says_never_lowers_a_rule(audit: Any) -> None:
    own = audit(changed={"FederatedIdentityCredentials": ("[]", '[{"Issuer":"https://x.example","Subject":"*"}]')})
    (general,) = Detector(rules=RULES).detect(own)
    (finding,) = found(own)
    assert finding.level.at_least(general.level)


def test_the_manifest_becomes_the_profile() -> None:
    own, feed = profiles_of(MANIFEST)
    assert (own.credential, own.recorded) == (Proof.CERTIFICATE, True)
    assert own.resources == {GRAPH}
    assert own.key_ids == {"b0213243-5465-4768-998a-b1c2d3e4f506"}
    assert own.thumbprints == {"00112233445566778899aabbccddeeff00112233"}
    assert own.presence is not None
    assert not own.presence.includes(datetime(2026, 11, 20, 12, tzinfo=UTC)), "21:00 in Tokyo is the end"
    assert own.presence.includes(datetime(2026, 11, 19, 22, tzinfo=UTC)), "07:00 on a Friday in Tokyo"
    assert not own.presence.includes(datetime(2026, 11, 20, 22, tzinfo=UTC)), "07:00 on a Saturday in Tokyo"
    assert own.calls == (parse_call("POST /users/{mailbox}/calendar/getSchedule"),)
    assert own.mailboxes == {"sato": "sato@fabrikam.example"}
    assert feed.presence is not None
    assert not feed.presence.days
    assert not feed.recorded
    assert (feed.resources, feed.calls, feed.user_agents) == (frozenset(), (), ())
    assert "sato" not in repr(own)


def test_the_manifests_own_certificate_is_one_to_expect(tmp_path: Path) -> None:
    credential = make_credential("schedule-bot")
    (tmp_path / "bot.pem").write_bytes(credential.pem())
    own, _ = profiles_of(MANIFEST, folder=tmp_path)
    expected = credential.certificate.fingerprint(_sha1()).hex()
    assert own.thumbprints == {"00112233445566778899aabbccddeeff00112233", expected}
    (tmp_path / "bot.pem").write_text("no certificate")
    assert profiles_of(MANIFEST, folder=tmp_path)[0].thumbprints == {"00112233445566778899aabbccddeeff00112233"}
    assert thumbprint("-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----") is None


def _sha1() -> Any:
    from cryptography.hazmat.primitives import hashes

    return hashes.SHA1()


def test_a_federated_identity_expects_no_certificate_of_the_manifest(tmp_path: Path) -> None:
    (tmp_path / "bot.pem").write_bytes(make_credential("schedule-bot").pem())
    changed = msgspec.structs.replace(MANIFEST.identity, credential=CredentialKind.FEDERATED, thumbprints=())
    assert profiles_of(msgspec.structs.replace(MANIFEST, identity=changed), folder=tmp_path)[0].thumbprints == set()


def test_a_broker_stands_in_for_everybody(graph_call: Any) -> None:
    broker = msgspec.structs.replace(
        MANIFEST.identity, calendar_access=CalendarAccess.BROKER, broker_mailbox="broker@fabrikam.example"
    )
    own, _ = profiles_of(msgspec.structs.replace(MANIFEST, identity=broker))
    detector = Detector([rule for rule in RULES if rule.id == "graph_call_undeclared"], profiles=[own])
    uri = "https://graph.microsoft.com/v1.0/users/{}%40fabrikam.example/calendar/getSchedule"
    assert detector.detect(graph_call("r1", None, requestUri=uri.format("Broker"))) == []
    assert len(detector.detect(graph_call("r2", None, requestUri=uri.format("sato")))) == 1


PARTS = st.lists(
    st.sampled_from(["users", "{mailbox}", "*", "calendar", "getSchedule", "{id}"]), min_size=1, max_size=4
)


@given(st.sampled_from(["GET", "post"]), st.sampled_from(["", "/beta", "/v1.0"]), PARTS)
def test_a_call_pattern_reads_what_it_writes(method: str, version: str, parts: list[str]) -> None:
    pattern = parse_call(f"{method} {version}/{'/'.join(parts)}")
    assert parse_call(str(pattern)) == pattern
    path = "/" + "/".join("x" if part[0] in "{*" else part for part in parts)
    assert pattern.allows(pattern.method, pattern.version, path.upper(), frozenset())
    assert not pattern.allows(pattern.method, pattern.version, path + "/more", frozenset())
    assert not pattern.allows("DELETE", pattern.version, path, frozenset())
