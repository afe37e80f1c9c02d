"""Wrong keys, broken bodies, floods and a full disk: refused in the sender's own terms, or taken and never lost."""

import asyncio
import contextlib
import gzip
import json
import zlib

import httpx
import pytest

from sekimori.watch.collectors import http as intake

KEY = "0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize("key", ["", "wrong", KEY[:-1], KEY + "0", "鍵"])
async def test_a_wrong_key_is_refused_before_the_body_is_read(door, key):
    async with door() as made:
        answer = await made.http.post("/api/v2/logs", content=b"[{}]", params={"dd-api-key": key})
        assert (answer.status_code, answer.json()) == (403, {"errors": ["Forbidden"]})
        assert made.counted("dropped_total", source="http:intake", status="403") == 1


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b'[{"a":1}', {}),
        (b'{"a":', {}),
        (gzip.compress(b"[{}]", mtime=0)[:-9], {"Content-Encoding": "gzip"}),
        (b"[{}]", {"Content-Encoding": "gzip"}),
        (zlib.compress(b"[{}]")[:-5], {"Content-Encoding": "deflate"}),
        (b"[{}]", {"Content-Encoding": "br"}),
        (b"\x00" * 9, {"Content-Encoding": "zstd"}),
    ],
)
async def test_a_body_that_is_cut_or_garbled_is_refused_whole(door, body, headers):
    async with door() as made:
        assert (await made.post(body, **headers)).status_code == 400


async def test_a_poison_record_among_others_is_counted_and_passed_over(door, stolen_sign_in):
    async with door() as made:
        good = [json.dumps(stolen_sign_in(f"s{number}")).encode() for number in range(2)]
        body = b"\n".join([good[0], b"<html>502</html>", b'{"half":', b"\xff\xfe{}", b"[" * 100_000, good[1]])
        assert (await made.post(body)).status_code == 202
        assert (await made.post([1, None, "text", stolen_sign_in("s3")])).status_code == 202
        assert made.found() == ["s0", "s1", "s3"]
        assert made.counted("unreadable_total", source="http:intake") == 7


async def test_a_body_that_unpacks_to_more_than_is_taken_is_refused(door, monkeypatch):
    monkeypatch.setattr(intake, "LONGEST_BODY", 100_000)
    async with door() as made:
        bomb = gzip.compress(b" " * 10_000_000)
        assert len(bomb) < 100_000
        assert (await made.post(bomb, **{"Content-Encoding": "gzip"})).status_code == 413
        assert (await made.post(b" " * 100_001)).status_code == 413

        async def endless():
            while True:
                yield b" " * 65536

        with contextlib.suppress(httpx.WriteError, httpx.ReadError):  # the server may close before all is sent
            answer = await made.http.post("/api/v2/logs", content=endless(), headers={"DD-API-KEY": KEY})
            assert answer.status_code == 413
        assert made.collector._room.taken == 0


async def test_a_flood_is_answered_429_and_what_was_accepted_is_kept(door, stolen_sign_in):
    async with door(watched=False, room=400_000) as made:
        bodies = [json.dumps([stolen_sign_in(f"s{n}-{k}") for k in range(20)]).encode() for n in range(60)]
        posts = [asyncio.create_task(made.post(body)) for body in bodies]
        while sum(post.done() for post in posts) + made.collector._gathering.waiting < 60:
            await asyncio.sleep(0.01)
            assert made.collector._room.taken <= 400_000
        refused = [post.result() for post in posts if post.done()]
        assert refused
        assert {(answer.status_code, answer.headers["retry-after"]) for answer in refused} == {(429, "2")}
        made.watch()
        accepted = [n for n, post in enumerate(posts) if (await post).status_code == 202]
        assert len(accepted) == 60 - len(refused)
        assert made.found() == sorted(f"s{n}-{k}" for n in accepted for k in range(20))
        assert made.collector._room.taken == 0


async def test_a_full_disk_delays_the_answer_and_loses_nothing(door, stolen_sign_in, monkeypatch):
    monkeypatch.setattr("sekimori.watch.live.PATIENCE", (0.05,))
    many = [stolen_sign_in(f"s{number:03}") for number in range(150)]
    async with door(patience=1.0) as made:
        await made.limit_disk(2)
        answer = await made.post(many)
        assert (answer.status_code, "retry-after" in answer.headers) == (503, True)
        assert made.live.troubles["http:intake"].words == "the disk is full"
        assert made.collector._room.taken > 0, "what is not committed is still held"
        assert made.found() == [], "nothing of it was kept"
        again = asyncio.create_task(made.post(many))
        await made.limit_disk(None)
        assert (await again).status_code == 202
        assert made.live.troubles == {}
        assert made.found() == [f"s{number:03}" for number in range(150)]
        assert made.collector._room.taken == 0
