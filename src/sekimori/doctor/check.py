"""A check: what is looked at, why it matters, and what it finds."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeAlias, TypeVar, cast

from sekimori.manifest.model import Manifest
from sekimori.manifest.tables.service import Language

Words: TypeAlias = Mapping[Language, str]
T = TypeVar("T")


class State(StrEnum):
    """How a check came out. ``unknown`` is never good: what could not be read may be anything."""

    OK = "ok"
    WARNING = "warning"
    WRONG = "wrong"
    UNKNOWN = "unknown"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """Something could not be read: why, and what would let it be read."""

    why: Words
    mend: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a check found; ``mend`` are commands or settings that would put it right."""

    state: State
    found: Words
    expected: Words
    mend: tuple[str, ...] = ()


class Facts:
    """What was read, one value of each type; what could not be read is :class:`Unread`."""

    def __init__(self) -> None:
        self._kept: dict[type, object] = {}

    def put(self, kind: type[T], value: T | Unread) -> None:
        """Keep a fact, or why there is none."""
        self._kept[kind] = value

    def get(self, kind: type[T]) -> T:
        """Return a fact that :meth:`missing` does not list."""
        return cast("T", self._kept[kind])

    def missing(self, kinds: tuple[type, ...]) -> Unread | None:
        """Return why the first of some facts could not be read, if one could not."""
        found = (self._kept.get(kind, NOT_LOOKED_AT) for kind in kinds)
        return next((each for each in found if isinstance(each, Unread)), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check.

    Attributes:
        id: stable; a preventive setting that it looks at has the same.
        what: what is looked at.
        why: what an attacker could do, or who would be hurt, if it were otherwise.
        techniques: the ATT&CK techniques that the right state prevents.
        needs: the facts it is made of.
        examine: compares the facts with the manifest.
    """

    id: str
    what: Words
    why: Words
    examine: Callable[[Manifest, Facts], Outcome]
    techniques: tuple[str, ...] = ()
    needs: tuple[type, ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """A check and how it came out."""

    check: Check
    outcome: Outcome


def both(ja: str, en: str) -> Words:
    """Say something in both languages."""
    return {Language.JA: ja, Language.EN: en}


def same(text: object) -> Words:
    """Say something that is no language: an id, a number."""
    return {Language.JA: str(text), Language.EN: str(text)}


def listed(values: Any) -> Words:
    """Say several things, sorted; or that there are none."""
    texts = sorted(str(value) for value in values)
    return same(", ".join(texts)) if texts else NONE


NONE: Words = both("なし", "none")
NOT_LOOKED_AT = Unread(why=both("調べていません", "not looked at"))


def matched(good: bool, *, found: Words, expected: Words, mend: tuple[str, ...] = ()) -> Outcome:  # noqa: FBT001
    """Return the outcome of a comparison; nothing needs mending where it holds."""
    return holds(found=found, expected=expected) if good else differs(found=found, expected=expected, mend=mend)


def holds(*, found: Words, expected: Words) -> Outcome:
    """Return that it is as declared."""
    return Outcome(state=State.OK, found=found, expected=expected)


def differs(*, found: Words, expected: Words, mend: tuple[str, ...] = ()) -> Outcome:
    """Return that it is not as declared, with what would mend it."""
    return Outcome(state=State.WRONG, found=found, expected=expected, mend=mend)


def examined(checks: tuple[Check, ...], manifest: Manifest, facts: Facts) -> tuple[Result, ...]:
    """Make every check; one whose facts could not be read is unknown."""
    return tuple(Result(check=check, outcome=_outcome(check, manifest, facts)) for check in checks)


def _outcome(check: Check, manifest: Manifest, facts: Facts) -> Outcome:
    missing = facts.missing(check.needs)
    if missing is None:
        return check.examine(manifest, facts)
    state = State.SKIPPED if missing is NOT_LOOKED_AT else State.UNKNOWN
    return Outcome(state=state, found=missing.why, expected=same("?"), mend=missing.mend)
