"""The report as plain values in one language: what JSON prints, and what every template shows."""

from collections.abc import Mapping
from typing import Any

from sekimori import __version__
from sekimori.risk.report.assessment import Assessment, Band, State, band_of, cells_of
from sekimori.risk.report.gaps import found_gaps
from sekimori.risk.report.snapshot import Snapshot, changes, snapshot_of
from sekimori.risk.report.sources import sources
from sekimori.risk.report.threat_pages import threat_page
from sekimori.risk.report.words import method, tactic_name, words
from sekimori.risk.table import HEADS, cells
from sekimori.watch.domain import attack
from sekimori.watch.domain.language import Language

_SERIOUS = frozenset({Band.HIGH, Band.CRITICAL})


def document(assessment: Assessment, language: Language, since: Snapshot | None) -> dict[str, Any]:
    """Put an assessment into the words of a language; ``since`` is the report it is compared with."""
    said = words(language)
    about = assessment.register.about
    pages = [
        threat_page(assessment, threat, number, language)
        for number, threat in enumerate(assessment.register.threats, 1)
    ]
    gaps = list(found_gaps(assessment, language))
    return {
        "language": language.value,
        "words": dict(said),
        "name": about.name.in_(language),
        "purpose": about.purpose.in_(language),
        "owner": about.owner.in_(language),
        "next_review": f"{about.next_review:%Y-%m-%d}",
        "made_at": assessment.told(assessment.now),
        "proven_at": assessment.told(assessment.proof.proven_at),
        "software": f"Sekimori {__version__}",
        "attack": attack.VERSION,
        "attribution": attack.ATTRIBUTION,
        "protects": [each.in_(language) for each in about.protects],
        "declared": [list(pair) for pair in assessment.declared],
        "highlights": _highlights(pages),
        "headline": said["headline"].format(**_figures(assessment, len(gaps))),
        "stats": _stats(assessment, len(gaps), said),
        "table": _table(assessment, language),
        "heat": {"before": _heat(assessment, after=False), "after": _heat(assessment, after=True)},
        "sources": sources(assessment.reported, assessment.register),
        "tactics": _tactics(assessment, language),
        "threats": pages,
        "look_alikes": _look_alikes(assessment),
        "gaps": gaps,
        "not_covered": [
            {"title": each.title.in_(language), "why": each.why.in_(language), "closes": each.closes.in_(language)}
            for each in assessment.register.not_covered
        ],
        "changes": _changes(assessment, language, since),
        "method": list(method(language)),
        "problems": list(assessment.problems),
    }


def _figures(assessment: Assessment, gaps: int) -> dict[str, int]:
    threats, checked = assessment.register.threats, assessment.checked
    checks = [control.check for control in assessment.register.controls if control.check]
    return {
        "checkable": len(checks),
        "checked_ok": sum(checked.state_of(check) == "ok" for check in checks) if checked else 0,
        "threats": len(threats),
        "rows": len(assessment.rows),
        "before": sum(band_of(threat.before.score) in _SERIOUS for threat in threats),
        "after": sum(band_of(threat.after.score) in _SERIOUS for threat in threats),
        "gaps": gaps,
    }


def _stats(assessment: Assessment, gaps: int, said: Mapping[str, str]) -> list[dict[str, str]]:
    figures = _figures(assessment, gaps)
    return [
        {"value": str(figures["threats"]), "label": said["stat_threats"]},
        {"value": str(figures["rows"]), "label": said["stat_rows"]},
        {"value": f"{figures['before']} → {figures['after']}", "label": said["stat_high"]},
        {"value": str(gaps), "label": said["stat_gaps"]},
    ]


def _highlights(pages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the three threats that would be worst without anything done."""
    worst = sorted(pages, key=lambda page: (-page["before"]["score"], page["number"]))[:3]
    return [{key: page[key] for key in ("number", "id", "title", "before", "after")} for page in worst]


def _table(assessment: Assessment, language: Language) -> dict[str, Any]:
    rows = assessment.rows
    article = [row for row in rows if row.article]
    return {
        "heads": list(HEADS[language]),
        "rows": [
            {
                "cells": list(cells(row, language, assessment.zone)),
                "article": row.article,
                "last_of_article": row is article[-1],
            }
            for row in rows
        ],
    }


def _heat(assessment: Assessment, *, after: bool) -> list[list[dict[str, Any]]]:
    """Return five rows, the most likely first, of five cells, the least impact first."""
    found = cells_of(assessment.register, after=after)
    return [
        [
            {
                "likelihood": likelihood,
                "impact": impact,
                "band": band_of(likelihood * impact).value,
                "threats": found.get((likelihood, impact), []),
            }
            for impact in range(1, 6)
        ]
        for likelihood in range(5, 0, -1)
    ]


def _tactics(assessment: Assessment, language: Language) -> list[dict[str, Any]]:
    states = dict(assessment.techniques())
    told = []
    for tactic in attack.TACTICS:
        here = [each for each in states if tactic in attack.table()[each].tactics]
        if here:
            counts = {state.value: sum(states[each] is state for each in here) for state in State}
            told.append(
                {
                    "name": tactic_name(tactic, language),
                    "total": len(here),
                    **counts,
                    "techniques": [
                        {"id": each, "name": attack.name_of(each), "state": states[each].value} for each in here
                    ],
                }
            )
    return told


def _look_alikes(assessment: Assessment) -> dict[str, Any]:
    benign = [act for act in assessment.proof.techniques if act.benign]
    return {
        "quiet": [act.id for act in benign if not act.rules],
        "fired": [{"name": act.id, "rules": list(act.rules)} for act in benign if act.rules],
    }


def _changes(assessment: Assessment, language: Language, since: Snapshot | None) -> dict[str, Any]:
    """Return what changed, a line a kind: the names of all that were added, removed or rated anew."""
    said = words(language)
    if since is None:
        return {"note": said["first_report"], "list": []}
    names: dict[str, list[str]] = {}
    for each in changes(since, snapshot_of(assessment), language.value):
        form = "{name} ({old} ⇒ {new})" if each.old else "{name}"
        names.setdefault(each.kind, []).append(form.format(name=each.name, old=each.old, new=each.new))
    found = [{"what": said[kind], "names": listed} for kind, listed in names.items()]
    note = said["changes_since"].format(date=assessment.told(since.made_at))
    return {"note": note if found else f"{note} {said['no_changes']}", "list": found}
