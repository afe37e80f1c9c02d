"""However a sender packs records, the same records come out; whatever else it sends, nothing but a refusal does."""

import gzip
import json
import zlib

import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st

from sekimori.watch.arrival.bodies import Garbled, TooLarge, texts_in, unpacked

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
RECORDS = st.lists(st.dictionaries(TEXTS, VALUES, max_size=4).map(lambda made: {"category": "x"} | made), max_size=6)
PACK = {
    "": bytes,
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "zstd": zstandard.compress,
}


def dumped(value) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


@settings(max_examples=80, deadline=None)
@given(records=RECORDS, encoding=st.sampled_from(sorted(PACK)), indent=st.sampled_from([None, 2]))
def test_every_form_and_encoding_gives_the_same_records(records, encoding, indent):
    forms = [
        json.dumps(records, indent=indent).encode(),
        dumped({"records": records}),
        b"\r\n".join(map(dumped, records)),
        b"\xef\xbb\xbf" + dumped(records),
    ]
    if len(records) == 1:
        forms.append(json.dumps(records[0], indent=indent).encode())
    for form in forms:
        body = PACK[encoding](form)
        assert [json.loads(text) for text in texts_in(unpacked(body, encoding, longest=1 << 20))] == records


@settings(max_examples=150, deadline=None)
@given(body=st.binary(max_size=60), encoding=st.sampled_from([*PACK, "br", "GZIP "]), longest=st.integers(0, 80))
def test_whatever_else_is_sent_is_refused_or_stays_within_bounds(body, encoding, longest):
    for sent in (body, PACK.get(encoding, bytes)(body), PACK.get(encoding, bytes)(body)[:-2]):
        try:
            text = unpacked(sent, encoding, longest=longest)
            assert len(text) <= longest
            texts = texts_in(text)
        except (Garbled, TooLarge):
            continue
        assert sum(map(len, texts)) <= len(text)
