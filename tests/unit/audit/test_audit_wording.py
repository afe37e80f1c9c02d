"""Every kind of entry has words in both languages; bodies are written without null."""

from datetime import UTC, datetime

from sekimori.audit.chain import GENESIS, link
from sekimori.audit.entry import EntryKind
from sekimori.audit.wording import WORDS, details
from sekimori.core.ids import EntryId


def test_every_kind_has_words():
    assert all(set(words) == set(EntryKind) for words in WORDS.values())
    assert set(WORDS) == {"ja", "en"}


def test_a_body_in_one_line():
    entry, _ = link(
        seq=1,
        entry_id=EntryId("x"),
        at=datetime(2026, 11, 23, tzinfo=UTC),
        kind=EntryKind.CALL_OUTCOME,
        body={"call": "abc", "status": 200, "people": ["sato", "suzuki"], "more": {"a": [1]}, "uti": None},
        previous=GENESIS,
    )
    assert details(entry) == 'call=abc more={"a":[1]} people=sato,suzuki status=200'
