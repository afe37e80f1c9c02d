"""The tree's root is RFC 6962's, whatever the number of leaves."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekimori.audit.merkle import Tree

LEAVES = [bytes.fromhex(text) for text in ("", "00", "10", "2021", "3031", "40414243")]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
]


def grown(leaves: list[bytes]) -> Tree:
    tree = Tree()
    for leaf in leaves:
        tree = tree.grown(leaf)
    return tree


def by_the_book(leaves: list[bytes]) -> bytes:
    """RFC 6962 §2.1, word for word."""
    if len(leaves) < 2:
        return hashlib.sha256(b"\x00" + leaves[0] if leaves else b"").digest()
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\x01" + by_the_book(leaves[:half]) + by_the_book(leaves[half:])).digest()


@pytest.mark.parametrize("size", range(len(ROOTS)))
def test_known_trees(size):
    assert grown(LEAVES[:size]).root.hex() == ROOTS[size]


@given(st.lists(st.binary(max_size=8), max_size=70))
def test_growing_leaf_by_leaf_gives_the_root_by_the_book(leaves):
    assert grown(leaves).root == by_the_book(leaves)


@pytest.mark.parametrize(("size", "peaks"), [(1, ()), (2, (b"a", b"b")), (-1, (b"a",)), (0, (b"a",))])
def test_hashes_that_do_not_fit_the_size_are_refused(size, peaks):
    with pytest.raises(ValueError, match="perfect"):
        Tree(size, peaks)
