"""The app's home for our own people: how their time is shown, who asked, and the buttons that take away."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from sekimori.core.ids import PersonId
from sekimori.desk.domain.disclosure import Precision
from sekimori.desk.domain.lookups import POST, Lookup
from sekimori.desk.domain.owners import PersonState, State
from sekimori.desk.domain.policy import Language
from sekimori.desk.slack import blocks
from sekimori.desk.slack.blocks import Block
from sekimori.desk.slack.buttons import button, row
from sekimori.desk.slack.owner_wording import OWNER_WORDINGS, OwnerWording
from sekimori.desk.slack.wording import WORDINGS

PAUSE: Final = "owner.pause"
RESUME: Final = "owner.resume"
NARROW: Final = "owner.narrow"
SERVICE: Final = "all"
MOST_PEOPLE: Final = 6
MOST_BLOCKS: Final = 100

Found = Mapping[PersonId, Sequence[Lookup]]


def home(state: State, found: Found, language: Language, zone: ZoneInfo) -> dict[str, Any]:
    """Lay out the home of somebody who may do something here."""
    made = [*_service(state, OWNER_WORDINGS[language])]
    for person in state.people[:MOST_PEOPLE]:
        made += _person(person, found.get(person.declared.person, ()), language, zone)
    return _home(made[:MOST_BLOCKS])


def empty_home(language: Language) -> dict[str, Any]:
    """Lay out the home of everybody else."""
    return _home(blocks.say(OWNER_WORDINGS[language].nothing_here))


def status(state: State, language: Language) -> list[Block]:
    """Say how things stand, for ``/sekimori status``."""
    wording = OWNER_WORDINGS[language]
    lines = [wording.service_paused if state.service_paused else wording.service_runs]
    for person in state.people:
        lines += [WORDINGS[language].name(person.declared), *(f"　{line}" for line in _stands(person, wording))]
    return blocks.say("\n".join(lines))


def lookup_blocks(found: Sequence[Lookup], language: Language, zone: ZoneInfo) -> list[Block]:
    """List who asked, the newest first; a line each: who, when, why, for what, what was shown."""
    if not found:
        return blocks.say(OWNER_WORDINGS[language].nobody_asked)
    items = [_line(lookup, language, zone) for lookup in found]
    return [{"type": "rich_text", "elements": [{"type": "rich_text_list", "style": "bullet", "elements": items}]}]


def _service(state: State, wording: OwnerWording) -> Iterator[Block]:
    yield from blocks.say(wording.service_paused if state.service_paused else wording.service_runs)
    if state.rights.administers is None:
        return
    if state.service_paused:
        yield from row([button(f"{RESUME}.{SERVICE}", wording.resume_service, SERVICE)])
    else:
        stop = button(f"{PAUSE}.{SERVICE}", wording.pause_service, SERVICE)
        yield from row([stop | {"style": "danger"} | _confirmed(wording.sure_service, wording)])


def _person(person: PersonState, found: Sequence[Lookup], language: Language, zone: ZoneInfo) -> Iterator[Block]:
    wording = OWNER_WORDINGS[language]
    yield blocks.heading(wording.heading.format(name=WORDINGS[language].name(person.declared)))
    yield from blocks.say("\n".join(_stands(person, wording)))
    yield from row(_buttons(person, wording))
    yield from blocks.say(wording.asked_lately)
    yield from lookup_blocks(found, language, zone)


def _stands(person: PersonState, wording: OwnerWording) -> list[str]:
    until = person.declared.until
    end = wording.until.format(day=until.isoformat()) if until else wording.endless
    lines = [wording.shows.format(precision=wording.precisions[person.shown.precision], until=end)]
    if person.shown.paused:
        lines = [wording.paused]
    if person.narrowed:
        lines.append(wording.narrowed.format(declared=wording.precisions[person.declared.precision]))
        lines.append(wording.widening)
    return lines


def _buttons(person: PersonState, wording: OwnerWording) -> list[Block]:
    key = person.declared.person
    if person.shown.paused:
        first = button(f"{RESUME}.{key}", wording.resume, key)
    else:
        first = button(f"{PAUSE}.{key}", wording.pause, key) | {"style": "danger"}
    less = [precision for precision in sorted(Precision, reverse=True) if precision < person.shown.precision]
    sure = _confirmed(wording.sure, wording)
    narrower = [
        button(
            f"{NARROW}.{key}.{precision.name.lower()}",
            wording.narrow.format(precision=wording.precisions[precision]),
            f"{key} {precision.name.lower()}",
        )
        | sure
        for precision in less
    ]
    return [first, *narrower]


def _confirmed(question: str, wording: OwnerWording) -> Block:
    texts = {"text": question, "confirm": wording.yes, "deny": wording.no}
    made = {key: {"type": "plain_text", "text": text, "emoji": False} for key, text in texts.items()}
    return {"confirm": {"title": {"type": "plain_text", "text": "Sekimori", "emoji": False}, **made}}


def _line(lookup: Lookup, language: Language, zone: ZoneInfo) -> Block:
    """Write one question. The asker's account is named such that Slack shows the name and tells them nothing."""
    before = f"{lookup.at.astimezone(zone):%Y-%m-%d %H:%M} "
    who = (
        {"type": "user", "user_id": lookup.user}
        if lookup.user
        else {"type": "text", "text": "–" if lookup.surface == POST else "?"}
    )
    return {
        "type": "rich_text_section",
        "elements": [
            {"type": "text", "text": before},
            who,
            {"type": "text", "text": f" · {_told(lookup, language, zone)}"},
        ],
    }


def _told(lookup: Lookup, language: Language, zone: ZoneInfo) -> str:
    wording = OWNER_WORDINGS[language]
    parts = [lookup.partner or "?", lookup.purpose, _days(lookup, language, zone)]
    parts.append(wording.results.get(lookup.result or "failed", lookup.result or ""))
    if lookup.result in {"shown", "unknown"}:
        precision = lookup.precision or ""
        named = {each.name.lower(): words for each, words in wording.precisions.items()}
        parts += [named.get(precision, precision), wording.slots.format(periods=lookup.periods)]
        parts.append(wording.surfaces.get(lookup.surface or "", lookup.surface or ""))
    parts.append(wording.record.format(seq=lookup.seq))
    return " · ".join(part for part in parts if part)


def _days(lookup: Lookup, language: Language, zone: ZoneInfo) -> str:
    if lookup.window is None:
        return ""
    first = lookup.window.start.astimezone(zone).date()
    last = (lookup.window.end - timedelta(microseconds=1)).astimezone(zone).date()
    return WORDINGS[language].days(first, last)


def _home(made: Sequence[Block]) -> dict[str, Any]:
    return {"type": "home", "blocks": list(made)}
