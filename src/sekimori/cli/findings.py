"""`sekimori findings`: what the watch found, what people said of it, and what could not be delivered."""

import asyncio
import getpass
import os
from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from sekimori.manifest.tables.service import Language
from sekimori.watch.domain.standing import Standing

if TYPE_CHECKING:
    from sekimori.manifest.model import Manifest
    from sekimori.storage.alert_book import Carried
    from sekimori.storage.outbox import DeadLetter
    from sekimori.watch.bundle import Bundle, Decision
    from sekimori.watch.judgement import Outcome

app = typer.Typer(no_args_is_help=True, help="List, show and judge findings; see and replay what was not delivered.")

ManifestOption = Annotated[Path, typer.Option("--manifest", help="The manifest; it names the database.")]
AlertId = Annotated[str, typer.Argument(help="The alert's id, or its first eight characters or more.")]
Lang = Annotated[Language | None, typer.Option(help="The language of the words; else the manifest's own.")]
_HERE = Path("sekimori.toml")


class Form(StrEnum):
    """How alerts are printed."""

    TABLE = "table"
    JSON = "json"


@app.command("list")
def list_alerts(
    manifest: ManifestOption = _HERE,
    state: Annotated[Standing | None, typer.Option(help="Only those that stand so.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="How many, the newest first.")] = 100,
    form: Annotated[Form, typer.Option("--format", help="A table, or one JSON object a line.")] = Form.TABLE,
    lang: Lang = None,
) -> None:
    """List the alerts, the newest first.

    Example: sekimori findings list --state new
    """
    from sekimori.cli._findings import as_line, print_table
    from sekimori.manifest.loader import load

    declared = load(manifest)
    found = asyncio.run(_listed(declared, manifest.parent, state, limit))
    if form is Form.JSON:
        for bundle in found:
            typer.echo(as_line(bundle))
    else:
        print_table(found, lang or declared.service.language, declared.service.zone)


@app.command()
def show(alert: AlertId, manifest: ManifestOption = _HERE, lang: Lang = None) -> None:
    """Show an alert: its findings, what people said of it, and which sinks have it.

    Example: sekimori findings show 3f2a9c1d
    """
    from sekimori.cli._findings import described
    from sekimori.manifest.loader import load

    declared = load(manifest)
    bundle, history, carried = asyncio.run(_whole(declared, manifest.parent, alert))
    typer.echo(described(bundle, history, carried, lang or declared.service.language, declared.service.zone))


@app.command()
def mark(
    alert: AlertId,
    state: Annotated[Standing, typer.Argument(help="What it is.")],
    *,
    why: Annotated[str, typer.Option(help="In your own words.")] = "",
    until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The last day on which the same is recorded and not told."),
    ] = None,
    actor_only: Annotated[bool, typer.Option("--actor-only", help="Only where the same actor does it.")] = False,
    manifest: ManifestOption = _HERE,
    lang: Lang = None,
) -> None:
    """Judge an alert. It is recorded in the audit log first. Exit status: 0 it counts, 2 it does not.

    expected and false_positive need --why and --until; new takes an earlier judgement back.
    Example: sekimori findings mark 3f2a9c1d expected --why "yearly rotation" --until 2026-12-31
    """
    from sekimori.core.errors import SekimoriError
    from sekimori.watch.domain.language import Language as WatchLanguage
    from sekimori.watch.judgement import OBJECTIONS, NotJudged

    outcome, declared = asyncio.run(_marked(manifest, alert, state, why, until, actor_only=actor_only))
    if isinstance(outcome, NotJudged):
        language = WatchLanguage((lang or declared.service.language).value)
        raise SekimoriError(OBJECTIONS[language][outcome.objection], hint="sekimori findings mark --help")
    typer.echo(f"{outcome.bundle.id}: {outcome.bundle.standing}")


@app.command("dead-letters")
def dead_letters(
    manifest: ManifestOption = _HERE,
    replay: Annotated[bool, typer.Option("--replay", help="Ask for them to be delivered again.")] = False,
    sink: Annotated[str | None, typer.Option(help="Only those of one sink.")] = None,
) -> None:
    """List what a sink was not given and will not be by itself. Exit status: 0 none is left, 1 there are some.

    Example: sekimori findings dead-letters --replay --sink siem
    """
    found = asyncio.run(_dead(manifest, sink, replay=replay))
    for letter in found:
        reason = letter.reason or "?"
        typer.echo(f"{letter.dead_at:%Y-%m-%d %H:%M:%SZ}  {letter.sink}  {letter.alert}  {letter.attempts}  {reason}")
    if replay:
        typer.echo(f"{len(found)} will be delivered again")
    raise typer.Exit(1 if found and not replay else 0)


async def _listed(declared: "Manifest", folder: Path, state: Standing | None, limit: int) -> "tuple[Bundle, ...]":
    from sekimori.storage.alert_book import SqlAlertBook
    from sekimori.storage.declared import open_declared_for_reading

    async with await open_declared_for_reading(declared.service, folder=folder, environ=os.environ) as database:
        return await SqlAlertBook(database).listed(standing=state, limit=limit)


async def _whole(
    declared: "Manifest", folder: Path, alert: str
) -> tuple["Bundle", "Sequence[Decision]", "Sequence[Carried]"]:
    from sekimori.core.errors import SekimoriError
    from sekimori.storage.alert_book import SqlAlertBook
    from sekimori.storage.declared import open_declared_for_reading

    async with await open_declared_for_reading(declared.service, folder=folder, environ=os.environ) as database:
        book = SqlAlertBook(database)
        bundle = await book.whole(alert)
        if bundle is None:
            raise SekimoriError(f"no single alert is called {alert}", hint="sekimori findings list names them")
        return bundle, await book.history(bundle.id), await book.carried(bundle.id)


async def _marked(
    manifest: Path, alert: str, state: Standing, why: str, until: datetime | None, *, actor_only: bool
) -> "tuple[Outcome, Manifest]":
    from sekimori.bootstrap import open_ground
    from sekimori.storage.alert_book import SqlAlertBook
    from sekimori.watch.judgement import Judgement, Judges, Scope
    from sekimori.watch.slack_modal import end_of_day

    async with open_ground(manifest) as ground:
        zone = ground.manifest.service.zone
        judgement: Judgement = Judgement(
            alert=alert,
            standing=state,
            who=f"cli:{getpass.getuser()}",
            why=why,
            until=end_of_day(until.date(), zone) if until else None,
            scope=Scope.ACTOR if actor_only else Scope.ANYBODY,
        )
        judges = Judges(book=SqlAlertBook(ground.database), log=ground.audit, clock=ground.clock)
        return await judges.judge(judgement), ground.manifest


async def _dead(manifest: Path, sink: str | None, *, replay: bool) -> "list[DeadLetter]":
    from sekimori.bootstrap import utc_now
    from sekimori.manifest.loader import load
    from sekimori.storage.declared import open_declared, open_declared_for_reading
    from sekimori.storage.outbox import SqlOutbox

    declared, opening = load(manifest), open_declared if replay else open_declared_for_reading
    async with await opening(declared.service, folder=manifest.absolute().parent, environ=os.environ) as database:  # noqa: ASYNC240 - nothing else runs
        outbox = SqlOutbox(database, clock=utc_now)
        found = [letter for letter in await outbox.dead_letters() if sink in {None, letter.sink}]
        if replay and found:
            await outbox.replay([letter.place for letter in found])
        return found
