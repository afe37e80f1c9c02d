"""What events are joined by, where one names a service principal and another its registration."""

from sekimori.watch.domain.detection import Detector
from sekimori.watch.domain.profile import IdentityProfile
from sekimori.watch.domain.reading import read_event
from sekimori.watch.domain.state.fields import field_of
from sekimori.watch.rulebook import shipped_rules
from sekimori.watch.samples import read_samples, samples_file

RULE = next(rule for rule in shipped_rules() if rule.id == "credential_on_privileged_app")
APP, PRINCIPAL, REGISTRATION = (
    "6f1d2c3b-4a59-4871-8e90-aabbccddeeff",
    "7a8b9c0d-1e2f-4a3b-9c4d-5e6f708192a3",
    "2b3c4d5e-6f70-4182-93a4-b5c6d7e8f901",
)
GRANT = read_samples(samples_file(RULE))[0].before[0]
KEY = next(sample.raw for sample in read_samples(samples_file(RULE)) if sample.watched)


def groups(record, *profiles):
    return [each.group for each in Detector(rules=[RULE], profiles=profiles).observed(record)]


def test_each_id_of_an_application_is_one_value():
    assert field_of("event.app_ids").values(read_event(GRANT), GRANT) == (APP, PRINCIPAL)


def test_a_registration_is_joined_to_its_grant_by_the_manifest_alone():
    profile = IdentityProfile(name="bot", app_id=APP, object_id=REGISTRATION)
    assert not set(groups(KEY)) & set(groups(GRANT))
    assert len(set(groups(KEY, profile)) & set(groups(GRANT, profile))) == 1


def test_one_key_and_one_grant_meet_once():
    sample = read_samples(samples_file(RULE))[0]
    assert len(set(groups(sample.raw)) & set(groups(GRANT))) == 1
