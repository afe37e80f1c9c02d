"""What threat reports say, held against the register: who deals with it, and what nobody deals with."""

from collections.abc import Iterator, Sequence
from pathlib import PurePath
from typing import Any

from sekimori.risk.register.model import Register
from sekimori.risk.threats.kept import KeptThreat
from sekimori.watch.domain import attack

_SEVERAL = 2


def sources(kept: Sequence[KeptThreat], register: Register) -> list[dict[str, Any]]:
    """Return the techniques that reports speak of, the most shared first, with the threats that deal with each."""
    total = len({report for each in kept for report in each.reports})
    rows = [
        {
            "technique": each.technique,
            "name": attack.name_of(each.technique),
            "shared_by": len(each.reports),
            "total": total,
            "relevant": each.relevant,
            "note": each.note,
            "threats": dealing_with(each.technique, register),
            **_told(each),
        }
        for each in kept
    ]
    return sorted(rows, key=lambda row: (-row["shared_by"], row["technique"]))


def _told(kept: KeptThreat) -> dict[str, str]:
    """Return one sentence and its place, by an id rather than by a name."""
    if not kept.seen:
        return {"sentence": "", "place": ""}
    best = max(kept.seen, key=lambda each: (each.get("by") != "name", min(len(str(each.get("sentence", ""))), 60)))
    at = f":{best['line']}" if "line" in best else f" p. {best['page']}" if "page" in best else ""
    return {"sentence": str(best.get("sentence", "")), "place": f"{PurePath(str(best.get('report', ''))).name}{at}"}


def dealing_with(technique: str, register: Register) -> list[int]:
    """Return the numbers of the threats that name a technique, its parent or one of its sub-techniques."""
    return [
        number
        for number, threat in enumerate(register.threats, 1)
        if any(_related(technique, each) for each in threat.techniques)
    ]


def _related(one: str, other: str) -> bool:
    return one == other or other == one.partition(".")[0] or one == other.partition(".")[0]


def unanswered(rows: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the techniques that several reports share, that nobody ruled out, and that no threat deals with."""
    for row in rows:
        if row["shared_by"] >= _SEVERAL and row["relevant"] != "no" and not row["threats"]:
            yield row
