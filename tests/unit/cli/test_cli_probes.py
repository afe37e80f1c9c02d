"""A host is told that the service is ready only where it can read and record."""

import sqlite3

import httpx
import pytest
from starlette.applications import Starlette

from sekimori.audit.log import AuditBroken
from sekimori.bootstrap import open_ground, record_start
from sekimori.cli._serving import probes

MANIFEST = """\
[identity]
tenant_id = "11111111-2222-4333-8444-555555555555"
app_id = "6f1d2c3b-4a59-4871-8e90-aabbccddeeff"
certificate = "file:bot.pem"

[slack]
app_id = "A0APP"
team = "T0FABRIKAM"
signing_secret = "env:SIGNING"
bot_token = "env:TOKEN"
"""


async def test_a_service_that_cannot_record_is_alive_and_not_ready(tmp_path):
    path = tmp_path / "sekimori.toml"
    path.write_text(MANIFEST)
    async with open_ground(path, environ={}) as ground:
        transport = httpx.ASGITransport(app=Starlette(routes=probes(ground)))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as http:

            async def ready() -> tuple[int, str]:
                answer = await http.get("/readyz")
                return answer.status_code, answer.text

            await record_start(ground, [])
            assert await ready() == (200, "ok")
            with sqlite3.connect(ground.database.path) as database:
                (peaks,) = database.execute("SELECT peaks FROM audit_head").fetchone()
                database.execute("UPDATE audit_head SET peaks = ''")
            with pytest.raises(AuditBroken):
                await record_start(ground, [])
            assert await ready() == (503, "audit.broken")
            assert (await http.get("/healthz")).status_code == 200
            with sqlite3.connect(ground.database.path) as other:
                other.execute("UPDATE audit_head SET peaks = ?", (peaks,))
            assert await ready() == (200, "ok")
