"""The register as values, table for table (`risk.toml`)."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Final

from msgspec import Meta, Struct

from sekimori.watch.domain.language import Language

_KEY: Final = r"^[a-z][a-z0-9_]*$"
Key = Annotated[str, Meta(pattern=_KEY, title="a short name in lower case such as stolen_credential")]
CheckId = Annotated[str, Meta(pattern=r"^[a-z][a-z0-9_.]*$", title="a check's id such as entra.app.owners")]
Said = Annotated[str, Meta(pattern=r"\S", title="a text that is not empty")]
Score = Annotated[int, Meta(ge=1, le=5, title="a number from 1 to 5")]
TechniqueId = Annotated[str, Meta(pattern=r"^T\d{4}(\.\d{3})?$", title="an ATT&CK id such as T1098.001")]


class Table(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A table of the register: unknown keys are errors."""


class Words(Table, frozen=True, kw_only=True):
    """The same thing said in both languages."""

    ja: Said
    en: Said

    def in_(self, language: Language) -> str:
        """Return what is said in a language."""
        return self.ja if language is Language.JA else self.en


class Means(StrEnum):
    """What detects beside the rules."""

    PROFILE = "profile"
    RECONCILIATION = "reconciliation"
    AUDIT_LOG = "audit_log"
    DIGEST = "digest"


class About(Table, frozen=True, kw_only=True):
    """``[about]``: what is assessed, what is worth protecting, and who answers for it."""

    name: Words
    purpose: Words
    protects: tuple[Words, ...] = ()
    owner: Words
    next_review: date


class Control(Table, frozen=True, kw_only=True):
    """``[[controls]]``: something that prevents. ``check`` is what `sekimori doctor` verifies, where it can be."""

    id: Key
    title: Words
    how: Words
    check: CheckId | None = None


class Rating(Table, frozen=True, kw_only=True):
    """How likely, and how bad, each from 1 to 5, and why so."""

    likelihood: Score
    impact: Score
    why: Words

    @property
    def score(self) -> int:
        """Likelihood times impact, 1 to 25."""
        return self.likelihood * self.impact


class Detection(Table, frozen=True, kw_only=True):
    """What detects: rules by id, and what else."""

    rules: tuple[Said, ...] = ()
    means: tuple[Means, ...] = ()


class Threat(Table, frozen=True, kw_only=True):
    """``[[threats]]``: one way in which things could go wrong for this app."""

    id: Key
    title: Words
    techniques: tuple[TechniqueId, ...]
    story: Words
    prevented_by: tuple[Key, ...] = ()
    detected_by: Detection = Detection()
    before: Rating
    after: Rating
    blind_spots: tuple[Words, ...] = ()
    owner: Words
    review: date


class NotCovered(Table, frozen=True, kw_only=True):
    """``[[not_covered]]``: what nobody should think is seen, why it is not, and what would close it."""

    title: Words
    why: Words
    closes: Words


class Register(Table, frozen=True, kw_only=True):
    """A whole register."""

    about: About
    controls: tuple[Control, ...] = ()
    threats: Annotated[tuple[Threat, ...], Meta(min_length=1)]
    not_covered: tuple[NotCovered, ...] = ()
