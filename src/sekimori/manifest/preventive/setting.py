"""A preventive setting: what it is, what it protects, the commands that apply it and those that undo it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Final, TypeAlias

from sekimori.core.errors import SekimoriError
from sekimori.manifest.tables.service import Language

Words: TypeAlias = Mapping[Language, str]


class NothingToPrint(SekimoriError):  # noqa: N818 - the name says what happened
    """The manifest lacks what these settings are made of."""

    code: ClassVar[str] = "manifest.nothing_to_print"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call of Microsoft's REST APIs; ``keep`` is the variable that holds the ``id`` it answers with."""

    method: str
    url: str
    body: Mapping[str, Any] | None = None
    keep: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of the script's own language; ``keep`` is the variable that holds what it prints."""

    text: str
    keep: str | None = None


Step: TypeAlias = Call | Line


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One setting.

    Attributes:
        id: stable, ``kind.name``; the check of ``sekimori doctor`` on it has the same.
        what: what is set.
        why: what it protects, and what an attacker could do without it.
        techniques: the ATT&CK techniques that it prevents or hampers.
        note: what else one must know, such as a licence.
    """

    id: str
    what: Words
    why: Words
    techniques: tuple[str, ...]
    apply: tuple[Step, ...]
    undo: tuple[Step, ...] = ()
    note: Words = field(default_factory=dict)


def both(ja: str, en: str) -> Words:
    """Say something in both languages."""
    return {Language.JA: ja, Language.EN: en}


_OF_A_URL: Final = str.maketrans({mark: f"%{ord(mark):02X}" for mark in "%&#+?"})


def keep_found(url: str, query: str, *, keep: str) -> Line:
    """Look something up and keep what a JMESPath query makes of the answer; ``url`` may hold variables."""
    quoted = url.replace("\\", "\\\\").replace('"', '\\"').replace("$", "\\$").replace("`", "\\`")
    return Line(text=f'az rest --method get --url "{quoted}" --query "{query}" --output tsv', keep=keep)


def named(collection: str, name: str, *, keep: str) -> Line:
    """Look up the id of what has a display name, in a collection of Graph's."""
    text = name.replace("'", "''").translate(_OF_A_URL)
    return keep_found(f"{collection}?$filter=displayName eq '{text}'", "value[0].id", keep=keep)


_OPEN: Final = "\x7f{"  # a control character: no text of a manifest holds one
_CLOSE: Final = "\x7f}"


def variable(name: str) -> str:
    """Stand for the value of a script's variable, inside a URL, a body or a line."""
    return f"{_OPEN}{name}{_CLOSE}"


def in_bash(text: str) -> str:
    """Write the variables of a text that has been quoted already."""
    return text.replace(_OPEN, "${").replace(_CLOSE, "}")


def in_words(text: str) -> str:
    """Write the variables of a text for a reader."""
    return text.replace(_OPEN, "<").replace(_CLOSE, ">")
