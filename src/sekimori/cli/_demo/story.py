"""The story that the demonstration plays by itself, chapter by chapter."""

import asyncio
import sys
from pathlib import Path
from typing import Final

from rich.console import Console

from sekimori.cli._demo.chapters import alone, asking, attack, judging, outage, owner, privately, scheduled, together
from sekimori.cli._demo.stage import Stage
from sekimori.cli._demo.telling import StepFailed, Telling

CHAPTERS: Final = (asking, privately, together, owner, outage, attack, judging)
LEFT: Final = ("week.png", "common.png", "collisions.png", "sekimori.toml", "sekimori.db")


async def play_once(stage: Stage, console: Console) -> int:
    """Play the whole story, stop the service before its record is checked; return the number of failures."""
    telling = Telling(stage, console)
    for chapter in CHAPTERS:
        await chapter.play(telling)
    if status := await stage.service.stop():
        telling.line(f"[red]✗ the service ended with status {status}[/red]")
        telling.failures += 1
    await alone.play(telling)
    await scheduled.play(telling)
    telling.chapter("記録を確かめる", "the record proves itself")
    await telling.step(lambda: _verified(telling))
    return telling.failures


async def _verified(telling: Telling) -> None:
    """Check the record with the command that anybody can run."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "sekimori", "audit", "verify", "--manifest", str(telling.stage.manifest)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    said, _ = await process.communicate()
    telling.line(said.decode().strip())
    if process.returncode:
        raise StepFailed(f"audit verify ended with {process.returncode}")


def left_behind(folder: Path) -> str:
    """Name the files that are left to look at."""
    return ", ".join(str(folder / name) for name in LEFT)
