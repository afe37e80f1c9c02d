"""A rule of the watch: a Sigma rule with what a person needs to act on it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum
from typing import Any, ClassVar, Final

from sekimori.core.errors import SekimoriError
from sekimori.watch.domain.language import Language, Lists, Texts
from sekimori.watch.domain.level import Level
from sekimori.watch.domain.sigma.rule import SigmaRule
from sekimori.watch.domain.state.rules import KEYS as STATE_KEYS
from sekimori.watch.domain.state.rules import State, state_of

_KEYS: Final = STATE_KEYS | {
    *("title", "threat", "technique", "judge", "window", "basis", "joins", "blind_spots", "runbook")
}


class Basis(StrEnum):
    """What a rule goes by: what attacks look like, the manifest's word on an identity, our audit log, or silence."""

    BASELINE = "baseline"
    PROFILE = "profile"
    RECONCILIATION = "reconciliation"
    SILENCE = "silence"


class GuidanceError(SekimoriError):
    """A rule's ``sekimori`` block says something that we do not understand."""

    code: ClassVar[str] = "rule.guidance_invalid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Guidance:
    """What the ``sekimori`` block says: the threat, what the rule cannot see, and what to ask first.

    ``judge`` names who decides beyond the Sigma condition; ``window`` the kind of declared change that expects it;
    ``joins`` the rules with which it shares a finding where both speak of one event. ``basis`` is what it goes by.
    """

    titles: Texts = field(default_factory=dict)
    threat: Texts = field(default_factory=dict)
    technique: str | None = None
    judge: str | None = None
    window: str | None = None
    basis: Basis = Basis.BASELINE
    joins: tuple[str, ...] = ()
    blind_spots: Lists = field(default_factory=dict)
    runbook: Lists = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One rule. ``id`` is its file's name for ours, and what its author calls it for others'.

    ``state`` is what it remembers; a rule that remembers does not speak on an event, but on what several come to.
    """

    id: str
    title: str
    level: Level
    techniques: tuple[str, ...]
    guidance: Guidance
    sigma: SigmaRule
    state: State | None = None

    def title_in(self, language: Language) -> str:
        """Return the title in a language, or as its author wrote it."""
        return self.guidance.titles.get(language, self.title)


def rule_from(sigma: SigmaRule, *, is_first: bool = True) -> Rule:
    """Return the watch's view of a Sigma rule.

    One with a ``sekimori`` block is called as its file; a further one of that file (not ``is_first``) by its name.

    Raises:
        GuidanceError: its ``sekimori`` block has an unknown key or a value of the wrong type.
        StateError: what it says of what is to be remembered is not understood.
    """
    rule_id = _called(sigma, is_first=is_first)
    return Rule(
        id=rule_id,
        title=sigma.title,
        level=Level(sigma.level),
        techniques=tuple(sigma.techniques),
        guidance=guidance_from(sigma.sekimori, where=f"{sigma.path}:{sigma.line}"),
        sigma=sigma,
        state=state_of(sigma, rule_id),
    )


def _called(sigma: SigmaRule, *, is_first: bool) -> str:
    if not sigma.sekimori:
        return sigma.id
    return _stem(sigma.path) if is_first else sigma.name or sigma.id


def _stem(path: str) -> str:
    return path.replace("\\", "/").rpartition("/")[2].rpartition(".")[0]


def guidance_from(block: Mapping[str, Any], *, where: str) -> Guidance:
    """Read a ``sekimori`` block; its vocabulary is closed.

    Raises:
        GuidanceError: an unknown key or a value of the wrong type.
    """
    for key in block:
        if key not in _KEYS:
            near = get_close_matches(str(key), _KEYS, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"known keys: {', '.join(sorted(_KEYS))}"
            raise GuidanceError(f"{where}: sekimori.{key}: unknown key", hint=hint)
    return Guidance(
        titles=_texts(block, "title", where),
        threat=_texts(block, "threat", where),
        technique=_word(block, "technique", where),
        judge=_word(block, "judge", where),
        window=_word(block, "window", where),
        basis=_basis(block, where),
        joins=_names(block, "joins", where),
        blind_spots=_lists(block, "blind_spots", where),
        runbook=_lists(block, "runbook", where),
    )


def _word(block: Mapping[str, Any], key: str, where: str) -> str | None:
    value = block.get(key)
    if value is not None and not isinstance(value, str):
        raise GuidanceError(f"{where}: sekimori.{key}: expected a word")
    return value


def _basis(block: Mapping[str, Any], where: str) -> Basis:
    word = _word(block, "basis", where) or Basis.BASELINE
    if word not in set(Basis):
        raise GuidanceError(f"{where}: sekimori.basis: expected one of {', '.join(Basis)}")
    return Basis(word)


def _names(block: Mapping[str, Any], key: str, where: str) -> tuple[str, ...]:
    value = block.get(key, [])
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise GuidanceError(f"{where}: sekimori.{key}: expected a list of rules")
    return tuple(value)


def _texts(block: Mapping[str, Any], key: str, where: str) -> Texts:
    return {language: str(said).strip() for language, said in _by_language(block, key, where).items()}


def _lists(block: Mapping[str, Any], key: str, where: str) -> Lists:
    said = _by_language(block, key, where)
    if not all(isinstance(value, list) for value in said.values()):
        raise GuidanceError(f"{where}: sekimori.{key}: expected a list for each language")
    return {language: tuple(str(item) for item in value) for language, value in said.items()}


def _by_language(block: Mapping[str, Any], key: str, where: str) -> dict[Language, Any]:
    value = block.get(key, {})
    if not isinstance(value, Mapping) or not set(value) <= set(Language):
        raise GuidanceError(f"{where}: sekimori.{key}: expected the languages {', '.join(Language)}")
    return {Language(language): said for language, said in value.items()}
