"""`sekimori doctor`: compares the live tenant and workspace with the manifest, and says how to mend what differs."""

import asyncio
import json
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from sekimori.manifest.tables.service import Language

if TYPE_CHECKING:
    from sekimori.doctor.check import Result


app = typer.Typer()


class Format(StrEnum):
    """How the checks are printed."""

    TABLE = "table"
    JSON = "json"


_MARKS: Final = {"ok": "✓", "warning": "!", "wrong": "✗", "unknown": "?", "skipped": "-"}
_COLOURS: Final = {"ok": "green", "warning": "yellow", "wrong": "bold red", "unknown": "magenta", "skipped": "dim"}
_WORDS: Final = {
    Language.JA: {
        "found": "実際",
        "expected": "あるべき姿",
        "why": "なぜ",
        "mend": "直すには",
        "sum": "問題なし {ok}、注意 {warning}、違う {wrong}、不明 {unknown}、対象外 {skipped}",
    },
    Language.EN: {
        "found": "found",
        "expected": "expected",
        "why": "why",
        "mend": "to mend",
        "sum": "{ok} ok, {warning} to look at, {wrong} wrong, {unknown} unknown, {skipped} do not apply",
    },
}


@app.command()
def doctor(  # noqa: PLR0917 - the library calls it, by name
    manifest: Annotated[Path, typer.Option("--manifest", help="The manifest.")] = Path("sekimori.toml"),
    outside: Annotated[
        str | None, typer.Option(help="A mailbox that must be out of reach; it is tried for real, and recorded.")
    ] = None,
    trial: Annotated[bool, typer.Option(help="Make one real, recorded call as the desk would.")] = True,
    format_: Annotated[Format, typer.Option("--format", help="A table, or one JSON object a line.")] = Format.TABLE,
    out: Annotated[
        Path | None, typer.Option(help="Keep what was found in this file: `sekimori risk report --checked` reads it.")
    ] = None,
    lang: Annotated[Language | None, typer.Option(help="The language of the words; else the manifest's own.")] = None,
) -> None:
    """Compare the live tenant and workspace with the manifest; say what differs, why it matters, and what mends it.

    Reads only, with the manifest's auditor; the trial is the desk's own call. Exit status: 0 as
    declared (warnings and all), 1 something differs, 3 nothing differs but something could not be read.

    Example: sekimori doctor --outside ceo@fabrikam.example
    """
    from sekimori.bootstrap import open_ground
    from sekimori.bootstrap.doctor import Examination, examine

    async def examination() -> "tuple[Language, Sequence[Result]]":
        async with open_ground(manifest) as ground:
            language = lang or ground.manifest.service.language
            return language, await examine(ground, Examination(trial=trial, outside=outside))

    language, results = asyncio.run(examination())
    if out:
        _keep(out, results)
    if format_ is Format.JSON:
        for result in results:
            typer.echo(json.dumps(_plain(result, language), ensure_ascii=False))
    else:
        _print_table(results, language)
    states = {result.outcome.state.value for result in results}
    raise typer.Exit(1 if "wrong" in states else 3 if "unknown" in states else 0)


def _keep(path: Path, results: "Sequence[Result]") -> None:
    """Write which check came out how, and nothing of what was found."""
    from datetime import UTC, datetime

    from sekimori.core.errors import SekimoriError

    checks = [{"check": result.check.id, "state": result.outcome.state.value} for result in results]
    kept = {"version": 1, "checked_at": datetime.now(UTC).isoformat(), "checks": checks}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
    except OSError as error:
        raise SekimoriError(f"{path} cannot be written", hint=error.strerror or type(error).__name__) from error


def _plain(result: "Result", language: Language) -> dict[str, object]:
    check, outcome = result.check, result.outcome
    return {
        "check": check.id,
        "state": outcome.state.value,
        "what": check.what[language],
        "found": outcome.found[language],
        "expected": outcome.expected[language],
        "why": check.why[language],
        "techniques": list(check.techniques),
        "mend": list(outcome.mend),
    }


def _print_table(results: "Sequence[Result]", language: Language) -> None:
    from rich.console import Console
    from rich.text import Text

    console, words = Console(highlight=False, soft_wrap=True), _WORDS[language]
    counts = dict.fromkeys(_MARKS, 0)
    for result in results:
        check, outcome = result.check, result.outcome
        state = outcome.state.value
        counts[state] += 1
        head = Text(f"{_MARKS[state]} ", style=_COLOURS[state]).append(check.what[language], style="bold")
        console.print(head.append(f"  {check.id}", style="dim"))
        console.print(Text(f"    {words['found']}: {outcome.found[language]}"))
        if state in {"ok", "skipped"}:
            continue
        console.print(Text(f"    {words['expected']}: {outcome.expected[language]}"))
        technique = f" ({', '.join(check.techniques)})" if check.techniques else ""
        console.print(Text(f"    {words['why']}: {check.why[language]}{technique}"))
        for command in outcome.mend:
            console.print(Text(f"    {words['mend']}: {command}", style="cyan"))
    console.print(Text("\n" + words["sum"].format(**counts), style="bold"))
