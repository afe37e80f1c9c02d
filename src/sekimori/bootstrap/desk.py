"""The half people ask, built from the manifest."""

import asyncio
import contextlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from slack_sdk.web.async_client import AsyncWebClient
from starlette.routing import BaseRoute

from sekimori.bootstrap.alerts import alert_buttons
from sekimori.bootstrap.calendars import elsewhere_calendars, outlook_of
from sekimori.bootstrap.errors import MissingSetting
from sekimori.bootstrap.ground import Ground
from sekimori.bootstrap.slack import door_of, slack_client
from sekimori.catalogue import discover_modules
from sekimori.core.ids import TeamId
from sekimori.desk.domain.ask import Desk
from sekimori.desk.domain.coordinate import Coordinator
from sekimori.desk.domain.journal import Journal
from sekimori.desk.domain.lookout import Lookout
from sekimori.desk.domain.owners import Owners
from sekimori.desk.domain.policy import Language as DeskLanguage
from sekimori.desk.domain.sources import Sources
from sekimori.desk.elsewhere import Keeper
from sekimori.desk.providers.outlook.provider import OutlookProvider
from sekimori.desk.scheduled.board import Board
from sekimori.desk.scheduled.collisions import CollisionWatches
from sekimori.desk.scheduled.digest import Digests
from sekimori.desk.scheduled.housekeeping import JOBS_KEPT, KEYS_KEPT, NOTICES_KEPT, Housekeeping, Keep
from sekimori.desk.scheduled.reminders import Reminders
from sekimori.desk.scheduled.running import Chore, Scheduled
from sekimori.desk.scheduled.weekly import WeeklyPosts
from sekimori.desk.slack.acquaintances import Acquaintances
from sekimori.desk.slack.app import SlackEdge, build_slack_app
from sekimori.desk.slack.client import close, keep_connections
from sekimori.desk.terms import (
    collision_watches_of,
    elsewhere_of,
    policy_of,
    weekly_posts_of,
    working_time_of,
)
from sekimori.manifest.tables.slack import SlackMode
from sekimori.storage.errors import StorageUnavailable
from sekimori.storage.inbox import SqlInbox
from sekimori.storage.jobs import SqlJobs
from sekimori.storage.kept_requests import KeptRequests
from sekimori.storage.lookups import SqlLookups
from sekimori.storage.narrowings import SqlNarrowings
from sekimori.storage.notices import SqlNotices
from sekimori.storage.sendings import SqlSendings


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
        keep_connections(self.client)
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
        await close(self.client)


def build_desk(ground: Ground, judged: Callable[[], None] = lambda: None) -> RunningDesk:
    """Build the half people ask; it answers the buttons under the watch's alerts too, since Slack knows one address.

    Args:
        ground: what both halves stand on.
        judged: called when somebody judged an alert, where the watch runs beside.

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
    client, (signing_secret, app_token) = slack_client(ground), door_of(ground)
    acquaintances = Acquaintances(client)
    provider, elsewhere = outlook_of(ground), elsewhere_calendars(ground)
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
        acquaintances=acquaintances,
        inbox=requests,
        sendings=SqlSendings(ground.database),
        commands=[
            *cast("Sequence[Any]", discover_modules("sekimori.desk.slack.commands").values()),
            *([alert_buttons(ground, client, acquaintances, judged)] if slack.security_channel else []),
        ],
        signing_secret=signing_secret,
        app_token=app_token,
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
    notices = SqlNotices(ground.database, clock)
    jobs, requests = SqlJobs(ground.database, clock=clock, lease=ground.lease), SqlInbox(ground.database, clock=clock)
    board = Board(client, notices, clock)
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
        Housekeeping(
            [
                Keep(what="requests", rows=requests, kept=KEYS_KEPT),
                Keep(what="jobs", rows=jobs, kept=JOBS_KEPT),
                Keep(what="notices", rows=notices, kept=NOTICES_KEPT),
            ],
            clock,
        ),
    ]
    return Scheduled(jobs, chores, clock)


def _coordinator(ground: Ground, desk: Desk, sources: Sources, journal: Journal) -> Coordinator:
    return Coordinator(
        desk=desk,
        sources=sources,
        journal=journal,
        clock=ground.clock,
        working=working_time_of(ground.manifest),
        language=DeskLanguage(ground.manifest.service.language.value),
    )
