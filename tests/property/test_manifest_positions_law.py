"""Law: whatever valid TOML says, each of its keys has a place, and the key's own words stand there."""

import json
import tomllib

from hypothesis import given
from hypothesis import strategies as st

from sekimori.manifest.positions import positions

names = st.text(alphabet="abc-_", min_size=1, max_size=4) | st.text(alphabet="ab .#=[]{}\"'予", max_size=5)
scalars = (
    st.integers(-9, 9).map(str)
    | st.sampled_from(["true", "1.5", "2026-11-23", "2026-11-23T10:00:00Z", '"""a\n"b"\n"""""', "'''\n]'''", "'#'"])
    | st.text(alphabet="ab #]},=\n\\\"'", max_size=6).map(json.dumps)
)
blanks = st.sampled_from(["", " ", "\t"])
breaks = st.sampled_from(["", " ", "\n", " # a ] remark\n  "])


def key_text(name: str) -> str:
    bare = name and set(name) <= set("abc-_")
    return name if bare else json.dumps(name, ensure_ascii=False)


@st.composite
def arrays(draw, values):
    items = [draw(breaks) + item + draw(breaks) for item in draw(st.lists(values, max_size=3))]
    return "[" + ",".join(items) + draw(breaks) + "]"


@st.composite
def inline_tables(draw, values):
    pairs = draw(st.lists(st.tuples(names, values), max_size=3, unique_by=lambda pair: pair[0]))
    return "{" + ",".join(draw(blanks) + f"{key_text(name)} ={value}" + draw(blanks) for name, value in pairs) + "}"


values = st.recursive(scalars, lambda inner: arrays(inner) | inline_tables(inner), max_leaves=6)


@st.composite
def documents(draw):
    lines = [
        f"{key_text(name)}{draw(blanks)}={draw(blanks)}{draw(values)}" for name in draw(st.sets(names, max_size=3))
    ]
    for name in draw(st.lists(names.map(lambda name: "t" + name), max_size=3, unique=True)):
        for _ in range(draw(st.integers(1, 2))):
            lines.append(f"[[ {key_text(name)} ]]{draw(blanks)}# [x]")
            lines += [f"{key_text(inner)} = {draw(values)}" for inner in draw(st.sets(names, max_size=2))]
    return "\n".join(lines) + draw(st.sampled_from(["", "\n"]))


def paths(value, above=()):
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield (*above, key)
        yield from paths(inner, (*above, key))


@given(documents())
def test_every_key_has_a_place_and_stands_there(text):
    found = positions(text)
    lines = text.split("\n")
    for path in paths(tomllib.loads(text)):
        if any(isinstance(step, str) and ('"' in step) for step in path):
            continue  # written with an escape: such a key is told by its table's place
        line, column = found[path]
        rest = lines[line - 1][column - 1 :]
        if isinstance(path[-1], str):
            assert rest.lstrip("[ ").startswith(key_text(path[-1]))
