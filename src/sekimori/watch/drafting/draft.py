"""A drafted rule: its file, and its samples, tried before anybody sees them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any, ClassVar
from uuid import UUID

import msgspec
import yaml

from sekimori.core.errors import SekimoriError
from sekimori.watch.domain.detection import Detector
from sekimori.watch.domain.level import Level
from sekimori.watch.domain.reading import read_event
from sekimori.watch.domain.records import Record
from sekimori.watch.domain.rule import Rule, rule_from
from sekimori.watch.domain.sigma.rule import load_rules
from sekimori.watch.drafting.anonymous import anonymous
from sekimori.watch.drafting.meaning import Meaning, meaning_of
from sekimori.watch.drafting.misses import near_misses
from sekimori.watch.samples import SUFFIX, Expectation, Sample


class NotDraftedError(SekimoriError):
    """No rule can be drawn from an event."""

    code: ClassVar[str] = "rule.not_drafted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A rule to be: change what is wrong with :func:`dataclasses.replace`, then write it."""

    id: str
    uuid: UUID
    title: str
    level: Level
    technique: str
    today: date
    meaning: Meaning
    record: Record

    def text(self) -> str:
        """Return the rule file."""
        return yaml.safe_dump(self._content(), sort_keys=False, allow_unicode=True, width=120)

    def samples(self) -> list[Sample]:
        """Return the event as the sample that fires, and the near misses that a trial confirms.

        Raises:
            NotDraftedError: the rule does not fire on the event, or on every near miss too.
        """
        detector = Detector(rules=[self._rule()])
        if not detector.detect(self.record):
            raise NotDraftedError("the selection does not find the event it was made from")
        fires = Sample(expect=Expectation.FIRES, why="the event this rule was made from", raw=dict(self.record))
        misses = [miss for miss in near_misses(self.record) if not detector.detect(miss.raw)]
        if not any(miss.expect is Expectation.NEARLY for miss in misses):
            raise NotDraftedError("the selection fires on every near miss: it says too little")
        return [fires, *misses]

    def under_a_free_name(self, folder: Path) -> "Draft":
        """Return the draft with a name that no rule of a folder has."""
        names = (self.id, *(f"{self.id}_{number}" for number in range(2, 1000)))
        return replace(self, id=next(name for name in names if not (folder / f"{name}.yml").exists()))

    def write(self, folder: Path) -> tuple[Path, Path]:
        """Write the rule and its samples into a folder, and return where."""
        samples = self.samples()
        folder.mkdir(parents=True, exist_ok=True)
        rule, beside = folder / f"{self.id}.yml", folder / f"{self.id}{SUFFIX}"
        rule.write_text(self.text(), encoding="utf-8")
        lines = (json.dumps(_plain(sample), ensure_ascii=False) + "\n" for sample in samples)
        beside.write_text("".join(lines), encoding="utf-8")
        return rule, beside

    def _rule(self) -> Rule:
        return rule_from(load_rules(self.text(), f"{self.id}.yml")[0])

    def _content(self) -> Mapping[str, Any]:
        meaning = self.meaning
        logsource = {"product": "azure", "service": meaning.service} if meaning.service else {"product": "azure"}
        return {
            "title": self.title,
            "id": str(self.uuid),
            "name": self.id,
            "status": "experimental",
            "description": "Drawn from one event; see its samples.",
            "date": self.today,
            "tags": [f"attack.{meaning.tactic}", f"attack.{self.technique.lower()}"],
            "logsource": logsource,
            "detection": {**meaning.selections, "condition": " and ".join(meaning.selections)},
            "falsepositives": ["Not known yet"],
            "level": self.level.value,
            "sekimori": {"technique": self.technique},
        }


def draft_from(record: Record, *, uuid: UUID, today: date) -> Draft:
    """Return a draft made of one canonical record, with everybody's data taken out.

    Raises:
        NotDraftedError: the record is an entry of our own audit log, or says nothing.
    """
    kept = anonymous({key: value for key, value in record.items() if value is not None})
    meaning = meaning_of(read_event(kept))
    if not meaning.fields:
        raise NotDraftedError("the event says nothing that a rule could look for")
    return Draft(
        id=f"my_{meaning.name}",
        uuid=uuid,
        title=meaning.title,
        level=Level.MEDIUM,
        technique=meaning.technique,
        today=today,
        meaning=meaning,
        record=kept,
    )


def renamed(draft: Draft, *, title: str, level: Level, technique: str) -> Draft:
    """Return a draft with what a person chose."""
    return replace(draft, title=title, level=level, technique=technique)


def _plain(sample: Sample) -> Any:
    plain = msgspec.to_builtins(sample)
    return {key: value for key, value in plain.items() if value not in (None, [], ())}
