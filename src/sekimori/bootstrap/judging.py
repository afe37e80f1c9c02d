"""What the watch decides by: the rules, what the manifest declares, and how it is told. Can be built anew in flight."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from sekimori.bootstrap.ground import Ground
from sekimori.manifest.model import Manifest
from sekimori.storage.watch_memory import SqlWatchMemory
from sekimori.storage.watch_record import SqlWatchRecord
from sekimori.watch.domain.detection import Detector
from sekimori.watch.domain.habit import Patience
from sekimori.watch.domain.language import Language
from sekimori.watch.domain.rule import Rule
from sekimori.watch.domain.trail import MemoryTrail
from sekimori.watch.listening import Listening
from sekimori.watch.live import Voice
from sekimori.watch.own_record import OwnRecord
from sekimori.watch.profiles import profiles_of
from sekimori.watch.reconciling import Reconciling
from sekimori.watch.remembering import Remembering
from sekimori.watch.rulebook import (
    RulesNotFoundError,
    RulesRefused,
    chosen,
    read_folder,
    rule_files,
    shipped_rules,
    unique,
)
from sekimori.watch.stage import Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Judging:
    """Rules and declarations, the words, and what remembers from batch to batch, in the order in which it sees them."""

    detector: Detector
    voice: Voice
    stages: tuple[Stage, ...]


def own_record(ground: Ground) -> OwnRecord:
    """Return what the watch learns of our audit log; it outlives a change of rules."""
    return OwnRecord(entries=ground.audit, trail=MemoryTrail(), store=SqlWatchRecord(ground.database))


def judging(ground: Ground, own: OwnRecord) -> Judging:
    """Build it as the manifest says; ``own`` is what was learnt from our audit log so far.

    Raises:
        RulesNotFoundError, RulesRefused, DuplicateRuleError: the rules of the manifest's own folder cannot be used.
    """
    manifest = ground.manifest
    profiles = profiles_of(manifest, folder=ground.folder, environ=ground.environ)
    detector = Detector(rules=_rules(ground), profiles=profiles, trail=own.trail)
    language = Language(manifest.service.language.value)
    return Judging(
        detector=detector,
        voice=Voice(language=language, zone=manifest.service.zone, folder=ground.folder),
        stages=(
            Remembering(detector=detector, store=SqlWatchMemory(ground.database)),
            Reconciling(record=own, detector=detector, profile=profiles[0]),
            _listening(manifest, detector, own),
        ),
    )


def _listening(manifest: Manifest, detector: Detector, own: OwnRecord) -> Listening:
    declared = manifest.watch.silence
    return Listening(
        detector=detector,
        store=own.store,
        patience=Patience(
            least=timedelta(minutes=declared.least_minutes),
            most=timedelta(days=declared.most_days),
        ),
        zone=manifest.service.zone,
        quiet_days=frozenset(declared.quiet_days),
    )


def _rules(ground: Ground) -> list[Rule]:
    """Return the shipped rules and those of the folder that the manifest names; one of both ids cannot be."""
    own, shipped = ground.manifest.watch.rules_folder, chosen(shipped_rules(), ground.manifest.watch.rules)
    if own is None:
        return shipped
    folder = read_folder(ground.folder / own)
    if folder.troubles:
        raise RulesRefused(folder.troubles)
    return unique([*shipped, *folder.rules])


def judged_by(ground: Ground) -> Iterator[Path]:
    """Yield the files that the judging is made of, but for what ships with the package."""
    yield ground.file
    if ground.manifest.watch.rules_folder is not None:
        folder = ground.folder / ground.manifest.watch.rules_folder
        yield folder
        with contextlib.suppress(RulesNotFoundError):
            yield from rule_files(folder)
