"""The file collector reads each whole line once, through growth, rotation, cuts and restarts."""

import asyncio
from contextlib import aclosing
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from structlog.testing import capture_logs

from sekimori.watch.collectors.files import FileCollector, Position, read_new_lines
from sekimori.watch.meters import Meters


def stored(**positions):
    async def read():
        return positions

    return read


def texts(lines):
    return [line.text for line in lines]


def test_a_half_written_line_waits_for_its_end(tmp_path: Path):
    log = tmp_path / "entra.ndjson"
    log.write_bytes(b'{"a":1}\n{"b":')
    lines, position = read_new_lines(log, Position())
    assert texts(lines) == [b'{"a":1}']
    log.write_bytes(b'{"a":1}\n{"b":2}\r\n')
    lines, position = read_new_lines(log, position)
    assert texts(lines) == [b'{"b":2}']
    assert lines[0].line == 2
    assert read_new_lines(log, position)[0] == ()


def test_a_file_cut_short_is_read_from_its_beginning(tmp_path: Path):
    log = tmp_path / "entra.ndjson"
    log.write_bytes(b"one\ntwo\n")
    _, position = read_new_lines(log, Position())
    log.write_bytes(b"new\n")
    lines, _ = read_new_lines(log, position)
    assert [(line.text, line.line) for line in lines] == [(b"new", 1)]


def test_a_file_cut_and_grown_past_the_position_is_read_from_its_beginning(tmp_path: Path):
    log = tmp_path / "entra.ndjson"
    log.write_bytes(b"one\ntwo\n")
    _, position = read_new_lines(log, Position())
    log.write_bytes(b"new\nnewer\nnewest\n")
    lines, after = read_new_lines(log, position)
    assert texts(lines) == [b"new", b"newer", b"newest"]
    assert read_new_lines(log, after)[0] == ()


def test_a_position_of_an_earlier_version_is_believed(tmp_path: Path):
    log = tmp_path / "entra.ndjson"
    log.write_bytes(b"one\ntwo\n")
    lines, _ = read_new_lines(log, Position(inode=log.stat().st_ino, offset=4, line=1))
    assert texts(lines) == [b"two"]


def test_another_file_under_the_same_name_is_read_from_its_beginning(tmp_path: Path):
    log = tmp_path / "entra.ndjson"
    log.write_bytes(b"one\n")
    _, position = read_new_lines(log, Position())
    log.rename(tmp_path / "entra.ndjson.1")
    log.write_bytes(b"two\nthree\n")
    assert texts(read_new_lines(log, position)[0]) == [b"two", b"three"]


@given(chunks=st.lists(st.binary(max_size=20), max_size=12))
def test_however_it_is_written_every_whole_line_is_read_once(tmp_path_factory, chunks):
    log = tmp_path_factory.mktemp("grow") / "entra.ndjson"
    log.touch()
    position, seen = Position(), []
    for chunk in chunks:
        with log.open("ab") as file:
            file.write(chunk)
        lines, position = read_new_lines(log, position)
        seen += texts(lines)
    assert seen == [line.rstrip(b"\r") for line in b"".join(chunks).split(b"\n")[:-1]]


async def test_it_follows_files_that_appear_later_and_resumes(tmp_path: Path):
    collector = FileCollector(tmp_path / "*.ndjson", stored=stored(), pause=0.01)
    stream = collector.batches()
    waiting = asyncio.ensure_future(anext(stream))
    await asyncio.sleep(0.03)
    (tmp_path / "late.ndjson").write_bytes(b"first\n")
    batch = await asyncio.wait_for(waiting, 5)
    assert texts(batch.lines) == [b"first"]

    (tmp_path / "late.ndjson").write_bytes(b"first\nsecond\n")
    resumed = FileCollector(tmp_path / "*.ndjson", stored=stored(**batch.positions), pause=0.01)
    again = await asyncio.wait_for(anext(resumed.batches()), 5)
    assert texts(again.lines) == [b"second"]


async def test_an_unreadable_file_is_named_and_the_others_are_read(tmp_path: Path):
    (tmp_path / "a.ndjson").mkdir()
    (tmp_path / "b.ndjson").write_bytes(b"x\n")
    collector = FileCollector(tmp_path / "*.ndjson", stored=stored(), pause=0.01)
    batch = await asyncio.wait_for(anext(collector.batches()), 5)
    assert texts(batch.lines) == [b"x"]
    assert list(collector.unreadable) == [str(tmp_path / "a.ndjson")]


async def test_what_was_written_before_a_rotation_is_read_first(tmp_path: Path):
    log = tmp_path / "entra.ndjson"
    log.write_bytes(b"one\n")
    collector = FileCollector(tmp_path / "*.ndjson", stored=stored(), pause=0.01)
    async with aclosing(collector.batches()) as stream, asyncio.timeout(5):
        assert texts((await anext(stream)).lines) == [b"one"]
        with log.open("ab") as file:
            file.write(b"two\n")
        log.rename(tmp_path / "entra.ndjson.1")
        log.write_bytes(b"three\n")
        assert texts((await anext(stream)).lines) == [b"two"]
        assert texts((await anext(stream)).lines) == [b"three"]


async def test_a_file_that_cannot_be_read_is_told_once_and_counted(tmp_path: Path):
    (tmp_path / "a.ndjson").mkdir()
    meters = Meters()
    collector = FileCollector(tmp_path / "*.ndjson", stored=stored(), pause=0.001, meters=meters)
    with capture_logs() as said:
        waiting = asyncio.ensure_future(anext(collector.batches()))
        await asyncio.sleep(0.1)
        waiting.cancel()
    assert [each["event"] for each in said] == ["file.not_read"]
    assert meters.registry.get_sample_value("sekimori_watch_unreadable_files") == 1


async def test_a_folder_that_is_not_there_is_told_once_and_read_when_it_comes(tmp_path: Path):
    meters, folder = Meters(), tmp_path / "later"
    collector = FileCollector(folder / "*.ndjson", stored=stored(), pause=0.01, meters=meters)
    FileCollector(tmp_path / "*.ndjson", stored=stored(), meters=meters)
    with capture_logs() as told:
        waiting = asyncio.create_task(anext(collector.batches()))
        await asyncio.sleep(0.1)
        assert meters.registry.get_sample_value("sekimori_watch_unreadable_files") == 1
        folder.mkdir()
        (folder / "a.ndjson").write_bytes(b"x\n")
        assert texts((await asyncio.wait_for(waiting, 5)).lines) == [b"x"]
    assert [(each["event"], each["path"]) for each in told] == [("file.not_read", str(folder))]
    assert meters.registry.get_sample_value("sekimori_watch_unreadable_files") == 0
