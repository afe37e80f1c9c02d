"""Reads a register, or says everything that is wrong with it and where."""

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import msgspec

from sekimori.manifest.positions import positions
from sekimori.manifest.problems import Fault, KeyPath, Problem, nearest, written
from sekimori.manifest.shape import faults_of_shape
from sekimori.risk.errors import RegisterInvalid
from sekimori.risk.register.model import Register
from sekimori.watch.domain import attack

_PLACE: Final = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """A register that can be used; ``problems`` are references that lead nowhere, which were left out of it."""

    register: Register
    problems: tuple[Problem, ...]


def starter() -> str:
    """Return the register that ships with the package: an app that answers when somebody has time."""
    return files("sekimori.risk.register").joinpath("starter.toml").read_text(encoding="utf-8")


def load(path: Path | None, rules: Iterable[str]) -> Loaded:
    """Read the register at a path, or the starter where there is none; ``rules`` are those that exist.

    Raises:
        RegisterInvalid: there is no such file, it is not TOML, or does not say what a register must say.
    """
    if path is None:
        return parsed(starter(), file="starter.toml", rules=rules)
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        hint = "sekimori risk register --init FILE writes one to begin with"
        raise RegisterInvalid(f"the register {path} cannot be read: {error.strerror}", hint=hint) from error
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise RegisterInvalid(f"{path}:{line}:1: is not UTF-8 text") from error
    return parsed(text, file=str(path), rules=rules)


def parsed(text: str, *, file: str, rules: Iterable[str]) -> Loaded:
    """Read a register's text; ``file`` is only its name in problems.

    Raises:
        RegisterInvalid: as :func:`load`.
    """
    text = text.replace("\r\n", "\n")
    raw = _toml(text, file)
    if faults := [*faults_of_shape(raw, Register), *_twice(raw)]:
        listed = "\n".join(str(problem) for problem in _placed(faults, text, file))
        raise RegisterInvalid(f"the register is not valid:\n{listed}", hint="mend these places")
    astray = list(_astray(raw, frozenset(rules)))
    _drop(raw, [fault.path for fault in astray])
    return Loaded(register=msgspec.convert(raw, Register), problems=tuple(_placed(astray, text, file)))


def _toml(text: str, file: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        place = _PLACE.search(str(error))
        line, column = (place[1], place[2]) if place and place[1] else (text.count("\n") + 1, 1)
        words = _PLACE.sub("", str(error))
        raise RegisterInvalid(f"{file}:{line}:{column}: not valid TOML: {words[:1].lower()}{words[1:]}") from error


def _twice(raw: Mapping[str, Any]) -> Iterator[Fault]:
    for table in ("controls", "threats"):
        seen: set[str] = set()
        for index, each in enumerate(raw.get(table) or ()):
            key = each.get("id") if isinstance(each, Mapping) else None
            if isinstance(key, str) and key in seen:
                yield Fault(path=(table, index, "id"), words=f"{key} is there twice")
            seen.add(str(key))


def _astray(raw: Mapping[str, Any], rules: frozenset[str]) -> Iterator[Fault]:
    """Yield references that lead nowhere: a rule that is gone, an unknown control, an id that ATT&CK has not."""
    controls = [each["id"] for each in raw.get("controls", ())]
    for number, threat in enumerate(raw["threats"]):
        at: KeyPath = ("threats", number)
        for index, rule in enumerate(threat.get("detected_by", {}).get("rules", ())):
            if rule not in rules:
                path = (*at, "detected_by", "rules", index)
                words = f"there is no rule {rule}; the rest of the register is used without it"
                yield Fault(path=path, words=words, suggestion=nearest(rule, rules))
        for index, control in enumerate(threat.get("prevented_by", ())):
            if control not in controls:
                path = (*at, "prevented_by", index)
                yield Fault(path=path, words=f"there is no control {control}", suggestion=nearest(control, controls))
        for index, technique in enumerate(threat["techniques"]):
            if technique not in attack.table():
                gone = attack.retired().get(technique)
                meant = gone.by if gone else attack.nearest(technique)
                words = f"ATT&CK {attack.VERSION} has no technique {technique}"
                yield Fault(path=(*at, "techniques", index), words=words, suggestion=meant)


def _drop(raw: dict[str, Any], paths: list[KeyPath]) -> None:
    """Take list elements out, the last ones first so that the others keep their places."""
    for path in reversed(paths):
        holder: Any = raw
        for step in path[:-1]:
            holder = holder[step]
        del holder[path[-1]]


def _placed(faults: Iterable[Fault], text: str, file: str) -> list[Problem]:
    places = positions(text)
    problems = []
    for fault in faults:
        path = fault.path
        while path and path not in places:
            path = path[:-1]
        line, column = places.get(path, (1, 1))
        problems.append(
            Problem(
                file=file,
                line=line,
                column=column,
                key=written(fault.path),
                words=fault.words,
                suggestion=fault.suggestion,
            )
        )
    return sorted(problems, key=lambda problem: (problem.line, problem.column))
