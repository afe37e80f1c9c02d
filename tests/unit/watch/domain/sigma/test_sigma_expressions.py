import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekimori.watch.domain.sigma.expressions import texts_in

REQUIRED = {
    r"/users/[^/?]+/(messages|mailFolders)": {"/users/"},
    r"/(appRole|oauth2)([/?]|$)": {"approle", "oauth2"},
    r"^Add.*member": {"member"},
    r"ab?c": {"a"},
    r"(abc)?": None,
    r"(abc|)": None,
    r"(abc){2,}": {"abc"},
    r"[ab]cd(?!efg)": {"cd"},
    r"caf\u00e9 au": {"caf"},
    r".*": None,
    r"(?i:KEY)\d": {"key"},
}


@pytest.mark.parametrize("source", REQUIRED)
def test_the_longest_texts_that_every_match_has(source):
    assert texts_in(source, re.IGNORECASE) == REQUIRED[source]


PARTS = st.sampled_from(["ab", "C", "(", ")", "|", "?", "*", "+", "[cd]", ".", "^", "$", "\\d", "(?:", "{2}", "x"])


@given(st.lists(PARTS, max_size=9).map("".join), st.text("abcdxABC1", max_size=8))
def test_whatever_an_expression_finds_has_one_of_its_texts(source, value):
    try:
        found = re.search(source, value, re.IGNORECASE)
    except re.error:
        return
    texts = texts_in(source, re.IGNORECASE)
    assert not found or texts is None or any(text in found[0].lower() for text in texts)
