"""One tenant as its endpoints share it: directory, issuer, logs, clock, faults."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives.asymmetric import rsa
from starlette.requests import Request

from sekimori.core.clock import Clock
from sekimori.sim import world
from sekimori.sim.aws.sts import ISSUER, ROLE
from sekimori.sim.calendars import Appointment
from sekimori.sim.certificates import Issued
from sekimori.sim.entra.access_tokens import TokenIssuer
from sekimori.sim.entra.directory import (
    Application,
    ClientSecret,
    Directory,
    FederatedCredential,
    Key,
    calendar_permissions,
)
from sekimori.sim.entra.neighbours import PEOPLE, neighbours, old_secret
from sekimori.sim.faults import Faults
from sekimori.sim.ids import IdSource
from sekimori.sim.logs.asked import READS_LOGS
from sekimori.sim.logs.writer import LogWriter
from sekimori.sim.settings import SimulatorSettings

SOURCE_HEADER: Final = "X-Sim-Source-Ip"
"""Where a request pretends to come from; the simulator only ever sees loopback."""

CALENDAR_ROLE: Final = "Calendars.ReadBasic.All"
EXCHANGE_AUDIENCE: Final = "api://AzureADTokenExchange"


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenant:
    """Company B's tenant, with everything its endpoints need.

    ``zone`` is where the owners of its calendars live; ``issuers`` are the keys of those outside whose tokens a
    federated credential may name, by issuer.
    """

    id: str
    directory: Directory
    calendars: dict[str, tuple[Appointment, ...]]
    zone: ZoneInfo
    issuer: TokenIssuer
    logs: LogWriter
    clock: Clock
    token_clock: Clock
    ids: IdSource
    faults: Faults
    egress: str
    graph_principal: str
    calendar_scope: frozenset[str] | None = None
    issuers: dict[str, rsa.RSAPublicKey] = field(default_factory=dict)

    def address_of(self, request: Request) -> str:
        """Return where a request says it comes from."""
        return request.headers.get(SOURCE_HEADER, self.egress)


def seeded_tenant(
    settings: SimulatorSettings,
    *,
    calendars: dict[str, tuple[Appointment, ...]],
    credential: Issued,
    ids: IdSource,
    faults: Faults,
    logs: LogWriter,
) -> Tenant:
    """Return company B's tenant with two applications in it: the bot, and the one that reads the logs."""
    token_clock = settings.token_clock or settings.clock
    return Tenant(
        id=world.TENANT,
        directory=Directory(
            world.TENANT,
            [
                _application(credential, ids, token_clock, federated=settings.federated, fenced=settings.fenced),
                _reader(settings.reader_secret.reveal(), token_clock),
                *neighbours(ids, token_clock),
            ],
            people=PEOPLE,
        ),
        calendars=calendars,
        zone=ZoneInfo(settings.timezone),
        issuer=TokenIssuer(world.TENANT, token_clock),
        logs=logs,
        clock=settings.clock,
        token_clock=token_clock,
        ids=ids,
        faults=faults,
        egress=settings.egress,
        graph_principal=ids.guid(),
        calendar_scope=settings.calendar_scope,
    )


def _application(credential: Issued, ids: IdSource, clock: Clock, *, federated: bool, fenced: bool) -> Application:
    unused = old_secret(ids, clock)
    key = Key(id=world.KEY, name=f"CN={world.APP_NAME}", certificate=credential.certificate)
    role = FederatedCredential(
        id=world.FEDERATED_CREDENTIAL, name="aws", issuer=ISSUER, subject=ROLE, audiences=(EXCHANGE_AUDIENCE,)
    )
    return Application(
        app_id=world.APP,
        object_id=world.APP_OBJECT,
        name=world.APP_NAME,
        service_principal=world.SERVICE_PRINCIPAL,
        roles=(CALENDAR_ROLE,),
        keys=[] if federated else [key],
        secrets=[] if federated or fenced else [unused],
        federated=[role] if federated else [],
        required=calendar_permissions(),
    )


def _reader(secret: str, clock: Clock) -> Application:
    expires = clock() + timedelta(days=90)
    return Application(
        app_id=world.READER,
        object_id=world.READER,
        name="log-reader",
        service_principal=world.READER_PRINCIPAL,
        roles=(READS_LOGS,),
        secrets=[ClientSecret(id=world.READER_CREDENTIAL, name="reader", text=secret, expires=expires)],
    )


def unused_secret(tenant: Tenant) -> ClientSecret:
    """Return the bot's old secret; one that was removed is there again, without a trace in the log."""
    application = tenant.directory.by_app_id(world.APP)
    if application is None:
        raise LookupError(world.APP)
    if not application.secrets:
        application.secrets.append(old_secret(tenant.ids, tenant.token_clock))
    return application.secrets[0]
