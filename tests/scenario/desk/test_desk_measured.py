"""The bench of the desk: of a question's time, its own calls of Graph are taken off, and nothing else."""

from bench.questions import Load, acknowledged, answered, calls_of

from sekimori.sim.faults import GraphFault, GraphFaultKind

LATE = 0.3


async def test_the_simulator_s_part_in_a_question_is_its_own_calls_of_graph(start):
    async with start() as desk:
        load = Load(desk.sim)
        await load.ask()
        await desk.quiet()
        desk.sim.control.fault(GraphFault(kind=GraphFaultKind.TIMEOUT, seconds=LATE))
        await load.ask()
        await desk.quiet()
        assert load.settled()
        assert (load.lost(), load.doubled()) == (0, 0)
        took = answered(load, await calls_of(desk.log.read()))
        assert took.outside[1] >= LATE
        assert LATE <= took.outside[1] - took.ours[1] < LATE + took.outside[0]
        unknown = answered(load, {})
        assert unknown.ours[1] >= LATE, "what no record names is ours"
        for outside, ours in zip(acknowledged(load).outside, acknowledged(load).ours, strict=True):
            assert 0 < ours <= outside < LATE


async def test_a_question_that_a_kill_fell_upon_is_not_timed_and_one_without_an_answer_is_lost(start):
    async with start() as desk:
        load = Load(desk.sim)
        await load.ask()
        await desk.quiet()
        load.look()
        (asked,) = load.asked.values()
        load.disturbed.append((asked - 1, asked + 0.000_001))
        assert answered(load, {}).ours == []
        load.answers.clear()
        assert (load.lost(), load.calm()) == (1, [])
