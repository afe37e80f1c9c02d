"""Every key of a TOML text is found where it stands."""

import pytest

from sekimori.manifest.positions import positions

TEXT = '''\
# [comment] = "no"
top = 1
a.b."c d" = { x = 1, 'y' = [1, 2] }

[table]   # [[not a table]]
text = """ ]
[not.a.table]
"""""
lines = [
  "one", # "two"
  'th#ree',
  { deep = [[1], [2]] },
]
date = 2026-11-23 10:00:00
path = 'C:\\'
escaped = "\\"]"

  [[list]]
  id = 1
  [[list.inner]]
  id = 2
  [[list.inner]]
  id = 3
  [list.table]
  id = 4

[[list]]
[[list.inner]]
id = 5'''


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (("top",), (2, 1)),
        (("a", "b", "c d"), (3, 1)),
        (("a", "b", "c d", "x"), (3, 15)),
        (("a", "b", "c d", "y", 1), (3, 32)),
        (("table",), (5, 1)),
        (("table", "text"), (6, 1)),
        (("table", "lines", 0), (10, 3)),
        (("table", "lines", 1), (11, 3)),
        (("table", "lines", 2, "deep", 1, 0), (12, 19)),
        (("table", "date"), (14, 1)),
        (("table", "path"), (15, 1)),
        (("table", "escaped"), (16, 1)),
        (("list",), (18, 3)),
        (("list", 0), (18, 3)),
        (("list", 0, "inner", 0, "id"), (21, 3)),
        (("list", 0, "inner", 1, "id"), (23, 3)),
        (("list", 0, "table", "id"), (25, 3)),
        (("list", 1), (27, 1)),
        (("list", 1, "inner", 0, "id"), (29, 1)),
    ],
)
def test_where_a_key_stands(path, place):
    assert positions(TEXT)[path] == place


def test_every_value_that_toml_reads_has_a_place():
    import tomllib

    def paths(value, above=()):
        items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for key, inner in items:
            yield (*above, key)
            yield from paths(inner, (*above, key))

    found = positions(TEXT)
    assert [path for path in paths(tomllib.loads(TEXT)) if path not in found] == []


def test_nothing_has_no_places():
    assert positions("") == {}
    assert positions("# only a remark") == {}
