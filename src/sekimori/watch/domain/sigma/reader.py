"""Makes a Sigma rule, ours or another's, of one document: a frozen value that the engine asks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from sekimori.watch.domain.sigma.condition import parsed_condition
from sekimori.watch.domain.sigma.documents import Document
from sekimori.watch.domain.sigma.fields import FieldMap
from sekimori.watch.domain.sigma.logsources import ACTIVITY, AUDIT, LogSource, audited, categories
from sekimori.watch.domain.sigma.problems import Fault, Problem, RuleError, Weight
from sekimori.watch.domain.sigma.selections import Scope, selection_tree
from sekimori.watch.domain.sigma.tree import Atom, Tree, all_of, any_of
from sekimori.watch.domain.sigma.values import Place, Text

if TYPE_CHECKING:
    from sekimori.watch.domain.sigma.correlation import Correlation

_NO_SELECTIONS: Final = frozenset({"condition", "timeframe", "rules"})
LEVELS: Final = ("informational", "low", "medium", "high", "critical")
_NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})
Placeholders: TypeAlias = Mapping[str, Sequence[str]]
NO_PLACEHOLDERS: Final[Placeholders] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Correlated:
    """What makes a rule a correlation: what its document says, and the rules whose events it correlates.

    Without a document it is a rule of ours, and the second of its two parts calls the first one off.
    """

    said: "Correlation | None"
    bases: tuple["SigmaRule", ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SigmaRule:
    """A rule that can be asked: what it says of itself, and its tree.

    `categories` are the log categories of its log source, None where it asks every record; the tree asks for them too.
    The tree of a correlation holds for every event that it looks at: such an event alone is no finding.
    """

    id: str
    title: str
    name: str | None = None
    status: str | None = None
    description: str = ""
    level: str
    tags: tuple[str, ...] = ()
    logsource: LogSource
    categories: frozenset[str] | None
    falsepositives: tuple[str, ...] = ()
    sekimori: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)
    tree: Tree
    path: str
    line: int
    notes: tuple[Problem, ...] = ()
    correlation: "Correlated | None" = None

    @property
    def techniques(self) -> tuple[str, ...]:
        """The ATT&CK techniques among the tags, as MITRE writes them."""
        tags = (tag.casefold().removeprefix("attack.") for tag in self.tags if tag.casefold().startswith("attack.t"))
        return tuple(tag.upper() for tag in tags if tag[1:2].isdecimal())


def rule_of(document: Document, path: str, placeholders: Placeholders = NO_PLACEHOLDERS) -> SigmaRule:
    """Make one rule of a document.

    Raises:
        RuleError: it has no detection that can run.
    """
    scope = Scope(FieldMap(), placeholders)
    try:
        return _rule(document, path, scope)
    except Fault as fault:
        raise RuleError((problem_of(fault, Weight.CANNOT, document, path),)) from None


def problem_of(fault: Fault, weight: Weight, document: Document, path: str) -> Problem:
    """Give a fault its place in the file."""
    return Problem(
        path=path,
        line=document.line(fault.where),
        weight=weight,
        words=fault.words,
        at_fault=fault.at_fault,
        suggestion=fault.suggestion,
    )


def _rule(document: Document, path: str, scope: Scope) -> SigmaRule:
    content = document.content
    source = logsource_of(content.get("logsource"))
    asked = detection_tree(content.get("detection"), scope, "detection")
    misfiled = audited(asked) if categories(source) == ACTIVITY else None
    wanted = categories(source) if misfiled is None else ACTIVITY | AUDIT
    tree = all_of([_category_tree(wanted), asked])
    notes = [problem_of(note, Weight.PARTLY, document, path) for note in scope.notes]
    if misfiled is not None:
        words = f"{misfiled!r} is an operation of the directory: its audit log is read besides the activity log"
        notes.append(problem_of(Fault(words, ("logsource",)), Weight.NOTE, document, path))
    return SigmaRule(
        **said_of(document, path),
        logsource=source,
        categories=wanted,
        tree=tree,
        notes=tuple(notes),
    )


def said_of(document: Document, path: str) -> dict[str, Any]:
    """Read what a rule of any kind says of itself.

    Raises:
        Fault: its level is none.
    """
    content = document.content
    title = str(content.get("title") or path)
    return {
        "id": str(content.get("id") or content.get("name") or title),
        "title": title,
        "name": _text(content.get("name")),
        "status": _text(content.get("status")),
        "description": str(content.get("description") or ""),
        "level": _level(content.get("level")),
        "tags": _texts(content.get("tags")),
        "falsepositives": _texts(content.get("falsepositives")),
        "sekimori": _mapping(content.get("sekimori")),
        "path": path,
        "line": document.line(),
    }


def detection_tree(detection: Any, scope: Scope, key: str) -> Tree:
    """Read named selections and the condition over them; several conditions are or.

    Raises:
        Fault: a part that Sigma does not have.
    """
    if not isinstance(detection, Mapping) or "condition" not in detection:
        raise Fault(f"a rule needs a {key} with a condition", (key,))
    selections = {
        str(name): selection_tree(definition, scope, (key, name))
        for name, definition in detection.items()
        if name not in _NO_SELECTIONS
    }
    conditions = detection["condition"]
    try:
        return any_of([parsed_condition(str(each), selections) for each in _listed(conditions)])
    except Fault as fault:
        raise Fault(fault.words, fault.where or (key, "condition"), fault.at_fault, fault.suggestion) from None


def _category_tree(wanted: frozenset[str] | None) -> Tree:
    if wanted is None:
        return all_of([])
    return any_of([Atom(("category",), Text(Place.WHOLE, category.casefold())) for category in sorted(wanted)])


def logsource_of(raw: Any) -> LogSource:
    """Read a log source.

    Raises:
        Fault: there is none.
    """
    if not isinstance(raw, Mapping):
        raise Fault("a rule needs a logsource", ("logsource",))
    return LogSource(**{key: _text(raw.get(key)) for key in ("product", "category", "service")})


def _level(raw: Any) -> str:
    level = str(raw or "medium").casefold()
    if level not in LEVELS:
        raise Fault(f"no level is called {level!r}", ("level",), level)
    return level


def _mapping(raw: Any) -> Mapping[str, Any]:
    return raw if isinstance(raw, Mapping) else _NOTHING


def _text(raw: Any) -> str | None:
    return None if raw is None else str(raw)


def _texts(raw: Any) -> tuple[str, ...]:
    return tuple(str(each) for each in _listed(raw) if each is not None)


def _listed(raw: Any) -> list[Any]:
    return raw if isinstance(raw, list) else [raw]
