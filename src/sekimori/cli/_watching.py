"""What the commands over log files share: how they are called and what they are built of."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, tzinfo
from pathlib import Path
from typing import cast

import typer

from sekimori.catalogue import discover_modules
from sekimori.watch.domain.detection import Detector
from sekimori.watch.domain.language import Language
from sekimori.watch.domain.rule import Rule
from sekimori.watch.intake import Envelope, Intake
from sekimori.watch.rulebook import read_folder, shipped_rules, unique
from sekimori.watch.scanning import Scan, Trouble


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Who is watched, in which language and zone it is told."""

    detector: Detector
    language: Language
    zone: tzinfo

    def scan(self, progress: Callable[[], None] = lambda: None) -> Scan:
        """Return a scan of files, not yet begun; ``progress`` is called for each record."""
        return Scan(intake=intake(), detector=self.detector, progress=progress)


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
    if choice.manifest is None:
        return Setting(detector=Detector(rules=rules), language=choice.language or Language.EN, zone=zone or UTC)
    from sekimori.manifest.loader import load
    from sekimori.watch.profiles import profiles_of

    declared = load(choice.manifest)
    return Setting(
        detector=Detector(rules=rules, profiles=profiles_of(declared)),
        language=choice.language or Language(declared.service.language.value),
        zone=zone or declared.service.zone,
    )


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
