"""People's calendars elsewhere: named as their provider needs, never with a secret in the manifest."""

from pathlib import Path

import pytest

from sekimori.manifest.explanation import explained
from sekimori.manifest.loader import parsed
from sekimori.manifest.problems import ManifestError
from sekimori.manifest.tables.people import CalendarKeeper
from sekimori.manifest.tables.service import Language

FILE = Path("sekimori.toml")
FULL = (Path(__file__).parent / "full.toml").read_text()
ICS = '{ provider = "ics", calendar = "env:SATO_FEED" }'


def problems(old: str, new: str) -> list[str]:
    assert old in FULL
    with pytest.raises(ManifestError) as caught:
        parsed(FULL.replace(old, new), file=FILE)
    return [str(problem) for problem in caught.value.problems]


def test_each_is_read() -> None:
    manifest = parsed(FULL, file=FILE)
    assert [also.provider for also in manifest.people[0].also] == [CalendarKeeper.GOOGLE, CalendarKeeper.ICS]
    assert manifest.google is not None
    assert manifest.google.service_account == "file:google-key.json"
    assert manifest.endpoints.google_token == "https://127.0.0.1:9002/token"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"google", calendar', '"gogle", calendar', 'did you mean "google"?'),
        ("sato@contoso.example", "sato", "must be the calendar's mail address at Google"),
        ("env:SATO_FEED", "https://calendar.example/s3cret.ics", "must be a reference (env:NAME or file:path)"),
        ("env:SATO_FEED", "env:", "must be a reference"),
        (ICS, f"{ICS}, {ICS}", "people[0].also[2].calendar: is already people[0].also[1]"),
        ('[google]\nservice_account = "file:google-key.json"', "", "is missing; people[0].also[0] needs it"),
        ('service_account = "file:google-key.json"', 'service_account = "{}"', "never the secret itself"),
        ('service_account = "file:google-key.json"', "", "is missing"),
    ],
)
def test_what_is_wrong_is_said_without_the_secret(old: str, new: str, words: str) -> None:
    (problem,) = problems(old, new)
    assert words in problem
    assert "s3cret" not in problem


@pytest.mark.parametrize(("language", "words"), [(Language.JA, "時刻だけ"), (Language.EN, "times only: google, ics")])
def test_the_explanation_says_which_are_read_and_no_address(language: Language, words: str) -> None:
    told = explained(parsed(FULL, file=FILE), language=language)
    assert words in told
    assert "@" not in told
