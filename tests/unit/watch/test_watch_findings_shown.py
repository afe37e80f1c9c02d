import io
import json
from datetime import UTC
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from sekimori.cli._table import print_table, wrapped
from sekimori.watch.domain.detection import Detector
from sekimori.watch.domain.explanation import explain, summarise
from sekimori.watch.domain.finding import Finding
from sekimori.watch.domain.language import Language
from sekimori.watch.domain.level import Level
from sekimori.watch.domain.ocsf import finding_as_ocsf
from sekimori.watch.domain.overview import Overview, histogram
from sekimori.watch.domain.reading import read_event
from sekimori.watch.domain.shown import shown
from sekimori.watch.rulebook import shipped_rules
from sekimori.watch.samples import Expectation, read_samples, samples_file

RULES = shipped_rules()
DETECTOR = Detector(rules=RULES)
TOKYO = ZoneInfo("Asia/Tokyo")
KEY = "[KeyIdentifier=b0213243-5465-4768-998a-b1c2d3e4f506,KeyType=Password,KeyUsage=Verify,DisplayName=x]"


def fired() -> list[Finding]:
    records = [
        sample.raw
        for rule in RULES
        for sample in read_samples(samples_file(rule))
        if sample.expect is Expectation.FIRES and "operationName" in sample.raw
    ]
    return DETECTOR.detect_all(records)


FOUND = fired()


@pytest.mark.parametrize("finding", FOUND, ids=lambda finding: finding.rule.id)
@pytest.mark.parametrize("language", list(Language))
def test_every_finding_is_a_whole_sentence(finding: Finding, language: Language) -> None:
    text = summarise(finding, language, TOKYO)
    assert "JST" in text
    for debris in ("None", "{", "}", "  ", "..", "。。", "Enum", "<", "'kind'"):
        assert debris not in text.replace("{address}", ""), debris
    question = finding.rule.guidance.runbook[language][0]
    assert text.endswith(question)


def test_who_did_what_to_which_app_from_where_and_when(audit: Any) -> None:
    event = read_event(audit("Update application", {"KeyDescription": ("[]", json.dumps([KEY]))}))
    assert explain(event, Language.EN, TOKYO) == (
        "admin@fabrikam.example added a client secret (key b0213243-5465-4768-998a-b1c2d3e4f506) to the app "
        "schedule-bot from 198.51.100.7 at 2026-11-20 10:02:03 JST. Whoever holds the new key can sign in as this app "
        "from anywhere until it is removed or expires."
    )
    assert explain(event, Language.JA, TOKYO) == (
        "2026-11-20 10:02:03 JST、admin@fabrikam.example (198.51.100.7)が、アプリ「schedule-bot」に"
        "クライアント シークレット(キー b0213243-5465-4768-998a-b1c2d3e4f506)を追加しました。"
        "新しい鍵を持つ者は、削除されるか期限が切れるまで、どこからでもこのアプリとしてサインインできます。"
    )


def test_what_failed_is_said_to_have_failed(audit: Any) -> None:
    event = read_event(audit("Update application", {"KeyDescription": ("[]", json.dumps([KEY]))}, result="failure"))
    assert "tried and failed: added a client secret" in explain(event, Language.EN, UTC)
    assert "追加しようとして失敗しました" in explain(event, Language.JA, UTC)


def test_the_name_of_a_key_is_not_shown_and_nor_is_a_mail_address_in_a_path(audit: Any, graph_call: Any) -> None:
    event = read_event(audit("Update application", {"KeyDescription": ("[]", [KEY.replace("x]", "hunter2]")])}))
    assert "hunter2" not in explain(event, Language.EN, UTC)
    assert "sato@" not in explain(read_event(graph_call("r", "e")), Language.EN, UTC)


def test_a_name_cannot_forge_a_line(audit: Any) -> None:
    record = audit("Update application", {"KeyDescription": ("[]", [KEY])})
    record["properties"]["targetResources"][0]["displayName"] = "bot\n\u202ehigh\x1b[31m" + "x" * 500
    text = explain(read_event(record), Language.EN, UTC)
    assert not set("\n\u202e\x1b") & set(text)
    assert len(text) < 600


@pytest.mark.parametrize("finding", FOUND, ids=lambda finding: finding.rule.id)
def test_ocsf_has_what_the_class_requires(finding: Finding) -> None:
    ocsf = finding_as_ocsf(finding, Language.EN, UTC)
    assert ocsf["type_uid"] == ocsf["class_uid"] * 100 + ocsf["activity_id"] == 200401
    assert ocsf["time"] > 1_700_000_000_000
    assert ocsf["severity"].casefold() == finding.level.value
    assert ocsf["finding_info"]["uid"] == ocsf["metadata"]["uid"] == finding.fingerprint
    assert all(attack["technique"]["uid"].startswith("T") for attack in ocsf["finding_info"]["attacks"])
    assert json.loads(json.dumps(ocsf)) == ocsf


@pytest.fixture
def refused(sign_in: Any) -> Any:
    """Write a sign-in that failed, which is worth a line to whoever declared nothing."""

    def written(*address: str) -> Any:
        record = sign_in(*address)
        record["properties"]["status"] = {"errorCode": 7000215}
        return record

    return written


def test_findings_are_grouped_by_application_worst_first(audit: Any, refused: Any) -> None:
    records = [refused(), refused("192.0.2.9"), audit("Update application", {"KeyDescription": ("[]", [KEY])})]
    other = refused()
    other["properties"] |= {"appId": "0d1e2f30-4152-4364-8576-8798a9bacbdc", "servicePrincipalId": "x"}
    other["properties"]["servicePrincipalName"] = "HR feed"
    overview = Overview(lambda finding: finding.rule.id)
    for finding in DETECTOR.detect_all([other, *records]):
        overview.add(finding)
    first, second = overview.apps()
    assert (first.label, first.worst, dict(first.counts)) == (
        "schedule-bot",
        Level.MEDIUM,
        {Level.MEDIUM: 1, Level.LOW: 2},
    )
    assert [line.level for line in first.sorted_lines()] == [Level.MEDIUM, Level.LOW]
    assert second.label == "HR feed"


def test_an_application_is_called_what_most_events_call_it(refused: Any) -> None:
    overview = Overview(lambda finding: finding.rule.id)
    for name in (None, "test", "HR feed", "HR feed"):
        record = refused()
        record["properties"]["servicePrincipalName"] = name
        for finding in DETECTOR.detect_all([record]):
            overview.add(finding)
    (app,) = overview.apps()
    assert app.label == "HR feed"


def test_two_groups_become_one_when_an_event_joins_them(audit: Any, refused: Any) -> None:
    """The audit log knows the object, the sign-in the application; a grant names both."""
    overview = Overview(lambda finding: finding.rule.id)
    for record in (
        refused(),
        audit("Update application", {"KeyDescription": ("[]", [KEY])}),
        audit("Add owner to application", {"Application.AppId": (None, '"6f1d2c3b-4a59-4871-8e90-aabbccddeeff"')}),
    ):
        for finding in DETECTOR.detect(record):
            overview.add(finding)
    assert len(overview.apps()) == 1


def test_of_more_applications_than_anybody_reads_the_mildest_are_only_counted(audit: Any, refused: Any) -> None:
    overview = Overview(lambda finding: finding.rule.id, most=2)
    for number in range(9):
        record = refused()
        record["properties"] |= {"appId": f"a{number}", "servicePrincipalId": f"s{number}", "id": f"e{number}"}
        record["properties"]["servicePrincipalName"] = f"App {number}"
        records = [record, *[audit("Update application", {"KeyDescription": ("[]", [KEY])})] * (number == 4)]
        for finding in DETECTOR.detect_all(records):
            overview.add(finding)
    first, second = overview.apps()
    assert (first.worst, second.worst) == (Level.MEDIUM, Level.LOW)
    assert (overview.rest.apps, overview.rest.counts) == (8, {Level.LOW: 8})


def test_a_histogram_counts_everything_once() -> None:
    cells = histogram({Level.LOW: [0.0, 1.0, 9.9, 10.0], Level.HIGH: [9.5]}, 0.0, 10.0, 10)
    assert sum(count for count, _ in cells) == 5
    assert cells[-1] == (3, Level.HIGH)
    assert histogram({Level.LOW: [5.0]}, 5.0, 5.0, 4)[0] == (1, Level.LOW)


@pytest.mark.parametrize("language", list(Language))
def test_the_table_prints_each_app_once(language: Language) -> None:
    out = io.StringIO()
    print_table(FOUND, language, TOKYO, Console(file=out, width=60))
    text = out.getvalue()
    assert text.count("critical      ") == 1
    assert all(cell_len(line) <= 60 for line in text.splitlines())


def test_the_table_says_that_nothing_was_found() -> None:
    out = io.StringIO()
    print_table([], Language.JA, TOKYO, Console(file=out))
    assert out.getvalue() == "検出はありません。\n"


@given(st.text(st.sampled_from("abc 漢字。、「」("), max_size=60), st.integers(6, 40))
def test_wrapping_loses_nothing(text: str, width: int) -> None:
    assert "".join("".join(wrapped(text, width)).split()) == "".join(text.split())


@given(st.text())
def test_what_is_shown_is_one_line(text: str) -> None:
    assert len(shown(text).splitlines()) <= 1
    assert len(shown(text)) <= 160


@pytest.mark.parametrize("name", ["RequiredResourceAccess", "FederatedIdentityCredentials"])
def test_a_value_that_could_not_be_read_is_said(audit: Any, name: str) -> None:
    cut = '[{"ResourceAppId": "00000003-0000-0000-c000-000000000000", "Requ'
    (finding,) = DETECTOR.detect(audit("Update application", {name: ("[]", cut)}))
    english, japanese = summarise(finding, Language.EN, UTC), summarise(finding, Language.JA, UTC)
    assert "could not be read" in english
    assert "読み取れませんでした" in japanese
    for text in (english, japanese):
        assert "?" not in text.partition("Check first")[0]
        assert "[{" not in text
        assert ("00000003-0000-0000-c000-000000000000" in text) == (name == "RequiredResourceAccess")


def test_a_watched_app_has_an_undeclared_change(audit: Any) -> None:
    from sekimori.watch.domain.profile import IdentityProfile

    profile = IdentityProfile(name="Desk", app_id="6f1d2c3b-4a59-4871-8e90-aabbccddeeff", permissions=frozenset({"x"}))
    record = audit("Update application", {"RequiredResourceAccess": ("[]", "zzz")})
    record["properties"]["additionalDetails"] = [{"key": "AppId", "value": profile.app_id}]
    (finding,) = Detector(rules=RULES, profiles=[profile]).detect(record)
    assert (finding.rule.id, finding.level, finding.reason) == ("permission_requested", Level.HIGH, "undeclared_change")
