"""Writes the rules for another system, and says what became of each."""

import json
from collections.abc import Sequence
from pathlib import Path

from sekimori.core.errors import SekimoriError
from sekimori.watch.domain.language import Language
from sekimori.watch.domain.rule import Rule
from sekimori.watch.export.exported import LeftOut, Written
from sekimori.watch.export.targets import Target, writer_of


class ExportFailed(SekimoriError):  # noqa: N818 - the name says what happened
    """The rules cannot be written."""

    code = "rules.export_failed"


def export(rules: Sequence[Rule], target: Target, language: Language, out: Path) -> list[Written | LeftOut]:
    """Write each rule that the target can say into a file of its own.

    Raises:
        ExportFailed: the folder cannot be written, or the target needs what is not installed.
    """
    write = writer_of(target)
    results = [write(rule, language) for rule in rules]
    try:
        out.mkdir(parents=True, exist_ok=True)
        for result in results:
            if isinstance(result, Written):
                (out / result.name).write_text(result.text, encoding="utf-8")
    except OSError as error:
        raise ExportFailed("the rules cannot be written", hint=f"{error.filename}: {error.strerror}") from error
    return results


def told(result: Written | LeftOut) -> list[str]:
    """Say in words what became of a rule."""
    if isinstance(result, LeftOut):
        return [f"left out  {result.rule}: {result.reason}"]
    kind = "limited " if result.limitations else "exact   "
    return [f"{kind}  {result.rule}", *(f"            - {limitation}" for limitation in result.limitations)]


def as_line(result: Written | LeftOut) -> str:
    """Say it as one JSON object."""
    if isinstance(result, LeftOut):
        return json.dumps({"rule": result.rule, "file": None, "limitations": [], "left_out": result.reason})
    said = {"rule": result.rule, "file": result.name, "limitations": list(result.limitations), "left_out": None}
    return json.dumps(said, ensure_ascii=False)
