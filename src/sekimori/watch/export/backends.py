"""Kusto, Splunk and Elastic, through pySigma's backends: our plain Sigma under each one's own field names.

Kusto: the tables of Log Analytics. Splunk: the add-on for Microsoft Cloud Services (``azure:monitor:aad``). Elastic:
the Azure integration, as a detection rule with a Lucene query.
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

import yaml

from sekimori.core.errors import SekimoriError
from sekimori.watch.domain.language import Language
from sekimori.watch.domain.level import Level
from sekimori.watch.domain.rule import Rule
from sekimori.watch.domain.sigma.tree import And, Atom, Not, Or, Path, Tree
from sekimori.watch.domain.sigma.values import Number, Order, Ordered, Place, Text
from sekimori.watch.export.exported import LeftOut, Written
from sekimori.watch.export.plain_sigma import Renamed, sigma_of, without
from sekimori.watch.export.widening import PROPERTY

_CATEGORY: Final[Path] = ("category",)
_ERROR_CODE: Final[Path] = ("properties", "status", "errorCode")
_INNER_CATEGORY: Final[Path] = ("properties", "category")


class BackendMissing(SekimoriError):  # noqa: N818 - the name says what happened
    """The extra that writes for this target is not installed."""

    code = "rules.backend_missing"

    def __init__(self) -> None:
        super().__init__("this target needs pySigma's backends", hint='pip install "sekimori[export]"')


TABLES: Final[Mapping[str, str]] = {
    "AuditLogs": "AuditLogs",
    "ServicePrincipalSignInLogs": "AADServicePrincipalSignInLogs",
    "MicrosoftGraphActivityLogs": "MicrosoftGraphActivityLogs",
}
_COLUMNS: Final[Mapping[str, Mapping[str, str]]] = {
    "AuditLogs": {
        "operationName": "OperationName",
        "properties.activityDisplayName": "ActivityDisplayName",
        "properties.operationName": "OperationName",
        "properties.result": "Result",
        "properties.targetResources.modifiedProperties.displayName": "TargetResources",
        "properties.targetResources.modifiedProperties.newValue": "TargetResources",
    },
    "ServicePrincipalSignInLogs": {
        "properties.status.errorCode": "ResultType",
        "properties.servicePrincipalCredentialKeyId": "ServicePrincipalCredentialKeyID",
        "properties.servicePrincipalId": "ServicePrincipalId",
        "properties.ipAddress": "IPAddress",
    },
    "MicrosoftGraphActivityLogs": {
        "properties.requestMethod": "RequestMethod",
        "properties.requestUri": "RequestUri",
        "properties.responseStatusCode": "ResponseStatusCode",
        "properties.userAgent": "UserAgent",
        "properties.scopes": "Scopes",
        "properties.roles": "Roles",
        "properties.userId": "UserId",
        "properties.servicePrincipalId": "ServicePrincipalId",
    },
}
_DATASETS: Final[Mapping[str, str]] = {
    "AuditLogs": "azure.auditlogs",
    "ServicePrincipalSignInLogs": "azure.signinlogs",
    "MicrosoftGraphActivityLogs": "azure.graphactivitylogs",
}
_RISKS: Final = {Level.INFORMATIONAL: 10, Level.LOW: 21, Level.MEDIUM: 47, Level.HIGH: 73, Level.CRITICAL: 99}


def kusto(rule: Rule, language: Language) -> Written | LeftOut:
    """Write one rule as a query of Log Analytics or Sentinel."""
    category = _only_category(rule)
    table = TABLES.get(category or "")
    if category is None or table is None:
        return LeftOut(rule=rule.id, reason="not expressible: its log has no single table in Log Analytics")
    columns = _COLUMNS[category]
    said = "TargetResources is searched as a text for the property's name"
    found = _converted(
        rule,
        language,
        _backend("kusto"),
        lambda path: columns.get(".".join(map(str, path))),
        lambda tree: _in_columns(without(tree, {_CATEGORY: 0, _INNER_CATEGORY: 0})),
    )
    if isinstance(found, LeftOut):
        return found
    query, limitations = found
    limitations = (*limitations, said) if "TargetResources" in query else limitations
    text = _commented(rule, language, limitations, "// ") + f"{table}\n| where {query}\n"
    return Written(rule=rule.id, name=f"{rule.id}.kql", text=text, limitations=limitations)


def splunk(rule: Rule, language: Language) -> Written | LeftOut:
    """Write one rule as a search of Splunk."""
    found = _converted(rule, language, _backend("splunk"), _spread, lambda tree: tree)
    if isinstance(found, LeftOut):
        return found
    query, limitations = found
    remarks = "".join(f"``` {line} ```\n" for line in _remarks(rule, language, limitations))
    text = f'{remarks}sourcetype="azure:monitor:aad" {query.lstrip()}\n'
    return Written(rule=rule.id, name=f"{rule.id}.spl", text=text, limitations=limitations)


def elastic(rule: Rule, language: Language) -> Written | LeftOut:
    """Write one rule as a detection rule of Elastic's, with a Lucene query; it is not enabled."""
    category = _only_category(rule)
    if category is None or category not in _DATASETS:
        return LeftOut(rule=rule.id, reason="not expressible: its log is not of one data set of the Azure integration")
    if rule.sigma.correlation:
        return LeftOut(rule=rule.id, reason="not expressible: a Lucene query does not count")
    dataset = _DATASETS[category]

    def renamed(path: Path) -> str | None:
        return f"{dataset}.{'.'.join(map(_snake, path))}"

    found = _converted(rule, language, _backend("elasticsearch"), renamed, lambda tree: tree)
    if isinstance(found, LeftOut):
        return found
    query, limitations = found
    limitations = (*limitations, "field names follow the integration's convention; look them up in your mapping")
    body = {
        "name": rule.title_in(language),
        "description": rule.guidance.threat.get(language) or rule.sigma.description,
        "note": "\n".join(f"- {line}" for line in (*rule.guidance.runbook.get(language, ()), *limitations)),
        "rule_id": rule.sigma.id,
        "type": "query",
        "language": "lucene",
        "index": ["logs-azure.*"],
        "query": query,
        "severity": "low" if rule.level is Level.INFORMATIONAL else rule.level.value,
        "risk_score": _RISKS[rule.level],
        "tags": ["Sekimori", *rule.techniques],
        "interval": "5m",
        "from": "now-10m",
        "enabled": False,
    }
    text = json.dumps(body, ensure_ascii=False, indent=2) + "\n"
    return Written(rule=rule.id, name=f"{rule.id}.json", text=text, limitations=limitations)


def _backend(name: str) -> Any:
    try:
        if name == "kusto":
            from sigma.backends.kusto.kusto import KustoBackend

            return KustoBackend()
        if name == "splunk":
            from sigma.backends.splunk.splunk import SplunkBackend

            return SplunkBackend()
        from sigma.backends.elasticsearch.elasticsearch_lucene import LuceneBackend

        return LuceneBackend()
    except ImportError as error:
        raise BackendMissing from error


def _converted(
    rule: Rule, language: Language, backend: Any, renamed: Renamed, shaped: Callable[[Tree], Tree]
) -> tuple[str, tuple[str, ...]] | LeftOut:
    from sigma.collection import SigmaCollection
    from sigma.exceptions import SigmaError

    found = sigma_of(rule, language, renamed, tree=shaped)
    if isinstance(found, LeftOut):
        return found
    documents, limitations = found
    try:
        # pySigma: tags of ours are ATT&CK's; it looks them up nowhere while it converts
        queries = backend.convert(SigmaCollection.from_yaml(yaml.safe_dump_all(documents, allow_unicode=True)))
    except (SigmaError, NotImplementedError) as error:
        return LeftOut(rule=rule.id, reason=f"not expressible: {error}")
    return str(queries[-1]), limitations


def _only_category(rule: Rule) -> str | None:
    categories = rule.sigma.categories or frozenset()
    return next(iter(categories)) if len(categories) == 1 else None


def _in_columns(tree: Tree) -> Tree:
    """Log Analytics keeps targets as one dynamic value, whose text is searched, and error codes as texts."""
    match tree:
        case And(parts):
            return And(tuple(map(_in_columns, parts)))
        case Or(parts):
            return Or(tuple(map(_in_columns, parts)))
        case Not(part):
            return Not(_in_columns(part))
        case Atom(path, Text(Place.WHOLE, text)) if path == PROPERTY:
            return Atom(path, Text(Place.INSIDE, text))
        case Atom(path, Number(number)) if path == _ERROR_CODE:
            return Atom(path, Text(Place.WHOLE, str(number)))
        case Atom(path, Ordered(Order.GT, number)) if path == _ERROR_CODE and number == 0:
            return Not(Atom(path, Text(Place.WHOLE, "0")))
        case _:
            return tree


def _spread(path: Path) -> str | None:
    """Splunk writes a list in a JSON path with braces."""
    lists = {"targetResources", "modifiedProperties"}
    return ".".join(f"{step}{{}}" if step in lists else str(step) for step in path)


def _snake(step: object) -> str:
    name = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", str(step)).lower()
    # Elastic: the integration numbers the elements of these lists, as keys
    return f"{name}.*" if name in {"target_resources", "modified_properties"} else name


def _remarks(rule: Rule, language: Language, limitations: tuple[str, ...]) -> list[str]:
    lines = [f"{rule.title_in(language)} [{rule.level.value}] {' '.join(rule.techniques)}", f"Sekimori: {rule.id}"]
    return [re.sub(r"\s+", " ", line).replace("```", "'''") for line in (*lines, *limitations)]


def _commented(rule: Rule, language: Language, limitations: tuple[str, ...], mark: str) -> str:
    return "".join(f"{mark}{line}\n" for line in _remarks(rule, language, limitations))
