"""`sekimori serve`: the service itself."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(add_completion=False)


class Part(StrEnum):
    """A part of the service that can run by itself."""

    DESK = "desk"
    WATCH = "watch"


@app.command()
def serve(
    manifest: Annotated[Path, typer.Option(help="The declaration to serve.")] = Path("sekimori.toml"),
    only: Annotated[Part | None, typer.Option(help="Run this part alone.")] = None,
) -> None:
    """Answer Slack and watch the logs, until SIGTERM or Ctrl-C; the work in hand is finished first.

    PORT in the environment overrides the port of service.listen.
    Example: sekimori serve --manifest sekimori.toml
    """
    import asyncio
    import gc
    import os

    gc.disable()  # what a start makes is there to stay; the collector begins when the service runs

    from sekimori.cli._logs import configure_logs
    from sekimori.cli._serving import run

    configure_logs()
    parts = frozenset(Part) if only is None else frozenset({only})
    asyncio.run(run(manifest, frozenset(part.value for part in parts), port=os.environ.get("PORT")))
