"""What the commands over log files share: how they are called and what they are built of."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, cast

import typer

from sekimori.catalogue import discover_modules
from sekimori.core.errors import SekimoriError
from sekimori.watch.domain.detection import Detector
from sekimori.watch.domain.language import Language
from sekimori.watch.domain.rule import Rule
from sekimori.watch.intake import Envelope, Intake
from sekimori.watch.permission_store import use_refreshed
from sekimori.watch.rulebook import read_folder, shipped_rules, unique
from sekimori.watch.scanning import Scan, Trouble

if TYPE_CHECKING:
    from sekimori.audit.entry import Entry
    from sekimori.manifest.model import Manifest


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Who is watched, in which language and zone it is told."""

    detector: Detector
    language: Language
    zone: tzinfo

    def scan(self, progress: Callable[[int], None] = lambda _: None) -> Scan:
        """Return a scan of files on every core, not yet begun; ``progress`` is told how many records more were read."""
        return Scan(
            intake=intake(),
            detector=self.detector,
            workers=os.cpu_count() or 1,
            progress=progress,
            not_after=datetime.now(UTC),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What the caller chose; None leaves it to the manifest, or to English, UTC and the shipped rules."""

    manifest: Path | None = None
    language: Language | None = None
    timezone: str | None = None
    rules: Path | None = None
    only_rules: Path | None = None


def setting(choice: Choice) -> Setting:
    """Return what the caller and the manifest say together.

    Raises:
        ManifestError: the manifest is not valid.
        RulesNotFoundError: there are no rules where the caller said.
    """
    rules = _rules(choice)
    zone = _zone(choice.timezone)
    if trouble := use_refreshed(os.environ):
        typer.echo(trouble, err=True)
    if choice.manifest is None:
        return Setting(detector=Detector(rules=rules), language=choice.language or Language.EN, zone=zone or UTC)
    from sekimori.manifest.loader import load
    from sekimori.watch.profiles import profiles_of

    declared = load(choice.manifest)
    detector = Detector(rules=rules, profiles=profiles_of(declared, folder=choice.manifest.parent, environ=os.environ))
    _teach(detector, declared, choice.manifest.parent)
    return Setting(
        detector=detector,
        language=choice.language or Language(declared.service.language.value),
        zone=zone or declared.service.zone,
    )


def _teach(detector: Detector, declared: "Manifest", folder: Path) -> None:
    """Show the detector our audit log, if there is one where the manifest says."""
    import asyncio

    from sekimori.watch.envelopes import audit_log

    try:
        entries = asyncio.run(_entries(declared, folder))
    except SekimoriError as error:
        typer.echo(f"Graph calls are held against the entries in the logs alone: {error.words}", err=True)
        return
    for entry in entries:
        detector.detect_all(audit_log.records(audit_log.raw_of(entry)))


async def _entries(declared: "Manifest", folder: Path) -> "list[Entry]":
    from sekimori.storage.audit_reader import SqlAuditReader
    from sekimori.storage.declared import open_declared_for_reading

    async with await open_declared_for_reading(declared.service, folder=folder, environ=os.environ) as database:
        return [entry async for entry in SqlAuditReader(database).read(after=0)]


def _rules(choice: Choice) -> list[Rule]:
    chosen = choice.only_rules or choice.rules
    if chosen is None:
        return shipped_rules()
    folder = read_folder(chosen)
    for trouble in folder.troubles:
        typer.echo(trouble, err=True)
    return unique(folder.rules if choice.only_rules else (*shipped_rules(), *folder.rules))


def _zone(name: str | None) -> tzinfo | None:
    if name is None:
        return None
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise typer.BadParameter(f"no time zone is called {name}", param_hint="--timezone") from error


def intake() -> Intake:
    """Return an intake for every envelope there is."""
    modules = discover_modules("sekimori.watch.envelopes")
    return Intake(envelopes=[cast("Envelope", module) for module in modules.values()])


def tell(trouble: Trouble) -> None:
    """Say on standard error what could not be read, and where."""
    typer.echo(str(trouble), err=True)
