"""Logs that are asked for: throttling is waited out, a link that is stale is asked anew, a token goes nowhere else."""

import asyncio
import time
from contextlib import aclosing

import pytest
from starlette.responses import JSONResponse, Response

from sekimori.watch.arrival import asking
from sekimori.watch.arrival.asking import LogUnavailable


async def read(collector, number, count, stored=None):
    stored = {} if stored is None else stored
    found = []
    async with aclosing(collector.batches()) as batches, asyncio.timeout(20):
        async for batch in batches:
            found += [number(line.text) for line in batch.lines]
            stored |= batch.positions
            if len(found) >= count:
                return found
    return found


def source_of(api, stored):
    async def positions():
        return dict(stored)

    return api.collector(positions)


async def test_throttling_is_waited_out_as_long_as_is_said(api, number):
    await api.write(*range(1, 8))
    api.asked.refusals += [
        Response(status_code=429, headers={"Retry-After": "1"}),
        Response(status_code=429, headers={"X-RateLimit-Reset": "0.2"}),
        Response("<html>", status_code=503, headers={"Retry-After": "0"}),
    ]
    began = time.monotonic()
    assert await read(source_of(api, {}), number, 7) == list(range(1, 8))
    assert time.monotonic() - began > 1.1


async def test_an_api_that_never_answers_is_given_up_for_now(api, number, monkeypatch):
    monkeypatch.setattr(asking, "_PAUSE", 0.0)
    api.asked.refusals += [Response(status_code=503) for _ in range(50)]
    with pytest.raises(LogUnavailable, match="does not answer"):
        await read(source_of(api, {}), number, 1)


@pytest.mark.parametrize("answer", [JSONResponse({"value": 1, "data": 1}), Response("<html>"), Response('{"value":[')])
async def test_an_answer_of_another_shape_is_an_error_and_not_an_empty_log(api, number, answer):
    api.asked.refusals.append(answer)
    with pytest.raises(LogUnavailable, match="is not what"):
        await read(source_of(api, {}), number, 1)


async def test_a_refusal_says_which_right_is_missing(api, number):
    api.asked.refusals += [JSONResponse({}, status_code=403)] * 2
    with pytest.raises(LogUnavailable) as raised:
        await read(source_of(api, {}), number, 1)
    assert "AuditLog.Read.All" in raised.value.hint or "logs_read_data" in raised.value.hint


async def test_in_the_middle_of_a_pass_it_resumes_there_and_a_stale_link_is_asked_anew(api, number):
    await api.write(*range(1, 8))
    stored: dict[str, str] = {}
    assert await read(source_of(api, stored), number, 3, stored) == [1, 2, 3]
    assert any('"next"' in position for position in stored.values())
    api.asked.refusals.append(JSONResponse({"error": {"code": "BadRequest"}}, status_code=400))
    rest = await read(source_of(api, stored), number, 4, stored)
    assert rest == [4, 5, 6, 7]


async def test_a_record_that_comes_late_is_read_and_one_from_the_future_hides_nothing(api, number):
    await api.write(1, 2, 1000, 3000)  # the last is of half an hour from now
    stored: dict[str, str] = {}
    assert sorted(await read(source_of(api, stored), number, 4, stored)) == [1, 2, 1000, 3000]
    await api.write(3, 1200)
    assert sorted(await read(source_of(api, stored), number, 2, stored)) == [3, 1200]


async def test_a_token_that_is_no_longer_accepted_is_renewed(graph_api, number):
    async with graph_api as api:
        await api.write(1)
        api.tokens = 5
        assert await read(source_of(api, {}), number, 1) == [1]


async def test_a_next_page_elsewhere_is_not_followed(graph_api, number):
    async with graph_api as api:
        answer = {"value": [], "@odata.nextLink": "https://evil.example/v1.0/auditLogs/signIns"}
        api.asked.refusals.append(JSONResponse(answer))
        with pytest.raises(LogUnavailable) as raised:
            await read(source_of(api, {}), number, 1)
        assert "token is not sent there" in raised.value.hint
