"""An alert as a message of Slack's: within its limits, and unable to mention anybody, whatever a log says."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sekimori.watch.bundle import Bundle, Decision
from sekimori.watch.domain.language import Language
from sekimori.watch.domain.level import Level
from sekimori.watch.domain.shown import shown
from sekimori.watch.domain.standing import Standing

ACTION: Final = "alert."
"""What the ``action_id`` of an alert's buttons begins with; the standing follows."""

MARKS: Final[Mapping[Level, str]] = {
    Level.INFORMATIONAL: "⚪",
    Level.LOW: "🔵",
    Level.MEDIUM: "🟡",
    Level.HIGH: "🔴",
    Level.CRITICAL: "🚨",
}
_HEADER_LIMIT: Final = 150
_SECTION_LIMIT: Final = 3000
_PART_LIMIT: Final = 240
_BUTTON_LIMIT: Final = 75


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What an alert's message says in one language."""

    first: str
    changes: str
    parts: str
    more: str
    count: str
    raised: str
    decided: str
    until: str
    standings: Mapping[Standing, str]
    buttons: Mapping[Standing, str]


WORDINGS: Final[Mapping[Language, Wording]] = {
    Language.JA: Wording(
        first="まず確かめること",
        changes="変更の内容",
        parts="同じアラートにまとめたもの",
        more="ほか {count} 件",
        count="{count} 件 ({first} から {last} まで)",
        raised="このアラートに、より重いものが加わりました",
        decided="{standing}: {who} ({at})\n理由: {why}",
        until="{until} まで同じものは知らせません",
        standings={
            Standing.NEW: "未対応",
            Standing.ACKNOWLEDGED: "確認済み",
            Standing.EXPECTED: "想定内",
            Standing.FALSE_POSITIVE: "誤検知",
        },
        buttons={Standing.ACKNOWLEDGED: "確認", Standing.EXPECTED: "想定内", Standing.FALSE_POSITIVE: "誤検知"},
    ),
    Language.EN: Wording(
        first="What to ask first",
        changes="What was changed",
        parts="Folded into this alert",
        more="and {count} more",
        count="{count} findings, from {first} to {last}",
        raised="Something graver was added to this alert",
        decided="{standing}: {who} ({at})\nWhy: {why}",
        until="the same is not told again until {until}",
        standings={
            Standing.NEW: "new",
            Standing.ACKNOWLEDGED: "acknowledged",
            Standing.EXPECTED: "expected",
            Standing.FALSE_POSITIVE: "false positive",
        },
        buttons={
            Standing.ACKNOWLEDGED: "Acknowledge",
            Standing.EXPECTED: "Expected",
            Standing.FALSE_POSITIVE: "False positive",
        },
    ),
}


def blocks_of(bundle: Bundle, language: Language, *, buttons: bool = True) -> Iterator[dict[str, Any]]:
    """Yield the message's blocks, with buttons where somebody listens to them.

    Everything from a log is plain text: it can mention nobody and link nowhere.
    """
    wording, lead = WORDINGS[language], bundle.lead
    yield {"type": "header", "text": plain(f"{MARKS[bundle.level]} {lead.title}", _HEADER_LIMIT)}
    yield _section(lead.summary)
    if lead.changes:
        yield _section(_listed(wording.changes, lead.changes))
    if bundle.count > 1:
        yield _section("\n".join(_folded(bundle, wording)))
    if lead.questions:
        yield _section(_listed(wording.first, lead.questions))
    if bundle.decision:
        yield _section(_decided(bundle.decision, wording))
    if buttons:
        yield {"type": "actions", "block_id": "alert", "elements": [*_buttons(bundle, wording)]}
    facts = [bundle.level.value, *bundle.techniques, *bundle.rules, lead.place or ""]
    yield {"type": "context", "elements": [plain(" · ".join(fact for fact in facts if fact), _SECTION_LIMIT)]}


def fallback_of(bundle: Bundle) -> str:
    """Return what notifications show."""
    lead = bundle.lead
    return f"{MARKS[bundle.level]} {escaped(f'{lead.title}: {lead.summary}')}"[:_SECTION_LIMIT]


def raised_text(bundle: Bundle, language: Language) -> str:
    """Say that an alert matters more than what was told of it; Slack does not notify anybody of an edit."""
    return f"{WORDINGS[language].raised}: {fallback_of(bundle)}"[:_SECTION_LIMIT]


def plain(text: str, limit: int) -> dict[str, Any]:
    """Return a text that is shown as it is, cut to a limit of Slack's."""
    text = text or "—"  # Slack: an empty text makes it refuse the whole message
    return {"type": "plain_text", "text": text if len(text) <= limit else text[: limit - 1] + "…", "emoji": False}


def escaped(text: str) -> str:
    """Return a text for a place that Slack reads as mrkdwn: these three characters are what it asks to escape."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _buttons(bundle: Bundle, wording: Wording) -> Iterator[dict[str, Any]]:
    for standing, label in wording.buttons.items():
        if standing is not bundle.standing:
            action = f"{ACTION}{standing.value}"
            yield {"type": "button", "action_id": action, "text": plain(label, _BUTTON_LIMIT), "value": bundle.id}


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": plain(text, _SECTION_LIMIT)}


def _listed(head: str, lines: tuple[str, ...]) -> str:
    return "\n".join([head, *(f"• {line}" for line in lines)])


def _folded(bundle: Bundle, wording: Wording) -> Iterator[str]:
    span = {"first": _instant(bundle.first), "last": _instant(bundle.last)}
    yield wording.count.format(count=bundle.count, **span)
    yield wording.parts
    for part in bundle.parts[1:]:
        said = f"• {part.title}: {part.summary}"
        yield f"{said[:_PART_LIMIT]} ({part.place or part.event or '?'})"
    if bundle.count > len(bundle.parts):
        yield wording.more.format(count=bundle.count - len(bundle.parts))


def _decided(decision: Decision, wording: Wording) -> str:
    said = wording.decided.format(
        standing=wording.standings[decision.standing],
        who=decision.who,
        at=_instant(decision.at),
        why=shown(decision.why),
    )
    return f"{said}\n{wording.until.format(until=_instant(decision.until))}" if decision.until else said


def _instant(text: str | None) -> str:
    return datetime.fromisoformat(text).strftime("%Y-%m-%d %H:%M UTC") if text else "?"
