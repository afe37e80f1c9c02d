"""What is confidential hides itself wherever text is made of it."""

import json
import pickle

import pytest

from sekimori.core.confidential import Personal, Secret


@pytest.mark.parametrize("kind", [Secret, Personal])
def test_no_way_of_making_text_shows_the_value(kind):
    value = kind("hunter2")
    assert value.reveal() == "hunter2"
    for text in (
        str(value),
        repr(value),
        f"{value}",
        f"{value!r:>40}",
        "".join(["{}"]).format(value),
        repr([value]),
        repr({"a": value}),
    ):
        assert "hunter2" not in text


def test_it_cannot_be_serialised():
    with pytest.raises(TypeError):
        pickle.dumps(Secret("x"))
    with pytest.raises(TypeError):
        json.dumps(Secret("x"))


def test_equal_only_to_its_own_kind():
    assert Secret("a") == Secret("a")
    assert Secret("a") != Personal("a")
