"""The stolen token is found by reconciliation alone: every rule that knows what attacks look like is switched off."""

import asyncio
from pathlib import Path
from typing import Final

from sekimori.cli._demo.chapters.asking import QUESTION
from sekimori.cli._demo.guarding import attack, seen, stays_quiet
from sekimori.cli._demo.service import running_service
from sekimori.cli._demo.telling import SECRETARY, Telling

ALONE: Final = """
[watch]                             # nothing but our own audit log, held against Microsoft's logs
rules = ["reconciliation"]

"""


async def play(telling: Telling) -> None:
    """Start the service anew with those rules alone; a question stays quiet, the thief does not."""
    telling.chapter("照合だけで見つける", "every rule switched off but one: does our own record know of this call?")
    stage = telling.stage
    manifest = await asyncio.to_thread(_declared, stage.manifest)
    async with running_service(manifest, stage.service.url, stage.folder / "service.log"):
        await telling.step(lambda: _ours(telling))
        await telling.step(lambda: attack(telling, "calendars_harvested", {"graph_call_without_entry"}))


async def _ours(telling: Telling) -> None:
    before = seen(telling)
    await telling.ask(SECRETARY, QUESTION)
    await stays_quiet(telling, before, "窓口自身の呼び出し")


def _declared(manifest: Path) -> Path:
    declared = manifest.with_name("reconciliation.toml")
    text = manifest.read_text("utf-8").replace("[[watch.sources]]", f"{ALONE}[[watch.sources]]", 1)
    declared.write_text(text, "utf-8")
    return declared
