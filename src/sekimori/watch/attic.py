"""What a scan puts away on disk, so that its memory stays flat however long the log is: cells, and records."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Final

import msgspec

from sekimori.watch.documents import Value, read_text, text_at
from sekimori.watch.domain.records import Source
from sekimori.watch.domain.state.cells import CellKey, DaySeen, Evidence
from sekimori.watch.domain.state.engine import Kept
from sekimori.watch.sweep import Spotted

_AT_ONCE: Final = 500
_PLACE: Final = "\0place"
"""The only key of what stands for a record: the byte of its file where its line starts, or below 0 its number here."""
_SCHEMA: Final = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA cache_size = -8000;
CREATE TABLE cell (name TEXT PRIMARY KEY, text BLOB NOT NULL, due INTEGER) WITHOUT ROWID;
CREATE TABLE seen (
    rule TEXT, grouped TEXT, step INTEGER, value TEXT, day INTEGER, place INTEGER, line INTEGER, file INTEGER,
    PRIMARY KEY (rule, grouped, step, value, day)
) WITHOUT ROWID;
CREATE TABLE record (id INTEGER PRIMARY KEY, text BLOB NOT NULL);
"""
_NOTE: Final = """
INSERT INTO seen VALUES (?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET place = excluded.place, line = excluded.line, file = excluded.file
WHERE (excluded.file, excluded.line) < (file, line)
"""
_NOTED: Final = """
SELECT rule, grouped, step, value, day, place, line, file FROM seen ORDER BY rule, grouped, file, line, value, day
"""


class Attic:
    """A shelf on disk, in a database that has no name and ends with the scan.

    Law: what is put away comes back as it was.
    """

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None)
        self._database.executescript(_SCHEMA)
        self._database.execute("BEGIN")  # one transaction that never ends: nobody else reads, and nothing is to last
        self._files: dict[str | None, int] = {}
        self._last: tuple[Evidence, Evidence] | None = None
        self._file: tuple[str, BinaryIO] | None = None

    def close(self) -> None:
        """Throw everything away."""
        self._database.close()
        if self._file is not None:
            self._file[1].close()

    def cells(self, keys: Iterable[CellKey]) -> Mapping[CellKey, bytes]:
        """Return the cells of these keys that are there."""
        query = "SELECT text FROM cell WHERE name = ?"
        found = ((key, self._database.execute(query, (_name(key),)).fetchone()) for key in keys)
        return {key: row[0] for key, row in found if row is not None}

    def keep(self, kept: Sequence[Kept]) -> None:
        """Put cells away, in the place of what they were."""
        rows = [(_name(each.key), each.text, each.due) for each in kept]
        self._database.executemany("INSERT OR REPLACE INTO cell VALUES (?, ?, ?)", rows)

    def due(self, until: int) -> Iterator[Sequence[CellKey]]:
        """Yield, some at a time, the cells that are to be looked at by an instant; they may be kept again meanwhile."""
        query = "SELECT name FROM cell WHERE due <= ? AND name > ? ORDER BY name LIMIT ?"
        last = ""
        while names := [name for (name,) in self._database.execute(query, (until, last, _AT_ONCE))]:
            yield list(map(_key, names))
            last = names[-1]

    def note(self, seen: Iterable[DaySeen]) -> None:
        """Note what was seen day by day; the evidence is put away already."""
        self._database.executemany(_NOTE, map(self._row, seen))

    def note_lines(self, path: str, spotted: Iterable[Spotted]) -> None:
        """Note what lines of a plain file mean."""
        file = self._number_of(path)
        rows = (
            (rule, group, step, value, day, start, line, file)
            for line, start, (_, day, rule, group, step, value) in spotted
        )
        self._database.executemany(_NOTE, rows)

    def _row(self, seen: DaySeen) -> tuple[Any, ...]:
        source, place = seen.evidence.source, seen.evidence.record[_PLACE]
        line = source.line if source else 0
        return (*seen[:-1], place, line, self._number_of(source.path if source else None))

    def _number_of(self, path: str | None) -> int:
        return self._files.setdefault(path, len(self._files))

    def noted(self) -> Iterator[DaySeen]:
        """Yield what was noted, rule by rule and group by group, each in the order of the files and their lines."""
        paths = list(self._files)
        for rule, group, step, value, day, place, line, file in self._database.execute(_NOTED):
            path = paths[file]
            source = None if path is None else Source(path=path, line=line, start=None if place < 0 else place)
            yield DaySeen(rule, group, step, value, day, Evidence({_PLACE: place}, source))

    def put_away(self, evidence: Evidence) -> Evidence:
        """Return what stands for evidence; a record that is a line of a plain file is left there."""
        if self._last is None or self._last[0] is not evidence:
            start = evidence.source.start if evidence.source else None
            place = -self._put(evidence) if start is None else start
            self._last = evidence, Evidence({_PLACE: place}, evidence.source)
        return self._last[1]

    def _put(self, evidence: Evidence) -> int:
        text = msgspec.json.encode(evidence.record)
        return self._database.execute("INSERT INTO record (text) VALUES (?)", (text,)).lastrowid or 0

    def fetch(self, evidence: Evidence) -> Evidence | None:
        """Return the evidence that something stands for; None where its file does not hold it any more.

        Raises:
            OSError: the file cannot be read.
        """
        place = evidence.record.get(_PLACE)
        if place is None:
            return evidence
        record = self._stored(-place) if place < 0 else self._in_file(evidence.source, place)
        return None if record is None else Evidence(record, evidence.source)

    def _stored(self, number: int) -> dict[str, Any]:
        (text,) = self._database.execute("SELECT text FROM record WHERE id = ?", (number,)).fetchone()
        record: dict[str, Any] = msgspec.json.decode(text)
        return record

    def _in_file(self, source: Source | None, start: int) -> dict[str, Any] | None:
        assert source is not None
        if self._file is None or self._file[0] != source.path:
            if self._file is not None:
                self._file[1].close()
            self._file = source.path, Path(source.path).open("rb")  # noqa: SIM115 - closed with the attic
        found = read_text(source.line, text_at(self._file[1], start))
        return found.value if isinstance(found, Value) and isinstance(found.value, dict) else None


def _name(key: CellKey) -> str:
    return f"{key[0]}\n{key[1]}"


def _key(name: str) -> CellKey:
    rule, _, group = name.partition("\n")
    return rule, group
