"""Writes settings as a script that a person reads and runs step by step, or as JSON."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from typing import Any, Final

from sekimori.manifest.preventive.setting import Call, Setting, Step, in_bash, in_words
from sekimori.manifest.tables.service import Language

_SPECIAL: Final = re.compile(r"[\\$`]")
_QUOTED: Final = re.compile(r"[\\$`\"]")


class Shell(StrEnum):
    """What a script is written in."""

    BASH = "bash"
    POWERSHELL = "powershell"


_HEAD: Final = {
    Shell.BASH: ("#!/usr/bin/env bash", "set -euo pipefail"),
    Shell.POWERSHELL: (
        "#Requires -Modules ExchangeOnlineManagement",
        "$ErrorActionPreference = 'Stop'",
        "Connect-ExchangeOnline",
    ),
}
_WORDS: Final[Mapping[Language, Mapping[str, str]]] = {
    Language.JA: {
        "apply": "# 適用するスクリプト。読んでから、一つずつ実行してください。sekimori が実行することはありません。",
        "undo": "# 元に戻すスクリプト。適用したときと逆の順です。",
        "why": "# 守るもの:",
        "techniques": "# 防ぐ手口:",
        "note": "# 注意:",
        "undone": "# 元に戻すには:",
    },
    Language.EN: {
        "apply": "# Applies the settings. Read it, then run it step by step; sekimori itself never does.",
        "undo": "# Undoes the settings, in reverse order.",
        "why": "# Protects:",
        "techniques": "# Prevents:",
        "note": "# Note:",
        "undone": "# To undo:",
    },
}


def script(settings: Sequence[Setting], *, shell: Shell, language: Language, undo: bool = False) -> str:
    """Write settings as a script of one shell, with what each protects; or what undoes them."""
    words = _WORDS[language]
    lines = [*_HEAD[shell], words["undo" if undo else "apply"]]
    for setting in reversed(settings) if undo else settings:
        steps = setting.undo if undo else setting.apply
        if undo and not steps:
            continue
        lines += ["", *_comments(setting, language)]
        lines += [line for step in steps for line in _written(step, shell)]
        if not undo and setting.undo:
            lines += [words["undone"], *(f"#   {line}" for step in setting.undo for line in _written(step, shell))]
    return "\n".join(lines)


def as_json(settings: Sequence[Setting], *, language: Language) -> str:
    """Write settings as a JSON array; variables stand in angle brackets."""
    return json.dumps([_plain(setting, language) for setting in settings], ensure_ascii=False, indent=2)


def _plain(setting: Setting, language: Language) -> dict[str, Any]:
    return {
        "id": setting.id,
        "what": setting.what[language],
        "why": setting.why[language],
        "techniques": list(setting.techniques),
        "note": setting.note.get(language),
        "apply": [_plain_step(step) for step in setting.apply],
        "undo": [_plain_step(step) for step in setting.undo],
    }


def _plain_step(step: Step) -> dict[str, Any]:
    if isinstance(step, Call):
        body = json.loads(in_words(json.dumps(step.body, ensure_ascii=False)))
        return {"method": step.method, "url": in_words(step.url), "body": body}
    return {"command": in_words(step.text)}


def _comments(setting: Setting, language: Language) -> Iterator[str]:
    words = _WORDS[language]
    yield f"# == {setting.what[language]}"
    yield f"{words['why']} {setting.why[language]}"
    if setting.techniques:
        yield f"{words['techniques']} {', '.join(setting.techniques)}"
    if language in setting.note:
        yield f"{words['note']} {setting.note[language]}"


def _written(step: Step, shell: Shell) -> Iterator[str]:
    if shell is Shell.POWERSHELL:
        if isinstance(step, Call):
            raise TypeError("calls of REST APIs are written in bash")
        yield step.text
        return
    if isinstance(step, Call):
        yield from _call(step)
    else:
        yield f"{step.keep}=$({in_bash(step.text)})" if step.keep else in_bash(step.text)


def _call(call: Call) -> Iterator[str]:
    url = in_bash(_QUOTED.sub(r"\\\g<0>", call.url))
    tail = " --query id --output tsv" if call.keep else ""
    command = f'az rest --method {call.method.lower()} --url "{url}"{tail}'
    if call.body is None:
        yield f"{call.keep}=$({command})" if call.keep else command
        return
    # az: "@-" reads standard input. A here-document fills in variables, so whatever else is special is quoted.
    body = in_bash(_SPECIAL.sub(r"\\\g<0>", json.dumps(call.body, ensure_ascii=False, indent=2)))
    command += " --headers Content-Type=application/json --body @- <<JSON"
    yield f"{call.keep}=$({command}" if call.keep else command
    yield from body.split("\n")
    yield "JSON"
    if call.keep:
        yield ")"
