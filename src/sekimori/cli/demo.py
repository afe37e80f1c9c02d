"""`sekimori demo`: everything at once, on a simulator of Slack, Entra ID and Graph."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(add_completion=False)


@app.command()
def demo(
    once: Annotated[bool, typer.Option("--once", help="Play the story without a person, and exit.")] = False,
    folder: Annotated[Path, typer.Option(help="Where the manifest, the record and the logs go.")] = Path("demo"),
) -> None:
    """Run the desk, the watch, and the fake Slack, Graph and Entra they talk to, over real HTTP.

    Prints the address of a page on which you are the secretary, and the attacker; ends with Ctrl-C.
    Example: sekimori demo --once
    """
    import asyncio

    raise typer.Exit(asyncio.run(_run(folder, once)))


async def _run(folder: Path, once: bool) -> int:
    from rich.console import Console

    from sekimori.cli._demo.declared import with_neighbours
    from sekimori.cli._demo.stage import set_stage
    from sekimori.cli._demo.story import left_behind, play_once

    console = Console(width=None if Console().is_terminal else 120)
    async with set_stage(folder, lasting=not once, amended=with_neighbours) as stage:
        if not once:
            return await _stay(stage.simulator.addresses.page)
        failures = await play_once(stage, console)
    console.print(f"\n{left_behind(folder)}", highlight=False)
    console.print("[red]The story did not come out.[/red]" if failures else "[green]The story came out.[/green]")
    return 1 if failures else 0


async def _stay(page: str) -> int:
    import asyncio
    import signal

    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    typer.echo(f"\nSekimori is running. Open {page} and be the secretary, or the attacker.\nCtrl-C ends it.")
    await stopped.wait()
    return 0
