"""Commands that mend what more than one check finds."""

from sekimori.doctor.check import Facts
from sekimori.doctor.tenant import Granted, Service
from sekimori.manifest.preventive.conditional_access import GRAPH


def ungrant(facts: Facts, permission: str) -> str:
    """Return the command that takes an application permission away, by the id of its grant."""
    principal, grant = facts.get(Service).principal.id, facts.get(Granted).grant_ids.get(permission, "GRANT")
    return f'az rest --method delete --url "{GRAPH}/servicePrincipals/{principal}/appRoleAssignments/{grant}"'
