"""Each application that signs in is told once, and again when it awakes; ordinary sign-ins are no findings."""

import json
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

import pytest

from sekimori.bootstrap import envelopes
from sekimori.watch.domain.detection import Detector, asked_tree
from sekimori.watch.domain.explanation import summarise
from sekimori.watch.domain.language import Language
from sekimori.watch.domain.level import Level
from sekimori.watch.domain.profile import IdentityProfile
from sekimori.watch.domain.sigma.tree import any_of
from sekimori.watch.domain.state.familiar import Familiar
from sekimori.watch.intake import Intake
from sekimori.watch.rulebook import shipped_rules
from sekimori.watch.scanning import Scan

RULES = shipped_rules()
SEEN = "service_principal_seen"
START = datetime(2026, 9, 1, 12, tzinfo=UTC)
NOBODY = "00000000-0000-0000-0000-000000000000"


def sign_in(app: str, days: float, *, address: str = "192.0.2.7", error: int = 0, principal: str = "") -> dict:
    at = (START + timedelta(days=days)).isoformat().replace("+00:00", "Z")
    return {
        "time": at,
        "category": "ServicePrincipalSignInLogs",
        "operationName": "Sign-in activity",
        "callerIpAddress": address,
        "properties": {
            "id": f"{app} {days}",
            "createdDateTime": at,
            "appId": app,
            "servicePrincipalId": principal or f"principal of {app}",
            "servicePrincipalName": f"App {app}",
            "ipAddress": address,
            "status": {"errorCode": error},
            "location": {"countryOrRegion": "JP"},
        },
    }


def told(tmp_path, records, *profiles, swept_from=0) -> list:
    path = tmp_path / "log.ndjson"
    path.write_bytes(b"".join(json.dumps(each).encode() + b"\n" for each in records))
    scan = Scan(intake=Intake(envelopes()), detector=Detector(RULES, profiles=profiles), swept_from=swept_from)
    return list(scan.run([str(path)]))


@pytest.mark.parametrize("swept_from", [0, 1 << 30])
def test_an_application_is_told_with_its_first_sign_in_and_when_it_awakes(tmp_path, swept_from):
    records = [sign_in(app, hour / 24) for hour in range(200) for app in ("daily", "hourly")]
    records += [sign_in("daily", 9 + day) for day in range(60)]
    records += [sign_in("hourly", 60), sign_in("failing", 8, error=7000215)]
    found = told(tmp_path, records, swept_from=swept_from)
    assert {each.level for each in found if each.rule.id == SEEN} == {Level.INFORMATIONAL}
    assert sorted(each.event.id for each in found if each.rule.id == SEEN) == ["daily 0.0", "hourly 0.0", "hourly 60"]
    asleep = {each.event.id for each in found if each.rule.id != SEEN}
    assert asleep == {"failing 8", "hourly 60"}, "whoever awakes is new in his network, too"


def test_applications_without_a_service_principal_are_told_apart(tmp_path):
    found = told(tmp_path, [sign_in(app, 0, principal=NOBODY) for app in ("one", "other", "one")])
    assert [each.event.app.app_id for each in found] == ["one", "other"]


def test_an_application_whose_place_is_declared_is_left_to_the_rule_that_knows_it(tmp_path):
    placed = IdentityProfile(name="placed", app_id="placed", egress=(ip_network("192.0.2.0/24"),))
    loose = IdentityProfile(name="loose", app_id="loose")
    records = [sign_in("placed", 0), sign_in("placed", 1, address="198.51.100.66"), sign_in("loose", 1)]
    found = told(tmp_path, records, placed, loose)
    assert {(each.rule.id, each.event.id) for each in found} == {
        ("service_principal_sign_in", "placed 1"),
        (SEEN, "loose 1"),
    }


def test_it_says_that_nothing_was_seen_of_the_application_before(tmp_path):
    (finding,) = told(tmp_path, [sign_in("feed", 0)])
    english, japanese = (summarise(finding, language, UTC) for language in (Language.EN, Language.JA))
    assert english.startswith(
        "The app App feed signed in from 192.0.2.7 (JP) at 2026-09-01 12:00:00 UTC. "
        "In the 30 days before, as far as the log reaches, it did not sign in. "
    )
    assert (
        "アプリ「App feed」(192.0.2.7、JP)がサインインしました。"
        "ログで確認できる限り、直前の 30 日間にこのアプリのサインインはありませんでした。"
    ) in japanese


def test_other_first_sightings_say_what_is_new(tmp_path):
    records = [*(sign_in("feed", day) for day in range(10)), sign_in("feed", 10, address="198.51.100.66")]
    (finding,) = (each for each in told(tmp_path, records) if each.rule.id == "sign_in_from_new_network")
    assert "it did not sign in from this network" in summarise(finding, Language.EN, UTC)
    assert "このネットワークからのサインインはありませんでした" in summarise(finding, Language.JA, UTC)


def test_no_line_is_read_in_full_because_of_it():
    (rule,) = (each for each in RULES if each.id == SEEN)
    assert asked_tree(rule) == any_of([]), "the kernel is asked nothing for it"
    detector = Detector(RULES)
    line = json.dumps(sign_in("feed", 0)).encode()
    assert detector.kernel.decide(line) == (), "an ordinary sign-in answers no rule"
    familiar = Familiar()
    others = (sign_in("feed", 0.1), sign_in("other", 0), sign_in("feed", 1))
    texts = [line, line, *(json.dumps(each).encode() for each in others)]
    assert [detector.glance.shows_news(text, familiar) for text in texts] == [True, False, False, True, True]
