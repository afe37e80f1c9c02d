import json

import pytest

from sekimori.watch.attic import Attic
from sekimori.watch.domain.records import Source
from sekimori.watch.domain.state.cells import Evidence
from sekimori.watch.domain.state.engine import Kept
from sekimori.watch.domain.state.memory import InMemory


@pytest.fixture
def attic():
    attic = Attic()
    yield attic
    attic.close()


def cell(number, text=b"{}", due=None):
    return Kept(key=("rule", f'["g{number:05}"]'), text=text, due=due, expires=0)


def test_a_shelf_on_disk_gives_back_what_one_in_memory_does(attic):
    kept = [cell(n, b'{"n": %d}' % n, n % 7 or None) for n in range(1700)]
    changed = [cell(n, b'{"n": -1}', None if n % 2 else 3) for n in range(0, 1700, 5)]
    told = []
    for shelf in (attic, InMemory()):
        shelf.keep(kept)
        shelf.keep(changed)
        keys = [each.key for each in kept] + [("rule", "absent")]
        told.append((shelf.cells(keys), sorted(key for keys in shelf.due(3) for key in keys)))
    assert told[0] == told[1]


def test_cells_may_be_kept_again_while_they_are_looked_at(attic):
    attic.keep([cell(n, due=1) for n in range(1300)])
    met = []
    for keys in attic.due(1):
        met += keys
        attic.keep([Kept(key=key, text=b"{}", due=None, expires=0) for key in keys])
    assert len(met) == len(set(met)) == 1300
    assert list(attic.due(1)) == []


def test_a_record_comes_back_as_it_was(attic):
    records = [{"properties": {"id": n, "name": "東京 \u2013 x", "flag": None}} for n in range(5)]
    put = [attic.put_away(Evidence(record, Source(path="-", line=1))) for record in records]
    assert all(record != each.record for record, each in zip(records, put, strict=True))
    assert [attic.fetch(each).record for each in put] == records
    assert attic.fetch(Evidence(records[0], None)).record == records[0]


def test_a_line_of_a_file_is_left_there(attic, tmp_path):
    files = [tmp_path / "a.ndjson", tmp_path / "b.ndjson"]
    for file in files:
        file.write_text(f'{{"in": "{file.name}"}}\n{{"line": 2}}\n', encoding="utf-8")
    start = len(json.dumps({"in": "a.ndjson"})) + 1
    places = [Source(path=str(file), line=line, start=at) for line, at in ((1, 0), (2, start)) for file in files]
    put = [attic.put_away(Evidence({"line": "as it was read"}, place)) for place in places]
    found = [attic.fetch(each).record for each in put]
    assert found == [{"in": "a.ndjson"}, {"in": "b.ndjson"}, {"line": 2}, {"line": 2}]
    files[0].write_text("cut", encoding="utf-8")
    assert attic.fetch(put[0]) is None
