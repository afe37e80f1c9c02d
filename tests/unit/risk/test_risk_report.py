import io
import json
import re
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser

import msgspec
import pytest
from pypdf import PdfReader
from typer.testing import CliRunner

from sekimori.cli import risk
from sekimori.risk import proof as proof_file
from sekimori.risk.evidence import evidence_lines, excerpt
from sekimori.risk.register.loader import load
from sekimori.risk.report.assessment import Assessment, Band, State, band_of
from sekimori.risk.report.document import document
from sekimori.risk.report.rendering import Form, rendered
from sekimori.risk.report.snapshot import changes, compared_with, snapshot_of, to_keep
from sekimori.risk.report.words import _WORDS
from sekimori.risk.threats.kept import read_kept_threats
from sekimori.watch.domain.language import Language
from sekimori.watch.rulebook import shipped_folder

NOW = datetime(2026, 11, 28, 7, tzinfo=UTC)


@pytest.fixture(scope="module")
def assessment(proof, rules, read):
    known = {rule.id: rule for rule in rules}
    register = load(None, known).register
    return Assessment(register=register, rules=known, proof=proof, now=NOW, read=read)


@pytest.fixture(scope="module")
def told(assessment):
    return {language: document(assessment, language, None) for language in Language}


def test_the_bands_are_those_that_the_method_names():
    assert [band_of(score) for score in (1, 4, 5, 9, 10, 14, 15, 25)] == [
        Band.LOW,
        Band.LOW,
        Band.MEDIUM,
        Band.MEDIUM,
        Band.HIGH,
        Band.HIGH,
        Band.CRITICAL,
        Band.CRITICAL,
    ]


def test_every_threat_stands_once_in_each_heat_map(told):
    for heat in told[Language.EN]["heat"].values():
        numbers = [number for row in heat for cell in row for number in cell["threats"]]
        assert sorted(numbers) == [threat["number"] for threat in told[Language.EN]["threats"]]


def test_both_languages_say_the_same_things(told):
    japanese, english = told[Language.JA], told[Language.EN]
    assert japanese.keys() == english.keys()
    assert len(japanese["gaps"]) == len(english["gaps"])
    assert all(ja and en for ja, en in _WORDS.values())
    assert not re.search("[\u3040-\u30ff\u4e00-\u9fff]", json.dumps(english, ensure_ascii=False))


def test_a_threat_comes_with_the_event_that_proved_its_detection(told):
    threats = {threat["id"]: threat for threat in told[Language.EN]["threats"]}
    evidence = threats["credential_added"]["evidence"]
    telling = {line["path"].rpartition(".")[2]: line["value"] for line in evidence["lines"] if line["tells"]}
    assert telling["displayName"] == '"KeyDescription"'
    assert "KeyType=" in telling["newValue"]
    assert evidence["rules"] == ["client_credential_added"]
    assert "example" in evidence["sentence"]
    assert threats["partner_account_taken"]["evidence"] is None
    assert threats["token_replay"]["evidence"]["act"] == "unrecorded_graph_call"


def test_the_evidence_is_of_the_technique_that_a_threat_names_first(assessment):
    shipped = _with(assessment, proof=proof_file.read(proof_file.shipped_path()))
    threats = {threat["number"]: threat for threat in document(shipped, Language.EN, None)["threats"]}
    assert threats[1]["evidence"]["act"] == "stolen_credential_sign_in"
    for threat in threats.values():
        act = next((act for act in shipped.proof.attacks if act.id == (threat["evidence"] or {}).get("act")), None)
        assert act is None or act.mitre[0] == threat["techniques"][0]["id"], threat["title"]


def test_coverage_says_what_is_proven_what_has_a_rule_and_what_has_nothing(assessment):
    states = dict(assessment.techniques())
    assert states["T1098.001"] is State.PROVEN
    assert states["T1484.002"] is State.RULE_ONLY
    assert states["T1199"] is State.MISSED


def test_the_gaps_name_what_the_drill_wrote_and_what_it_has_not_proven(told):
    gaps = {gap["what"]: gap for gap in told[Language.EN]["gaps"]}
    assert gaps["Attacks not caught"]["names"] == ["silent_token_theft: service_principal_sign_in"]
    assert gaps["Attacks not caught"]["closes"] == "Continuous access evaluation."
    assert "graph_attack_tool" in gaps["Rules in the register that no drill has made fire yet"]["names"]
    assert any("partner's Slack account" in what for what in gaps)


def test_a_threat_whose_review_is_overdue_is_a_gap(assessment, told):
    later = document(_with(assessment, now=datetime(2027, 6, 1, tzinfo=UTC)), Language.EN, None)
    overdue = [gap for gap in later["gaps"] if "overdue" in gap["what"]]
    assert len(overdue) == len(later["threats"])
    assert overdue[0]["why"] == "It was due on 2027-05-31."
    assert not [gap for gap in told[Language.EN]["gaps"] if "overdue" in gap["what"]]


def test_what_reports_share_and_nobody_deals_with_is_a_gap(assessment, tmp_path):
    kept = tmp_path / "threats.toml"
    seen = "\n".join(f'  [[threats.seen]]\n  report = "d/{name}.md"\n  line = 4\n  sentence = "S"' for name in "ab")
    blocks = [
        f'[[threats]]\ntechnique = "{technique}"\nrelevant = "{relevant}"\nnote = "{note}"\n{seen}\n'
        for technique, relevant, note in (
            ("T1486", "undecided", "ask the backup team"),
            ("T1505.003", "no", ""),
            ("T1098.001", "yes", ""),
            ("T9999", "yes", "made up"),
        )
    ]
    kept.write_text("\n".join(blocks), "utf-8")
    told = document(_with(assessment, reported=tuple(read_kept_threats(kept))), Language.EN, None)
    rows = {row["technique"]: row for row in told["sources"]}
    assert rows.keys() == {"T1486", "T1505.003", "T1098.001"}
    assert rows["T1098.001"]["threats"] == [3, 4, 8]
    assert (rows["T1486"]["shared_by"], rows["T1486"]["total"], rows["T1486"]["place"]) == (2, 2, "a.md:4")
    shared = [gap for gap in told["gaps"] if "does not deal with" in gap["what"]]
    assert [(gap["names"], gap["why"]) for gap in shared] == [
        (["T1486 Data Encrypted for Impact"], "ask the backup team")
    ]
    for form in Form:
        assert rendered(told, form)


def test_an_excerpt_counts_what_did_not_change_and_shows_what_did():
    prop = {"displayName": "KeyDescription", "oldValue": '["a", "b"]', "newValue": '["a", "b", "c"]'}
    event = {"operationName": "Update", "x": 1, "properties": {"targetResources": [{"modifiedProperties": [prop]}]}}
    facts = {fact.path: (fact.value, fact.tells) for fact in excerpt(event, ("KeyDescription",))}
    at = "properties.targetResources[0].modifiedProperties[0]"
    assert facts == {
        "operationName": ('"Update"', False),
        f"{at}.displayName": ('"KeyDescription"', True),
        f"{at}.oldValue": ('["… (2)"]', True),
        f"{at}.newValue": ('["… (2)", "c"]', True),
    }


def test_an_excerpt_of_a_policy_shows_what_became_different_and_not_the_rest_of_it():
    conditions = {"users": ["all"] * 200}
    old, new = ([{"displayName": "p", "conditions": conditions, "state": state}] for state in ("enabled", "disabled"))
    prop = {"displayName": "Policy", "oldValue": json.dumps(old), "newValue": json.dumps(new)}
    values = [fact.value for fact in excerpt({"modifiedProperties": [prop]}, ("Policy",))]
    assert values[1:] == [
        '[{"displayName": "p", "conditions": "…", "state": "enabled"}]',
        '[{"displayName": "p", "conditions": "…", "state": "disabled"}]',
    ]


def test_a_shipped_event_that_tells_by_a_change_shows_one():
    shipped = proof_file.read(proof_file.shipped_path())
    for act in shipped.attacks:
        said = {f.path.rpartition(".")[2]: f.value for f in excerpt(act.event, act.telling) if f.tells}
        assert "newValue" not in said or said["oldValue"] != said["newValue"], act.id


def test_the_lines_of_a_whole_event_are_its_json(proof):
    for act in proof.attacks:
        if act.event:
            lines = evidence_lines(act.event, act.telling)
            text = "\n".join(line.text for line in lines if "…" not in line.text)
            assert any(line.tells for line in lines) or "operationName" in act.telling
            if "…" not in "".join(line.text for line in lines):
                assert json.loads(text) == act.event


class Page(HTMLParser):
    def __init__(self):
        super().__init__()
        self.loads, self.text, self.ids, self.anchors = [], [], [], []

    def handle_starttag(self, tag, attrs):
        named = dict(attrs)
        if tag in {"script", "img", "link", "iframe", "object"}:
            self.loads.append(tag)
        self.ids += [named["id"]] if "id" in named else []
        self.anchors += [named["href"][1:]] if named.get("href", "").startswith("#") else []

    def handle_data(self, data):
        self.text.append(data)


@pytest.mark.parametrize("language", Language)
def test_the_page_is_one_file_that_needs_nothing_else(told, language):
    html = rendered(told[language], Form.HTML).decode()
    page = Page()
    page.feed(html)
    assert not page.loads
    assert "url(" not in html
    assert "@import" not in html
    assert set(page.anchors) <= set(page.ids)
    assert f'<html lang="{language.value}">' in html
    text = "".join(page.text)
    assert all(threat["title"] in text for threat in told[language]["threats"])
    assert "getSchedule" in text
    assert "The MITRE Corporation" in text


def test_what_a_register_says_cannot_break_the_page(assessment):
    mine = msgspec.structs.replace(
        assessment.register,
        about=msgspec.structs.replace(
            assessment.register.about,
            name=msgspec.structs.replace(assessment.register.about.name, en="<script>x</script> | #set *_`$"),
        ),
    )
    odd = document(_with(assessment, register=mine), Language.EN, None)
    assert "<script>" not in rendered(odd, Form.HTML).decode()
    assert json.loads(rendered(odd, Form.JSON))["name"] == "<script>x</script> | #set *_`$"


def test_the_pdf_is_a4_with_japanese_text_and_its_fonts_in_it(told):
    reader = PdfReader(io.BytesIO(rendered(told[Language.JA], Form.PDF)))
    first = reader.pages[0]
    assert (round(first.mediabox.width), round(first.mediabox.height)) == (595, 842)
    text = "".join(page.extract_text() for page in reader.pages)
    assert "リスク評価報告書" in text
    assert "シークレット・証明書の追加" in text
    fonts = {str(font.get_object()["/BaseFont"]) for font in first["/Resources"]["/Font"].values()}
    assert any("BIZUDPGothic" in font for font in fonts)
    assert reader.metadata is not None
    assert "リスク評価報告書" in reader.metadata.title


def test_markdown_has_the_table_and_marks_what_tells(told):
    text = rendered(told[Language.JA], Form.MD).decode()
    assert "| Federated credentials | T1098.001" in text
    assert re.search(r"^> properties\.targetResources\[0\]\.modifiedProperties\[0\]\.newValue: ", text, re.MULTILINE)
    assert not re.search(r"\n\|[^\n]*\n\n\|", text), "a table is torn"


def test_what_changed_since_the_last_report(assessment):
    old = snapshot_of(assessment)
    was = msgspec.structs.replace(
        old,
        content=msgspec.structs.replace(
            old.content,
            rules=tuple(rule for rule in old.content.rules if rule != "permission_requested"),
            proven=(*old.content.proven, "gone_rule"),
            threats={**old.content.threats, "owner_added": (16, 12), "left": (4, 4)},
            titles={**old.content.titles, "left": {"ja": "去った", "en": "Left"}},
        ),
    )
    found = {(each.kind, each.name, each.old, each.new) for each in changes(was, old, "en")}
    assert found == {
        ("threat_rated", "An owner is added", "16→12", "9→4"),
        ("threat_removed", "Left", "", ""),
        ("rule_added", "permission_requested", "", ""),
        ("proof_removed", "gone_rule", "", ""),
    }
    told = document(assessment, Language.JA, was)["changes"]
    assert {"what": "ルールを追加", "names": ["permission_requested"]} in told["list"]
    assert {"what": "評価を変更(対策前→対策後)", "names": ["所有者の追加 (16→12 ⇒ 9→4)"]} in told["list"]


def test_a_control_or_a_rule_that_a_threat_lost_is_a_change(assessment):
    was = snapshot_of(assessment)
    (first, *rest) = assessment.register.threats
    detected = msgspec.structs.replace(first.detected_by, rules=first.detected_by.rules[1:])
    poorer = msgspec.structs.replace(first, prevented_by=("no_secret", "named_people"), detected_by=detected)
    now = _with(assessment, register=msgspec.structs.replace(assessment.register, threats=(poorer, *rest)))
    told = {each["what"]: each["names"] for each in document(now, Language.EN, was)["changes"]["list"]}
    title = first.title.en
    assert told == {
        "Measures added to threats": [f"{title}: named_people"],
        "Measures taken from threats": [
            f"{title}: conditional_access",
            f"{title}: mailbox_scope",
            f"{title}: {first.detected_by.rules[0]}",
        ],
    }
    older = msgspec.structs.replace(was, content=msgspec.structs.replace(was.content, measures={}))
    assert not list(changes(older, was, "en"))


def test_a_second_form_of_the_same_report_is_compared_with_the_same_earlier_one(assessment):
    new = snapshot_of(assessment)
    content = msgspec.structs.replace(new.content, gaps=())
    first = msgspec.structs.replace(new, made_at=NOW - timedelta(days=30), content=content)
    kept = msgspec.json.decode(to_keep(None, first), type=_kept())
    assert compared_with(kept, new) == first
    again = msgspec.json.decode(to_keep(kept, new), type=_kept())
    assert compared_with(again, new) == first


def test_the_command_writes_each_form_and_keeps_a_snapshot(tmp_path):
    out = tmp_path / "build" / "report.html"
    runner = CliRunner()
    assert runner.invoke(risk.app, ["report", "--lang", "ja", "--out", str(out)]).exit_code == 0
    assert "これが最初の報告です" in out.read_text("utf-8")
    assert out.with_name("report.snapshot.json").exists()
    register = tmp_path / "risk.toml"
    runner.invoke(risk.app, ["register", "--init", str(register)])
    text = register.read_text("utf-8").replace('"graph_call_without_entry"', '"gone_rule"', 1)
    register.write_text(text.replace("likelihood = 4, impact = 4", "likelihood = 5, impact = 4", 1), "utf-8")
    more = [
        "report",
        "--lang",
        "en",
        "--format",
        "md",
        "--register",
        str(register),
        "--out",
        str(out.with_suffix(".md")),
    ]
    result = runner.invoke(risk.app, more)
    assert result.exit_code == 1
    assert "there is no rule gone_rule" in result.stderr
    written = out.with_suffix(".md").read_text("utf-8")
    assert "Rated anew (before→after) (1): Sign-in with a stolen credential (16→4 ⇒ 20→4)" in written
    assert "there is no rule gone_rule" in written


def test_the_manifest_may_say_what_is_declared(tmp_path):
    from pathlib import Path

    manifest = Path(__file__).parents[1] / "manifest" / "full.toml"
    result = CliRunner().invoke(risk.app, ["report", "--format", "json", "--manifest", str(manifest)])
    told = json.loads(result.stdout)
    assert told["language"] == "ja"
    assert told["made_at"].endswith("JST")
    declared = dict(told["declared"])
    assert declared["権限"] == "Calendars.ReadBasic.All"
    assert declared["所有者"] == "なし"


def test_a_snapshot_that_is_not_there_is_told(tmp_path):
    result = CliRunner().invoke(risk.app, ["report", "--format", "json", "--since", str(tmp_path / "gone.json")])
    assert "gone.json cannot be read" in str(result.exception)


def test_own_rules_count_too(tmp_path):
    register = tmp_path / "risk.toml"
    runner = CliRunner()
    runner.invoke(risk.app, ["register", "--init", str(register)])
    register.write_text(register.read_text("utf-8").replace('"graph_call_without_entry"', '"our_own"', 1), "utf-8")
    shipped = shipped_folder() / "application_deleted.yml"
    (tmp_path / "rules").mkdir()
    text = shipped.read_text("utf-8").replace("e: application_deleted", "e: our_own")
    (tmp_path / "rules" / "our_own.yml").write_text(text, "utf-8")
    assert runner.invoke(risk.app, ["register", str(register)]).exit_code == 1
    own = runner.invoke(risk.app, ["register", str(register), "--rules", str(tmp_path / "rules")])
    assert own.exit_code == 0


def _with(assessment, **other):
    import dataclasses

    fields = {f.name: getattr(assessment, f.name) for f in dataclasses.fields(assessment) if f.init}
    return Assessment(**{**fields, **other})


def _kept():
    from sekimori.risk.report.snapshot import Kept

    return Kept
