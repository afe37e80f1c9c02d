"""The live watch tells each application that it sees for the first time, once, and again when it awakes."""

import json
from datetime import UTC, datetime, timedelta

from sekimori.watch.rulebook import shipped_folder

SOURCES = "\n[[watch.sources]]"
OURS = "service_principal_seen"
OUR_ID = "11e2b3c4-0d5e-5f60-8a71-9c0d1e2f0205"
THEIRS = "application_seen"


def loud() -> str:
    """Write the shipped rule as one that is worth an alert."""
    text = (shipped_folder() / f"{OURS}.yml").read_text("utf-8")
    named = text.replace(f"name: {OURS}", f"name: {THEIRS}").replace(OUR_ID, "0f1e2d3c-4b5a-4697-8887-766554433222")
    return named.replace("level: informational", "level: low")


def sign_ins(days_ago: int, *apps: str) -> bytes:
    noon = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=days_ago)
    return b"".join(sign_in(app, noon + timedelta(seconds=place)) for place, app in enumerate(apps))


def sign_in(app: str, when: datetime) -> bytes:
    at = when.isoformat().replace("+00:00", "Z")
    properties = {"id": f"{app} {at}", "createdDateTime": at, "appId": app, "servicePrincipalId": f"principal of {app}"}
    properties |= {"servicePrincipalName": app, "ipAddress": "192.0.2.7", "status": {"errorCode": 0}}
    record = {"time": at, "category": "ServicePrincipalSignInLogs", "operationName": "Sign-in activity"}
    return json.dumps(record | {"properties": properties}).encode() + b"\n"


async def test_an_application_is_told_once_whatever_restarts_and_again_when_it_awakes(stage):
    async with stage({SOURCES: '[watch]\nrules_folder = "own"\n' + SOURCES}) as made:
        (made.folder / "own").mkdir()
        (made.folder / "own" / f"{THEIRS}.yml").write_text(loud(), "utf-8")
        log = made.logs / "apps.ndjson"

        async def told_after(lines: bytes) -> list[str]:
            with log.open("ab") as file:
                file.write(lines)
            await bot.watched()
            return sorted(finding["app"] for finding in made.kept(THEIRS))

        async with made.serving() as bot:
            assert await told_after(sign_ins(40, "payroll", "payroll", "backup", "payroll")) == ["backup", "payroll"]
            assert await told_after(sign_ins(39, "payroll", "backup")) == ["backup", "payroll"]
        async with made.serving() as bot:
            assert await told_after(sign_ins(20, "payroll", "payroll")) == ["backup", "payroll"]
            assert await told_after(sign_ins(3, "payroll", "report")) == ["backup", "payroll", "report"]
        async with made.serving() as bot:
            assert await told_after(sign_ins(2, "report", "backup", "payroll")) == [
                *("backup", "backup", "payroll", "report")
            ]
