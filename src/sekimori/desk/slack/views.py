"""The 予定 modal's states: waiting, the form, a week, a sentence."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, Final

import msgspec

from sekimori.desk.domain.ask import Options
from sekimori.desk.domain.choice import monday_of, weeks_of
from sekimori.desk.domain.policy import Language, PersonTerms
from sekimori.desk.slack import blocks
from sekimori.desk.slack.buttons import button, row
from sekimori.desk.slack.form_wording import FORM_WORDINGS, FormWording
from sekimori.desk.slack.slips import Slip, written
from sekimori.desk.slack.wording import WORDINGS, Wording

CALLBACK: Final = "schedule"
PERSON: Final = "schedule.person"
WEEK: Final = "schedule.week"
PURPOSE: Final = "schedule.purpose"
TURN: Final = "schedule.turn"
AGAIN: Final = "schedule.again"
CHOOSE: Final = "schedule.choose"
MOST_OPTIONS: Final = 100
LONGEST_OPTION: Final = 75

View = dict[str, Any]
Labels = Mapping[str, Mapping[Language, str]]
"""Further buttons of a week, by ``action_id``: what each is called."""


def waiting(language: Language) -> View:
    """Say that something is being looked up; shows nothing of anybody."""
    wording = FORM_WORDINGS[language]
    return _modal(wording, blocks.say(wording.loading))


def sentence(text: str, language: Language, slip: Slip | None = None) -> View:
    """Say a sentence; with a slip, beside a button that leads back to the form."""
    wording = FORM_WORDINGS[language]
    back = row([button(CHOOSE, wording.choose, written(slip))]) if slip else []
    return _modal(wording, [*blocks.say(text), *back], slip)


def form(options: Options, slip: Slip) -> View:
    """Ask for person, week and purpose; offers only whom this requester may ask at this moment."""
    language = options.standing.partner.language
    wording = FORM_WORDINGS[language]
    if not options.people:
        return sentence(wording.nobody, language)
    chosen = slip.choice
    people = [(WORDINGS[language].name(person), person.person) for person in options.people]
    purpose = options.standing.requester.purpose
    made = [
        _input(wording.person, _menu(PERSON, people, chosen.person if chosen else None)),
        _input(wording.week, _menu(WEEK, _weeks(options), monday_of(chosen.first).isoformat() if chosen else None)),
        *([_input(wording.purpose, _menu(PURPOSE, [(purpose, "0")], "0"))] if purpose else ()),
    ]
    return _modal(wording, made, slip) | {"submit": _plain(wording.show)}


def week(made: Sequence[blocks.Block], person: PersonTerms, options: Options, slip: Slip, more: Labels) -> View:
    """Show a week, with buttons to the weeks before and after it as far as they may be asked about."""
    language = options.standing.partner.language
    wording = FORM_WORDINGS[language]
    return _modal(
        wording, [*made, *row(_turns(person, options, slip, wording)), *row(_further(slip, language, more))], slip
    )


def _turns(person: PersonTerms, options: Options, slip: Slip, wording: FormWording) -> list[blocks.Block]:
    weeks = weeks_of(person, options.at, options.zone)
    chosen = slip.choice
    monday = monday_of(chosen.first if chosen else weeks.today)
    mondays = weeks.mondays
    found = []
    for label, day in ((wording.before, monday - timedelta(weeks=1)), (wording.after, monday + timedelta(weeks=1))):
        if day in mondays:
            found.append(button(f"{TURN}.{day.isoformat()}", label, written(slip.choosing(weeks.choice(person, day)))))
    return found


def _further(slip: Slip, language: Language, more: Labels) -> list[blocks.Block]:
    wording, value = FORM_WORDINGS[language], written(slip)
    others = [button(action, labels[language], value) for action, labels in more.items()]
    return [button(AGAIN, wording.again, value), *others, button(CHOOSE, wording.choose, value)]


def _weeks(options: Options) -> list[tuple[str, str]]:
    farthest = max(options.people, key=lambda person: person.horizon_days)
    wording = WORDINGS[options.standing.partner.language]
    mondays = weeks_of(farthest, options.at, options.zone).mondays
    return [(_week_label(monday, wording), monday.isoformat()) for monday in mondays]


def _week_label(monday: date, wording: Wording) -> str:
    return wording.days(monday, monday + timedelta(days=6))


def _input(label: str, element: blocks.Block) -> blocks.Block:
    return {"type": "input", "block_id": f"{element['action_id']}.block", "label": _plain(label), "element": element}


def _menu(action: str, options: Sequence[tuple[str, str]], chosen: str | None) -> blocks.Block:
    """Make a menu. Slack: users_select shows the wrong people in shared channels, so the options are ours."""
    made = [{"text": _plain(label[:LONGEST_OPTION]), "value": value} for label, value in options[:MOST_OPTIONS]]
    initial = next((option for option in made if option["value"] == chosen), made[0] if len(made) == 1 else None)
    menu: blocks.Block = {"type": "static_select", "action_id": action, "options": made}
    return menu | ({"initial_option": initial} if initial else {})


def _modal(wording: FormWording, made: Sequence[blocks.Block], slip: Slip | None = None) -> View:
    return {
        "type": "modal",
        "callback_id": CALLBACK,
        "title": _plain(wording.title),
        "close": _plain(wording.close),
        "blocks": list(made),
        "private_metadata": written(msgspec.structs.replace(slip, phrase=None)) if slip else "",
    }


def _plain(text: str) -> blocks.Block:
    return {"type": "plain_text", "text": text, "emoji": False}
