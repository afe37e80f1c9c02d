"""Generate Entra diagnostic records for the bench: the same count and seed give the same bytes.

45 % service principal sign-ins (2.9 kB), 45 % Graph calls (2.1 kB), 10 % audited operations (1.8 kB); one record in a
thousand is an attack, one line in 33 escapes its non-ASCII characters. 400 service principals, each with a key and four
addresses of 1,400; an address is at one place. A million records are two weeks.
"""

import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson

_START = datetime(2026, 8, 1, tzinfo=UTC)
_STEP = timedelta(days=14) / 1_000_000
_TENANT = "11111111-2222-4333-8444-555555555555"
_PLACES = [("JP", "東京都", "千代田区"), ("US", "Virginia", "Ashburn"), ("FR", "Île-de-France", "Paris")]
_AGENTS = ["azsdk-python-identity/1.19.0", "Mozilla/5.0 (Windows NT 10.0; Win64; x64)", "Kiota-Dotnet/1.3.0", "node/22"]
_RESOURCES = ["Microsoft Graph", "Azure Key Vault", "Windows Azure Service Management API", "Azure Storage"]
_PATHS = ["/v1.0/users?$top=999", "/v1.0/groups/{}/members", "/beta/devices", "/v1.0/me", "/v1.0/users/{}/calendarView"]
_SCOPES = ["User.Read.All", "Group.Read.All", "Mail.Read", "Calendars.Read", "Files.Read.All", "Directory.Read.All"]
_WIDS = ["b79fbf4d-3ef9-4689-8143-76b194e85509", "62e90394-69f5-4237-9190-012177145e10"]
_QUIET = ["Update user", "Update device", "Add member to group", "Update service principal", "Update application"]
_LOUD = [
    "Update application – Certificates and secrets management ",
    "Consent to application",
    "Add member to role",
    "Add owner to application",
    "Delete conditional access policy",
]
_CHANGED = [
    ("LastDirSyncTime", '["2026-07-31T10:00:00Z"]', '["2026-08-01T10:00:00Z"]'),
    ("Included Updated Properties", None, '"LastDirSyncTime"'),
    ("DisplayName", '["Réunion – salle"]', '["Réunion – salle 2"]'),
    ("TargetId.UserType", None, '"Member"'),
    ("ServicePrincipal.AppId", None, '"{}"'),
    ("DeviceTrustType", "[0]", "[1]"),
    ("AppAddress", "[]", '[{{"AddressType":0,"Address":"https://app.fabrikam.example/back"}}]'),
    ("KeyDescription", "[]", '["[KeyIdentifier={},KeyType=Password,KeyUsage=Verify,DisplayName=é]"]'),
]
_ATTACKS = 6  # from here on they are those of attacks


def write_events(path: Path, count: int, seed: int = 1) -> Path:
    """Write NDJSON of `count` records and return its path."""
    world = _World(seed)
    with path.open("wb") as out:
        for i in range(count):
            record = world.record(i, _STEP)
            escaped = json.dumps(record, separators=(",", ":")).encode() if i % 33 == 0 else orjson.dumps(record)
            out.write(escaped + b"\n")
    return path


class _World:
    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.apps = [(self.guid(), self.guid(), f"App-{i:03d} – Sync") for i in range(400)]
        self.keys = {app: self.guid() for app, _, _ in self.apps}
        self.resources = {name: self.guid() for name in _RESOURCES}
        self.addresses = [f"20.{i % 200}.{i % 251}.{i % 253}" for i in range(1400)]
        self.users = [(self.guid(), f"user{i}@fabrikam.example") for i in range(3000)]

    def guid(self) -> str:
        h = f"{self.chance.getrandbits(128):032x}"
        return f"{h[:8]}-{h[8:12]}-{h[12:16]}-{h[16:20]}-{h[20:]}"

    def record(self, i: int, step: timedelta) -> dict:
        time = f"{(_START + i * step).isoformat(timespec='microseconds')[:-6]}0Z"
        share, attack = self.chance.random(), self.chance.random() < 0.001
        if share < 0.45:
            return self.sign_in(time, attack)
        return self.call(time, attack) if share < 0.9 else self.audit(time, attack)

    def usual_address(self, app: str) -> str:
        """Return one of the four addresses that an application calls from."""
        return self.addresses[(int(app[:8], 16) + self.chance.randrange(4)) % len(self.addresses)]

    def top(self, time: str, category: str, operation: str, properties: dict, **more: object) -> dict:
        head = {
            "time": time,
            "resourceId": f"/tenants/{_TENANT}/providers/Microsoft.aadiam",
            "operationName": operation,
        }
        head |= {"operationVersion": "1.0", "category": category, "tenantId": _TENANT, "durationMs": 0, "Level": 4}
        return head | more | {"correlationId": self.guid(), "properties": properties}

    def sign_in(self, time: str, attack: bool) -> dict:
        chance, (app, principal, name) = self.chance, self.chance.choice(self.apps)
        address = self.usual_address(app)
        country, state, city = _PLACES[self.addresses.index(address) % len(_PLACES)]
        error = 0 if chance.random() < 0.97 else chance.choice([7000215, 7000222, 700016])
        policies = [
            {
                "id": self.guid(),
                "displayName": f"CA{n:03d} – Block",
                "result": "notEnabled",
                "enforcedGrantControls": [],
            }
            for n in range(chance.randrange(3))
        ]
        properties = {"id": self.guid(), "createdDateTime": time, "userPrincipalName": "", "userId": "", "appId": app}
        properties |= {"appDisplayName": name, "ipAddress": address, "userAgent": chance.choice(_AGENTS)}
        properties |= {
            "status": {"errorCode": error},
            "clientAppUsed": "",
            "isInteractive": False,
            "riskDetail": "none",
        }
        properties |= {"location": {"city": city, "state": state, "countryOrRegion": country}}
        properties |= {"deviceDetail": {"deviceId": "", "operatingSystem": "", "browser": ""}}
        properties |= {"appliedConditionalAccessPolicies": policies, "conditionalAccessStatus": "notApplied"}
        properties |= {
            "riskState": "atRisk" if attack else "none",
            "riskLevelAggregated": "low",
            "riskEventTypes_v2": [],
        }
        resource = chance.choice(_RESOURCES)
        properties |= {"riskLevelDuringSignIn": "low", "resourceDisplayName": resource}
        properties |= {"servicePrincipalId": principal, "servicePrincipalName": name}
        properties |= {"resourceId": self.resources[resource]}
        properties |= {"servicePrincipalCredentialKeyId": self.keys[app], "uniqueTokenIdentifier": self.guid()[:22]}
        properties |= {"incomingTokenType": "none", "authenticationProtocol": "none", "autonomousSystemNumber": 8075}
        properties |= {
            "clientCredentialType": chance.choice(["clientSecret", "certificate"]),
            "federatedCredentialId": "",
        }
        properties |= {f"unused{n}": "" for n in range(28)} | {"networkLocationDetails": [], "note": "x" * 500}
        more = {"resultType": str(error), "resultSignature": "None", "callerIpAddress": address, "location": country}
        return self.top(time, "ServicePrincipalSignInLogs", "Sign-in activity", properties, **more)

    def call(self, time: str, attack: bool) -> dict:
        chance, (app, principal, _) = self.chance, self.chance.choice(self.apps)
        path = "/v1.0/applications/{}/addPassword" if attack else chance.choice(_PATHS)
        method = "POST" if attack else chance.choice(["GET"] * 8 + ["POST", "PATCH"])
        status = 200 if attack else chance.choice([200] * 18 + [404, 429])
        roles = " ".join(chance.sample(_SCOPES, 4))
        properties = {"timeGenerated": time, "requestId": self.guid(), "operationId": self.guid(), "apiVersion": "v1.0"}
        properties |= {"clientRequestId": self.guid(), "requestMethod": method, "responseStatusCode": status}
        properties |= {
            "responseSizeBytes": chance.randrange(90000),
            "signInActivityId": self.guid()[:22],
            "roles": roles,
        }
        properties |= {
            "appId": app,
            "servicePrincipalId": principal,
            "userId": None,
            "scopes": None,
            "clientAuthMethod": 2,
        }
        properties |= {
            "wids": " ".join(_WIDS[: chance.randint(1, 2)]),
            "ipAddress": self.usual_address(app),
            "userAgent": chance.choice(_AGENTS),
        }
        properties |= {"requestUri": f"https://graph.microsoft.com{path.format(self.guid())}", "C_Idtyp": "app"}
        properties |= {f"unused{n}": self.guid() for n in range(14)}
        more = {"resultSignature": str(status), "callerIpAddress": properties["ipAddress"], "location": "West Europe"}
        return self.top(time, "MicrosoftGraphActivityLogs", "Microsoft Graph Activity", properties, **more)

    def audit(self, time: str, attack: bool) -> dict:
        chance, (user, upn) = self.chance, self.chance.choice(self.users)
        operation = chance.choice(_LOUD if attack else _QUIET)
        changed = chance.sample(_CHANGED[:_ATTACKS], chance.randint(1, 5)) + _CHANGED[_ATTACKS:] * attack
        modified = [{"displayName": n, "oldValue": o, "newValue": v.format(self.guid())} for n, o, v in changed]
        target = {"id": self.guid(), "displayName": "App-001", "type": "Application", "modifiedProperties": modified}
        initiator = {"user": {"id": user, "userPrincipalName": upn, "ipAddress": chance.choice(self.addresses)}}
        properties = {"id": f"Directory_{self.guid()}", "category": "ApplicationManagement", "result": "success"}
        properties |= {"activityDisplayName": operation, "activityDateTime": time, "loggedByService": "Core Directory"}
        properties |= {
            "operationType": "Update",
            "initiatedBy": initiator,
            "targetResources": [target],
            "userAgent": None,
        }
        properties |= {"additionalDetails": [{"key": "User-Agent", "value": chance.choice(_AGENTS)}], "note": "x" * 300}
        return self.top(time, "AuditLogs", operation, properties, resultSignature="None", identity=upn)
