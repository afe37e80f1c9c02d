"""Draws one picture at a time, in a thread of its own: what waits for an answer is not kept waiting by pictures."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final

_ONE: Final = ThreadPoolExecutor(max_workers=1, thread_name_prefix="drawing")


async def drawn(draw: Callable[[], bytes]) -> bytes:
    """Draw a picture, after those that came before it; what ``draw`` raises is raised here."""
    return await asyncio.get_running_loop().run_in_executor(_ONE, draw)
