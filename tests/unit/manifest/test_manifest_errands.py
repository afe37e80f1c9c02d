"""What a partner is sent by itself needs a grant, a channel of the partner's, and a time that exists."""

from pathlib import Path

import pytest

from sekimori.manifest.explanation import explained
from sekimori.manifest.loader import ManifestError, load
from sekimori.manifest.tables.service import Language

FULL = Path(__file__).with_name("full.toml").read_text("utf-8")
POST = '\n[[partners.weekly_posts]]\nperson = "sato"\nchannel = "C0SHARED"\nat = "Mon 08:30"\n'
WATCH = '\n[[partners.collision_watches]]\nperson = "sato"\nrequester = "U0SEC"\n'


def written(tmp_path: Path, addition: str) -> Path:
    path = tmp_path / "sekimori.toml"
    path.write_text(FULL.replace("[[watch.apps]]", f"{addition}\n[[watch.apps]]", 1), "utf-8")
    return path


def test_a_weekly_post_is_read(tmp_path):
    (post,) = load(written(tmp_path, POST)).partners[0].weekly_posts
    assert (post.person, post.channel, post.at, post.weeks) == ("sato", "C0SHARED", "Mon 08:30", 2)


def test_a_collision_watch_is_read(tmp_path):
    (watch,) = load(written(tmp_path, WATCH)).partners[0].collision_watches
    assert (watch.person, watch.channel, watch.requester) == ("sato", None, "U0SEC")


def test_what_is_sent_by_itself_is_explained(tmp_path):
    said = explained(load(written(tmp_path, POST + WATCH)), language=Language.EN)
    assert "2 weeks of sato's schedule are posted to C0SHARED, every Mon 08:30." in said
    assert "Collisions of sato's calendars are told to U0SEC." in said


@pytest.mark.parametrize(
    ("addition", "words"),
    [
        (POST.replace("sato", "stao"), "nobody whom a requester of this partner may ask about"),
        (POST.replace("C0SHARED", "C0OTHER"), "not among the channels of this partner"),
        (POST.replace("Mon 08:30", "Monday"), "a weekly time is written Mon 08:30"),
        (POST.replace("Mon 08:30", "Mon 24:00"), "a weekly time is written Mon 08:30"),
        (POST + "weeks = 9\n", "6"),
        (POST + POST, "is already"),
        (WATCH + WATCH, "is already"),
        (WATCH + 'channel = "C0SHARED"\n', "either a channel or a requester"),
        (WATCH.replace("U0SEC", "U0OTHER"), "nobody whom a requester of this partner may ask about"),
        (WATCH.replace("sato", "suzuki"), "has no calendar elsewhere"),
    ],
)
def test_a_post_that_cannot_be_meant_is_refused(tmp_path, addition, words):
    with pytest.raises(ManifestError) as caught:
        load(written(tmp_path, addition))
    assert words in str(caught.value)
