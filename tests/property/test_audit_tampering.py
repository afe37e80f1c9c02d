"""Law: whatever is done to a log, the first entry that is not ours is found and named."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from sekimori.audit.chain import GENESIS, link
from sekimori.audit.checkpoint import signed
from sekimori.audit.entry import EntryKind
from sekimori.audit.keys import signer_from_seed
from sekimori.audit.merkle import Tree
from sekimori.audit.verify import Broken, Head, HeadPlace, StoredRow, Verified, entry_signature, verify
from sekimori.core.ids import EntryId

OURS = signer_from_seed(b"o" * 32)
THEIRS = signer_from_seed(b"t" * 32)
SIZE = 7


def history(signer, size=SIZE, word="asked"):
    """Make a log's rows, and its signed head after each of them."""
    rows, notes, tree, previous = [], [], Tree(), GENESIS
    for seq in range(1, size + 1):
        entry, text = link(
            seq=seq,
            entry_id=EntryId(f"00000000-0000-4000-8000-{seq:012}"),
            at=datetime(2026, 11, 23, tzinfo=UTC) + timedelta(seconds=seq),
            kind=EntryKind.CALL_INTENT,
            body={"n": seq, "word": word},
            previous=previous,
        )
        signature = entry_signature(entry.hash, signer)
        rows.append(StoredRow(seq=seq, id=entry.id, text=text, hash=entry.hash, signature=signature))
        tree, previous = tree.grown(text), entry.hash
        notes.append(signed(tree.size, tree.root, signer))
    return rows, notes


ROWS, NOTES = history(OURS)
places = st.integers(min_value=0, max_value=SIZE - 1)


def verdict(rows, head=SIZE, copy=SIZE):
    heads = [Head(place=HeadPlace.LOG, note=NOTES[head - 1]), Head(place=HeadPlace.FILE, note=NOTES[copy - 1])]
    return verify(rows, heads, OURS.key)


def test_our_own_log_is_sound_and_a_copy_of_its_head_may_lag_behind():
    for copy in range(1, SIZE + 1):
        assert isinstance(verdict(ROWS, copy=copy), Verified)
    assert verify([], [], OURS.key) == Verified(size=0, root=hashlib.sha256(b"").hexdigest())


@given(places, st.sampled_from(["id", "text", "hash", "signature"]), st.data())
def test_any_byte_of_any_row(place, field, data):
    raw = getattr(ROWS[place], field)
    changed = bytearray(raw.encode() if isinstance(raw, str) else raw)
    at = data.draw(st.integers(min_value=0, max_value=len(changed) - 1))
    changed[at] ^= data.draw(st.integers(min_value=1, max_value=255))
    value = changed.decode(errors="replace") if isinstance(raw, str) else bytes(changed)
    rows = [*ROWS[:place], replace(ROWS[place], **{field: value}), *ROWS[place + 1 :]]
    found = verdict(rows)
    assert isinstance(found, Broken)
    assert found.seq == place + 1


@given(places)
def test_a_deleted_entry(place):
    found = verdict(ROWS[:place] + ROWS[place + 1 :])
    assert isinstance(found, Broken)
    assert (found.seq, found.reason.split(":")[0]) == (place + 1, "the entry is missing")


@given(places)
def test_a_deleted_entry_whose_followers_were_renumbered(place):
    kept = ROWS[:place] + ROWS[place + 1 :]
    found = verdict([replace(row, seq=number) for number, row in enumerate(kept, 1)])
    assert isinstance(found, Broken)
    assert found.seq == place + 1


@given(places, places)
def test_swapped_entries(one, other):
    rows = list(ROWS)
    rows[one], rows[other] = replace(rows[other], seq=one + 1), replace(rows[one], seq=other + 1)
    found = verdict(rows)
    if one == other:
        assert isinstance(found, Verified)
    else:
        assert isinstance(found, Broken)
        assert found.seq == min(one, other) + 1


@given(places, st.sampled_from([0, -1]))
def test_an_entry_put_before_the_first(place, seq):
    found = verdict([replace(ROWS[place], seq=seq), *ROWS])
    assert isinstance(found, Broken)
    assert found.seq == 1


@given(places)
def test_an_inserted_repetition(place):
    rows = [*ROWS[: place + 1], replace(ROWS[place], seq=place + 2)]
    rows += [replace(row, seq=row.seq + 1) for row in ROWS[place + 1 :]]
    found = verdict(rows)
    assert isinstance(found, Broken)
    assert found.seq == place + 2


@given(places, st.sampled_from([OURS, THEIRS]))
def test_everything_recomputed_without_the_key(place, kept_signatures):
    """All hashes and links are made anew after a change; the signatures are theirs, or kept from our entries."""
    forged, _ = history(THEIRS, word="never asked")
    rows = ROWS[:place] + forged[place:]
    if kept_signatures is OURS:
        rows = [replace(row, signature=ours.signature) for row, ours in zip(rows, ROWS, strict=True)]
    found = verdict(rows)
    assert isinstance(found, Broken)
    assert found.seq == place + 1


@given(places, places)
def test_entries_cut_off_the_end(size, head):
    """With the head left, or put back to any earlier one: the copy beside the database still counts them all."""
    found = verdict(ROWS[:size], head=head + 1)
    assert isinstance(found, Broken)
    assert found.seq <= size + 1
    if head + 1 >= size:
        assert found.seq == size + 1


@given(places, places)
def test_a_history_of_ours_that_is_another_one(place, copy):
    """Signed with our own key, such as a log that was begun again: the copy was signed for other entries."""
    again, notes = history(OURS, word="asked again")
    heads = [Head(place=HeadPlace.LOG, note=notes[-1]), Head(place=HeadPlace.FILE, note=NOTES[copy])]
    found = verify(again, heads, OURS.key)
    assert isinstance(found, Broken)
    assert found.seq == copy + 1


@given(st.text(max_size=40))
def test_a_head_that_nobody_signed(note):
    heads = [Head(place=HeadPlace.LOG, note=note)]
    assert isinstance(verify(ROWS, heads, OURS.key), Broken)
    assert isinstance(verify(ROWS, [Head(place=HeadPlace.LOG, note=None)], OURS.key), Broken)


def test_a_stranger_with_another_key_sees_at_once_that_it_is_not_his():
    heads = [Head(place=HeadPlace.LOG, note=NOTES[-1])]
    found = verify(ROWS, heads, THEIRS.key)
    assert isinstance(found, Broken)
    assert found.seq == 1
