"""The calendars the desk reads: our own tenant's, and those elsewhere."""

from collections.abc import Mapping
from typing import Any

from sekimori.bootstrap.errors import MissingSetting
from sekimori.bootstrap.federation import assertions_of
from sekimori.bootstrap.ground import Ground
from sekimori.core.confidential import Personal, Secret
from sekimori.desk.elsewhere import Keeper, Surroundings, open_elsewhere
from sekimori.desk.providers.outlook.provider import OutlookProvider, open_outlook
from sekimori.desk.providers.outlook.tokens import AppIdentity, by_assertion, certificate
from sekimori.desk.terms import mailboxes_of
from sekimori.manifest.references import resolve
from sekimori.manifest.tables.identity import CalendarAccess, CredentialKind, Identity


def outlook_of(ground: Ground) -> OutlookProvider:
    """Open the calendars of our own tenant.

    Raises:
        NotThereYet, MissingSetting, SecretNotFound: what each says.
    """
    manifest = ground.manifest
    by_broker = manifest.identity.calendar_access is CalendarAccess.BROKER
    broker = manifest.identity.broker_mailbox if by_broker else None
    return open_outlook(
        identity=AppIdentity(
            tenant_id=manifest.identity.tenant_id,
            app_id=manifest.identity.app_id,
            credential=credential_of(ground, manifest.identity),
            login=manifest.endpoints.login,
            ca_bundle=ground.ca_bundle,
        ),
        graph=manifest.endpoints.graph,
        mailboxes=mailboxes_of(manifest),
        zone=manifest.service.zone,
        broker=Personal(broker) if broker else None,
    )


def elsewhere_calendars(ground: Ground) -> Mapping[str, Keeper]:
    """Open the calendars outside our tenant that the manifest names."""

    def secret(reference: str) -> Secret[bytes]:
        return resolve(reference, folder=ground.folder, environ=ground.environ)

    around = Surroundings(secret=secret, text=ground.text, clock=ground.clock, ca_bundle=ground.ca_bundle)
    return open_elsewhere(ground.manifest, around)


def credential_of(ground: Ground, identity: Identity) -> Secret[Any]:
    """Fetch what the identity signs in with.

    Raises:
        NotThereYet, MissingSetting, SecretNotFound: what each says.
    """
    match identity.credential:
        case CredentialKind.CERTIFICATE if identity.certificate:
            return certificate(resolve(identity.certificate, folder=ground.folder, environ=ground.environ))
        case CredentialKind.SECRET if identity.secret:
            return ground.text(identity.secret)
        case CredentialKind.FEDERATED if identity.federation:
            return by_assertion(assertions_of(ground, identity.federation))
    raise MissingSetting(f"identity.{identity.credential.value} is missing", hint="name it as file:… or env:…")
