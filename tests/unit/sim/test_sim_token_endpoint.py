import base64
import json
from datetime import UTC, datetime, timedelta

import jwt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization

from sekimori.sim.faults import TokenFault, TokenFaultKind

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


@pytest.fixture
def assertion(simulator):
    """Make a client assertion like msal's, with some of its claims or headers changed."""
    pem = simulator.addresses.certificate.read_bytes()
    key = serialization.load_pem_private_key(pem, None)
    fingerprint = x509.load_pem_x509_certificate(pem).fingerprint(hashes.SHA256())
    now = datetime.now(UTC)

    def make(*, x5t: str | None = base64.urlsafe_b64encode(fingerprint).decode(), **changes: object) -> str:
        claims = {
            "aud": f"{simulator.addresses.login}/{simulator.tenant_id}/oauth2/v2.0/token",
            "iss": simulator.app_id,
            "sub": simulator.app_id,
            "nbf": now,
            "exp": now + timedelta(minutes=10),
        }
        return jwt.encode(claims | changes, key, "PS256", headers={"x5t#S256": x5t} if x5t else {})

    return make


def with_assertion(text: str) -> dict:
    return {"client_secret": None, "client_assertion_type": ASSERTION_TYPE, "client_assertion": text}


async def test_the_tokens_uti_is_the_logged_identifier(simulator, fetch_token):
    answer = (await fetch_token()).json()
    claims = jwt.decode(answer["access_token"], options={"verify_signature": False})
    [record] = simulator.control.records
    assert claims["uti"] == record["properties"]["uniqueTokenIdentifier"]
    assert len(claims["uti"]) == 22
    assert (claims["appid"], claims["idtyp"], claims["roles"]) == (
        simulator.app_id,
        "app",
        ["Calendars.ReadBasic.All"],
    )
    assert record["properties"]["clientCredentialType"] == "clientSecret"
    assert answer["expires_in"] == 3599


async def test_metadata_points_at_this_tenant_alone(simulator, https):
    login = simulator.addresses.login
    known = (await https.get(f"{login}/{simulator.tenant_id}/v2.0/.well-known/openid-configuration")).json()
    assert known["token_endpoint"] == f"{login}/{simulator.tenant_id}/oauth2/v2.0/token"
    other = await https.get(f"{login}/99999999-2222-4333-8444-555555555555/v2.0/.well-known/openid-configuration")
    assert (other.status_code, other.json()["error_codes"]) == (400, [90002])


async def test_a_good_assertion(simulator, fetch_token, assertion):
    assert (await fetch_token(**with_assertion(assertion()))).status_code == 200
    assert simulator.control.records[-1]["properties"]["clientCredentialType"] == "clientAssertion"


@pytest.mark.parametrize(
    ("changes", "number"),
    [
        ({"aud": "https://login.example/token"}, 700023),
        ({"iss": "somebody"}, 700211),
        ({"sub": "somebody"}, 700027),
        ({"exp": datetime(2020, 1, 1, tzinfo=UTC)}, 700024),
        ({"nbf": datetime(2098, 1, 1, tzinfo=UTC), "exp": datetime(2098, 1, 2, tzinfo=UTC)}, 700024),
        ({"x5t": None}, 700027),
        ({"x5t": "AAAA"}, 700027),
    ],
)
async def test_assertions_that_prove_nothing(simulator, fetch_token, assertion, changes, number):
    answer = await fetch_token(**with_assertion(assertion(**changes)))
    assert (answer.status_code, answer.json()["error_codes"]) == (401, [number])
    assert answer.json()["error_description"].startswith(f"AADSTS{number}: ")
    record = simulator.control.records[-1]
    assert (record["resultType"], record["resultSignature"]) == (str(number), "FAILURE")
    assert record["properties"]["status"]["errorCode"] == number


async def test_an_unsigned_assertion_is_no_assertion(fetch_token, simulator, assertion):
    head, claims, _ = assertion().split(".")
    header = json.loads(base64.urlsafe_b64decode(head + "==")) | {"alg": "none"}
    bare = base64.urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=").decode()
    for text in (f"{bare}.{claims}.", "not a token"):
        assert (await fetch_token(**with_assertion(text))).json()["error_codes"] == [700027]


@pytest.mark.parametrize(
    ("changes", "status", "number"),
    [
        ({"client_secret": "wrong"}, 401, 7000215),
        ({"client_secret": None}, 401, 7000218),
        ({"client_id": "99999999-0000-4000-8000-000000000000"}, 400, 700016),
        ({"grant_type": "password"}, 400, 70003),
        ({"scope": "Calendars.Read"}, 400, 1002012),
        ({"tenant": "99999999-2222-4333-8444-555555555555"}, 400, 90002),
    ],
)
async def test_what_the_endpoint_refuses(fetch_token, changes, status, number):
    answer = await fetch_token(**changes)
    assert (answer.status_code, answer.json()["error_codes"]) == (status, [number])


async def test_faults(simulator, fetch_token):
    for kind in TokenFaultKind:
        simulator.control.fault(TokenFault(kind=kind, retry_after=9))
    throttled, broken, refused = [await fetch_token() for _ in range(3)]
    assert (throttled.status_code, throttled.headers["Retry-After"]) == (429, "9")
    assert broken.status_code == 503
    assert refused.json()["error_codes"] == [7000215]
    assert (await fetch_token()).status_code == 200


async def test_where_the_caller_is_said_to_be(simulator, https, fetch_token):
    https.headers["X-Sim-Source-Ip"] = "198.51.100.66"
    await fetch_token()
    assert simulator.control.records[-1]["callerIpAddress"] == "198.51.100.66"
    assert simulator.control.records[-1]["location"] == "NL"
