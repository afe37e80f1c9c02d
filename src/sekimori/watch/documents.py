"""JSON values in a stream of bytes: one a line, one over many lines, or an array of them."""

import codecs
import io
import json
import re
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
_NO_END: Final = "ends in the middle of a list"
_MOST_MENDED: Final = 1000
"""How often reading goes on after something broken in one document."""
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
            start = file.peek(4)
            if start.startswith(codecs.BOM_UTF8) or _encoding(start):
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
    found = list(_values(text, lines[0][0] if lines else 1))
    cut: list[Value | Unreadable] = [each for each in found if isinstance(each, Unreadable) and each.reason == _NO_END]
    is_text = found and isinstance(found[0], Value) and not isinstance(found[0].value, dict | list)
    is_broken = any(isinstance(each, Unreadable) for each in found if each not in cut)
    if is_broken and (is_text or any(map(_is_record, lines))):
        bare = (_without_comma(line) for line in lines if line[1].strip(b" \t\r\n,[]"))
        found = [value for line in bare if (value := read_line(line)) is not None] + cut
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
    position, counted, opened, mended, has_values = 0, 0, 0, 0, False
    said: Unreadable | None = None
    while True:
        start, position = position, _past(text, position, _BETWEEN + ("[]}" if mended else "[]"))
        opened = max(0, opened + text.count("[", start, position) - text.count("]", start, position))
        line, counted = line + text.count("\n", counted, position), position
        if position == len(text):
            if opened and not mended:
                yield Unreadable(line, _NO_END)
            return
        try:
            value, position = decoder.raw_decode(text, position)
        except json.JSONDecodeError as error:
            broken = Unreadable(line + text.count("\n", counted, error.pos), error.msg.casefold())
            if broken != said:
                yield broken
            said, mended = broken, mended + 1
            position = _next_start(text, position, has_values or mended > 1) if mended < _MOST_MENDED else len(text)
        except (ValueError, RecursionError):
            yield Unreadable(line, "nested too deeply, or a number too long")
            return
        else:
            has_values = True
            yield Value(line, _without_surrogates(value))


def _past(text: str, position: int, between: str) -> int:
    while position < len(text) and text[position] in between:
        position += 1
    return position


def _next_start(text: str, broken: int, has_values: bool) -> int:  # noqa: FBT001 - one caller
    """Return where reading goes on after a broken value: at the next object that is indented as it is.

    If it is the first value, what is broken may be an object around a list of records: they are indented further.
    """
    indent = text[text.rfind("\n", 0, broken) + 1 : broken]
    alike = re.compile(rf"\n{indent}\{{").search(text, broken) if not indent.strip() else None
    if alike:
        return alike.end() - 1
    inner = [] if has_values else list(re.finditer(r"\n[ \t]*\{", text[broken:]))
    return broken + min(inner, key=lambda found: len(found[0])).end() - 1 if inner else len(text)


def _lines(stream: IO[bytes]) -> Iterator[Line]:
    """Yield the lines of a stream in UTF-8; a stream that breaks ends with the reason."""
    number = 0
    try:
        start = stream.peek(4) if isinstance(stream, io.BufferedReader) else b""
        if encoding := _encoding(start):
            wide = io.TextIOWrapper(stream, encoding=encoding, errors="replace")
            yield from ((number, text.encode("utf-8", "replace")) for number, text in enumerate(wide, 1))
            return
        while line := stream.readline(LONGEST_LINE + 1):
            number += 1
            if len(line) > LONGEST_LINE:
                _skip_line(stream, line)
            yield _bounded(number, line.removeprefix(codecs.BOM_UTF8) if number == 1 else line)
    except _BROKEN_STREAM as error:
        yield Unreadable(number + 1, f"the file cannot be read further: {error}")


def _encoding(start: bytes) -> str | None:
    """Return the wide encoding of a stream by its first bytes; None for UTF-8."""
    # PowerShell writes UTF-16 into a file when told to redirect; JSON starts with two ASCII characters (RFC 4627 §3).
    if start.startswith(_UTF16):
        return "utf-16"
    first, second = start[:1], start[1:2]
    if b"\0" not in {first, second} or first == second or not second:
        return None
    return "utf-16-be" if first == b"\0" else "utf-16-le"


def _bounded(number: int, line: bytes) -> Line:
    if len(line) > LONGEST_LINE:
        return Unreadable(number, f"longer than {LONGEST_LINE // 1024 // 1024} MiB")
    return number, line


def _skip_line(stream: IO[bytes], line: bytes) -> None:
    while line and not line.endswith(b"\n"):
        line = stream.readline(LONGEST_LINE)
