"""A manifest loads whole, or every place that must be mended is named at once."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from sekimori.manifest.loader import load, parsed
from sekimori.manifest.problems import ManifestError, ManifestUnreadable
from sekimori.manifest.tables.identity import CalendarAccess
from sekimori.manifest.tables.partners import AnswerIn
from sekimori.manifest.tables.people import Precision
from sekimori.manifest.tables.service import Language
from sekimori.manifest.tables.sources import SourceKind

FULL = (Path(__file__).parent / "full.toml").read_text()
SMALL = """\
[identity]
tenant_id = "11111111-2222-4333-8444-555555555555"
app_id = "6f1d2c3b-4a59-4871-8e90-aabbccddeeff"
certificate = "file:bot.pem"

[slack]
app_id = "A0APP"
team = "T0FABRIKAM"
signing_secret = "env:SIGNING"
bot_token = "env:TOKEN"
"""
FILE = Path("sekimori.toml")


def problems_of(text: str) -> list[str]:
    with pytest.raises(ManifestError) as caught:
        parsed(text, file=FILE)
    return [str(problem) for problem in caught.value.problems]


def line_of(text: str, beginning: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if line.startswith(beginning))


def test_every_key_of_the_full_manifest_is_read():
    manifest = parsed(FULL, file=FILE)
    person, partner = manifest.people[0], manifest.partners[0]
    assert manifest.service.name == "予定の窓口"
    assert manifest.service.address == ("127.0.0.1", 8484)
    assert manifest.service.zone.key == "Asia/Tokyo"
    assert manifest.identity.change_windows[0].span.start == datetime(2026, 12, 1, 1, tzinfo=UTC)
    assert (person.precision, person.minutes, person.until) == (Precision.TYPED, (480, 1200), date(2027, 3, 31))
    assert person.also[0].provider == "google"
    assert (partner.answer_in, partner.requesters[0].may_ask) == (AnswerIn.MODAL, ("sato",))
    assert manifest.watch.apps[0].name == "HR feed"
    assert manifest.watch.sources[0].kind is SourceKind.FILES
    assert manifest.audit.signing_key == "file:audit-key.pem"
    assert manifest.people_by_id == {"sato": person}


@pytest.mark.parametrize(
    ("listen", "address"), [("[::1]:80", ("::1", 80)), ("0.0.0.0:0", ("0.0.0.0", 0)), ("localhost:1", ("localhost", 1))]
)
def test_addresses(listen, address):
    assert parsed(FULL.replace("127.0.0.1:8484", listen), file=FILE).service.address == address


def test_what_is_left_out_has_its_default():
    manifest = parsed(SMALL, file=FILE)
    assert manifest.service.language is Language.JA
    assert manifest.service.storage == "sqlite:///sekimori.db"
    assert manifest.identity.calendar_access is CalendarAccess.DIRECT
    assert manifest.endpoints.graph == "https://graph.microsoft.com/v1.0"
    assert (manifest.people, manifest.partners, manifest.watch.apps) == ((), (), ())
    assert manifest.audit.signing_key is None


def test_it_is_read_from_a_file_that_windows_wrote(tmp_path):
    path = tmp_path / "sekimori.toml"
    path.write_bytes(b"\xef\xbb\xbf" + FULL.replace("\n", "\r\n").encode())
    assert load(path) == parsed(FULL, file=FILE)


def test_a_person_shows_neither_name_nor_address():
    shown = repr(parsed(FULL, file=FILE))
    assert "佐藤" not in shown
    assert "sato@" not in shown


def test_an_unknown_key_is_named_with_its_place_and_the_nearest_known_one():
    text = FULL.replace('precision = "typed"', 'precison = "typed"')
    assert problems_of(text) == [
        f'sekimori.toml:{line_of(text, "precison")}:1: people[0].precison: unknown key; did you mean "precision"?'
    ]


def test_all_problems_are_told_at_once_in_the_order_of_the_file():
    text = FULL.replace("Asia/Tokyo", "Asia/Tokio").replace('"typed"', '"type"').replace('["JP"]', '["Japan"]')
    words = problems_of(text)
    assert len(words) == 3
    assert "service.timezone: must be a time zone such as Asia/Tokyo (there is no such time zone)" in words[0]
    assert "identity.countries[0]: must be a country code of two capital letters" in words[1]
    assert 'people[0].precision: must be one of none, day_part, busy_only, typed; did you mean "typed"?' in words[2]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('app_id = "6f1d2c3b-4a59-4871-8e90-aabbccddeeff"', 'app_id = "6f1d2c3b"', "identity.app_id: must be a GUID"),
        ("203.0.113.10/32", "203.0.113.10/33", "identity.egress[0]: must be a network"),
        ("203.0.113.10/32", "203.0.113.10/24", "has host bits set"),
        ("08:00-20:00", "20:00-08:00", "people[0].hours: must be hours such as 08:00-20:00 (the hours must end after"),
        ("08:00-20:00", "8-20", "people[0].hours: must be hours"),
        ("horizon_days = 42", "horizon_days = 0", "people[0].horizon_days: must be a number of days from 1 to 366"),
        ("horizon_days = 42", "horizon_days = true", "people[0].horizon_days: must be a number of days"),
        ("until = 2027-03-31\nslack", 'until = "2027-03-31"\nslack', "people[0].until: must be a date without quotes"),
        ("until = 2027-03-31\nslack", "until = 2027-03-31T00:00:00Z\nslack", "people[0].until: must be a date"),
        (
            "2026-12-01T12:00:00+09:00",
            "2026-12-01T12:00:00",
            "change_windows[0].to: must be an instant with its offset",
        ),
        ("2026-12-01T12:00:00+09:00", "2026-12-01T09:00:00+09:00", "change_windows[0].to: must be after from"),
        ('names = ["佐藤", "Sato"]', 'names = "佐藤"', "people[0].names: must be an array, not text"),
        ('names = ["佐藤", "Sato"]', "names = []", "people[0].names: must name at least one"),
        ('names = ["佐藤", "Sato"]', 'names = ["佐藤", ""]', "people[0].names[1]: must be a text that is not empty"),
        ('names = ["佐藤", "Sato"]', 'names = ["佐藤\\u001b[1m"]', "people[0].names[0]: must be a text"),
        ("127.0.0.1:8484", "::1", "service.listen: must be an address such as"),
        ("127.0.0.1:8484", "localhost:99999", "a port is a number up to 65535"),
        ('team = "T0CONTOSO"', 'team = "C0CONTOSO"', "partners[0].team: must be a Slack workspace id, T…"),
        ('may_ask = ["sato"]', 'may_ask = ["sat"]', '"sat" is nobody in [[people]]; did you mean "sato"?'),
        ('language = "ja"', 'language = "jp"', "service.language: must be one of ja, en"),
        ('mode = "http"', 'mode = "socket"', 'slack.app_token: is missing; mode = "socket" needs it'),
        ('= "certificate"', '= "secret"', 'identity.secret: is missing; credential = "secret" needs it'),
        ('access = "direct"', 'access = "broker"', "identity.broker_mailbox: is missing"),
        ("127.0.0.1:8484", "127.0.0.1", "service.listen: must be an address such as"),
        ("sqlite:///sekimori.db", "mysql://x", "service.storage: must be sqlite:///path-of-the-database"),
        ("sqlite:///sekimori.db", "postgresql://role:pw@db.example/x", "name it in storage_password"),
        ("sqlite:///sekimori.db", "postgresql://db.example/x?password=pw", "name it in storage_password"),
        ("https://127.0.0.1:9002/v1.0", "127.0.0.1:9002", "endpoints.graph: must be an address that starts with"),
        ('team = "T0CONTOSO"', 'team = "T0CONTOSO\\n"', "partners[0].team: must be a Slack workspace id"),
        ("[service]", "[[service]]", "service: must be a table, not an array"),
        (
            'kind = "files"',
            'kind = "file"',
            'watch.sources[0].kind: must be one of files, http, eventhubs, graph, datadog; did you mean "files"?',
        ),
    ],
)
def test_each_mistake_has_its_own_words(old, new, expected):
    assert FULL.count(old) >= 1
    words = problems_of(FULL.replace(old, new, 1))
    assert [line for line in words if expected in line], words


def test_a_secret_written_into_the_manifest_is_refused_and_not_repeated():
    words = problems_of(FULL.replace("env:SEKIMORI_SLACK_BOT_TOKEN", "xoxb-not-a-reference"))
    assert "slack.bot_token: must be a reference (env:NAME, file:path" in words[0]
    assert "never the secret itself" in words[0]
    assert "xoxb" not in words[0]


def test_a_database_on_a_server_may_have_a_password_elsewhere(tmp_path):
    storage = 'postgresql://role@db.example:5432/sekimori?sslmode=verify-full"\nstorage_password = "env:DB_PASSWORD'
    path = tmp_path / "sekimori.toml"
    path.write_text(FULL.replace("sqlite:///sekimori.db", storage))
    assert load(path).service.storage_password == "env:DB_PASSWORD"


def test_a_missing_key_stands_where_its_table_does():
    text = FULL.replace('mailbox = "sato@fabrikam.example"\n', "")
    assert problems_of(text) == [f"sekimori.toml:{line_of(text, '[[people]]')}:1: people[0].mailbox: is missing"]


def test_two_of_a_kind_are_refused():
    person = FULL[FULL.index("[[people]]") : FULL.index("[[partners]]")]
    partner = FULL[FULL.index("[[partners]]") : FULL.index("[[watch.apps]]")]
    assert '"sato" is already people[0].id' in problems_of(FULL + person)[0]
    words = problems_of(FULL + partner)
    assert '"contoso" is already partners[0].id' in words[0]
    assert '"T0CONTOSO" is already partners[0].team' in words[1]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("[service]\nname 予定\n", "sekimori.toml:2:6: not valid TOML"),
        ("[service]\nname = 'a'\nname = 'b'\n", "sekimori.toml:3:"),
        ("[service\n", "sekimori.toml:1:9: not valid TOML"),
        ("a = " + "[" * 5000, "sekimori.toml:1:1: not valid TOML: nested too deeply"),
    ],
)
def test_broken_toml_is_told_with_its_place(text, place):
    assert problems_of(text)[0].startswith(place)


def test_a_file_that_cannot_be_read_is_told_as_what_it_is(tmp_path):
    with pytest.raises(ManifestUnreadable, match="there is no manifest") as missing:
        load(tmp_path / "missing.toml")
    with pytest.raises(ManifestUnreadable, match="is a folder") as folder:
        load(tmp_path)
    assert [caught.value.exit_status for caught in (missing, folder)] == [2, 2]


def test_text_in_another_encoding_is_told_with_its_place(tmp_path):
    path = tmp_path / "latin.toml"
    path.write_bytes(b'[service]\nname = "\xe9"\n')
    with pytest.raises(ManifestError) as caught:
        load(path)
    assert str(caught.value.problems[0]).startswith(f"{path}:2:1: is not UTF-8 text")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ('lunch = "noon"', "hours such as 12:00-13:00, or none"),
        ('days_off = ["sunday"]', "sun"),
        ("buffer_minutes = -5", "a number of minutes from 0 to 240"),
    ],
)
def test_rules_of_coordination_are_checked(line, words):
    (problem,) = problems_of(f"{SMALL}[coordination]\n{line}\n")
    assert words in problem
