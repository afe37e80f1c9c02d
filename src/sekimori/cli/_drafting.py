"""The conversation of `sekimori rules new`: what the event means, and what the rule should say."""

from datetime import UTC, datetime
from uuid import uuid4

import typer

from sekimori.cli._watching import intake
from sekimori.watch.domain import attack
from sekimori.watch.domain.explanation import explain
from sekimori.watch.domain.language import Language
from sekimori.watch.domain.level import Level
from sekimori.watch.domain.reading import read_event
from sekimori.watch.domain.records import Record
from sekimori.watch.drafting.draft import Draft, NotDraftedError, draft_from, renamed
from sekimori.watch.scanning import Trouble, records_of


def drafted(source: str, *, ask: bool) -> Draft:
    """Return the draft of a rule for the first event of a file, changed as a person at the terminal wants it.

    Raises:
        NotDraftedError: the file holds no event, or the event says nothing.
    """
    record = _first(source)
    typer.echo(explain(read_event(record), Language.EN, UTC))
    draft = draft_from(record, uuid=uuid4(), today=datetime.now(UTC).date())
    typer.echo("\nWhat carries meaning in it:")
    for field, value in draft.meaning.fields.items():
        typer.echo(f"  {field} = {value}")
    return _asked(draft) if ask else draft


def _first(source: str) -> Record:
    for record, _ in records_of(intake(), [source]):
        if isinstance(record, Trouble):
            raise NotDraftedError(str(record))
        return record
    raise NotDraftedError(f"no event in {source}")


def _asked(draft: Draft) -> Draft:
    title = typer.prompt("Title", default=draft.title)
    level = typer.prompt("Level", default=draft.level.value, type=Level)
    technique = typer.prompt("ATT&CK technique", default=draft.technique, value_proc=_technique)
    return renamed(draft, title=title, level=Level(level), technique=technique)


def _technique(said: str) -> str:
    name = said.strip().upper()
    if name not in attack.techniques():
        nearest = attack.nearest(name)
        hint = f"; did you mean {nearest}?" if nearest else ""
        raise typer.BadParameter(f"ATT&CK {attack.VERSION} has no technique {name}{hint}")
    return name
