"""Alerts on a terminal."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime, tzinfo

from rich.console import Console
from rich.table import Table
from rich.text import Text

from sekimori.manifest.tables.service import Language
from sekimori.storage.alert_book import Carried
from sekimori.watch.bundle import Bundle, Decision
from sekimori.watch.domain.language import Language as WatchLanguage
from sekimori.watch.domain.shown import shown
from sekimori.watch.slack_message import MARKS, WORDINGS

_HEADS = {
    Language.JA: ("見つけたもの", "判断の履歴", "届け先", "届いた", "届いていない", "あきらめた"),
    Language.EN: ("Findings", "What was said of it", "Sinks", "delivered", "waiting", "given up"),
}


def as_line(bundle: Bundle) -> str:
    """Return an alert as one line of JSON."""
    return json.dumps(bundle.as_plain(), ensure_ascii=False)


def print_table(bundles: Sequence[Bundle], language: Language, zone: tzinfo) -> None:
    """Print alerts, one a row."""
    standings = WORDINGS[WatchLanguage(language.value)].standings
    table = Table(box=None, pad_edge=False, show_header=False)
    for bundle in bundles:
        count = f"×{bundle.count}" if bundle.count > 1 else ""
        words = Text(f"{MARKS[bundle.level]} {shown(bundle.lead.title)} {count}".rstrip())
        words.append(f"\n{shown(bundle.lead.app or '')}", style="dim")
        table.add_row(bundle.id[:12], _when(bundle.first, zone), standings[bundle.standing], words)
    Console().print(table)


def described(
    bundle: Bundle, history: Sequence[Decision], carried: Sequence[Carried], language: Language, zone: tzinfo
) -> str:
    """Describe an alert in full."""
    wording, heads = WORDINGS[WatchLanguage(language.value)], _HEADS[language]
    parts = [
        f"{MARKS[bundle.level]} {bundle.lead.title}  [{bundle.level}]  {', '.join(bundle.techniques)}",
        f"{bundle.id}  {wording.standings[bundle.standing]}  ×{bundle.count}  {_span(bundle, zone)}",
        bundle.lead.summary,
        _section(wording.changes, bundle.lead.changes),
        _section(wording.first, bundle.lead.questions),
        _section(heads[0], [_part(part.time, part.rule, part.place, zone) for part in bundle.parts]),
        _section(heads[1], [_said(decision, wording.standings[decision.standing], zone) for decision in history]),
        _section(heads[2], list(_sinks(carried, heads, zone))),
    ]
    return "\n\n".join(part for part in parts if part)


def _span(bundle: Bundle, zone: tzinfo) -> str:
    return f"{_when(bundle.first, zone)} – {_when(bundle.last, zone)}"


def _part(time: str | None, rule: str, place: str | None, zone: tzinfo) -> str:
    return f"{_when(time, zone)}  {rule}  {place or ''}".rstrip()


def _said(decision: Decision, standing: str, zone: tzinfo) -> str:
    until = f" → {_when(decision.until, zone)}" if decision.until else ""
    actor = f" ({shown(decision.actor)})" if decision.actor else ""
    return f"{_when(decision.at, zone)}  {standing}{until}{actor}  {decision.who}: {shown(decision.why)}"


def _sinks(carried: Sequence[Carried], heads: tuple[str, ...], zone: tzinfo) -> Iterator[str]:
    for each in carried:
        if each.dead:
            fate = f"{heads[5]}: {each.reason or '?'}"
        elif each.waiting or each.taken_at is None:
            fate = f"{heads[4]}{f': {each.reason}' if each.reason else ''}"
        else:
            fate = f"{heads[3]} {each.taken_at.astimezone(zone):%Y-%m-%d %H:%M:%S}"
        yield f"{each.sink}  {fate}"


def _section(head: str, lines: Sequence[str]) -> str:
    return "\n".join([head, *(f"  - {line}" for line in lines)]) if lines else ""


def _when(text: str | None, zone: tzinfo) -> str:
    return f"{datetime.fromisoformat(text).astimezone(zone):%Y-%m-%d %H:%M:%S}" if text else "?"
