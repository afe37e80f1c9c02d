"""The simulator is used here by the clients the service uses: msal, httpx, slack_sdk."""

import asyncio

import msal
import pytest
import requests

from sekimori.sim.server import Simulator
from sekimori.sim.web import PortTakenError


def sign_in(sim: Simulator, *, thumbprint: str | None = None) -> dict:
    session = requests.Session()
    session.trust_env, session.verify = False, str(sim.addresses.ca_bundle)
    pem = sim.addresses.certificate.read_text()
    credential = {"private_key": pem}
    if thumbprint:
        credential["thumbprint"] = thumbprint
    else:
        credential["public_certificate"] = pem[pem.index("-----BEGIN CERTIFICATE") :]
    app = msal.ConfidentialClientApplication(
        sim.app_id,
        authority=f"{sim.addresses.login}/{sim.tenant_id}",
        instance_discovery=False,
        http_client=session,
        client_credential=credential,
    )
    return app.acquire_token_for_client(["https://graph.microsoft.com/.default"])


async def test_msal_signs_in_with_the_certificate_and_reads_the_schedule(simulator, https):
    token = (await asyncio.to_thread(sign_in, simulator))["access_token"]
    answer = await https.post(
        f"{simulator.addresses.graph}/users/sato@fabrikam.example/calendar/getSchedule",
        headers={"Authorization": f"Bearer {token}"},
        json={
            "schedules": ["sato@fabrikam.example"],
            "startTime": {"dateTime": "2026-11-23T00:00:00", "timeZone": "Asia/Tokyo"},
            "endTime": {"dateTime": "2026-11-28T00:00:00", "timeZone": "Asia/Tokyo"},
        },
    )
    assert answer.status_code == 200
    statuses = [item["status"] for item in answer.json()["value"][0]["scheduleItems"]]
    assert sorted(set(statuses)) == ["busy", "free", "oof", "tentative", "workingElsewhere"]


async def test_msal_with_the_old_thumbprint_is_known_too(simulator):
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes

    certificate = x509.load_pem_x509_certificate(simulator.addresses.certificate.read_bytes())
    thumbprint = certificate.fingerprint(hashes.SHA1()).hex()
    assert "access_token" in await asyncio.to_thread(sign_in, simulator, thumbprint=thumbprint)


async def test_another_certificate_is_refused_and_the_attempt_is_logged(simulator):
    from sekimori.sim.certificates import make_credential

    simulator.addresses.certificate.write_bytes(make_credential("impostor").pem())
    answer = await asyncio.to_thread(sign_in, simulator)
    assert answer["error_codes"] == [700027]
    assert simulator.control.records[-1]["resultType"] == "700027"
    assert simulator.control.records[-1]["properties"]["status"]["failureReason"]


async def test_slack_sdk_posts_and_uploads(simulator, slack):
    assert (await slack.auth_test())["team_id"] == "T0FABRIKAM"
    block = {"type": "section", "text": {"type": "mrkdwn", "text": "hello"}}
    posted = await slack.chat_postMessage(channel="C0SHARED", text="hello", blocks=[block])
    await slack.files_upload_v2(
        content=b"\x89PNG picture", filename="week.png", alt_txt="来週", channel="C0SHARED", thread_ts=posted["ts"]
    )
    first, second = simulator.control.messages_in("C0SHARED")
    assert first.blocks[0]["text"]["text"] == "hello"
    assert second.thread_ts == first.ts
    assert [(f.alt, f.content) for f in simulator.control.files] == [("来週", b"\x89PNG picture")]


async def test_the_servers_own_key_is_not_for_everybody(simulator):
    for name in ("bot.pem", "sim-server.pem"):
        assert (simulator.addresses.ca_bundle.parent / name).stat().st_mode & 0o077 == 0


async def test_a_taken_port_is_said_at_once(settings, simulator):
    from dataclasses import replace
    from urllib.parse import urlsplit

    taken = replace(settings, slack_port=urlsplit(simulator.addresses.page).port)
    with pytest.raises(PortTakenError, match="in use"):
        async with Simulator.start(taken):
            pass
