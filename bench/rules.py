"""Make rules of others' kind for the bench: 150 of them, the same each time, on fields that real records have.

Mixed as public rule bases are: sign-ins, audited operations, resource operations, Graph calls, risk events. Most ask
for an operation or an error and one thing more; ten ask two things of the same list element, as many compare texts in
a long field. Nothing in them is taken from a public rule.
"""

import random
from collections.abc import Iterator

import yaml

_OPERATIONS = [
    "Add member to role", "Add owner to application", "Consent to application", "Update conditional access policy",
    "Delete conditional access policy", "Set federation settings on domain", "Add service principal credentials",
    "Update application - Certificates and secrets management", "Add app role assignment to service principal",
    "Set Company Information", "Disable account", "Add unverified domain", "Invite external user", "Delete user",
    "Update authorization policy", "Add named location", "Reset user password", "Hard Delete application",
]  # fmt: skip
_SIGN_IN = {
    "UserAgent": ["contains", ["AADInternals", "python-requests", "ROADtools", "curl/", "BAV2ROPC", "axios/"]],
    "ResultType": ["", [50126, 50053, 7000222, 53003, 50074, 70043, 500121, 50158]],
    "RiskState": ["", ["atRisk", "confirmedCompromised"]],
    "RiskLevelAggregated": ["", ["high", "medium"]],
    "ConditionalAccessStatus": ["", ["failure"]],
    "ClientCredentialType": ["", ["clientSecret", "none"]],
    "AuthenticationProtocol": ["", ["deviceCode", "ropc", "authenticationTransfer"]],
    "ResourceDisplayName": ["contains", ["Windows Azure Service Management", "Key Vault", "Exchange"]],
    "AppDisplayName": ["startswith", ["Test", "tmp-", "Microsoft Azure CLI"]],
    "IPAddress": ["cidr", ["185.220.101.0/24", "198.51.100.0/24", "203.0.113.0/24"]],
    "AutonomousSystemNumber": ["", [9009, 24940, 14061, 20473]],
    "DeviceDetail.isCompliant": ["", [False]],
    "Location.countryOrRegion": ["", ["KP", "RU", "IR"]],
    "IncomingTokenType": ["", ["primaryRefreshToken", "refreshToken"]],
    "properties.status.failureReason": ["contains", ["expired", "disabled"]],
}
_GRAPH = {
    "properties.requestUri": [
        "contains",
        ["/addPassword", "/appRoleAssignments", "messageRules", "/policies/", "oauth2"],
    ],
    "properties.userAgent": ["contains", ["AzureHound", "ROADtools", "GraphRunner", "curl/"]],
    "properties.requestMethod": ["", ["DELETE", "PATCH", "POST"]],
    "properties.responseStatusCode": ["", [401, 403, 429]],
    "properties.wids": ["contains", ["62e90394-69f5-4237-9190-012177145e10"]],
    "properties.scopes": ["contains", ["RoleManagement.ReadWrite.Directory", "full_access_as_user"]],
    "properties.apiVersion": ["", ["beta"]],
}
_RESOURCES = ["MICROSOFT.NETWORK/", "MICROSOFT.KEYVAULT/VAULTS", "MICROSOFT.COMPUTE/", "MICROSOFT.CONTAINERSERVICE/"]
_RISKS = ["anonymizedIPAddress", "leakedCredentials", "unlikelyTravel", "anomalousToken", "passwordSpray"]
_PROPERTIES = [
    "KeyDescription",
    "AppRole.Value",
    "Role.DisplayName",
    "AppAddress",
    "UserType",
    "RequiredResourceAccess",
]
_VALUES = ["Global Administrator", "ReadWrite", "Password", "localhost", "Member", "AllPrincipals", "RoleManagement"]


def rules(count: int = 150, seed: int = 1) -> Iterator[str]:
    """Yield rules as YAML texts."""
    chance = random.Random(seed)
    makers = [
        *(_sign_in, _audit, _activity, _sign_in, _audit, _graph, _activity, _sign_in),
        *(_audit, _risk, _activity, _sign_in, _audit, _graph, _element),
    ]
    for number in range(count):
        service, selection, condition = makers[number % len(makers)](chance)
        yield yaml.safe_dump(
            {
                "title": f"Generated {number}",
                "id": f"{number:08d}-0000-4000-8000-000000000000",
                "tags": ["attack.t1078.004"],
                "logsource": {"product": "azure", "service": service},
                "detection": {**selection, "condition": condition},
                "level": chance.choice(["low", "medium", "high"]),
            },
            sort_keys=False,
        )


def _asked(chance: random.Random, fields: dict, count: int) -> dict:
    asked = {}
    for field in chance.sample(sorted(fields), count):
        modifier, values = fields[field]
        asked[f"{field}|{modifier}".rstrip("|")] = chance.sample(values, chance.randint(1, len(values)))
    return asked


def _sign_in(chance: random.Random) -> tuple[str, dict, str]:
    selection = _asked(chance, _SIGN_IN, chance.choice([2, 2, 3]))
    return "signinlogs", {"selection": selection, "filter": _asked(chance, _SIGN_IN, 1)}, "selection and not filter"


def _graph(chance: random.Random) -> tuple[str, dict, str]:
    return "microsoftgraphactivitylogs", {"selection": _asked(chance, _GRAPH, 2)}, "selection"


def _audit(chance: random.Random) -> tuple[str, dict, str]:
    selection = {"OperationName": chance.sample(_OPERATIONS, chance.randint(1, 4)), "Status": "success"}
    filters = {"filter_app": {"InitiatedBy.app.displayName|startswith": "App-0"}}
    return "auditlogs", {"selection": selection, **filters}, "selection and not 1 of filter_*"


def _activity(chance: random.Random) -> tuple[str, dict, str]:
    kinds = chance.sample(_RESOURCES, 2)
    selection = {"operationName|startswith": kinds, "operationName|endswith": ["/WRITE", "/DELETE"]}
    return "activitylogs", {"selection": selection}, "selection"


def _risk(chance: random.Random) -> tuple[str, dict, str]:
    return "riskdetection", {"selection": {"riskEventType": chance.choice(_RISKS)}}, "selection"


def _element(chance: random.Random) -> tuple[str, dict, str]:
    if chance.random() < 0.5:
        policy = {"result": "failure", "enforcedGrantControls|contains": chance.choice(["Block", "Mfa"])}
        return "signinlogs", {"selection": {"appliedConditionalAccessPolicies[any]": policy}}, "selection"
    element = {"displayName": chance.choice(_PROPERTIES), "newValue|contains": chance.sample(_VALUES, 2)}
    return "auditlogs", {"selection": {"TargetResources.ModifiedProperties[any]": element}}, "selection"
