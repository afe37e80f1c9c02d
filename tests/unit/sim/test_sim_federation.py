from dataclasses import replace

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from sekimori.sim import world
from sekimori.sim.aws.sts import ISSUER, ROLE

ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
AUDIENCE = "api://AzureADTokenExchange"


@pytest.fixture
def settings(settings):
    return replace(settings, federated=True)


def with_assertion(text: str) -> dict:
    return {"client_secret": None, "client_assertion_type": ASSERTION_TYPE, "client_assertion": text}


async def test_the_roles_token_is_exchanged_and_logged_as_federated(simulator, fetch_token):
    answer = await fetch_token(**with_assertion(simulator.sts.token(audience=AUDIENCE)))
    assert answer.status_code == 200
    properties = simulator.control.records[-1]["properties"]
    assert properties["federatedCredentialId"] == world.FEDERATED_CREDENTIAL
    assert properties["servicePrincipalCredentialKeyId"] == "00000000-0000-0000-0000-000000000000"


@pytest.mark.parametrize(
    ("changes", "number"),
    [
        ({"iss": ISSUER.upper()}, 700211),
        ({"sub": ROLE + "2"}, 700213),
        ({"audience": "sts.amazonaws.com"}, 700212),
        ({"exp": 1_600_000_000}, 700024),
        ({"nbf": 4_000_000_000, "exp": 4_000_003_600}, 700024),
    ],
)
async def test_what_does_not_fit_to_the_letter_is_refused(simulator, fetch_token, changes, number):
    answer = await fetch_token(**with_assertion(simulator.sts.token(**({"audience": AUDIENCE} | changes))))
    assert (answer.status_code, answer.json()["error_codes"]) == (401, [number])


async def test_a_stranger_who_signs_the_same_words_is_refused(simulator, fetch_token):
    claims = jwt.decode(simulator.sts.token(audience=AUDIENCE), options={"verify_signature": False})
    forged = jwt.encode(claims, rsa.generate_private_key(public_exponent=65537, key_size=2048), "RS256")
    assert (await fetch_token(**with_assertion(forged))).json()["error_codes"] == [5002727]
    hashed = jwt.encode(claims, "0" * 32, "HS256")
    assert (await fetch_token(**with_assertion(hashed))).json()["error_codes"] == [5002727]


async def test_the_endpoint_wants_the_roles_key_and_a_sane_lifetime(simulator, https):
    form = {"Action": "GetWebIdentityToken", "Audience.member.1": AUDIENCE, "SigningAlgorithm": "RS256"}
    assert (await https.post(simulator.addresses.sts, data=form)).status_code == 403
    signed = {"Authorization": "AWS4-HMAC-SHA256 Credential=AKIASIMULATEDROLE000/x"}
    for seconds, status in (("59", 400), ("60", 200), ("3600", 200), ("3601", 400)):
        answer = await https.post(simulator.addresses.sts, data=form | {"DurationSeconds": seconds}, headers=signed)
        assert answer.status_code == status
