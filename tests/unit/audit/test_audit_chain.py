"""Entries name the hash of the one before; what was written reads back the same, and nothing else does."""

import hashlib
from datetime import UTC, datetime, timedelta, timezone

import pytest

from sekimori.audit.chain import GENESIS, link, restored
from sekimori.audit.entry import EntryKind
from sekimori.core.ids import EntryId

ID = EntryId("0f0f0f0f-1111-4222-8333-444444444444")
AT = datetime(2026, 11, 23, 9, 30, tzinfo=timezone(timedelta(hours=9)))


def linked(**other):
    arguments = {
        "seq": 1,
        "entry_id": ID,
        "at": AT,
        "kind": EntryKind.CALL_INTENT,
        "body": {"b": 1},
        "previous": GENESIS,
    }
    return link(**{**arguments, **other})


def test_the_hash_is_what_sha256sum_prints_for_the_text():
    entry, text = linked()
    assert entry.hash == hashlib.sha256(text).hexdigest()
    assert text.decode() == (
        '{"at":"2026-11-23T00:30:00.000000Z","body":{"b":1},"id":"0f0f0f0f-1111-4222-8333-444444444444",'
        '"kind":"call.intent","previous":"' + "0" * 64 + '","seq":1}'
    )


def test_an_entry_reads_back_as_it_was_written():
    entry, text = linked(body={"people": ("sato",), "none": None})
    assert restored(text) == entry
    assert entry.at == AT
    assert entry.at.tzinfo is UTC
    assert entry.body == {"people": ["sato"], "none": None}


def test_the_body_is_a_copy():
    body = {"people": ["sato"]}
    entry, _ = linked(body=body)
    body["people"].append("suzuki")
    assert entry.body == {"people": ["sato"]}


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace(b'"seq":1', b'"seq":1.0'),
        lambda text: text.replace(b'"seq":1', b'"seq":true'),
        lambda text: text.replace(b'"seq":1', b'"seq": 1'),
        lambda text: text.replace(b"call.intent", b"call.made"),
        lambda text: text.replace(b'{"b":1}', b"[]"),
        lambda text: text.replace(b'{"b":1}', b'{"b":1.5}'),
        lambda text: text.replace(b'{"b":1}', b'{"b":1,"b":1}'),
        lambda text: text.replace(b"00.000000Z", b"00Z"),
        lambda text: text.replace(b"000000Z", b"000000"),
        lambda text: text.replace(b'"id":', b'"name":'),
        lambda text: text[:-1],
        lambda text: text + b" ",
        lambda text: b"[" * 100_000,
        lambda text: b"\xff" + text,
        lambda text: b"null",
    ],
)
def test_another_text_is_no_entry(change):
    _, text = linked()
    with pytest.raises(ValueError):
        restored(change(text))
