import json
import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from sekimori.cli import risk
from sekimori.risk.errors import ThreatsUnreadable
from sekimori.risk.threats.extraction import By, extract
from sekimori.risk.threats.kept import _quoted, read_kept_threats, updated
from sekimori.risk.threats.naming import named
from sekimori.risk.threats.passages import Form, Report, Unreadable, paragraphs
from sekimori.risk.threats.ranking import ranked
from sekimori.risk.threats.reading import read_report

REPORTS = Path(__file__).parents[2] / "data" / "reports"


@pytest.fixture(scope="module")
def extracts():
    reports = {file.name: read_report(file, shown=file.name) for file in sorted(REPORTS.iterdir())}
    assert not [each for each in reports.values() if isinstance(each, Unreadable)]
    return {name: extract(report) for name, report in reports.items() if isinstance(report, Report)}


def said(text: str, file: str = "note.txt"):
    return extract(Report(file=file, title="", form=Form.TEXT, passages=tuple(paragraphs(text, file))))


def techniques(extracted):
    return {mention.technique: mention for mention in reversed(extracted.mentions)}


def test_what_all_reports_share_comes_first(extracts):
    order = ranked(extracts.values())
    assert [each.technique for each in order[:3]] == ["T1098.001", "T1078.004", "T1098.003"]
    assert len(order[0].reports) == len(extracts) == 6
    assert all(each.mentions for each in order)


@pytest.mark.parametrize(
    ("file", "technique", "by", "place", "part"),
    [
        ("aoba-cloud-apps.pdf", "T1199", By.ID, "aoba-cloud-apps.pdf: page 1", "委託先"),
        ("aoba-cloud-apps.pdf", "T1059.001", By.RETIRED_ID, "aoba-cloud-apps.pdf: page 2", "T1086"),
        ("kasumibashi-service-principal.html", "T1078.004", By.ID, ":13", "正当なアカウント"),
        ("kasumibashi-service-principal.html", "T1136.003", By.ID, ":21", "サービスプリンシパルの作成"),
        ("kestrel-bay-quiet-ledger.md", "T1550.001", By.RETIRED_ID, ":23", "T1527"),
        ("minato-hiyari.txt", "T1528", By.NAME, ":8", "同意フィッシング"),
        ("northlight-advisory.txt", "T1098.001", By.NAME, ":9", "new client secret"),
        ("northlight-advisory.txt", "T1110.003", By.NAME, ":14", "Password Spraying"),
        ("tidemark-bundle.json", "T1556.009", By.ID, ":52", "named location"),
        ("tidemark-bundle.json", "T1550.001", By.ID, ":73", "replayed the token"),
    ],
)
def test_each_technique_comes_with_its_sentence_and_place(extracts, file, technique, by, place, part):
    mention = techniques(extracts[file])[technique]
    assert mention.by is by
    assert part in mention.sentence
    assert str(mention.place).startswith(file)
    line = int(place[1:]) if place.startswith(":") else None
    assert (abs(mention.place.line - line) <= 1) if line else str(mention.place) == place


def test_who_and_when(extracts):
    assert extracts["kestrel-bay-quiet-ledger.md"].actors == ("Operation Quiet Ledger", "Storm-9901")
    assert extracts["kasumibashi-service-principal.html"].actors == ("静かな帳簿",)
    assert extracts["tidemark-bundle.json"].actors[0] == "Operation Paper Lantern"
    assert extracts["aoba-cloud-apps.pdf"].dates == ("2025-12", "2026-05", "2026-06-01")
    assert extracts["kestrel-bay-quiet-ledger.md"].dates == ("2025-11", "2026-02", "2026-03-14")


def test_an_unknown_id_is_told_with_its_line(extracts):
    (doubt,) = extracts["kestrel-bay-quiet-ledger.md"].doubts
    assert str(doubt).startswith("kestrel-bay-quiet-ledger.md:")
    assert "T1999.123 is no technique of ATT&CK 17.0" in str(doubt)


def test_a_deprecated_id_without_successor_is_told():
    assert "T1064 was deprecated" in str(said("They used T1064.").doubts[0])


def test_scripts_and_styles_of_a_page_say_nothing(extracts):
    assert not {"T1003", "T1059"} & set(techniques(extracts["kasumibashi-service-principal.html"]))


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("They used Password Spraying.", {"T1110.003"}),
        ("a ＰＡＳＳＷＯＲＤ　ｓｐｒａｙ followed", {"T1110.003"}),
        ("Valid Accounts: Cloud Accounts", {"T1078", "T1078.004"}),
        ("several Cloud Accounts were made", set()),
        ("同意フィッシングがあった", {"T1528"}),
        ("同意フィッシングと、別のフィッシング", {"T1528", "T1566"}),
        ("クライアント シークレット を 追加", {"T1098.001"}),
        ("the mainframe was fine", set()),
        ("rebrute forced", set()),
        ("", set()),
    ],
)
def test_names_and_phrases(sentence, found):
    assert set(named(sentence)) == found


def test_a_scan_says_that_it_has_no_text(tmp_path):
    from PIL import Image

    file = tmp_path / "scan.pdf"
    Image.new("RGB", (80, 80), "white").save(file)
    report = read_report(file)
    assert isinstance(report, Unreadable)
    assert "looks like a scan" in str(report)
    assert "OCR" in str(report)


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.pdf", b"%PDF-1.7 broken", "no PDF that can be read"),
        ("a.json", b'{"type": "bundle",', ":1: is not valid JSON"),
        ("a.json", b"[]", "no STIX bundle"),
        ("a.txt", b"\x00\x01\x02", "no text"),
        ("gone.md", None, "cannot be read"),
    ],
)
def test_what_cannot_be_read_says_why(tmp_path, name, data, words):
    file = tmp_path / name
    if data is not None:
        file.write_bytes(data)
    report = read_report(file)
    assert isinstance(report, Unreadable)
    assert words in str(report)
    assert str(file) in str(report)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "shift_jis", "euc_jp"])
def test_old_encodings_are_read(tmp_path, encoding):
    file = tmp_path / "old.txt"
    file.write_bytes("クレデンシャルの追加があった。".encode(encoding))
    report = read_report(file)
    assert isinstance(report, Report)
    assert set(techniques(extract(report))) == {"T1098.001"}


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="T1098.01 追加。フィッシング<>a/[]\n-|#年2026月", max_size=120))
def test_no_text_breaks_the_extraction_and_every_sentence_is_in_it(text):
    for mention in said(text).mentions:
        assert mention.place.line is not None
        assert mention.place.line <= text.count("\n") + 1 + len(text.splitlines())


def test_an_id_that_a_line_break_parted_is_one_again():
    assert set(techniques(said("They used T1098.\n001 and t1136.003 here."))) == {"T1098.001", "T1136.003"}


def test_a_large_bundle_is_read_in_a_moment(tmp_path):
    bundle = json.loads((REPORTS / "tidemark-bundle.json").read_text("utf-8"))
    pattern = next(each for each in bundle["objects"] if each["type"] == "attack-pattern")
    bundle["objects"] += [pattern | {"id": f"attack-pattern--{number}"} for number in range(3000)]
    file = tmp_path / "large.json"
    file.write_text(json.dumps(bundle, indent=1), "utf-8")
    report = read_report(file)
    assert isinstance(report, Report)
    last = report.passages[-1].place.line
    assert '"id": "attack-pattern--2999"' in file.read_text("utf-8").splitlines()[last - 1]


def test_edits_by_hand_survive_a_second_run(tmp_path):
    out = tmp_path / "threats.toml"
    first = said("They added credentials (T1098.001).", "one.md"), said("A cookie as in T1528.", "two.md")
    out.write_text(updated(None, ranked(first), read=["one.md", "two.md"], file=out), "utf-8")
    edited = out.read_text("utf-8").replace('relevant = "undecided"', 'relevant = "yes"', 1)
    edited = edited.replace('note = ""', '# ask Mori\nnote = "our bot \\"has\\" one"', 1)
    again = said("They added a secret (T1098.001) and T1136.003.", "one.md")
    text = updated(edited, ranked([again]), read=["one.md"], file=out)
    kept = {each["technique"]: each for each in tomllib.loads(text)["threats"]}
    assert list(kept) == ["T1098.001", "T1528", "T1136.003"]
    assert kept["T1098.001"]["relevant"] == "yes"
    assert kept["T1098.001"]["note"] == 'our bot "has" one'
    assert "# ask Mori" in text
    assert [each["sentence"] for each in kept["T1098.001"]["seen"]] == [
        "They added a secret (T1098.001) and T1136.003."
    ]
    assert kept["T1528"]["seen"][0]["report"] == "two.md"
    assert updated(text, ranked([again]), read=["one.md"], file=out) == text


def test_a_report_that_repeats_itself_is_kept_by_five_sentences():
    long = "\n\n".join(f"Again password spray {number}." for number in range(9)) + "\n\nT1110.003 at the end."
    text = updated(None, ranked([said(long)]), read=["note.txt"], file=Path("threats.toml"))
    (threat,) = tomllib.loads(text)["threats"]
    assert [each["by"] for each in threat["seen"]] == ["id", "name", "name", "name", "name"]


@settings(max_examples=40, deadline=None)
@given(note=st.text(max_size=60), sentence=st.text(max_size=80))
def test_whatever_a_person_or_a_report_writes_survives(note, sentence):
    found = ranked([said(f"T1528 {sentence}")])
    first = updated(None, found, read=["note.txt"], file=Path("threats.toml"))
    mine = first.replace('note = ""', f"note = {_quoted(note)}", 1)
    again = updated(mine, found, read=["note.txt"], file=Path("threats.toml"))
    assert again == mine
    kept = {each["technique"]: each for each in tomllib.loads(again)["threats"]}
    assert kept[found[0].technique]["note"] == note


def test_the_command_tells_what_it_could_not_use_and_does_the_rest(tmp_path):
    empty = tmp_path / "empty.md"
    empty.write_text("Nothing of the kind.", "utf-8")
    out = tmp_path / "threats.toml"
    arguments = ["threats", str(REPORTS), str(empty), str(tmp_path / "gone.pdf"), "--format", "json", "--out", str(out)]
    result = CliRunner().invoke(risk.app, arguments)
    assert result.exit_code == 3
    told = json.loads(result.stdout)
    assert told["threats"][0] | {"seen": []} == {
        "technique": "T1098.001",
        "name": "Additional Cloud Credentials",
        "tactics": ["persistence", "privilege-escalation"],
        "shared_by": 6,
        "reports": told["threats"][0]["reports"],
        "by_name_only": False,
        "actors": told["threats"][0]["actors"],
        "seen": [],
    }
    assert any("empty.md: speaks of no ATT&CK technique" in problem for problem in told["problems"])
    assert any("gone.pdf" in problem for problem in told["problems"])
    assert len(tomllib.loads(out.read_text("utf-8"))["threats"]) == len(told["threats"])


def test_where_no_report_could_be_used_the_exit_status_says_so(tmp_path):
    soup = tmp_path / "soup.txt"
    soup.write_text("Leek and potatoes.", "utf-8")
    assert CliRunner().invoke(risk.app, ["threats", str(soup)]).exit_code == 2


def test_another_file_is_not_taken_for_the_threats(tmp_path):
    register = tmp_path / "risk.toml"
    register.write_text('[[threats]]\nid = "a"\ntechniques = ["T1528"]\n', "utf-8")
    with pytest.raises(ThreatsUnreadable, match="names a technique"):
        read_kept_threats(register)
    register.write_text("# none was found\n", "utf-8")
    assert read_kept_threats(register) == []


def test_a_kept_file_that_is_broken_is_not_written_over(tmp_path):
    out = tmp_path / "threats.toml"
    out.write_text("[[threats]]\ntechnique = ", "utf-8")
    result = CliRunner().invoke(risk.app, ["threats", str(REPORTS), "--out", str(out)])
    assert "not valid TOML" in str(result.exception)
    assert out.read_text("utf-8") == "[[threats]]\ntechnique = "


def test_the_table_names_the_reports_in_japanese():
    result = CliRunner().invoke(risk.app, ["threats", str(REPORTS), "--lang", "ja"], env={"COLUMNS": "220"})
    assert "6/6" in result.stdout
    assert "名称のみ" in result.stdout
    assert "T1527(廃止ID)" in result.stdout
