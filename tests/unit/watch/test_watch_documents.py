import gzip
import io
import json
import os
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from sekimori.watch import documents
from sekimori.watch.documents import Unreadable, Value, is_line_by_line, read_stream
from sekimori.watch.logfiles import LogsNotFoundError, log_files, read_logs

ONE, TWO = '{"a": 1}', '{"b": "日本"}'


def read(data: bytes) -> list[Value | Unreadable]:
    return list(read_stream(io.BufferedReader(io.BytesIO(data))))


def values(data: bytes) -> list[object]:
    return [found.value if isinstance(found, Value) else f"! {found.line}: {found.reason}" for found in read(data)]


@pytest.mark.parametrize(
    "text",
    [
        f"{ONE}\n{TWO}\n",
        f"{ONE}\n\n  \n{TWO}",
        f"{ONE}\r\n{TWO}\r\n",
        f"[\n{ONE},\n{TWO}\n]\n",
        f"[\n  {ONE},\n  {TWO}\n]",
        f"{json.dumps(json.loads(ONE), indent=2)}\n{json.dumps(json.loads(TWO), indent=2)}",
    ],
)
def test_values_in_every_layout(text: str) -> None:
    assert values(text.encode()) == [json.loads(ONE), json.loads(TWO)]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings_of_windows_with_and_without_a_mark(encoding: str, tmp_path: Path) -> None:
    (tmp_path / "wide.json").write_bytes(f"{ONE}\n{TWO}\n".encode(encoding))
    assert not is_line_by_line(tmp_path / "wide.json")
    assert values(f"{ONE}\n{TWO}\n".encode(encoding)) == [json.loads(ONE), json.loads(TWO)]


def test_a_broken_line_is_said_and_the_rest_is_read() -> None:
    found = read(f"{ONE}\n{{half\n{TWO}\n{TWO[:6]}".encode())
    assert [f.line for f in found] == [1, 2, 3, 4]
    assert [type(f) for f in found] == [Value, Unreadable, Value, Unreadable]


def test_a_broken_first_line_does_not_hide_the_others() -> None:
    found = read(f"{{half\n{ONE}\n{TWO}\n".encode())
    assert [type(f) for f in found] == [Unreadable, Value, Value]
    assert [f.line for f in found] == [1, 2, 3]


def test_a_document_that_is_cut_gives_what_came_before() -> None:
    text = json.dumps([{"a": 1}, {"b": {"c": [1, 2]}}], indent=1)
    found = read(text[:-12].encode())
    assert found[0] == Value(2, {"a": 1})
    assert isinstance(found[-1], Unreadable)


def test_a_list_that_is_cut_between_its_elements_is_said() -> None:
    found = read(f"[\n{ONE},\n{TWO},\n".encode())
    assert [type(f) for f in found] == [Value, Value, Unreadable]
    assert found[-1] == Unreadable(4, "ends in the middle of a list")


WRAPPED = {"records": [{"n": 1}, {"n": 2, "of": [{"x": 1}]}, {"n": 3}]}


def test_a_broken_element_does_not_hide_those_after_it() -> None:
    text = json.dumps(WRAPPED["records"], indent=2).replace('"n": 2', '"n": two')
    assert values(text.encode()) == [{"n": 1}, "! 6: expecting value", {"n": 3}]


def test_a_broken_record_does_not_hide_those_beside_it_in_their_wrapping() -> None:
    text = json.dumps(WRAPPED, indent=2).replace('"n": 2', '"n": two')
    assert values(text.encode()) == ["! 7: expecting value", {"n": 1}, {"n": 3}]


def test_lines_of_text_are_each_said_once() -> None:
    lines = "".join(f"2026-10-01T10:00:00Z host azure: {ONE}\n" for _ in range(3))
    assert [(type(f), f.line) for f in read(lines.encode())] == [(Unreadable, 1), (Unreadable, 2), (Unreadable, 3)]


def test_a_broken_line_between_brackets_is_the_only_thing_said() -> None:
    found = values(f"[\n{ONE},\n{{half,\n{TWO}\n]\n".encode())
    assert [each for each in found if not isinstance(each, str)] == [json.loads(ONE), json.loads(TWO)]
    assert len(found) == 3


def test_elements_of_a_long_array_know_their_lines() -> None:
    assert [f.line for f in read(f"\n[\n{ONE},\n\n{TWO}\n]".encode())] == [3, 5]


@pytest.mark.parametrize(
    ("hostile", "says"),
    [
        (b"[" * 100_000, "in the middle of a list"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "deep"),
        (b'{"a": ' + b"9" * 10_000 + b"}", ""),
        (b"\xff\xfe\x00\x00nonsense", ""),
        (b"\x00\x01\x02", ""),
        (b"not json at all", ""),
    ],
)
def test_hostile_bytes_are_unreadable_and_nothing_more(hostile: bytes, says: str) -> None:
    found = read(hostile)
    assert found
    assert all(isinstance(f, Unreadable) and says in f.reason for f in found)


def test_lone_surrogates_and_raw_control_characters_are_read() -> None:
    assert values(b'{"a": "x\\ud800y"}') == [{"a": "x?y"}]
    assert values(b'{"a": "tab\there"}') == [{"a": "tab\there"}]


def test_of_two_equal_keys_the_last_counts() -> None:
    assert values(b'{"a": 1, "a": 2}') == [{"a": 2}]


def test_a_line_that_is_too_long_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "LONGEST_LINE", 20)
    long = json.dumps({"a": "x" * 100})
    found = read(f"{ONE}\n{long}\n{TWO}\n".encode())
    assert [type(f) for f in found] == [Value, Unreadable, Value]
    assert [f.line for f in found] == [1, 2, 3]


@given(st.binary(max_size=300))
def test_no_bytes_crash_the_reader(data: bytes) -> None:
    for found in read(data):
        assert found.line >= 1


@given(st.lists(st.dictionaries(st.text(max_size=5), st.text() | st.integers(-(2**63), 2**63) | st.none(), max_size=4)))
def test_what_was_written_is_read(items: list[dict[str, object]]) -> None:
    lines = "\n".join(json.dumps(item) for item in items)
    assert values(lines.encode()) == items


def test_compressed_files_are_told_by_their_bytes(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_bytes(gzip.compress(ONE.encode()))
    (tmp_path / "b.ndjson.zst").write_bytes(zstandard.compress(f"{TWO}\n".encode()))
    (tmp_path / "readme.md").write_text("not a log")
    found = list(read_logs([str(tmp_path)]))
    assert [f.value for f in found] == [Value(1, {"a": 1}), Value(1, {"b": "日本"})]


def test_an_archive_that_is_cut_gives_what_came_before(tmp_path: Path) -> None:
    lines = "".join(json.dumps({"n": n, "x": "%030x" % (n * 7919**5)}) + "\n" for n in range(5000)).encode()
    packed = gzip.compress(lines)
    (tmp_path / "a.json.gz").write_bytes(packed[: len(packed) // 2])
    found = [f.value for f in read_logs([str(tmp_path / "a.json.gz")])]
    assert isinstance(found[0], Value)
    assert isinstance(found[-1], Unreadable)
    assert "cannot be read further" in found[-1].reason


@pytest.mark.parametrize("archive", [b"\x1f\x8b" + b"x" * 100, b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd" + b"x" * 9])
def test_what_only_begins_like_an_archive_is_said(tmp_path: Path, archive: bytes) -> None:
    (tmp_path / "a.log").write_bytes(archive)
    (found,) = read_logs([str(tmp_path / "a.log")])
    assert isinstance(found.value, Unreadable)
    assert "cannot be read further" in found.value.reason


def test_folders_are_read_in_order_and_missing_paths_refused(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    for name in ("b.json", "a.ndjson", "sub/c.jsonl.gz"):
        (tmp_path / name).write_bytes(b"{}")
    assert [Path(p).name for p in log_files(str(tmp_path))] == ["a.ndjson", "b.json", "c.jsonl.gz"]
    with pytest.raises(LogsNotFoundError):
        log_files(str(tmp_path / "nothing"))
    (tmp_path / "empty").mkdir()
    with pytest.raises(LogsNotFoundError):
        log_files(str(tmp_path / "empty"))


def test_a_folder_that_may_not_be_looked_into_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = tmp_path / "closed"
    closed.mkdir()
    (tmp_path / "a.json").write_bytes(b"{}")
    scandir = os.scandir

    def guarded(path: str) -> object:  # root may look into every folder, so permissions alone test nothing
        if Path(path) == closed:
            raise PermissionError(13, "Permission denied", str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", guarded)
    assert log_files(str(tmp_path)) == [str(tmp_path / "a.json"), str(closed)]
    assert log_files(str(closed)) == [str(closed)]
    (found,) = read_logs([str(closed)])
    assert isinstance(found.value, Unreadable)


def test_a_path_that_cannot_be_looked_at_is_said() -> None:
    (found,) = read_logs(["x" * 5000])
    assert found.value == Unreadable(1, "File name too long")
