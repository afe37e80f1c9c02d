"""Records for the hubs."""

import json
from typing import Any

import pytest

from sekimori.sim import world


def stolen(identity: str) -> bytes:
    """Write a sign-in of the watched application from an address that is not declared."""
    properties = {"id": identity, "appId": world.APP, "ipAddress": "198.51.100.7", "status": {"errorCode": 0}}
    record = {
        "time": "2026-11-20T01:02:03.0000000Z",
        "operationName": "Sign-in activity",
        "category": "ServicePrincipalSignInLogs",
        "resultType": "0",
        "callerIpAddress": "198.51.100.7",
        "correlationId": identity,
        "properties": properties,
    }
    return json.dumps(record).encode()


@pytest.fixture(name="stolen")
def stolen_sign_in() -> Any:
    return stolen
