"""What Microsoft's own services do in a tenant by themselves: no call of anybody's, and a record in the audit log."""

from dataclasses import dataclass
from typing import Final

from sekimori.sim.certificates import make_credential
from sekimori.sim.entra.audit_values import described, service_principal_properties
from sekimori.sim.entra.changing import principal
from sekimori.sim.entra.directory import Application, Key
from sekimori.sim.entra.tenant import Tenant
from sekimori.sim.logs.audit_change import (
    ADD_SERVICE_PRINCIPAL,
    UPDATE_SERVICE_PRINCIPAL,
    Change,
    Initiator,
    Property,
    Target,
    audit_record,
)

MANAGED_IDENTITIES: Final = "Managed Service Identity"
SERVICE_MANAGEMENT: Final = "Windows Azure Service Management API"
JUST_IN_TIME: Final = "JIT Provisioning"


@dataclass(frozen=True, slots=True)
class Platform:
    """Microsoft's services that act in every tenant."""

    tenant: Tenant

    def renew(self, app: Application) -> None:
        """Renew the certificate of a managed identity: a new one comes, and the list is written in another order."""
        keys = app.principal.keys
        before = described((), keys)
        certificate = make_credential(app.name).certificate
        fresh = Key(id=self.tenant.ids.guid(), name=f"CN={app.service_principal}", certificate=certificate)
        keys[:] = [fresh, *reversed(keys)]
        change = Property.changed("KeyDescription", before, described((), keys))
        agent = "Microsoft Azure Graph Client Library 2.1.11-internal"
        self._write(UPDATE_SERVICE_PRINCIPAL, principal(app, change), MANAGED_IDENTITIES, agent)

    def provision(self, name: str, *, by: str) -> None:
        """Put a service principal of one of Microsoft's applications into the tenant, as first use of it does."""
        ids = self.tenant.ids
        id_, app_id = ids.guid(), ids.guid()
        rows = service_principal_properties(app_id, name, ids.guid())
        target = Target(id=id_, name=name, type="ServicePrincipal", properties=rows)
        self._write(ADD_SERVICE_PRINCIPAL, target, by, "")

    def _write(self, operation: str, target: Target, by: str, agent: str) -> None:
        ids = self.tenant.ids
        correlation = ids.guid()
        change = Change(
            at=self.tenant.clock(),
            id=f"Directory_{correlation}_{ids.slack('')[:5]}_{ids.chance.randrange(10**8)}",
            correlation=correlation,
            tenant=self.tenant.id,
            operation=operation,
            initiator=Initiator(id=None, display_name=by, address=None, user_name=None),
            targets=(target,),
            user_agent=agent,
        )
        self.tenant.logs.write(audit_record(change))
