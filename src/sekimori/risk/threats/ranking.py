"""What several reports have in common: the techniques that most of them speak of, first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sekimori.risk.threats.extraction import By, Extract, Mention
from sekimori.watch.domain import attack


@dataclass(frozen=True, slots=True, kw_only=True)
class Threat:
    """A technique and every report's word on it. ``sure`` where one report at least gives its id."""

    technique: str
    mentions: tuple[Mention, ...]
    actors: tuple[str, ...]

    @property
    def reports(self) -> tuple[str, ...]:
        """The reports that speak of it."""
        return tuple(dict.fromkeys(mention.place.file for mention in self.mentions))

    @property
    def sure(self) -> bool:
        """Whether one report at least gives the id."""
        return any(mention.by is not By.NAME for mention in self.mentions)

    @property
    def telling(self) -> Mention:
        """The mention to show: one by id rather than one by name, a sentence rather than a bare id."""
        return max(self.mentions, key=lambda each: (each.by is not By.NAME, min(len(each.sentence), 60)))


def ranked(extracts: Iterable[Extract]) -> list[Threat]:
    """Return the techniques by the number of reports that share them, then by certainty, mentions and id."""
    mentions: dict[str, list[Mention]] = {}
    actors: dict[str, dict[str, None]] = {}
    for extract in extracts:
        for mention in extract.mentions:
            mentions.setdefault(mention.technique, []).append(mention)
            actors.setdefault(mention.technique, {}).update(dict.fromkeys(extract.actors))
    threats = [
        Threat(technique=technique, mentions=tuple(found), actors=tuple(actors[technique]))
        for technique, found in mentions.items()
    ]
    return sorted(threats, key=lambda each: (-len(each.reports), not each.sure, -len(each.mentions), each.technique))


def ranking_as_plain(threats: Sequence[Threat], extracts: Sequence[Extract], problems: Sequence[str]) -> dict[str, Any]:
    """Return a ranking for JSON."""
    return {
        "attack": attack.VERSION,
        "attribution": attack.ATTRIBUTION,
        "reports": [
            {
                "file": each.report.file,
                "title": each.report.title,
                "form": each.report.form.value,
                "actors": list(each.actors),
                "dates": list(each.dates),
                "techniques": len({mention.technique for mention in each.mentions}),
            }
            for each in extracts
        ],
        "threats": [
            {
                "technique": threat.technique,
                "name": attack.name_of(threat.technique),
                "tactics": list(attack.table()[threat.technique].tactics),
                "shared_by": len(threat.reports),
                "reports": list(threat.reports),
                "by_name_only": not threat.sure,
                "actors": list(threat.actors),
                "seen": [mention_as_plain(mention) for mention in threat.mentions],
            }
            for threat in threats
        ],
        "problems": list(problems),
    }


def mention_as_plain(mention: Mention) -> dict[str, Any]:
    """Return a mention as JSON and the kept file say it."""
    plain: dict[str, Any] = {"report": mention.place.file}
    if mention.place.line is not None:
        plain["line"] = mention.place.line
    if mention.place.page is not None:
        plain["page"] = mention.place.page
    plain |= {"by": mention.by.value, "sentence": mention.sentence}
    return plain | ({"written": mention.written} if mention.written else {})
