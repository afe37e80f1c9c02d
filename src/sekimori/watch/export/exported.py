"""What became of a rule on its way to another system."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from sekimori.watch.domain.rule import Rule
from sekimori.watch.domain.sigma.documents import documents
from sekimori.watch.domain.sigma.tree import Tree
from sekimori.watch.export.names import NAMES
from sekimori.watch.export.widening import Widened, widened

_OUR_OWN: Final = "sekimori"
"""The product of the log source of rules that are told by what the watch notices."""
_JUDGED_ALONE: Final[Mapping[str, str]] = {
    "reconciliation": "it holds calls against our own audit log, which the target does not have",
    "caller": "it holds callers against what the manifest declares",
    "call": "it holds calls against what the manifest declares",
    "resource": "it holds the resource against what the manifest declares",
    "presence": "it holds the hour against what the manifest declares",
    "credential": "it holds the credential against what the manifest declares",
    "elsewhere": "it holds where a sign-in comes from against what the manifest declares",
}
"""Judges without which a rule says nothing: its condition alone is every event of the log."""

_JUDGED_BESIDE: Final[Mapping[str, str]] = {
    "declared": "changes that the manifest declares are not excused, and those to its identities are not raised",
    "reach": "the level does not follow the reach of the permission, nor the manifest",
    "origin": "addresses and countries that the manifest declares are not excused: every sign-in is told",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A rule that the target cannot say, and why."""

    rule: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """A rule as the target reads it; ``limitations`` say where it asks for less than ours."""

    rule: str
    name: str
    text: str
    limitations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Portable:
    """A rule that can be said elsewhere.

    Attributes:
        tree: the widened form.
        spellings: how the rule and the log spell a text that the tree has casefolded.
    """

    rule: Rule
    tree: Tree
    limitations: tuple[str, ...]
    spellings: Mapping[str, tuple[str, ...]]

    def spelled(self, text: str) -> tuple[str, ...]:
        """Return a casefolded text as it is written."""
        return self.spellings.get(text, (text,))

    def with_limitation(self, limitation: str) -> "Portable":
        """Return it with one limitation more."""
        return replace(self, limitations=(*self.limitations, limitation))


def portable(rule: Rule, tree: Tree | None = None) -> Portable | LeftOut:
    """Return what another system can be told of a rule; ``tree`` stands for the rule's own where given."""
    judge = rule.guidance.judge
    if rule.sigma.logsource.product == _OUR_OWN:
        return LeftOut(
            rule=rule.id, reason="not expressible: it is told by what the watch itself notices, not by a log"
        )
    if rule.state and not rule.sigma.correlation:
        return LeftOut(rule=rule.id, reason="not expressible: it remembers what was seen before")
    if reason := _JUDGED_ALONE.get(judge or ""):
        return LeftOut(rule=rule.id, reason=f"not expressible: {reason}")
    found: Widened = widened(tree or rule.sigma.tree)
    beside = _JUDGED_BESIDE.get(judge or "")
    if judge and not beside:
        return LeftOut(rule=rule.id, reason=f"not expressible: the judge {judge} decides")
    return Portable(
        rule=rule,
        tree=found.tree,
        limitations=(*found.limitations, *([beside] if beside else [])),
        spellings=_spellings(rule, found.literals),
    )


def _spellings(rule: Rule, literals: Iterable[str]) -> dict[str, tuple[str, ...]]:
    texts = [name for named in NAMES for name in (*named.operations, *named.properties)]
    texts += [*sorted(rule.sigma.categories or ()), *literals]
    for document in documents(Path(rule.sigma.path).read_text(encoding="utf-8"), rule.sigma.path):
        texts += _strings(document.content.get("detection"))
    found: dict[str, dict[str, None]] = {}
    for text in texts:
        found.setdefault(text.casefold(), {})[text] = None
    return {folded: tuple(spelled) for folded, spelled in found.items()}


def _strings(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, Mapping):
        return [text for each in value.values() for text in _strings(each)]
    return [text for each in value for text in _strings(each)] if isinstance(value, list) else []
