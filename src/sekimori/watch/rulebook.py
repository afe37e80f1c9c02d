"""Where rules come from: the shipped folder, and folders of others."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from importlib.resources import files as package_files
from pathlib import Path
from typing import ClassVar, Final

from sekimori.core.errors import SekimoriError
from sekimori.watch.domain.rule import GuidanceError, Rule, rule_from
from sekimori.watch.domain.sigma.correlation import awaiting, id_of, resolved, without_parts
from sekimori.watch.domain.sigma.problems import Problem, RuleError, Weight
from sekimori.watch.domain.sigma.rule import Correlation, SigmaRule, correlated, filtered, read_rules
from sekimori.watch.domain.state.rules import StateError

SUFFIXES: Final = (".yml", ".yaml")


class DuplicateRuleError(SekimoriError):
    """Two rules claim the same id: starting anyway would silently lose one of them."""

    code: ClassVar[str] = "rules.duplicate_id"


class RulesNotFoundError(SekimoriError):
    """A folder or file of rules cannot be read."""

    code: ClassVar[str] = "rules.not_found"


class RulesRefused(SekimoriError):  # noqa: N818 - the name says what happened
    """Some of a folder's rules cannot run, where all of them are wanted."""

    code: ClassVar[str] = "rules.refused"

    def __init__(self, troubles: Sequence[str]) -> None:
        super().__init__(f"{len(troubles)} of the rules cannot run", hint="\n".join(troubles))


def shipped_folder() -> Path:
    """Return the folder of the rules that ship with the package."""
    return Path(str(package_files("sekimori.watch").joinpath("rules")))


def shipped_rules() -> list[Rule]:
    """Return the rules that ship with the package, sorted by id; they are read once a process."""
    return list(_shipped())


@cache
def _shipped() -> tuple[Rule, ...]:
    return tuple(rules_in(shipped_folder()))


def chosen(rules: Iterable[Rule], bases: Collection[str]) -> list[Rule]:
    """Return the rules that go by one of these, as ``[watch] rules`` names them."""
    return [rule for rule in rules if rule.guidance.basis.value in bases]


def rules_in(path: Path) -> list[Rule]:
    """Return the rules of a file or of a folder and everything below it, sorted by id.

    Raises:
        RulesNotFoundError: there is no such file or folder, or it cannot be read.
        RuleError: a rule cannot run.
        DuplicateRuleError: two rules share an id.
    """
    files = [read_rules(_text(file), str(file)) for file in rule_files(path)]
    if refused := [problem for each in files for refused in each.refused for problem in refused.problems]:
        raise RuleError(tuple(refused))
    loaded = [rule for each in files for rule in filtered(each.rules, each.filters)]
    together = correlated(loaded, [correlation for each in files for correlation in each.correlations])
    firsts = _firsts(together)
    return unique(rule_from(each, is_first=id_of(each) in firsts) for each in together)


@dataclass(frozen=True, slots=True, kw_only=True)
class Folder:
    """What a folder of rules of others holds: those that run, why the rest does not, and which share an id."""

    rules: tuple[Rule, ...] = ()
    troubles: tuple[str, ...] = ()
    doubled: tuple[Problem, ...] = ()


def read_folder(path: Path) -> Folder:
    """Read every rule of a file or folder; one that cannot run is told, and does not stop the rest.

    Filters narrow the rules of the whole folder. Of two rules with one id the first counts.

    Raises:
        RulesNotFoundError: there is no such file or folder, or it cannot be read.
    """
    files = [read_rules(_text(file), str(file)) for file in rule_files(path)]
    troubles = [str(problem) for each in files for refused in each.refused for problem in refused.problems]
    narrowed = filtered([rule for each in files for rule in each.rules], [f for each in files for f in each.filters])
    together, unrelated = _together(narrowed, [each for file in files for each in file.correlations])
    troubles += unrelated
    rules: dict[str, Rule] = {}
    doubled: list[Problem] = []
    firsts = _firsts(together)
    for sigma in together:
        try:
            rule = rule_from(sigma, is_first=id_of(sigma) in firsts)
        except (GuidanceError, StateError) as error:
            troubles.append(str(error))
            continue
        if rule.id in rules:
            doubled.append(_doubled(rule, rules[rule.id].sigma))
        rules.setdefault(rule.id, rule)
    return Folder(rules=tuple(rules.values()), troubles=(*troubles, *map(str, doubled)), doubled=tuple(doubled))


def _firsts(rules: Iterable[SigmaRule]) -> set[tuple[str, int]]:
    """Return the first rule with a ``sekimori`` block of each file."""
    found: dict[str, int] = {}
    for path, line in sorted(id_of(rule) for rule in rules if rule.sekimori):
        found.setdefault(path, line)
    return set(found.items())


def _doubled(rule: Rule, other: SigmaRule) -> Problem:
    sigma = rule.sigma
    words = f"{other.path}:{other.line} has the same id {rule.id!r}; give one of them another name or id"
    return Problem(path=sigma.path, line=sigma.line, weight=Weight.CANNOT, words=words, at_fault=rule.id)


def _together(rules: Sequence[SigmaRule], correlations: Sequence[Correlation]) -> tuple[list[SigmaRule], list[str]]:
    """Return rules and correlations, and why some of them cannot be put together."""
    found: list[SigmaRule] = []
    troubles: list[str] = []
    makers = [
        *(partial(awaiting, rule, rules) for rule in rules),
        *(partial(resolved, each, rules, correlations) for each in correlations),
    ]
    for make in makers:
        try:
            found.append(make())
        except RuleError as error:
            troubles += map(str, error.problems)
    return without_parts(found), troubles


def unique(rules: Iterable[Rule]) -> list[Rule]:
    """Return rules sorted by id.

    Raises:
        DuplicateRuleError: two rules share an id.
    """
    found: dict[str, Rule] = {}
    for rule in rules:
        if other := found.get(rule.id):
            places = f"{other.sigma.path} and {rule.sigma.path}"
            raise DuplicateRuleError(f"two rules share the id {rule.id!r}", hint=places)
        found[rule.id] = rule
    return [found[rule_id] for rule_id in sorted(found)]


def rule_files(path: Path) -> Iterator[Path]:
    """Yield the rule files of a folder and everything below it, or the one file."""
    if path.is_file():
        yield path
    elif path.is_dir():
        yield from sorted(file for suffix in SUFFIXES for file in path.rglob(f"*{suffix}"))
    else:
        raise RulesNotFoundError(f"no rules at {path}", hint="give a folder or a .yml file")


def _text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8", errors="replace")  # what is no UTF-8 is no YAML either
    except OSError as error:
        raise RulesNotFoundError(f"{file}: {error}") from error
