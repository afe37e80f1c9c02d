"""What is known not to hold, and why: one file, held against each run."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import ClassVar, Final, Literal

import msgspec

from sekimori.core.errors import SekimoriError
from sekimori.risk.proof import Gap

PATH: Final = Path(__file__).with_name("gaps.toml")


class GapsUnreadable(SekimoriError):  # noqa: N818 - the name says what happened
    """The file of gaps is not one."""

    code: ClassVar[str] = "gaps.unreadable"


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A text in both languages."""

    ja: str
    en: str

    def plain(self) -> Mapping[str, str]:
        """Return it by language."""
        return {"ja": self.ja, "en": self.en}


class _Written(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    kind: Literal["rule_not_fired", "technique_not_caught", "look_alike_fires"]
    why: Words
    closes: Words
    technique: str | None = None
    rules: tuple[str, ...] = ()


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    gap: tuple[_Written, ...] = ()


def read_gaps(path: Path = PATH) -> tuple[Gap, ...]:
    """Return the gaps that are written down, one for each rule.

    Raises:
        GapsUnreadable: the file cannot be read or says something unknown.
    """
    try:
        file = msgspec.convert(tomllib.loads(path.read_text("utf-8")), _File)
    except (OSError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise GapsUnreadable(f"{path}: {error}") from error
    return tuple(
        Gap(kind=one.kind, technique=one.technique, rule=rule, why=one.why.plain(), closes=one.closes.plain())
        for one in file.gap
        for rule in (one.rules or (None,))
    )
