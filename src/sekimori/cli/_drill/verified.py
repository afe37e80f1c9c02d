"""Looks for the findings of a drill: in the watch's own store, and in log files."""

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import msgspec
import typer

from sekimori.cli._watching import Choice, setting, tell
from sekimori.manifest.loader import load
from sekimori.sim.technique import Technique
from sekimori.storage.arrivals import SqlArrivals
from sekimori.storage.declared import open_declared_for_reading
from sekimori.watch.alert import Alert
from sekimori.watch.domain.finding import Finding
from sekimori.watch.domain.rule import Rule
from sekimori.watch.domain.sigma.logsources import CATEGORIES
from sekimori.watch.scanning import Trouble

_AGO: Final = re.compile(r"(\d+)\s*([smhd])")
_UNITS: Final = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A finding: when it happened, when it was told (None where a file was read), and in words."""

    rule: str
    at: datetime | None
    told_at: datetime | None
    summary: str


def since_when(text: str, now: datetime) -> datetime:
    """Read ``30m``, ``2h``, ``1d``, or an instant (UTC where it names no zone).

    Raises:
        typer.BadParameter: it is neither.
    """
    if found := _AGO.fullmatch(text.strip()):
        return now - timedelta(**{_UNITS[found[2]]: int(found[1])})
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise typer.BadParameter(
            f"{text!r} is no time", param_hint="--since (30m, 2h, 1d, 2026-12-01T10:00)"
        ) from error
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


async def in_store(manifest: Path, since: datetime) -> list[Seen]:
    """Return what the running watch recorded about what happened from an instant on.

    Raises:
        SekimoriError: the manifest or its database cannot be read.
    """
    declared = load(manifest).service
    async with await open_declared_for_reading(declared, folder=manifest.parent, environ=os.environ) as database:
        kept = await SqlArrivals(database).since(since)
    found = []
    for one in kept:
        alert = msgspec.json.decode(one.finding_json, type=Alert)
        at = datetime.fromisoformat(alert.time) if alert.time else None
        found += [
            Seen(rule=rule, at=at, told_at=one.told_at, summary=alert.summary) for rule in (alert.rule, *alert.also)
        ]
    return [one for one in found if one.at is None or one.at >= since]


def in_logs(paths: Sequence[str], manifest: Path | None, since: datetime) -> list[Seen]:
    """Return what a scan of log files finds about what happened from an instant on."""
    told = setting(Choice(manifest=manifest))
    return [
        Seen(rule=one.rule.id, at=finding.event.time, told_at=None, summary=one.rule.title_in(told.language))
        for finding in _readable(told.scan().run(list(paths)))
        for one in (finding, *finding.also)
        if finding.event.time is None or finding.event.time >= since
    ]


def _readable(found: Iterable[Finding | Trouble]) -> Iterator[Finding]:
    for one in found:
        if isinstance(one, Trouble):
            tell(one)
        else:
            yield one


def verdict(
    technique: Technique, seen: Sequence[Seen], logs: Mapping[str, str] | None = None
) -> Iterator[tuple[bool, str]]:
    """Yield, for each rule that must fire, whether it did, and a line that says so; for a look-alike, what fired.

    ``logs`` names the log that a rule is over, so that a rule that did not fire says where it looked.
    """
    if technique.benign:
        loud = [one for one in seen if technique.keeps_quiet(one.rule)]
        yield not loud, "\n".join(f"! {_line(one)}" for one in loud) or "nothing fired, as it should be"
        return
    for rule in sorted(technique.must_fire):
        mine = [one for one in seen if one.rule == rule]
        yield bool(mine), "\n".join(f"● {_line(one)}" for one in mine) or f"✗ {rule}  not found{_over(rule, logs)}"


def _over(rule: str, logs: Mapping[str, str] | None) -> str:
    return f" (it reads {logs[rule]})" if logs and rule in logs else ""


def logs_of(rules: Iterable[Rule]) -> dict[str, str]:
    """Return the log that each rule is over, as Microsoft writes its name."""
    written = {category.casefold(): category for category in CATEGORIES}
    over = {rule.id: rule.sigma.logsource.service or "" for rule in rules}
    return {rule: written.get(log, log) for rule, log in over.items() if log}


def _line(one: Seen) -> str:
    at = one.at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC") if one.at else "?"
    told = ""
    if one.told_at:
        seconds = (one.told_at - one.at).total_seconds() if one.at else 0.0
        told = f", told at {one.told_at.astimezone(UTC):%H:%M:%S} ({seconds:.1f} s later)"
    return f"{one.rule}  {at}{told}\n    {one.summary}"
