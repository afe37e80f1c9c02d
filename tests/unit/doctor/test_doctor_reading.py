"""What Graph answers is read as it is: with nulls, pages, and whatever else stands there; over real HTTP."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest

from sekimori.core.confidential import Secret
from sekimori.doctor.check import Facts, Unread
from sekimori.doctor.reading.microsoft import Answers, read_tenant
from sekimori.doctor.tenant import Fences, LastSignIn, Mailboxes, Registration, Service, Trusted
from sekimori.doctor.vocabulary import Vocabulary
from sekimori.manifest.loader import load

MANIFEST = load(Path(__file__).parents[1] / "manifest" / "full.toml")
APP = MANIFEST.identity.app_id
LIVE = "99999999-0000-4000-8000-000000000001"
SAID: dict[str, Any] = {
    f"/v1.0/applications(appId='{APP}')": {
        "id": "o",
        "appId": APP,
        "signInAudience": "AzureADMyOrg",
        "spa": None,
        "requiredResourceAccess": None,
        "servicePrincipalLockConfiguration": {
            "isEnabled": True,
            "allProperties": True,
            "credentialsWithUsageSign": None,
        },
    },
    f"/v1.0/applications(appId='{APP}')/federatedIdentityCredentials": {
        "value": [
            {
                "id": "f",
                "name": "wide",
                "issuer": "https://issuer.example",
                "subject": None,
                "claimsMatchingExpression": {"value": "claims['sub'] matches '*'", "languageVersion": 1},
            }
        ]
    },
    f"/v1.0/servicePrincipals(appId='{APP}')": {"id": LIVE, "appId": APP, "accountEnabled": True},
    f"/v1.0/servicePrincipals(appId='{APP}')/transitiveMemberOf": {
        "value": [
            {"@odata.type": "#microsoft.graph.group", "id": "g", "displayName": "Bots"},
            {"@odata.type": "#microsoft.graph.directoryRole", "id": "r", "displayName": None},
            {"@odata.type": "#microsoft.graph.administrativeUnit", "id": "u"},
        ]
    },
    "/v1.0/identity/conditionalAccess/policies": {
        "value": [{"id": "p", "displayName": None, "state": "enabled", "conditions": {"locations": None}}]
    },
    "/v1.0/identity/conditionalAccess/namedLocations": ["no", "page"],
    "/beta/auditLogs/signIns": {
        "value": [
            {
                "createdDateTime": "2026-11-23T03:00:00Z",
                "appId": APP,
                "ipAddress": "203.0.113.10",
                "servicePrincipalCredentialKeyId": None,
            }
        ]
    },
}


class Graph(BaseHTTPRequestHandler):
    asked: list[str]
    date = "nobody knows"

    def do_GET(self) -> None:
        path, _, _ = self.path.partition("?")
        self.asked.append(self.path)
        body = json.dumps(SAID.get(path, {"value": []})).encode()
        self.send_response_only(200)
        self.send_header("Date", self.date)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def server() -> Iterator[tuple[str, list[str]]]:
    asked: list[str] = []
    handler = type("Own", (Graph,), {"asked": asked})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}/v1.0", asked
        running.shutdown()


async def read(base: str, **identity: Any) -> Facts:
    manifest = msgspec.structs.replace(MANIFEST, identity=msgspec.structs.replace(MANIFEST.identity, **identity))
    facts = Facts()

    def clock() -> datetime:
        return datetime(2026, 11, 23, 3, 0, tzinfo=UTC)

    async with httpx.AsyncClient(trust_env=False) as client:
        answers = Answers(base, Secret("token"), client, clock)
        await read_tenant(manifest, answers, Vocabulary({}), clock, facts)
    return facts


async def test_null_is_read_as_what_is_not_there(server):
    facts = await read(server[0])
    assert facts.missing((Registration, Trusted, LastSignIn)) is None
    lock = facts.get(Registration).application.service_principal_lock_configuration
    assert lock is not None
    assert lock.all_properties
    [flexible] = facts.get(Trusted).credentials
    assert flexible.subject == ""
    assert facts.get(LastSignIn).sign_in is not None


async def test_roles_are_told_from_groups_without_a_cast_that_graph_takes_of_consistent_queries_only(server):
    base, asked = server
    asked.clear()
    facts = await read(base)
    assert [role.id for role in facts.get(Service).roles] == ["r"]
    assert not any("microsoft.graph." in each for each in asked)


async def test_what_is_no_page_is_unread(server):
    assert isinstance((await read(server[0])).missing((Fences,)), Unread)


@pytest.mark.parametrize("declared", [None, "7a8b9c0d-1e2f-4a3b-9c4d-5e6f708192a3"])
async def test_exchange_is_asked_about_the_principal_that_is_really_there(server, declared):
    base, asked = server
    asked.clear()
    facts = await read(base, service_principal_id=declared)
    assert facts.missing((Mailboxes,)) is None
    [question] = [each for each in asked if "/roleManagement/exchange/roleAssignments" in each]
    assert f"/ServicePrincipals/{LIVE}" in question
