"""What every collector keeps: it resumes where it was; who stops in the middle loses nothing and repeats nothing."""

import asyncio
from contextlib import aclosing

MANY = 10


class Reader:
    """Deals with batches as the live watch does: positions count once they are committed."""

    def __init__(self, source, number) -> None:
        self.source, self.number = source, number
        self.committed: list[int] = []
        self.stored: dict[str, str] = {}

    async def positions(self):
        return dict(self.stored)

    async def read(self, until: int, *, stop_before_commit_at: int | None = None) -> list[int]:
        """Take batches until so many records were committed; the last may be taken and never committed."""
        async with aclosing(self.source.collector(self.positions).batches()) as batches, asyncio.timeout(40):
            async for batch in batches:
                numbers = [self.number(line.text) for line in batch.lines]
                assert all(self.stored.get(part, "") == at for part, at in batch.since.items())
                if numbers and stop_before_commit_at is not None and len(self.committed) >= stop_before_commit_at:
                    return numbers
                self.committed += numbers
                self.stored |= batch.positions
                if len(self.committed) >= until:
                    break
        return self.committed


async def test_everything_is_read_once_and_in_order(source, number):
    await source.write(*range(1, 6))
    reader = Reader(source, number)
    reading = asyncio.create_task(reader.read(MANY))
    await asyncio.sleep(0.05)
    await source.write(*range(6, MANY + 1))
    await reading
    assert reader.committed == list(range(1, MANY + 1))


async def test_what_was_not_committed_comes_again_and_what_was_does_not(source, number):
    await source.write(1, 2, 3, 4)
    reader = Reader(source, number)
    lost = await reader.read(99, stop_before_commit_at=0)
    assert lost[0] == 1, "taken, and the process ends before the commit"
    await reader.read(4)
    assert reader.committed == [1, 2, 3, 4]
    await source.write(5, 6, 7, 8)
    again = await reader.read(99, stop_before_commit_at=0)
    assert again, "a commit of the first four is known to the next run"
    await reader.read(8)
    assert [n for n in reader.committed if n > 4] == [5, 6, 7, 8]


async def test_a_poison_record_is_handed_on_and_the_rest_is_read(source, number):
    await source.write(1, -2, 3)
    reader = Reader(source, number)
    await reader.read(3)
    assert sorted(reader.committed) == [-1, 1, 3]


async def test_whoever_stops_at_once_leaves_nothing_running(source, number):
    reader = Reader(source, number)
    reading = asyncio.create_task(reader.read(1))
    await asyncio.sleep(0.05)
    reading.cancel()
    await asyncio.wait([reading], timeout=20)
    assert reading.cancelled()
