"""The modal in which somebody says why an alert is judged so, and until when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from typing import Any, Final

import msgspec

from sekimori.watch.bundle import Bundle
from sekimori.watch.domain.language import Language
from sekimori.watch.domain.shown import shown
from sekimori.watch.domain.standing import Standing
from sekimori.watch.judgement import LONGEST_WHY, Judgement, Scope
from sekimori.watch.slack_message import WORDINGS, plain

CALLBACK: Final = "alert.judge"
WHY: Final = "alert.why"
UNTIL: Final = "alert.until"
SCOPE: Final = "alert.scope"
USUAL: Final = timedelta(days=30)
"""How far ahead the last day is proposed."""

_TITLE_LIMIT: Final = 24
_SUMMARY_LIMIT: Final = 1500


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What the modal says in one language."""

    submit: str
    cancel: str
    why: str
    until: str
    hint: str
    scope: str
    scopes: Mapping[Scope, str]


_WORDINGS: Final[Mapping[Language, Wording]] = {
    Language.JA: Wording(
        submit="記録する",
        cancel="やめる",
        why="理由",
        until="この日まで知らせない",
        hint="同じルール・同じアプリの検知は、この日まで記録だけにします。",
        scope="対象",
        scopes={Scope.ANYBODY: "誰が行っても", Scope.ACTOR: "この操作者のときだけ"},
    ),
    Language.EN: Wording(
        submit="Record",
        cancel="Cancel",
        why="Why",
        until="Do not tell again until the end of",
        hint="Findings of the same rule on the same application are recorded and not told until then.",
        scope="Whose doing",
        scopes={Scope.ANYBODY: "whoever does it", Scope.ACTOR: "this actor alone"},
    ),
}


class Carried(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the modal carries from the button to its submission."""

    alert: str
    standing: Standing
    channel: str


def modal_of(bundle: Bundle, standing: Standing, *, language: Language, channel: str, today: date) -> dict[str, Any]:
    """Return the modal for one judgement of one alert."""
    wording, lead = _WORDINGS[language], bundle.lead
    carried = Carried(alert=bundle.id, standing=standing, channel=channel)
    blocks: list[dict[str, Any]] = [
        {"type": "section", "text": plain(f"{lead.title}\n{lead.summary}", _SUMMARY_LIMIT)},
        _input(WHY, wording.why, _why(), optional=not standing.mutes),
    ]
    if standing.mutes:
        picked = {"type": "datepicker", "action_id": UNTIL, "initial_date": (today + USUAL).isoformat()}
        blocks.append(_input(UNTIL, wording.until, picked, hint=wording.hint))
        if lead.actor:
            blocks.append(_input(SCOPE, wording.scope, _scopes(wording)))
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "private_metadata": msgspec.json.encode(carried).decode(),
        "title": plain(WORDINGS[language].standings[standing], _TITLE_LIMIT),
        "submit": plain(wording.submit, _TITLE_LIMIT),
        "close": plain(wording.cancel, _TITLE_LIMIT),
        "blocks": blocks,
    }


def judgement_of(view: Mapping[str, Any], *, who: str, zone: tzinfo) -> tuple[Judgement, str] | None:
    """Read a submitted modal: the judgement, and the channel to answer in; None where it is not one of ours.

    The last day is a day in the service's zone, and counts to its end.
    """
    try:
        carried = msgspec.json.decode(str(view.get("private_metadata") or ""), type=Carried)
    except msgspec.DecodeError:
        return None
    filled = dict(_filled(view))
    judgement = Judgement(
        alert=carried.alert,
        standing=carried.standing,
        who=who,
        why=filled.get(WHY, ""),
        until=_end_of(filled[UNTIL], zone) if UNTIL in filled else None,
        scope=Scope.ACTOR if filled.get(SCOPE) == Scope.ACTOR.value else Scope.ANYBODY,
    )
    return judgement, carried.channel


def end_of_day(last: date, zone: tzinfo) -> datetime:
    """Return the instant at which a day ends."""
    return datetime.combine(last + timedelta(days=1), time(), zone)


def _end_of(text: str, zone: tzinfo) -> datetime | None:
    try:
        return end_of_day(date.fromisoformat(text), zone)
    except (ValueError, OverflowError):
        return None


def _why() -> dict[str, Any]:
    return {"type": "plain_text_input", "action_id": WHY, "multiline": True, "max_length": LONGEST_WHY}


def _scopes(wording: Wording) -> dict[str, Any]:
    options = [{"text": plain(text, 75), "value": scope.value} for scope, text in wording.scopes.items()]
    return {"type": "static_select", "action_id": SCOPE, "options": options, "initial_option": options[0]}


def _input(
    block: str, label: str, element: Mapping[str, Any], *, optional: bool = False, hint: str | None = None
) -> dict[str, Any]:
    made: dict[str, Any] = {"type": "input", "block_id": block, "label": plain(label, 2000), "element": dict(element)}
    made["optional"] = optional
    return made | ({"hint": plain(shown(hint), 2000)} if hint else {})


def _filled(view: Mapping[str, Any]) -> list[tuple[str, str]]:
    state = view.get("state")
    values = state.get("values") if isinstance(state, dict) else None
    found: list[tuple[str, str]] = []
    for block in values.values() if isinstance(values, dict) else ():
        for action, element in block.items() if isinstance(block, dict) else ():
            value = _value(element) if isinstance(element, dict) else None
            if value is not None:
                found.append((action, value))
    return found


def _value(element: Mapping[str, Any]) -> str | None:
    option = element.get("selected_option")
    chosen = option.get("value") if isinstance(option, dict) else None
    value = chosen or element.get("selected_date") or element.get("value")
    return value if isinstance(value, str) else None
