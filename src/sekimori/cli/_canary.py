"""`sekimori drill canary`: one declared call, and the time until the watch has seen it."""

from datetime import timedelta
from pathlib import Path

import typer

from sekimori.core.errors import SekimoriError


class CanaryNotSentError(SekimoriError):
    """Graph did not answer the canary's call, so nothing can arrive."""

    code = "canary.not_sent"


async def fly(manifest: Path, person: str | None, within: timedelta | None) -> bool:
    """Release a canary, say where it is, and return whether it arrived in time.

    Raises:
        SekimoriError: it could not be sent.
    """
    from sekimori.bootstrap import open_ground
    from sekimori.bootstrap.canary import arrived, release

    async with open_ground(manifest) as ground:
        longest = within or timedelta(minutes=ground.manifest.watch.reconciliation.delay_minutes)
        released = await release(ground, person)
        if not released.answered:
            hint = f"Graph said {', '.join(released.statuses)}" if released.statuses else "no call could be made"
            raise CanaryNotSentError("the canary's call was not answered", hint=hint)
        typer.echo(f"released: entry {released.answered[0]}; waiting up to {_length(longest)} for the watch")
        took = await arrived(ground, released, longest)
        if took is None:
            typer.echo(
                f"not arrived within {_length(longest)}: are the logs exported, is the watch running on this database?"
            )
            return False
        typer.echo(f"arrived: the watch reconciled the call after {_length(took)}")
        return True


def _length(span: timedelta) -> str:
    seconds = span.total_seconds()
    return f"{seconds:.1f} s" if seconds < 120 else f"{seconds / 60:.0f} min"
