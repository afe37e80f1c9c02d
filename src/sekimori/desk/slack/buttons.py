"""Buttons under a reply: open the modal, ask one of the questions that may have been meant."""

from collections.abc import Sequence
from typing import Final

import msgspec

from sekimori.desk.domain.ask import Candidate
from sekimori.desk.domain.policy import Language
from sekimori.desk.slack.blocks import Block
from sekimori.desk.slack.form_wording import FORM_WORDINGS
from sekimori.desk.slack.slips import LONGEST, Slip, written
from sekimori.desk.slack.wording import WORDINGS

OPEN: Final = "schedule.open"
CANDIDATE: Final = "ask.candidate"
MOST_CANDIDATES: Final = 10
LONGEST_LABEL: Final = 75


def button(action: str, label: str, value: str) -> Block:
    """Make one button. Slack: a label holds 75 characters."""
    text = label if len(label) <= LONGEST_LABEL else label[: LONGEST_LABEL - 1] + "…"
    return {
        "type": "button",
        "action_id": action,
        "text": {"type": "plain_text", "text": text, "emoji": False},
        "value": value,
    }


def row(buttons: Sequence[Block]) -> list[Block]:
    """Put buttons into a row; nothing where there are none."""
    return [{"type": "actions", "elements": list(buttons)}] if buttons else []


def open_button(slip: Slip, language: Language) -> Block:
    """Make the button that opens the modal: the choice at once where the slip makes one, or else the form."""
    wording = FORM_WORDINGS[language]
    return button(OPEN, wording.open_choice if slip.choice else wording.open, written(slip))


def phrase_buttons(phrases: Sequence[str], slip: Slip) -> list[Block]:
    """Make a button of each phrase that may have been meant; pressing it asks just that."""
    slips = [(phrase, written(msgspec.structs.replace(slip, phrase=phrase))) for phrase in phrases if phrase.strip()]
    fitting = [(phrase, value) for phrase, value in slips if len(value) <= LONGEST][:MOST_CANDIDATES]
    return [button(f"{CANDIDATE}.{number}", phrase, value) for number, (phrase, value) in enumerate(fitting)]


def person_buttons(candidates: Sequence[Candidate], slip: Slip, language: Language) -> list[Block]:
    """Make a button of each person of one name."""
    names = [" / ".join(candidate.person.names) for candidate in candidates[:MOST_CANDIDATES]]
    distinct = [
        name if names.count(name) == 1 else f"{name} ({c.person.person})"
        for name, c in zip(names, candidates, strict=False)
    ]
    days = WORDINGS[language].days
    return [
        button(
            f"{CANDIDATE}.{number}",
            f"{name} {days(candidate.choice.first, candidate.choice.last)}",
            written(slip.choosing(candidate.choice)),
        )
        for number, (name, candidate) in enumerate(zip(distinct, candidates, strict=False))
    ]
