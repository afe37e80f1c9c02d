"""What the audit log says about each change of an application."""

import base64
import json

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from sekimori.sim import world
from sekimori.sim.certificates import make_credential
from sekimori.sim.entra.access_tokens import TokenIssuer

APP = f"/applications/{world.APP_OBJECT}"


@pytest.fixture
def admin(simulator, https):
    issuer = TokenIssuer(simulator.tenant_id, simulator.settings.token_clock)

    async def call(method: str, path: str, body=None, *, scopes=("Application.ReadWrite.All",)):
        token = issuer.for_user(user="a", name="admin@fabrikam.example", app="b", scopes=scopes, token_id="t")
        headers = {"Authorization": f"Bearer {token}"}
        return await https.request(method, simulator.addresses.graph + path, json=body, headers=headers)

    return call


def changes(simulator) -> dict:
    """Return operation and decoded properties of the latest audit record."""
    record = [r for r in simulator.control.records if r["category"] == "AuditLogs"][-1]
    rows = record["properties"]["targetResources"][0]["modifiedProperties"]
    decoded = {r["displayName"]: tuple(v and json.loads(v) for v in (r["oldValue"], r["newValue"])) for r in rows}
    return {"operation": record["operationName"], **decoded}


async def test_a_secret_and_a_certificate(simulator, admin):
    secret = (await admin("POST", f"{APP}/addPassword", {"passwordCredential": {"displayName": "a, b]"}})).json()
    log = changes(simulator)
    assert log["operation"] == "Update application – Certificates and secrets management "
    before, after = log["KeyDescription"]
    assert set(after) - set(before) == {
        f"[KeyIdentifier={secret['keyId']},KeyType=Password,KeyUsage=Verify,DisplayName=a, b]]"
    }
    assert log["Included Updated Properties"] == (None, "KeyDescription")

    der = make_credential("other").certificate.public_bytes(Encoding.DER)
    body = {"keyCredential": {"type": "AsymmetricX509Cert", "key": base64.b64encode(der).decode()}}
    key = (await admin("POST", f"{APP}/addKey", body)).json()
    before, after = changes(simulator)["KeyDescription"]
    assert set(after) - set(before) == {
        f"[KeyIdentifier={key['keyId']},KeyType=AsymmetricX509Cert,KeyUsage=Verify,DisplayName=CN=other]"
    }


async def test_a_secret_that_was_added_signs_in_and_a_removed_one_does_not(simulator, admin, fetch_token):
    secret = (await admin("POST", f"{APP}/addPassword", {})).json()
    assert (await fetch_token(client_secret=secret["secretText"])).status_code == 200
    assert (await admin("POST", f"{APP}/removePassword", {"keyId": secret["keyId"]})).status_code == 204
    before, after = changes(simulator)["KeyDescription"]
    assert set(after) < set(before)
    assert (await fetch_token(client_secret=secret["secretText"])).status_code == 401


async def test_a_federated_credential(simulator, admin):
    body = {"name": "b", "issuer": "https://issuer.example", "subject": "repo:x", "audiences": ["api://x"]}
    assert (await admin("POST", f"{APP}/federatedIdentityCredentials", body)).status_code == 201
    log = changes(simulator)
    before, [credential] = log["FederatedIdentityCredentials"]
    assert (log["operation"], before) == ("Update application", [])
    assert (credential["Issuer"], credential["Subject"]) == ("https://issuer.example", "repo:x")


async def test_permissions_are_told_apart_as_role_and_scope(simulator, admin):
    app = (await admin("GET", APP)).json()
    access = [*app["requiredResourceAccess"][0]["resourceAccess"], {"id": "x", "type": "Role"}]
    body = {"requiredResourceAccess": [{**app["requiredResourceAccess"][0], "resourceAccess": access}]}
    assert (await admin("PATCH", APP, body)).status_code == 204
    _, [resource] = changes(simulator)["RequiredResourceAccess"]
    assert [
        (one["DirectAccessGrant"], one["ImpersonationAccessGrants"]) for one in resource["RequiredAppPermissions"]
    ] == [(False, [20]), (True, []), (True, [])]


async def test_a_change_of_nothing_is_logged_with_an_empty_list(simulator, admin):
    await admin("PATCH", APP, {"displayName": world.APP_NAME})
    assert changes(simulator) == {"operation": "Update application", "Included Updated Properties": (None, "")}
    await admin("PATCH", APP, {"displayName": "renamed"})
    assert changes(simulator)["DisplayName"] == ([world.APP_NAME], ["renamed"])


async def test_a_service_principal(simulator, admin):
    added = (await admin("POST", "/servicePrincipals", {"appId": "x-app"})).json()
    log = changes(simulator)
    assert (log["operation"], log["AppPrincipalId"]) == ("Add service principal", ([], ["x-app"]))
    record = simulator.control.records[-2]
    assert record["properties"]["targetResources"][0]["id"] == added["id"]
    assert record["properties"]["initiatedBy"]["user"]["userPrincipalName"] == "admin@fabrikam.example"


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/applications/nobody/addPassword", {}, 404),
        ("POST", f"{APP}/addKey", {"keyCredential": {"key": "!"}}, 400),
        ("POST", f"{APP}/federatedIdentityCredentials", {"name": "x"}, 400),
        ("POST", f"{APP}/removePassword", {"keyId": "x"}, 400),
        ("PATCH", APP, {"magic": 1}, 400),
        ("PATCH", APP, [1], 400),
        ("POST", "/servicePrincipals", {}, 400),
    ],
)
async def test_what_is_refused_changes_nothing(simulator, admin, method, path, body, status):
    assert (await admin(method, path, body)).status_code == status
    assert not [r for r in simulator.control.records if r["category"] == "AuditLogs"]


async def test_only_who_manages_applications_can(simulator, admin):
    for path, body in ((f"{APP}/addPassword", {}), ("/servicePrincipals", {"appId": "x"})):
        assert (await admin("POST", path, body, scopes=("User.Read",))).status_code == 403
