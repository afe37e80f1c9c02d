"""`sekimori drill`: carry techniques out, and see which findings arrive."""

import asyncio
import contextlib
import json
import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from sekimori.core.errors import SekimoriError
from sekimori.watch.domain.language import Language

if TYPE_CHECKING:
    from sekimori.cli._drill.run import Drilled

app = typer.Typer(no_args_is_help=True, help="Carry out techniques in the simulator, and see which findings arrive.")

Lang = Annotated[Language, typer.Option(help="The language of titles and stories.")]
Folder = Annotated[Path | None, typer.Option(help="Keep logs, manifest and database there; thrown away without it.")]
Out = Annotated[Path | None, typer.Option(help="Where the proof goes that the risk tables read.")]


NO_APP: Final = "<APP_ID>"
_GUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


class Form(StrEnum):
    """How the matrix is printed."""

    TABLE = "table"
    JSON = "json"
    MD = "md"


@app.command("list")
def list_techniques(lang: Lang = Language.EN) -> None:
    """List the techniques: id, ATT&CK, title. Benign look-alikes have no ATT&CK id.

    Example: sekimori drill list --lang ja
    """
    from sekimori.sim.technique import discovered_techniques

    techniques = discovered_techniques()
    width = max(map(len, techniques))
    for technique in techniques.values():
        attack = ",".join(technique.attack) or "benign"
        typer.echo(f"{technique.id:{width}}  {attack:20}  {technique.title[lang]}")


@app.command()
def run(
    techniques: Annotated[list[str], typer.Argument(metavar="TECHNIQUE…", help="Ids, as drill list shows them.")],
    lang: Lang = Language.EN,
    folder: Folder = None,
) -> None:
    """Carry techniques out against a running watch, and say what fired after how many seconds.

    Exit status: 0 as the technique says, 1 not.
    Example: sekimori drill run federated_credential_added
    """
    from sekimori.cli._drill.matrix import Cell

    drilled = _drilled(_known(techniques), folder)
    matrix = drilled.matrix
    for row in matrix.rows:
        typer.echo(f"{row.technique.title[lang]}\n  {row.technique.story[lang]}")
        for rule, seconds in sorted(row.fired.items(), key=lambda item: item[1]):
            typer.echo(f"  {row.cell(rule).value} {rule}  {seconds:.2f} s")
        for rule in row.rules(Cell.MISSED, among=matrix.rules):
            typer.echo(f"  {Cell.MISSED.value} {rule} did not fire")
        if not row.fired:
            typer.echo("  nothing fired")
    for trouble in matrix.unexplained:
        typer.echo(f"UNEXPLAINED: {trouble}")
    raise typer.Exit(1 if matrix.unexplained else 0)


@app.command()
def matrix(
    form: Annotated[Form, typer.Option("--format", help="How to print it.")] = Form.TABLE,
    folder: Folder = None,
    out: Out = None,
    record_shipped: Annotated[bool, typer.Option(hidden=True, help="Write the proof that ships as well.")] = False,
) -> None:
    """Carry out every technique against a running watch, and hold every rule against every technique.

    A rule that no technique fires, a technique that its rules miss and a look-alike that fires are failures, unless
    they are written down as a gap; a gap that is none any more is a failure as well.

    Exit status: 0 nothing unexplained, 1 something is.
    Example: sekimori drill matrix --format md
    """
    from sekimori.cli._drill.printed import grid, markdown
    from sekimori.risk.proof import local_path, shipped_path, write
    from sekimori.sim.technique import discovered_techniques

    drilled = _drilled(list(discovered_techniques()), folder)
    for path in (out or local_path(os.environ), shipped_path() if record_shipped else None):
        if path is not None:
            write(drilled.proof, path)
    match form:
        case Form.JSON:
            import msgspec

            plain = msgspec.to_builtins(drilled.proof)
            plain["unexplained"] = [str(trouble) for trouble in drilled.matrix.unexplained]
            typer.echo(json.dumps(plain, ensure_ascii=False, indent=1))
        case Form.MD:
            typer.echo("\n".join(markdown(drilled.matrix)))
        case Form.TABLE:
            typer.echo("\n".join(grid(drilled.matrix)))
    raise typer.Exit(1 if drilled.matrix.unexplained else 0)


class Shell(StrEnum):
    """Which commands a plan is printed as."""

    POWERSHELL = "powershell"
    AZ = "az"
    BOTH = "both"


@app.command()
def plan(
    technique: Annotated[str, typer.Argument(help="The technique's id, as drill list shows it.")],
    app_id: Annotated[str, typer.Option(help="The client id of an app registration for drills.")] = NO_APP,
    shell: Annotated[Shell, typer.Option(help="Which commands to print.")] = Shell.BOTH,
    lang: Lang = Language.EN,
) -> None:
    """Print the commands that carry a technique out for real, and undo it. Nothing is run.

    Exit status: 0 there is a plan, 1 there is none that can be undone.
    Example: sekimori drill plan client_secret_added --app-id 00000000-0000-0000-0000-000000000000 --shell az
    """
    from sekimori.cli._drill.planned import described
    from sekimori.sim.technique import discovered_techniques

    if app_id != NO_APP and not _GUID.fullmatch(app_id):
        raise typer.BadParameter(f"{app_id!r} is no client id", param_hint="--app-id")
    (known,) = (discovered_techniques()[each] for each in _known([technique]))
    shells = tuple(each.value for each in (Shell.POWERSHELL, Shell.AZ) if shell in {each, Shell.BOTH})
    typer.echo("\n".join(described(known, app_id, lang, shells)))
    raise typer.Exit(0 if known.plan else 1)


@app.command()
def verify(
    technique: Annotated[str, typer.Argument(help="The technique that was carried out.")],
    logs: Annotated[
        list[str] | None, typer.Argument(help="Log files to look in, instead of the watch's store.")
    ] = None,
    since: Annotated[str, typer.Option(help="From when on: 30m, 2h, 1d, or an instant.")] = "1h",
    manifest: Annotated[Path, typer.Option(help="The manifest of the running watch.")] = Path("sekimori.toml"),
) -> None:
    """Look for the findings of a technique that was carried out for real.

    Exit status: 0 every rule that must fire did (of a look-alike: none), 1 not.
    Example: sekimori drill verify client_secret_added --since 30m --manifest sekimori.toml
    """
    from datetime import UTC, datetime

    from sekimori.cli._drill.verified import in_logs, in_store, logs_of, since_when, verdict
    from sekimori.sim.technique import discovered_techniques
    from sekimori.watch.rulebook import shipped_rules

    (known,) = (discovered_techniques()[each] for each in _known([technique]))
    start = since_when(since, datetime.now(UTC))
    declared = manifest if manifest.is_file() or not logs else None
    seen = in_logs(logs, declared, start) if logs else asyncio.run(in_store(manifest, start))
    lines = list(verdict(known, seen, logs_of(shipped_rules())))
    typer.echo("\n".join(line for _, line in lines))
    raise typer.Exit(0 if all(good for good, _ in lines) else 1)


@app.command()
def canary(
    manifest: Annotated[Path, typer.Option(help="The manifest of the service that runs.")] = Path("sekimori.toml"),
    person: Annotated[str | None, typer.Option(help="Whose hour is asked for; else the first of the people.")] = None,
    within: Annotated[float | None, typer.Option(help="Minutes to wait; else reconciliation.delay_minutes.")] = None,
) -> None:
    """Make one declared, recorded call to Microsoft Graph, and measure its way through the logs to the running watch.

    Exit status: 0 arrived, 1 not in time, 2 the call could not be made.
    Example: sekimori drill canary --within 30
    """
    from datetime import timedelta

    from sekimori.cli._canary import fly

    longest = timedelta(minutes=within) if within is not None else None
    raise typer.Exit(0 if asyncio.run(fly(manifest, person, longest)) else 1)


def _known(techniques: list[str]) -> list[str]:
    from difflib import get_close_matches

    from sekimori.sim.technique import discovered_techniques

    known = discovered_techniques()
    for technique in techniques:
        if technique not in known:
            near = get_close_matches(technique, known, 1)
            hint = f"did you mean {near[0]}?" if near else "sekimori drill list names them"
            raise SekimoriError(f"no technique is called {technique}", hint=hint)
    return techniques


def _drilled(techniques: list[str], folder: Path | None) -> "Drilled":
    from sekimori.cli._drill.run import drill

    with contextlib.ExitStack() as stack:
        place = folder or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sekimori-drill-")))
        told = stack.enter_context(_progress(len(techniques)))
        return asyncio.run(drill(place, techniques, told))


@contextlib.contextmanager
def _progress(total: int) -> Iterator[Callable[[str], None]]:
    """Show how far it is on standard error while a person watches."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("starting", total=total)

        def told(technique: str) -> None:
            progress.update(task, description=technique)
            progress.advance(task)

        yield told
