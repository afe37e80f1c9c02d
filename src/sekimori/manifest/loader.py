"""Reads a manifest, or says everything that is wrong with it."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import msgspec

from sekimori.manifest.model import Manifest
from sekimori.manifest.positions import Position, positions
from sekimori.manifest.problems import Fault, KeyPath, ManifestError, ManifestUnreadable, Problem, written
from sekimori.manifest.relations import relation_faults
from sekimori.manifest.shape import shape_faults

_TOML_PLACE: Final = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


def load(path: Path) -> Manifest:
    """Read the manifest at ``path``.

    Raises:
        ManifestUnreadable: there is no such file, or it cannot be read.
        ManifestError: it is not TOML, or does not say what a manifest must say.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")  # some editors put a mark before the first line
    except OSError as error:
        raise _unreadable(path, error) from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise _one_problem(path, line, 1, "is not UTF-8 text") from error
    return parsed(text, file=path)


def parsed(text: str, *, file: Path) -> Manifest:
    """Read a manifest's text; ``file`` is only its name in problems.

    Raises:
        ManifestError: as :func:`load`.
    """
    text = text.replace("\r\n", "\n")
    raw = _toml(text, file)
    faults = [*shape_faults(raw), *relation_faults(raw)]
    if faults:
        raise ManifestError(_placed(faults, positions(text), file))
    return msgspec.convert(raw, Manifest)


def _toml(text: str, file: Path) -> Mapping[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        words = str(error)
        place = _TOML_PLACE.search(words)
        line, column = (place[1], place[2]) if place and place[1] else (text.count("\n") + 1, 1)
        plain = _TOML_PLACE.sub("", words)
        raise _one_problem(file, int(line), int(column), f"not valid TOML: {plain[:1].lower()}{plain[1:]}") from error
    except RecursionError as error:
        raise _one_problem(file, 1, 1, "not valid TOML: nested too deeply") from error


def _placed(faults: Iterable[Fault], places: Mapping[KeyPath, Position], file: Path) -> list[Problem]:
    problems = []
    for fault in faults:
        line, column = _place(fault.path, places)
        problems.append(
            Problem(
                file=str(file),
                line=line,
                column=column,
                key=written(fault.path),
                words=fault.words,
                suggestion=fault.suggestion,
            )
        )
    return sorted(problems, key=lambda problem: (problem.line, problem.column))


def _place(path: KeyPath, places: Mapping[KeyPath, Position]) -> Position:
    """Find a key's place; one that is missing stands where its table does."""
    while path and path not in places:
        path = path[:-1]
    return places.get(path, (1, 1))


def _unreadable(path: Path, error: OSError) -> ManifestUnreadable:
    if isinstance(error, FileNotFoundError):
        return ManifestUnreadable(f"there is no manifest {path}", hint="name the file, such as sekimori.toml")
    if isinstance(error, IsADirectoryError):
        hint = f"name the file in it, such as {path / 'sekimori.toml'}"
        return ManifestUnreadable(f"the manifest {path} is a folder", hint=hint)
    reason = error.strerror or type(error).__name__
    return ManifestUnreadable(f"the manifest {path} cannot be read: {reason}", hint="look at its owner and mode")


def _one_problem(file: Path, line: int, column: int, words: str) -> ManifestError:
    return ManifestError([Problem(file=str(file), line=line, column=column, key="", words=words)])
