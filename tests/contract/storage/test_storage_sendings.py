"""Parts of replies, on either engine: begun once, undone where they were not posted, gone with the request."""

from datetime import UTC, datetime

import pytest

from sekimori.storage.database import open_database
from sekimori.storage.inbox import SqlInbox
from sekimori.storage.sendings import SqlSendings

NOW = datetime(2026, 11, 24, 1, 5, tzinfo=UTC)


@pytest.fixture
async def database(storage_url, tmp_path):
    async with await open_database(storage_url, folder=tmp_path) as opened:
        yield opened


async def test_a_part_is_begun_once(database):
    one, other = SqlSendings(database), SqlSendings(database)
    assert await one.begin("r", "p")
    assert not await other.begin("r", "p")
    await one.undo("p")
    assert await other.begin("r", "p")


async def test_a_note_helps_to_find_a_part_again(database):
    sendings = SqlSendings(database)
    await sendings.begin("r", "p")
    assert await sendings.noted("p") is None
    await sendings.note("p", "F0FILE")
    assert await sendings.noted("p") == "F0FILE"
    assert await sendings.noted("q") is None


async def test_the_parts_of_a_request_go_when_it_is_done(database):
    sendings, inbox = SqlSendings(database), SqlInbox(database, clock=lambda: NOW)
    for request in ("r", "s"):
        await inbox.accept(request, b"{}")
        await sendings.begin(request, f"part of {request}")
    await inbox.done("r")
    assert await sendings.begin("r", "part of r")
    assert not await sendings.begin("s", "part of s")
