"""The manifest's further sinks: each gets the alerts of its level, beside the security channel."""

import asyncio
import json


async def test_a_folder_of_files_is_told_beside_the_security_channel_and_from_its_level_on(stage):
    declared = '[[watch.sinks]]\nkind = "ndjson"\nname = "lake"\npath = "out"\nlevel = "medium"\n\n[[watch.sources]]'
    async with stage({"[[watch.sources]]": declared}) as made:
        async with made.serving() as bot:
            await made.sim.control.detonate("permission_requested")
            await made.sim.control.detonate("service_principal_added")
            alerts = await bot.watched()
            async with asyncio.timeout(5):
                while not list((made.folder / "out").glob("*")):  # noqa: ASYNC110 - another task writes
                    await asyncio.sleep(0.02)
        (file,) = (made.folder / "out").iterdir()
        lines = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
        levels = {line["level"] for line in lines}
        assert levels <= {"medium", "high", "critical"}
        assert any("permission_requested" in line["rules"] for line in lines)
        told = json.dumps([alert.blocks for alert in alerts])
        assert "service_principal_added" in told
        assert "service_principal_added" not in {rule for line in lines for rule in line["rules"]}
