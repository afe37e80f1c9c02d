"""The file of threats that a person edits and keeps; a second run adds to it and takes nothing of his away."""

import json
import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sekimori.risk.errors import ThreatsUnreadable
from sekimori.risk.threats.extraction import By, Mention
from sekimori.risk.threats.ranking import Threat, mention_as_plain
from sekimori.watch.domain import attack

_HEAD: Final = f"""\
# Threats that reports speak of. Edit this file: a second run keeps what you write above each "found" line,
# comments too, and renews what stands below it.
# Techniques: MITRE ATT&CK {attack.VERSION}. {attack.ATTRIBUTION}
"""
_MOST: Final = 5
_WRITES_ONE: Final = "sekimori risk threats REPORT… --out FILE writes one"
_FOUND: Final = "# found: renewed by `sekimori risk threats`"
_BLOCK: Final = re.compile(r"^\[\[threats\]\][ \t]*(?:#.*)?$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptThreat:
    """What the file says of one technique: what the reports say, and what a person made of it."""

    technique: str
    relevant: str
    note: str
    seen: tuple[Mapping[str, Any], ...]

    @property
    def reports(self) -> tuple[str, ...]:
        """The reports that speak of it."""
        return tuple(dict.fromkeys(str(each.get("report")) for each in self.seen))


def read_kept_threats(path: Path) -> list[KeptThreat]:
    """Read the file; a block without a technique that ATT&CK has is passed over.

    Raises:
        ThreatsUnreadable: it is not there, or is not such a file, as a register is not.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ThreatsUnreadable(f"{path} cannot be read: {error}", hint=_WRITES_ONE) from error
    tables = _known(text, path)
    if not any("technique" in table for table in tables) and tomllib.loads(text):
        raise ThreatsUnreadable(f"{path} is no file of threats: nothing in it names a technique", hint=_WRITES_ONE)
    return [
        KeptThreat(
            technique=str(table["technique"]),
            relevant=str(table.get("relevant", "undecided")),
            note=str(table.get("note", "")),
            seen=tuple(each for each in table.get("seen", []) if isinstance(each, dict)),
        )
        for table in tables
        if table.get("technique") in attack.table()
    ]


def updated(old: str | None, threats: Sequence[Threat], *, read: Iterable[str], file: Path) -> str:
    """Return the file's new text; ``read`` are the reports of this run, whose earlier sentences are replaced.

    What others found earlier stays, as does every block whose technique no report of this run speaks of.

    Raises:
        ThreatsUnreadable: the old text is no TOML, or not such a file.
    """
    new = {threat.technique: threat for threat in threats}
    head, blocks = _parted(old or _HEAD)
    known = _known(old, file)
    parts = [head]
    for block, table in zip(blocks, known, strict=True):
        technique = str(table.get("technique", ""))
        parts.append(_renewed(block, table, new.pop(technique, None), frozenset(read)))
    parts += [_block(threat) for threat in new.values()]
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def _parted(text: str) -> tuple[str, list[str]]:
    starts = [found.start() for found in _BLOCK.finditer(text)]
    ends = [*starts[1:], len(text)][: len(starts)]
    return text[: starts[0] if starts else len(text)], [text[a:b] for a, b in zip(starts, ends, strict=True)]


def _known(old: str | None, file: Path) -> list[Mapping[str, Any]]:
    if old is None:
        return []
    try:
        found = tomllib.loads(old).get("threats", [])
    except tomllib.TOMLDecodeError as error:
        raise ThreatsUnreadable(f"{file} is not valid TOML: {error}", hint="mend it; nothing was written") from error
    if not isinstance(found, list) or len(found) != len(_parted(old)[1]):
        raise ThreatsUnreadable(f"{file}: threats must be written as [[threats]]", hint="nothing was written")
    return found


def _renewed(block: str, table: Mapping[str, Any], threat: Threat | None, read: frozenset[str]) -> str:
    kept = block.partition(_FOUND)[0].rstrip("\n")
    seen = [each for each in table.get("seen", []) if isinstance(each, dict) and each.get("report") not in read]
    seen += _few(threat) if threat else []
    return "\n".join([kept, "", _FOUND, *_seen(seen)])


def _block(threat: Threat) -> str:
    lines = [
        "[[threats]]",
        f'technique = "{threat.technique}"',
        f"name = {_quoted(attack.name_of(threat.technique))}",
        'relevant = "undecided"  # yes | no | undecided: could it happen to this app?',
        'note = ""',
        "",
        _FOUND,
    ]
    return "\n".join([*lines, *_seen(_few(threat))])


def _few(threat: Threat) -> list[dict[str, Any]]:
    """Return a report's first sentences, those with an id before those with a name only."""
    kept: dict[str, list[Mention]] = {}
    for mention in sorted(threat.mentions, key=lambda each: each.by is By.NAME):
        kept.setdefault(mention.place.file, []).append(mention)
    return [mention_as_plain(mention) for report in threat.reports for mention in kept[report][:_MOST]]


def _seen(seen: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    reports = len({str(each.get("report")) for each in seen})
    yield f"shared_by = {reports}"
    for each in seen:
        yield "  [[threats.seen]]"
        for key, value in each.items():
            yield f"  {key} = {value if isinstance(value, int) else _quoted(str(value))}"


def _quoted(text: str) -> str:
    """Write a basic string of TOML; JSON's escapes are TOML's, but for the delete character."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
