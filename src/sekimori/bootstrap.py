"""The one place where things are built: the manifest goes in, a running desk and watch come out."""

import asyncio
import contextlib
import os
import ssl
import uuid
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import structlog
from slack_sdk.web.async_client import AsyncWebClient
from starlette.routing import BaseRoute

from sekimori.audit.entry import EntryKind
from sekimori.catalogue import discover_modules
from sekimori.core.clock import Clock
from sekimori.core.confidential import Personal, Secret
from sekimori.core.errors import SekimoriError
from sekimori.core.ids import ChannelId, EntryId, TeamId
from sekimori.desk.domain.ask import Desk
from sekimori.desk.domain.coordinate import Coordinator
from sekimori.desk.domain.journal import Journal
from sekimori.desk.domain.lookout import Lookout
from sekimori.desk.domain.owners import Owners
from sekimori.desk.domain.policy import Language as DeskLanguage
from sekimori.desk.domain.sources import Sources
from sekimori.desk.elsewhere import Keeper, Surroundings, open_elsewhere
from sekimori.desk.providers.outlook.provider import OutlookProvider, open_outlook
from sekimori.desk.providers.outlook.tokens import AppIdentity, certificate
from sekimori.desk.scheduled.board import Board
from sekimori.desk.scheduled.collisions import CollisionWatches
from sekimori.desk.scheduled.digest import Digests
from sekimori.desk.scheduled.reminders import Reminders
from sekimori.desk.scheduled.running import Chore, Scheduled
from sekimori.desk.scheduled.weekly import WeeklyPosts
from sekimori.desk.slack.app import SlackEdge, build_slack_app
from sekimori.desk.slack.client import open_client
from sekimori.desk.terms import (
    collision_watches_of,
    elsewhere_of,
    mailboxes_of,
    policy_of,
    weekly_posts_of,
    working_time_of,
)
from sekimori.manifest.loader import load
from sekimori.manifest.model import CalendarAccess, CredentialKind, Identity, Manifest, SlackMode, WatchSource
from sekimori.manifest.references import resolve, resolve_text
from sekimori.storage.audit_keys import signer_of
from sekimori.storage.audit_log import SqlAuditLog
from sekimori.storage.checkpoint_file import CheckpointFile
from sekimori.storage.database import Database
from sekimori.storage.declared import open_declared
from sekimori.storage.errors import StorageUnavailable
from sekimori.storage.inbox import SqlInbox
from sekimori.storage.instance import held_instance
from sekimori.storage.jobs import SqlJobs
from sekimori.storage.kept_requests import KeptRequests
from sekimori.storage.leases import Lease
from sekimori.storage.lookups import SqlLookups
from sekimori.storage.narrowings import SqlNarrowings
from sekimori.storage.notices import SqlNotices
from sekimori.storage.sendings import SqlSendings
from sekimori.storage.watch_ledger import SqlOutbox, SqlWatchLedger
from sekimori.watch.collectors.files import FileCollector
from sekimori.watch.delivery import Delivery
from sekimori.watch.domain.detection import Detector
from sekimori.watch.domain.language import Language
from sekimori.watch.intake import Envelope, Intake
from sekimori.watch.live import LiveWatch, Voice
from sekimori.watch.permission_store import use_refreshed
from sekimori.watch.profiles import profiles_of
from sekimori.watch.rulebook import shipped_rules
from sekimori.watch.sinks.slack import SlackSink


class NotThereYet(SekimoriError):  # noqa: N818 - the name says what happened
    """The manifest asks for something that this version cannot do."""

    code = "bootstrap.not_there_yet"


class MissingSetting(SekimoriError):  # noqa: N818 - the name says what happened
    """The manifest leaves out what this part of the service needs."""

    code = "bootstrap.missing_setting"


def utc_now() -> datetime:
    """Return the present instant: the clock of everything that is built here."""
    return datetime.now(UTC)


def new_entry_id() -> EntryId:
    """Return a new name for an audit entry."""
    return EntryId(str(uuid.uuid4()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What both halves stand on: the declaration, the database, the record."""

    manifest: Manifest
    folder: Path
    environ: Mapping[str, str]
    clock: Clock
    database: Database
    audit: SqlAuditLog
    instance: str

    @property
    def lease(self) -> Lease:
        """How this instance claims work that others could do as well."""
        return Lease(holder=self.instance)

    def text(self, reference: str) -> Secret[str]:
        """Fetch a secret that the manifest refers to."""
        return resolve_text(reference, folder=self.folder, environ=self.environ)

    @property
    def ca_bundle(self) -> str | None:
        """The authorities to trust instead of the usual ones, where the manifest names some.

        Raises:
            MissingSetting: the file does not hold certificates.
        """
        if not self.manifest.endpoints.ca_bundle:
            return None
        path = str(self.folder / self.manifest.endpoints.ca_bundle)
        try:
            ssl.create_default_context(cafile=path)
        except OSError as error:
            raise MissingSetting("endpoints.ca_bundle holds no certificates", hint=f"{path}: {error}") from error
        return path


@contextlib.asynccontextmanager
async def open_ground(
    manifest_path: Path, *, environ: Mapping[str, str] | None = None, clock: Clock = utc_now
) -> AsyncIterator[Ground]:
    """Load the manifest and open the database and the audit log; close them at the end.

    Raises:
        ManifestError, SecretNotFound, StorageUnavailable, AuditKeyError: what each says.
    """
    manifest, folder = load(manifest_path), manifest_path.absolute().parent  # noqa: ASYNC240 - nothing else runs yet
    variables = os.environ if environ is None else environ
    async with await open_declared(manifest.service, folder=folder, environ=variables) as database:
        signer = signer_of(
            manifest.audit, database=database.path, folder=folder, environ=variables, random_bytes=os.urandom
        )
        checkpoint = CheckpointFile.declared(manifest.audit, database=database.path, folder=folder)
        audit = SqlAuditLog(database, signer=signer, clock=clock, new_id=new_entry_id, checkpoint=checkpoint)
        with held_instance(database.path, new_id=new_entry_id) as instance:
            yield Ground(
                manifest=manifest,
                folder=folder,
                environ=variables,
                clock=clock,
                database=database,
                audit=audit,
                instance=instance,
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningDesk:
    """The desk: routes to mount, and what to do at the start and the end."""

    edge: SlackEdge
    provider: OutlookProvider
    elsewhere: Mapping[str, Keeper]
    client: AsyncWebClient
    requests: KeptRequests
    scheduled: Scheduled
    tending: list[asyncio.Task[None]] = field(default_factory=list)

    @property
    def routes(self) -> Sequence[BaseRoute]:
        """Where Slack's requests arrive."""
        return self.edge.routes

    async def start(self) -> None:
        """Answer what an earlier run accepted and did not answer, and from now on what another instance leaves."""
        await self.requests.release()
        await self.edge.resume()
        await self.edge.open()
        self.tending.append(asyncio.create_task(self.requests.tend(self.edge.resume)))
        await self.scheduled.start()

    async def close(self) -> None:
        """Finish the work in hand, leave the rest to others, and let go of connections."""
        await self.scheduled.close()
        for task in self.tending:
            task.cancel()
        await self.edge.close()
        with contextlib.suppress(StorageUnavailable):  # others get it when the lease ends
            await self.requests.release()
        for keeper in (self.provider, *self.elsewhere.values()):
            await keeper.close()


def build_desk(ground: Ground) -> RunningDesk:
    """Build the half people ask.

    Raises:
        NotThereYet, MissingSetting, SecretNotFound: what each says.
    """
    manifest, slack = ground.manifest, ground.manifest.slack
    over_http = slack.mode is SlackMode.HTTP
    if over_http and slack.signing_secret is None:
        raise MissingSetting("slack.signing_secret is missing", hint="Slack shows it under Basic Information")
    if not over_http and slack.app_token is None:
        raise MissingSetting(
            "slack.app_token is missing", hint="Slack shows it under Basic Information, App-Level Tokens"
        )
    client = slack_client(ground)
    provider, elsewhere = _outlook(ground), _elsewhere(ground)
    requests = KeptRequests(SqlInbox(ground.database, clock=ground.clock, lease=ground.lease), ground.lease)
    policy, narrowings, journal = policy_of(manifest), SqlNarrowings(ground.database), Journal(ground.audit)
    desk = Desk(policy=policy, provider=provider, journal=journal, clock=ground.clock, narrowings=narrowings)
    sources = Sources(
        providers={provider.name: provider, **elsewhere}, ours="outlook", also=elsewhere_of(manifest), journal=journal
    )
    edge = build_slack_app(
        desk=desk,
        coordinator=_coordinator(ground, desk, sources, journal),
        owners=Owners(
            policy=policy,
            team=TeamId(slack.team),
            administrators=slack.administrators,
            narrowings=narrowings,
            lookups=SqlLookups(ground.database),
            log=ground.audit,
            clock=ground.clock,
        ),
        client=client,
        inbox=requests,
        sendings=SqlSendings(ground.database),
        commands=cast("Sequence[Any]", discover_modules("sekimori.desk.slack.commands").values()),
        signing_secret=ground.text(slack.signing_secret) if over_http and slack.signing_secret else None,
        app_token=ground.text(slack.app_token) if not over_http and slack.app_token else None,
        app_id=slack.app_id,
        team=TeamId(slack.team),
        language=DeskLanguage(manifest.service.language.value),
        clock=ground.clock,
    )
    scheduled = _scheduled(ground, desk, sources, client)
    return RunningDesk(
        edge=edge, provider=provider, elsewhere=elsewhere, client=client, requests=requests, scheduled=scheduled
    )


def _scheduled(ground: Ground, desk: Desk, sources: Sources, client: AsyncWebClient) -> Scheduled:
    manifest, clock = ground.manifest, ground.clock
    policy = policy_of(manifest)
    lookout = Lookout(desk=desk, sources=sources, log=ground.audit, clock=clock)
    board = Board(client, SqlNotices(ground.database), clock)
    chores: list[Chore] = [
        WeeklyPosts(weekly_posts_of(manifest), policy=policy, lookout=lookout, board=board, clock=clock),
        Reminders(policy, lookout=lookout, board=board, clock=clock),
        CollisionWatches(
            collision_watches_of(manifest),
            policy=policy,
            lookout=lookout,
            board=board,
            clock=clock,
            buffer=working_time_of(manifest).buffer,
        ),
        Digests(policy, lookups=SqlLookups(ground.database), lookout=lookout, board=board, clock=clock),
    ]
    return Scheduled(SqlJobs(ground.database, clock=clock, lease=ground.lease), chores, clock)


def _coordinator(ground: Ground, desk: Desk, sources: Sources, journal: Journal) -> Coordinator:
    return Coordinator(
        desk=desk,
        sources=sources,
        journal=journal,
        clock=ground.clock,
        working=working_time_of(ground.manifest),
        language=DeskLanguage(ground.manifest.service.language.value),
    )


def slack_client(ground: Ground) -> AsyncWebClient:
    """Open the Web API client of our own workspace."""
    manifest = ground.manifest
    return open_client(
        token=ground.text(manifest.slack.bot_token), api=manifest.endpoints.slack_api, ca_bundle=ground.ca_bundle
    )


def _outlook(ground: Ground) -> OutlookProvider:
    manifest = ground.manifest
    by_broker = manifest.identity.calendar_access is CalendarAccess.BROKER
    broker = manifest.identity.broker_mailbox if by_broker else None
    return open_outlook(
        identity=AppIdentity(
            tenant_id=manifest.identity.tenant_id,
            app_id=manifest.identity.app_id,
            credential=_credential(ground, manifest.identity),
            login=manifest.endpoints.login,
            ca_bundle=ground.ca_bundle,
        ),
        graph=manifest.endpoints.graph,
        mailboxes=mailboxes_of(manifest),
        broker=Personal(broker) if broker else None,
    )


def _elsewhere(ground: Ground) -> Mapping[str, Keeper]:
    def secret(reference: str) -> Secret[bytes]:
        return resolve(reference, folder=ground.folder, environ=ground.environ)

    around = Surroundings(secret=secret, text=ground.text, clock=ground.clock, ca_bundle=ground.ca_bundle)
    return open_elsewhere(ground.manifest, around)


def _credential(ground: Ground, identity: Identity) -> Secret[Any]:
    match identity.credential:
        case CredentialKind.CERTIFICATE if identity.certificate:
            return certificate(resolve(identity.certificate, folder=ground.folder, environ=ground.environ))
        case CredentialKind.SECRET if identity.secret:
            return ground.text(identity.secret)
        case CredentialKind.FEDERATED:
            raise NotThereYet('identity.credential = "federated" is not there yet', hint="use a certificate")
    raise MissingSetting(f"identity.{identity.credential.value} is missing", hint="name it as file:… or env:…")


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningWatch:
    """The watch: a follower for each source, and the delivery of what they find."""

    followers: Sequence[tuple[LiveWatch, FileCollector]]
    delivery: Delivery

    async def run(self) -> None:
        """Follow every source and deliver, until cancelled.

        Raises:
            StorageUnavailable: findings cannot be kept.
        """
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.delivery.run())
            for watch, collector in self.followers:
                tasks.create_task(watch.follow(collector))


async def build_watch(ground: Ground) -> RunningWatch:
    """Build the half that guards. Without a security channel, findings are recorded and shown to nobody."""
    manifest = ground.manifest
    language = Language(manifest.service.language.value)
    channel = manifest.slack.security_channel
    sinks = [SlackSink(slack_client(ground), ChannelId(channel), language)] if channel else []
    if trouble := use_refreshed(ground.environ):
        structlog.get_logger().warning("permissions.passed_over", reason=trouble)
    lease = Lease(holder=ground.instance, lasting=timedelta(minutes=5))
    delivery = Delivery(SqlOutbox(ground.database, clock=ground.clock, lease=lease), sinks)
    followers = [await _follower(ground, source, delivery, language) for source in manifest.watch.sources]
    return RunningWatch(followers=followers, delivery=delivery)


async def _follower(
    ground: Ground, source: WatchSource, delivery: Delivery, language: Language
) -> tuple[LiveWatch, FileCollector]:
    pattern = ground.folder / source.path
    ledger = SqlWatchLedger(ground.database, clock=ground.clock, stream=f"{source.kind.value}:{source.path}")
    watch = LiveWatch(
        intake=Intake(envelopes=envelopes()),
        detector=Detector(rules=shipped_rules(), profiles=profiles_of(ground.manifest)),
        own_entries=ground.audit,
        ledger=ledger,
        delivery=delivery,
        voice=Voice(language=language, zone=ground.manifest.service.zone, folder=ground.folder),
    )
    return watch, FileCollector(pattern, positions=await ledger.positions())


def envelopes() -> list[Envelope]:
    """Return every log envelope there is."""
    return [cast("Envelope", module) for module in discover_modules("sekimori.watch.envelopes").values()]


async def record_start(ground: Ground, parts: Sequence[str]) -> None:
    """Record that the service starts; a service that cannot record does not start.

    Raises:
        AuditUnavailable: the entry could not be written.
    """
    await ground.audit.append(EntryKind.SERVICE_STARTED, {"parts": list(parts)})
