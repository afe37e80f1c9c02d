"""JSON values in a stream of bytes: one a line, one over many lines, or an array of them."""

import codecs
import io
import json
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import IO, Any, BinaryIO, Final, TypeAlias

import msgspec
import zstandard

LONGEST_LINE: Final = 64 * 1024 * 1024
"""Bytes; a longer line is not read."""
LONGEST_DOCUMENT: Final = 512 * 1024 * 1024
"""Bytes; a longer document over many lines is not read to its end."""
_BETWEEN: Final = " \t\r\n,"
_UTF16: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_BROKEN_STREAM: Final = (OSError, EOFError, zlib.error, zstandard.ZstdError)


@dataclass(frozen=True, slots=True)
class Value:
    """One JSON value and the line, counted from 1, on which it starts."""

    line: int
    value: Any


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A line, or what starts there, that is not JSON, and why."""

    line: int
    reason: str


Line: TypeAlias = tuple[int, bytes] | Unreadable


def read_stream(stream: IO[bytes]) -> Iterator[Value | Unreadable]:
    """Yield the values of a stream; what cannot be read is said, and the rest is read.

    The first line decides: if it is a whole value, every line is one; if not, the stream is one document or several.
    """
    lines = _lines(stream)
    for line in lines:
        first = read_line(line)
        if isinstance(first, Value):
            yield first
            yield from _each(lines)
            return
        if isinstance(first, Unreadable):
            yield from _document(line, lines)
            return


def is_line_by_line(path: Path) -> bool:
    """Say whether `read_stream` would read a file line by line, from its first byte; False if it cannot be opened."""
    try:
        with path.open("rb") as file:
            if file.peek(3).startswith((codecs.BOM_UTF8, *_UTF16)):
                return False
            first = next((found for line in _lines(file) if (found := read_line(line)) is not None), None)
    except OSError:
        return False
    return isinstance(first, Value)


def text_at(file: BinaryIO, start: int) -> bytes:
    """Return the line that starts at a byte of a file, or as much of it as shows that it is too long.

    Raises:
        OSError: the file cannot be read.
    """
    file.seek(start)
    return file.readline(LONGEST_LINE + 1)


def read_text(number: int, text: bytes) -> Value | Unreadable | None:
    """Read a line that has a number, as :func:`read_line` does, unless it is too long."""
    return read_line(_bounded(number, text))


def read_line(line: Line) -> Value | Unreadable | None:
    """Return the value on a line, why there is none, or None for a line with nothing on it."""
    if isinstance(line, Unreadable):
        return line
    number, text = line
    if not text.strip():
        return None
    try:
        return Value(number, msgspec.json.decode(text))
    except RecursionError:
        return Unreadable(number, "nested too deeply")
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return _leniently(number, text, str(error))


def _leniently(number: int, text: bytes, reason: str) -> Value | Unreadable:
    """Read what most programs take for JSON: lone surrogates, control characters in strings."""
    try:
        value = json.loads(text.decode(), strict=False, parse_constant=lambda _: None)
        return Value(number, _without_surrogates(value))
    except (ValueError, RecursionError):
        return Unreadable(number, "ends in the middle of a value" if "truncated" in reason else reason)


def _without_surrogates(value: Any) -> Any:
    return json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))


def _each(lines: Iterator[Line]) -> Iterator[Value | Unreadable]:
    return (found for line in lines if (found := read_line(line)) is not None)


def _document(first: Line, rest: Iterator[Line]) -> Iterator[Value | Unreadable]:
    """Read a document over many lines; where it is none after all, read line by line."""
    lines, broken = _collected(first, rest)
    text = b"".join(line for _, line in lines).decode("utf-8", "replace")
    start = lines[0][0] if lines else 1
    found = list(_values(text, start))
    if found and isinstance(found[-1], Unreadable) and any(_is_record(line) for line in lines):
        yield from (value for line in lines if (value := read_line(_without_comma(line))) is not None)
    else:
        yield from found
    yield from broken


def _collected(first: Line, rest: Iterator[Line]) -> tuple[list[tuple[int, bytes]], list[Unreadable]]:
    lines: list[tuple[int, bytes]] = []
    broken: list[Unreadable] = []
    size = 0
    for line in chain((first,), rest):
        if isinstance(line, Unreadable):
            broken.append(line)
            continue
        size += len(line[1])
        if size > LONGEST_DOCUMENT:
            broken.append(Unreadable(line[0], f"a document longer than {LONGEST_DOCUMENT // 1024 // 1024} MiB"))
            break
        lines.append(line)
    return lines, broken


def _is_record(line: tuple[int, bytes]) -> bool:
    found = read_line(_without_comma(line))
    return isinstance(found, Value) and isinstance(found.value, dict) and bool(found.value)


def _without_comma(line: tuple[int, bytes]) -> tuple[int, bytes]:
    return line[0], line[1].rstrip().removesuffix(b",")


def _values(text: str, line: int) -> Iterator[Value | Unreadable]:
    """Yield the values of a text one after the other; the elements of a list at the top are values of their own."""
    decoder = json.JSONDecoder(strict=False, parse_constant=lambda _: None)
    position, counted = 0, 0
    while True:
        while position < len(text) and text[position] in _BETWEEN + "[]":
            position += 1
        if position == len(text):
            return
        line, counted = line + text.count("\n", counted, position), position
        try:
            value, position = decoder.raw_decode(text, position)
        except json.JSONDecodeError as error:
            yield Unreadable(line + text.count("\n", counted, error.pos), error.msg.casefold())
            return
        except (ValueError, RecursionError):
            yield Unreadable(line, "nested too deeply, or a number too long")
            return
        yield Value(line, _without_surrogates(value))


def _lines(stream: IO[bytes]) -> Iterator[Line]:
    """Yield the lines of a stream in UTF-8; a stream that breaks ends with the reason."""
    start = stream.peek(3)[:3] if isinstance(stream, io.BufferedReader) else b""
    number = 0
    try:
        if start.startswith(_UTF16):
            # PowerShell writes UTF-16 into a file when told to redirect.
            wide = io.TextIOWrapper(stream, encoding="utf-16", errors="replace")
            yield from ((number, text.encode("utf-8", "replace")) for number, text in enumerate(wide, 1))
            return
        while line := stream.readline(LONGEST_LINE + 1):
            number += 1
            if len(line) > LONGEST_LINE:
                _skip_line(stream, line)
            yield _bounded(number, line.removeprefix(codecs.BOM_UTF8) if number == 1 else line)
    except _BROKEN_STREAM as error:
        yield Unreadable(number + 1, f"the file cannot be read further: {error}")


def _bounded(number: int, line: bytes) -> Line:
    if len(line) > LONGEST_LINE:
        return Unreadable(number, f"longer than {LONGEST_LINE // 1024 // 1024} MiB")
    return number, line


def _skip_line(stream: IO[bytes], line: bytes) -> None:
    while line and not line.endswith(b"\n"):
        line = stream.readline(LONGEST_LINE)
