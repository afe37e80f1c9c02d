"""Conditional Access for workload identities: the service principal signs in from the declared egress, or not at all.

Microsoft Graph ``namedLocations`` and ``conditionalAccess/policies``; a policy on service principals can only block.
"""

import ipaddress
from collections.abc import Mapping
from typing import Any, Final

from sekimori.manifest.model import Manifest
from sekimori.manifest.preventive.setting import Call, Line, NothingToPrint, Setting, Step, both, named, variable
from sekimori.manifest.tables.identity import Identity

GRAPH: Final = "https://graph.microsoft.com/v1.0"
_POLICIES: Final = f"{GRAPH}/identity/conditionalAccess/policies"
_LOCATIONS: Final = f"{GRAPH}/identity/conditionalAccess/namedLocations"
_PRINCIPAL: Final = "service_principal"
_LICENCE: Final = both(
    "Microsoft Entra Workload ID Premium が要ります。まず report-only で入れ、ログを見てから enabled にします。",
    "Needs Microsoft Entra Workload ID Premium. It starts as report-only: look at the sign-in log, then enable it.",
)


def conditional_access(manifest: Manifest) -> tuple[Setting, ...]:
    """Return the named location and the policies.

    Raises:
        NothingToPrint: no egress is declared, so nothing could be let through.
    """
    if not manifest.identity.egress:
        raise NothingToPrint("identity.egress is empty", hint="declare where the sign-ins come from, as networks")
    return (_location(manifest), _policy(manifest), _risk_policy(manifest))


def named_location(manifest: Manifest) -> dict[str, Any]:
    """Return the ``ipNamedLocation`` of the declared egress."""
    networks = [ipaddress.ip_network(text, strict=False) for text in manifest.identity.egress]
    ranges = [
        {"@odata.type": f"#microsoft.graph.iPv{network.version}CidrRange", "cidrAddress": str(network)}
        for network in networks
    ]
    name = location_name(manifest)
    return {
        "@odata.type": "#microsoft.graph.ipNamedLocation",
        "displayName": name,
        "isTrusted": False,
        "ipRanges": ranges,
    }


def location_name(manifest: Manifest) -> str:
    """Return what the named location is called."""
    return f"{manifest.service.name} egress"


def block_policy(manifest: Manifest, *, principal: str, location: str) -> dict[str, Any]:
    """Return the policy that blocks a service principal everywhere but at a named location, by their ids."""
    conditions = {"locations": {"includeLocations": ["All"], "excludeLocations": [location]}}
    return _blocking(f"{manifest.service.name}: only from its egress", principal, conditions)


def risk_policy(manifest: Manifest, *, principal: str) -> dict[str, Any]:
    """Return the policy that blocks a service principal that Entra holds for compromised."""
    conditions = {"servicePrincipalRiskLevels": ["medium", "high"]}
    return _blocking(f"{manifest.service.name}: not at risk", principal, conditions)


def _blocking(name: str, principal: str, conditions: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "displayName": name,
        "state": "enabledForReportingButNotEnforced",
        "conditions": {
            "clientApplications": {"includeServicePrincipals": [principal], "excludeServicePrincipals": []},
            "applications": {"includeApplications": ["All"]},
            **conditions,
        },
        "grantControls": {"operator": "and", "builtInControls": ["block"]},
    }


def _location(manifest: Manifest) -> Setting:
    return Setting(
        id="conditional_access.location",
        what=both("宣言した出口の「ネームドロケーション」", "A named location: the declared egress"),
        why=both(
            "出口を一か所に定めます。次の方針がこれを除外に使います",
            "fixes the one place that sign-ins may come from; the policy below excludes it",
        ),
        techniques=("T1078.004",),
        apply=(Call(method="POST", url=_LOCATIONS, body=named_location(manifest), keep="named_location"),),
        undo=(
            named(_LOCATIONS, location_name(manifest), keep="named_location"),
            Call(method="DELETE", url=f"{_LOCATIONS}/{variable('named_location')}"),
        ),
    )


def _policy(manifest: Manifest) -> Setting:
    body = block_policy(manifest, principal=variable(_PRINCIPAL), location=variable("named_location"))
    return Setting(
        id="conditional_access.policy",
        what=both("出口以外からのサインインを拒む方針", "A policy that blocks sign-ins from anywhere else"),
        why=both(
            "盗まれたシークレットや証明書を、よそから使えなくします",
            "a stolen secret or certificate is of no use elsewhere",
        ),
        techniques=("T1078.004", "T1550.001"),
        apply=(*principal_of(manifest.identity), Call(method="POST", url=_POLICIES, body=body, keep="policy")),
        undo=_policy_undone(str(body["displayName"])),
        note=_LICENCE,
    )


def _risk_policy(manifest: Manifest) -> Setting:
    body = risk_policy(manifest, principal=variable(_PRINCIPAL))
    return Setting(
        id="conditional_access.risk",
        what=both("リスクが中以上なら拒む方針", "A policy that blocks the service principal while it is at risk"),
        why=both(
            "Entra が漏えいした資格情報や異常を見つけたとき、人を待たずに止めます",
            "stops it without waiting for anybody when Entra finds leaked credentials or an anomaly",
        ),
        techniques=("T1078.004",),
        apply=(*principal_of(manifest.identity), Call(method="POST", url=_POLICIES, body=body, keep="risk_policy")),
        undo=_policy_undone(str(body["displayName"])),
        note=_LICENCE,
    )


def principal_of(identity: Identity) -> tuple[Step, ...]:
    """Return the step that puts the service principal's object id into a variable."""
    if identity.service_principal_id:
        return (Line(text=f'{_PRINCIPAL}="{identity.service_principal_id}"'),)
    return (Line(text=f"az ad sp show --id {identity.app_id} --query id --output tsv", keep=_PRINCIPAL),)


def _policy_undone(name: str) -> tuple[Step, ...]:
    return (named(_POLICIES, name, keep="policy"), Call(method="DELETE", url=f"{_POLICIES}/{variable('policy')}"))
