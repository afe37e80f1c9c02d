"""YAML documents of a rule file, each with the line where every key stands."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from sekimori.watch.domain.sigma.problems import Problem, RuleError, Weight


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]  # libyaml where it is installed
    """YAML as Sigma means it: a date stays the text that was written."""


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in _Loader.yaml_implicit_resolvers.items()
}


@dataclass(frozen=True, slots=True)
class Document:
    """One document of a file: its content, and where its parts stand."""

    content: Mapping[str, Any]
    node: yaml.Node

    def line(self, where: tuple[str | int, ...] = ()) -> int:
        """Return the line of a place, from 1; of the nearest place above it where that one is not there."""
        node = self.node
        line = node.start_mark.line
        for step in where:
            found = _child(node, step)
            if found is None:
                break
            line, node = found
        return int(line) + 1


def _child(node: yaml.Node, step: str | int) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == str(step):
                return key.start_mark.line, value
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step].start_mark.line, node.value[step]
    return None


def documents(text: str, path: str) -> Iterator[Document]:
    """Yield the documents of a rule file; empty ones are left out.

    Raises:
        RuleError: the text is no YAML, or a document is no mapping.
    """
    loader = _Loader(text)
    try:
        while loader.check_node():
            node = loader.get_node()
            content = loader.construct_document(node)
            if content is None:
                continue
            if not isinstance(content, dict):
                raise _broken(path, node.start_mark.line + 1, "a rule is a mapping of keys to values")
            yield Document(content, node)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        words = getattr(error, "problem", None) or str(error) or "nested too deeply"
        raise _broken(path, mark.line + 1 if mark else 1, f"not YAML: {words}") from None
    finally:
        loader.dispose()


def _broken(path: str, line: int, words: str) -> RuleError:
    return RuleError((Problem(path=path, line=line, weight=Weight.CANNOT, words=words),))
