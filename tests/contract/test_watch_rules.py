"""Every shipped rule: it says what a person needs, and its samples do what they say."""

import json
from typing import cast

import pytest

from sekimori.catalogue import discover_modules
from sekimori.watch.domain.judges import JUDGES
from sekimori.watch.domain.language import Language
from sekimori.watch.domain.rule import Rule
from sekimori.watch.domain.sigma.check import Verdict, check_rules
from sekimori.watch.domain.sigma.rule import read_rules
from sekimori.watch.intake import Envelope, Intake, records_in
from sekimori.watch.rulebook import shipped_folder, shipped_rules
from sekimori.watch.samples import SUFFIX, Expectation, counted, tried

RULES = shipped_rules()
WINDOWS = {"credential", "permission", "owner", "application", "sign_in", "call"}


@pytest.fixture(scope="module")
def intake() -> Intake:
    modules = discover_modules("sekimori.watch.envelopes").values()
    return Intake(envelopes=[cast("Envelope", module) for module in modules])


def test_there_are_rules_for_the_whole_threat_table() -> None:
    assert len(RULES) >= 40


def test_no_sample_is_without_its_rule() -> None:
    orphans = {file.name.removesuffix(SUFFIX) for file in shipped_folder().glob(f"*{SUFFIX}")} - {r.id for r in RULES}
    assert orphans == set()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
class TestRule:
    def test_it_is_called_as_its_file(self, rule: Rule) -> None:
        assert rule.sigma.name == rule.id
        assert "sekimori" in rule.sigma.path

    def test_it_says_its_technique_first(self, rule: Rule) -> None:
        assert rule.guidance.technique == rule.techniques[0]

    def test_it_says_everything_in_both_languages(self, rule: Rule) -> None:
        guidance = rule.guidance
        assert guidance.titles[Language.JA] != rule.title
        assert all(guidance.threat[language] for language in Language)
        for lists in (guidance.runbook, guidance.blind_spots):
            assert lists[Language.EN]
            assert len(lists[Language.EN]) == len(lists[Language.JA])

    def test_it_knows_its_false_positives(self, rule: Rule) -> None:
        assert rule.sigma.falsepositives
        assert rule.sigma.description

    def test_its_judge_and_its_window_exist(self, rule: Rule) -> None:
        assert rule.guidance.judge is None or rule.guidance.judge in JUDGES
        assert rule.guidance.window is None or rule.guidance.window in WINDOWS

    def test_the_rules_that_it_joins_exist(self, rule: Rule) -> None:
        assert set(rule.guidance.joins) <= {other.id for other in RULES} - {rule.id}

    def test_its_samples_do_what_they_say(self, rule: Rule, intake: Intake) -> None:
        trials = tried(rule, intake)
        assert [trial.problem for trial in trials if trial.problem] == []
        assert all(counted(trials)[kind] for kind in Expectation), "a rule needs a sample of every kind"

    def test_its_samples_name_no_real_person_or_place(self, rule: Rule) -> None:
        text = (shipped_folder() / f"{rule.id}{SUFFIX}").read_text(encoding="utf-8")
        domains = {part.split('"')[0].split("\\")[0] for part in text.split("@")[1:]}
        assert {domain for domain in domains if not domain.endswith((".example", ".example.com"))} <= {"odata.context"}


def test_no_rules_speak_together(intake: Intake) -> None:
    """Rules that overlap would say the same thing twice; a pair that does has to join."""
    from sekimori.watch.domain.detection import Detector
    from sekimori.watch.samples import read_samples, samples_file

    plain = Detector(rules=RULES)
    pairs: set[tuple[str, ...]] = set()
    for rule in RULES:
        for sample in read_samples(samples_file(rule)):
            profiles = (sample.watched.profile(),) if sample.watched else ()
            detector = Detector(rules=RULES, profiles=profiles) if sample.watched else plain
            for raw in sample.before:
                detector.detect_all(records_in(intake.open(raw) or ()))
            found = detector.detect_all(records_in(intake.open(sample.raw) or ()))
            if len(found) > 1:
                pairs.add(tuple(sorted({finding.rule.id for finding in found})))
    assert pairs == set(), json.dumps(sorted(pairs))


def test_each_rule_passes_our_own_check() -> None:
    files = sorted(shipped_folder().glob("*.yml"))
    texts = {str(file): file.read_text("utf-8") for file in files}
    beside = [read_rules(text, name) for name, text in texts.items()]
    checked = [each for name, text in texts.items() for each in check_rules(text, name, others=beside)]
    assert [each for each in checked if each.verdict is not Verdict.RUNS] == []
    assert len(checked) >= len(RULES)
