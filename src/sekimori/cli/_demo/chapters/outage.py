"""Graph is down: what is not known is never free."""

from sekimori.cli._demo.telling import SECRETARY, StepFailed, Telling
from sekimori.sim.faults import GraphFault, GraphFaultKind


async def play(telling: Telling) -> None:
    """Ask while Graph answers 503."""
    telling.chapter("カレンダーの障害", "an outage is unknown, never free")
    await telling.step(lambda: _outage(telling))


async def _outage(telling: Telling) -> None:
    telling.control.fault(GraphFault(kind=GraphFaultKind.SERVER_ERROR, times=20))
    try:
        answers = await telling.ask(SECRETARY, "佐藤さん 明日")
    finally:
        telling.control.clear_faults()
    said = "".join(message.text for message in answers)
    if "不明" not in said:
        raise StepFailed(f"Graph was down, and the reply does not say 不明: {said}")
    telling.done("Graph が 503 を返す間は 不明 と答える")
