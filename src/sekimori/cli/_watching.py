"""What the commands over log files share: how they are called and what they are built of."""

from dataclasses import dataclass
from datetime import UTC, tzinfo
from pathlib import Path
from typing import cast

import typer

from sekimori.catalogue import discover_modules
from sekimori.watch.domain.detection import Detector
from sekimori.watch.domain.language import Language
from sekimori.watch.intake import Envelope, Intake
from sekimori.watch.rulebook import shipped_rules
from sekimori.watch.scanning import Scan, Trouble


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """Who is watched, in which language and zone it is told."""

    detector: Detector
    language: Language
    zone: tzinfo

    def scan(self) -> Scan:
        """Return a scan of files, not yet begun."""
        return Scan(intake=intake(), detector=self.detector)


def setting(manifest: Path | None, language: Language | None) -> Setting:
    """Return what the manifest, if one is named, says; without one: English, UTC, nobody declared.

    Raises:
        ManifestError: the manifest is not valid.
    """
    rules = shipped_rules()
    if manifest is None:
        return Setting(detector=Detector(rules=rules), language=language or Language.EN, zone=UTC)
    from sekimori.manifest.loader import load
    from sekimori.watch.profiles import profiles_of

    declared = load(manifest)
    return Setting(
        detector=Detector(rules=rules, profiles=profiles_of(declared)),
        language=language or Language(declared.service.language.value),
        zone=declared.service.zone,
    )


def intake() -> Intake:
    """Return an intake for every envelope there is."""
    modules = discover_modules("sekimori.watch.envelopes")
    return Intake(envelopes=[cast("Envelope", module) for module in modules.values()])


def tell(trouble: Trouble) -> None:
    """Say on standard error what could not be read, and where."""
    typer.echo(str(trouble), err=True)
