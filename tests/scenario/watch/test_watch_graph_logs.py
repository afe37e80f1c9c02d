"""Without a diagnostic setting the watch asks Graph for the logs, as an app registration that can do nothing else."""

import asyncio

from sekimori.sim import world
from sekimori.sim.settings import READER_SECRET

FILES = 'kind = "files"\npath = "logs/*.ndjson"\n'
GRAPH = f"""kind = "graph"
logs = ["directoryAudits", "signIns"]
app_id = "{world.READER}"
secret = "file:reader-secret"
"""


async def test_an_attack_is_found_in_what_graph_gives_out(stage):
    async with stage({FILES: GRAPH}) as made:
        (made.folder / "reader-secret").write_text(READER_SECRET.reveal())
        await made.sim.control.detonate("permission_requested")
        await made.sim.control.detonate("stolen_credential_sign_in")
        async with made.serving(), asyncio.timeout(20):
            while len({"permission_requested", "service_principal_sign_in"} & set(made.findings())) < 2:  # noqa: ASYNC110
                await asyncio.sleep(0.05)
        assert "record.not_read" not in made.output.getvalue()
