"""The modal's states about collisions: what was found, and the form for times that are typed or pasted."""

from collections.abc import Sequence
from typing import Final

from msgspec.structs import replace

from sekimori.desk.domain.policy import Language
from sekimori.desk.slack import blocks
from sekimori.desk.slack.buttons import button, row
from sekimori.desk.slack.form_wording import FORM_WORDINGS
from sekimori.desk.slack.overlay_wording import OVERLAY_WORDINGS
from sekimori.desk.slack.slips import Slip, written
from sekimori.desk.slack.views import AGAIN, View

LOOK: Final = "collisions.look"
PASTE: Final = "collisions.paste"
TIMES: Final = "collisions.times"
CALLBACK: Final = "collisions"
MOST_BLOCKS: Final = 95
LONGEST_TEXT: Final = 3000
"""Slack: what a text field may hold."""


def form(slip: Slip, language: Language, remark: str = "") -> View:
    """Ask for the times; shows nothing of anybody."""
    words = OVERLAY_WORDINGS[language]
    field: blocks.Block = {
        "type": "plain_text_input",
        "action_id": TIMES,
        "multiline": True,
        "max_length": LONGEST_TEXT,
        "placeholder": _plain(words.example_times),
    }
    asking = {"type": "input", "block_id": f"{TIMES}.block", "label": _plain(words.ask_times), "element": field}
    made = [*(blocks.say(remark) if remark else ()), asking]
    return _modal(made, slip, language) | {"submit": _plain(words.check)}


def found(made: Sequence[blocks.Block], slip: Slip, language: Language) -> View:
    """Show what was found, with buttons to try other times and to go back to the week."""
    return _modal([*made[:MOST_BLOCKS], *_buttons(slip, language)], slip, language)


def _buttons(slip: Slip, language: Language) -> list[blocks.Block]:
    value, words = written(slip), OVERLAY_WORDINGS[language]
    return row([paste_button(slip, language), button(AGAIN, words.back, value)])


def paste_button(slip: Slip, language: Language) -> blocks.Block:
    """Make the button that opens the form, in a message or in the modal."""
    return button(PASTE, OVERLAY_WORDINGS[language].paste, written(slip))


def _modal(made: Sequence[blocks.Block], slip: Slip, language: Language) -> View:
    wording = FORM_WORDINGS[language]
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "title": _plain(OVERLAY_WORDINGS[language].modal_title),
        "close": _plain(wording.close),
        "blocks": list(made),
        "private_metadata": written(replace(slip, phrase=None)),
    }


def _plain(text: str) -> blocks.Block:
    return {"type": "plain_text", "text": text, "emoji": False}
