"""Datadog security monitoring rules, as its API takes them: one JSON object a rule.

API: ``POST /api/v2/security_monitoring/rules`` ("Create a detection rule"), type ``log_detection``. Attribute names are
those of Datadog's own pipeline for the source ``azure.activedirectory``.
"""

import json
import re
from datetime import timedelta
from typing import Any, Final, assert_never

from sekimori.watch.domain.language import Language
from sekimori.watch.domain.level import Level
from sekimori.watch.domain.rule import Rule
from sekimori.watch.domain.sigma.correlation import Correlation, Kind
from sekimori.watch.domain.sigma.tree import And, Atom, Elements, Keyword, Not, Or, Path, SameField, Tree
from sekimori.watch.domain.sigma.values import (
    CasedText,
    Exists,
    JsonText,
    Name,
    Null,
    Number,
    Order,
    Ordered,
    Place,
    Text,
)
from sekimori.watch.export.exported import LeftOut, Portable, Written, portable

SOURCE: Final = "source:azure.activedirectory"
_STATUSES: Final = {Level.INFORMATIONAL: "info"} | {level: level.value for level in Level if level.rank}
_ATTRIBUTES: Final[dict[Path, str]] = {
    ("category",): "@evt.category",
    ("operationName",): "@evt.name",
    ("callerIpAddress",): "@network.client.ip",
    ("properties", "result"): "@evt.outcome",
    ("properties", "userAgent"): "@properties.userAgent",
}
_WINDOWS: Final = (60, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400)
"""Seconds that the API takes for ``evaluationWindow``."""

_ORDERS: Final = {Order.LT: "<", Order.LTE: "<=", Order.GT: ">", Order.GTE: ">="}
_SPECIAL: Final = re.compile(r'([\s\\=\-!&|><(){}\[\]"*?:#/^~,;+])')


class Unsayable(Exception):  # noqa: N818 - it is caught where a rule is written
    """A condition that Datadog's search does not have."""


def written(rule: Rule, language: Language) -> Written | LeftOut:
    """Write one rule."""
    try:
        return _correlated(rule, language) if rule.sigma.correlation else _single(rule, language)
    except Unsayable as error:
        return LeftOut(rule=rule.id, reason=f"not expressible: {error}")


def query_of(found: Portable) -> str:
    """Write the search that picks the events.

    Raises:
        Unsayable: it asks for something that the search does not have.
    """
    return f"{SOURCE} {_query(found.tree, found)}".strip()


def _single(rule: Rule, language: Language) -> Written | LeftOut:
    found = portable(rule)
    if isinstance(found, LeftOut):
        return found
    found = _cased(found)
    query = {"name": "events", "query": query_of(found), "aggregation": "count", "groupByFields": _grouped(rule)}
    return _written(found, language, query, condition="events > 0", window=300)


def _correlated(rule: Rule, language: Language) -> Written | LeftOut:
    correlation = rule.sigma.correlation
    said = correlation.said if correlation else None
    if said is None or said.kind not in {Kind.EVENT_COUNT, Kind.VALUE_COUNT}:
        return LeftOut(
            rule=rule.id, reason="not expressible: it asks for an order of events, or for what did not follow"
        )
    if any(field.startswith("event.") for field in (*said.group_by, *said.counted)):
        return LeftOut(rule=rule.id, reason="not expressible: it counts what the watch itself reads out of an event")
    found = portable(rule)
    if isinstance(found, LeftOut):
        return found
    found = _cased(found)
    query = {"name": "events", "query": query_of(found), "groupByFields": [_attribute(_path(f)) for f in said.group_by]}
    if said.kind is Kind.VALUE_COUNT:
        query |= {"aggregation": "cardinality", "distinctFields": [_attribute(_path(f)) for f in said.counted]}
    else:
        query |= {"aggregation": "count"}
    window = _window(said.timespan)
    if window != said.timespan.total_seconds():
        found = found.with_limitation(f"counted in {window} seconds, the nearest window that Datadog has")
    return _written(found, language, query, condition=_bounds(said), window=window)


def _written(found: Portable, language: Language, query: dict[str, Any], *, condition: str, window: int) -> Written:
    rule = found.rule
    body = {
        "name": rule.title_in(language),
        "type": "log_detection",
        "isEnabled": True,
        "message": _message(found, language),
        "tags": _tags(rule),
        "queries": [{"dataSource": "logs", "distinctFields": [], "hasOptionalGroupByFields": True} | query],
        "cases": [
            {"name": rule.level.value, "status": _STATUSES[rule.level], "condition": condition, "notifications": []}
        ],
        "options": {
            "detectionMethod": "threshold",
            "evaluationWindow": window,
            "keepAlive": max(3600, window),
            "maxSignalDuration": 86400,
        },
        "filters": [],
        "hasExtendedTitle": True,
    }
    text = json.dumps(body, ensure_ascii=False, indent=2) + "\n"
    return Written(rule=rule.id, name=f"{rule.id}.json", text=text, limitations=found.limitations)


_HEADS: Final = {
    Language.EN: ("Ask first", "What this rule cannot see", "Where it asks for less than the rule it was made from"),
    Language.JA: ("まず確かめること", "このルールで見えないもの", "元のルールより粗いところ"),
}


def _message(found: Portable, language: Language) -> str:
    rule, guidance = found.rule, found.rule.guidance
    heads = _HEADS[language]
    parts = [
        guidance.threat.get(language) or rule.sigma.description,
        _listed(heads[0], guidance.runbook.get(language, ())),
        _listed(heads[1], guidance.blind_spots.get(language, ())),
        _listed(heads[2], found.limitations),
        f"Sekimori: {rule.id} ({rule.sigma.id})",
    ]
    return "\n\n".join(part for part in parts if part)


def _listed(head: str, lines: tuple[str, ...]) -> str:
    return "\n".join([f"**{head}**", "", *(f"- {line}" for line in lines)]) if lines else ""


def _tags(rule: Rule) -> list[str]:
    tactics = [tag.removeprefix("attack.") for tag in rule.sigma.tags if re.fullmatch(r"attack\.[a-z-]{4,}", tag)]
    techniques = [f"technique:{technique}" for technique in rule.techniques]
    return [
        "source:azure.activedirectory",
        "security:attack",
        *techniques,
        *(f"tactic:{tactic}" for tactic in tactics),
        f"sekimori_rule:{rule.id}",
    ]


def _grouped(rule: Rule) -> list[str]:
    audited = "AuditLogs" in (rule.sigma.categories or ())
    return ["@properties.targetResources.id"] if audited else ["@properties.servicePrincipalId"]


def _window(span: timedelta) -> int:
    seconds = span.total_seconds()
    return next((window for window in _WINDOWS if window >= seconds), _WINDOWS[-1])


def _bounds(said: Correlation) -> str:
    least = f"events >= {said.bounds.least}"
    return f"{least} && events <= {said.bounds.most}" if said.bounds.most is not None else least


def _path(field: str) -> Path:
    return tuple(field.split("."))


def _attribute(path: Path) -> str:
    return _ATTRIBUTES.get(path) or "@" + ".".join(map(str, path))


def _cased(found: Portable) -> Portable:
    """Datadog compares letter for letter; say so where a part of a text is asked for."""
    parts = any(_is_part(test) for test in _tests(found.tree))
    return (
        found.with_limitation("parts of texts are compared letter for letter, as they are written here")
        if parts
        else found
    )


def _is_part(test: object) -> bool:
    inner = test.test if isinstance(test, JsonText) else test
    return isinstance(inner, Text | Name) and inner.place is not Place.WHOLE


def _tests(tree: Tree) -> list[object]:
    match tree:
        case And(parts) | Or(parts):
            return [test for part in parts for test in _tests(part)]
        case Not(part):
            return _tests(part)
        case Atom(_, test):
            return [test]
        case _:
            return []


def _query(tree: Tree, found: Portable) -> str:
    match tree:
        case And(parts):
            return " ".join(_grouping(part, found) for part in parts)
        case Or(parts):
            return _either(parts, found)
        case Not(part):
            return f"-{_grouping(part, found)}"
        case Atom(path, test):
            return _atom(path, test, found)
        case SameField() | Keyword() | Elements():
            raise Unsayable(f"a condition of another kind ({type(tree).__name__})")
        case _:
            assert_never(tree)


def _grouping(part: Tree, found: Portable) -> str:
    said = _query(part, found)
    several = isinstance(part, And) or (isinstance(part, Or) and len(_alternatives(part.parts, found)) > 1)
    return f"({said})" if several else said


def _either(parts: tuple[Tree, ...], found: Portable) -> str:
    return " OR ".join(_alternatives(parts, found))


def _alternatives(parts: tuple[Tree, ...], found: Portable) -> list[str]:
    """Write each alternative; those on one attribute share its name."""
    values: dict[Path, list[str]] = {}
    said: dict[str | Path, None] = {}
    for part in parts:
        if isinstance(part, Atom) and not isinstance(part.test, Null | Ordered | Exists):
            values.setdefault(part.path, []).extend(_values(part.test, found))
            said[part.path] = None
        else:
            said[_grouping(part, found)] = None
    return [each if isinstance(each, str) else f"{_attribute(each)}:{_one_of(values[each])}" for each in said]


def _one_of(values: list[str]) -> str:
    distinct = list(dict.fromkeys(values))
    return distinct[0] if len(distinct) == 1 else f"({' OR '.join(distinct)})"


def _atom(path: Path, test: Any, found: Portable) -> str:
    attribute = _attribute(path)
    match test:
        case Null():
            return f"-{attribute}:*"
        case Exists():
            return f"{attribute}:*"
        case Ordered(order, number):
            return f"{attribute}:{_ORDERS[order]}{number:g}"
        case _:
            return f"{attribute}:{_one_of(_values(test, found))}"


def _values(test: Any, found: Portable) -> list[str]:
    match test:
        case JsonText(inner):
            return _values(inner, found)
        case Number(number):
            return [repr(number)]
        case Text(place, text) | Name(place, text):
            return [_placed(place, spelled) for spelled in found.spelled(text)]
        case CasedText(place, text):
            return [_placed(place, text)]
        case _:
            raise Unsayable(type(test).__name__)


def _placed(place: Place, text: str) -> str:
    if place is Place.WHOLE:
        quoted = text.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{quoted}"'
    # Datadog: an asterisk inside quotation marks is an asterisk, so a part of a text is written with escapes.
    part = _SPECIAL.sub(r"\\\1", text)
    before = "" if place is Place.START else "*"
    return f"{before}{part}{'' if place is Place.END else '*'}"
