"""Conditional Access: sign-ins of the service principal from the declared egress, or not at all."""

from ipaddress import ip_network
from typing import Any

from sekimori.doctor.check import NONE, Check, Facts, Outcome, State, both, differs, holds, listed, same
from sekimori.doctor.tenant import Fences, Policy, Service, networks
from sekimori.manifest.model import Manifest

_APPLY = "sekimori manifest conditional-access"
_OF_EVERY_POLICY = {"clientApplications", "applications", "locations", "clientAppTypes", "users"}


def _policy(manifest: Manifest, facts: Facts) -> Outcome:
    fences, principal = facts.get(Fences), facts.get(Service).principal.id
    blocking = [each for each in fences.policies if _blocks(each, principal) and _part(each, "locations")]
    expected = listed(manifest.identity.egress)
    if not blocking:
        return differs(found=NONE, expected=expected, mend=(f"{_APPLY}  # conditional_access.policy",))
    gaps = {policy.id: _let_through(policy, fences) - _declared(manifest) for policy in blocking}
    tight = [policy for policy in blocking if not gaps[policy.id] and not _narrowed(policy)]
    if any(policy.state == "enabled" for policy in tight):
        return holds(found=listed(p.display_name for p in tight), expected=expected)
    if tight:
        url = f"https://graph.microsoft.com/v1.0/identity/conditionalAccess/policies/{tight[0].id}"
        body = '{"state": "enabled"}'
        mend = f"az rest --method patch --url \"{url}\" --headers Content-Type=application/json --body '{body}'"
        found = both(f"{tight[0].display_name} は {tight[0].state}", f"{tight[0].display_name} is {tight[0].state}")
        return Outcome(state=State.WRONG, found=found, expected=same("enabled"), mend=(mend,))
    open_at = [
        f"{each.display_name}: {', '.join(sorted(map(str, gaps[each.id])))}" for each in blocking if gaps[each.id]
    ]
    narrow = [f"{each.display_name}: {', '.join(_narrowed(each))}" for each in blocking if not gaps[each.id]]
    # A policy that is only to be widened is nearer to the mark than one that lets in too much.
    mend = f"{_APPLY}  # conditional_access.{'policy' if narrow else 'location'}"
    return differs(found=listed(narrow or open_at), expected=expected, mend=(mend,))


def _risk(_manifest: Manifest, facts: Facts) -> Outcome:
    principal = facts.get(Service).principal.id
    found = [
        policy
        for policy in facts.get(Fences).policies
        if _blocks(policy, principal) and "high" in (policy.conditions.get("servicePrincipalRiskLevels") or ())
    ]
    expected = both("リスクが高ければ拒む方針", "a policy that blocks at high risk")
    if any(policy.state == "enabled" for policy in found):
        return holds(found=listed(policy.display_name for policy in found), expected=expected)
    said = listed(f"{policy.display_name}: {policy.state}" for policy in found)
    return Outcome(state=State.WARNING, found=said, expected=expected, mend=(f"{_APPLY}  # conditional_access.risk",))


def _blocks(policy: Policy, principal: str) -> bool:
    controls = (policy.grant_controls or {}).get("builtInControls") or []
    clients = _part(policy, "clientApplications")
    included = {str(each).casefold() for each in clients.get("includeServicePrincipals") or ()}
    excluded = {str(each).casefold() for each in clients.get("excludeServicePrincipals") or ()}
    named = principal.casefold() in included or "serviceprincipalsinmytenant" in included
    return named and principal.casefold() not in excluded and "block" in controls and policy.state != "disabled"


def _narrowed(policy: Policy) -> list[str]:
    """Return the conditions by which a policy blocks less than every sign-in; every one that is not known counts."""
    locations, applications = _part(policy, "locations"), _part(policy, "applications")
    found = {
        "includeLocations": "All" not in (locations.get("includeLocations") or ()),
        "includeApplications": "All" not in (applications.get("includeApplications") or ()),
        "excludeApplications": _says(applications.get("excludeApplications")),
        "applicationFilter": _says(applications.get("applicationFilter")),
        "servicePrincipalFilter": _says(_part(policy, "clientApplications").get("servicePrincipalFilter")),
        "clientAppTypes": policy.conditions.get("clientAppTypes") not in (None, [], ["all"]),
    }
    found |= {key: _says(value) for key, value in policy.conditions.items() if key not in _OF_EVERY_POLICY}
    return sorted(key for key, narrows in found.items() if narrows)


def _says(value: object) -> bool:
    """Return whether a condition holds anything: Graph gives unused ones as null, as empty lists, or empty inside."""
    if isinstance(value, dict):
        return any(_says(each) for key, each in value.items() if not str(key).startswith("@odata."))
    return bool(value) and value != "none"


def _let_through(policy: Policy, fences: Fences) -> set[Any]:
    """Return the networks that a policy does not block; a location that is not known, or has no networks, by its id."""
    known: dict[str, set[Any]] = {location.id: set(networks(location)) for location in fences.locations}
    excluded = _part(policy, "locations").get("excludeLocations") or ()
    return {net for each in excluded for net in (known.get(str(each)) or {str(each)})}


def _declared(manifest: Manifest) -> set[Any]:
    return {ip_network(text, strict=False) for text in manifest.identity.egress}


def _part(policy: Policy, key: str) -> dict[str, Any]:
    found = policy.conditions.get(key)
    return found if isinstance(found, dict) else {}


CHECKS = (
    Check(
        id="conditional_access.policy",
        what=both("出口以外からのサインインを拒む", "Sign-ins from anywhere but the egress are blocked"),
        why=both(
            "盗まれた資格情報が、よそでも使えてしまいます",
            "without it a stolen credential works from anywhere",
        ),
        techniques=("T1078.004", "T1550.001"),
        needs=(Fences, Service),
        examine=_policy,
    ),
    Check(
        id="conditional_access.risk",
        what=both("リスクのあるときは拒む", "Sign-ins at risk are blocked"),
        why=both(
            "Entra が漏えいを見つけても、人が気づくまで使われます",
            "without it a leak that Entra knows of is used until somebody notices",
        ),
        techniques=("T1078.004",),
        needs=(Fences, Service),
        examine=_risk,
    ),
)
