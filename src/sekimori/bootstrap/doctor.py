"""The doctor, built from the manifest: whose tokens it reads with, and what it tries with the desk's own."""

import contextlib
import os
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final, cast

import httpx
import jwt
import msgspec
from slack_sdk.web.async_client import AsyncWebClient

from sekimori.audit.entry import EntryKind
from sekimori.audit.log import AuditUnavailable
from sekimori.audit.verify import Broken
from sekimori.bootstrap.calendars import credential_of
from sekimori.bootstrap.ground import Ground
from sekimori.bootstrap.slack import slack_client
from sekimori.catalogue import by_id, discover_modules
from sekimori.core.confidential import Secret
from sekimori.core.errors import SekimoriError
from sekimori.core.ids import EntryId
from sekimori.core.timespan import Timespan
from sekimori.desk.calling import open_client as open_http
from sekimori.desk.domain.journal import Calls
from sekimori.desk.domain.ports import Problem
from sekimori.desk.providers.outlook.calls import GraphCalls, Target
from sekimori.desk.providers.outlook.tokens import AppIdentity, EntraTokens, certificate
from sekimori.desk.signing_in import SignInFailed
from sekimori.desk.slack.client import open_client
from sekimori.doctor.check import Check, Facts, Result, Unread, both, examined
from sekimori.doctor.reading.microsoft import OF_GRAPH, Answers, read_diagnostics, read_tenant, unread
from sekimori.doctor.reading.slack import read_slack
from sekimori.doctor.tenant import Diagnostics
from sekimori.doctor.vocabulary import Vocabulary
from sekimori.doctor.witness import Channels, Present, Record, Trial, Workspace
from sekimori.manifest.references import SecretNotFound, resolve
from sekimori.manifest.tables.auditor import Auditor
from sekimori.manifest.tables.identity import CalendarAccess
from sekimori.storage.audit_check import check_audit_log
from sekimori.storage.audit_keys import verifying_key_of
from sekimori.storage.checkpoint_file import CheckpointFile
from sekimori.watch.certificates import declared_thumbprint
from sekimori.watch.domain.permissions import known_table
from sekimori.watch.domain.tiers import Grant

_GRAPH_SCOPE: Final = ("https://graph.microsoft.com/.default",)
_MANAGEMENT_SCOPE: Final = ("https://management.azure.com/.default",)
_FREE_BUSY: Final = frozenset({"status", "start", "end"})
_PATIENCE: Final = 20.0
_KINDS: Final = {Grant.APPLICATION: "Role", Grant.DELEGATED: "Scope"}


def all_checks() -> tuple[Check, ...]:
    """Return every check there is; two of one id are fatal."""
    modules = discover_modules("sekimori.doctor.checks").values()
    checks = [check for module in modules for check in cast("Sequence[Check]", module.CHECKS)]
    return tuple(cast("Mapping[str, Check]", by_id(checks, lambda check: check.id, what="checks")).values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """What is to be tried beside reading: a real call of the desk's own, and a mailbox that should be out of reach."""

    trial: bool = True
    outside: str | None = None


async def examine(ground: Ground, wanted: Examination) -> tuple[Result, ...]:
    """Read everything, and make every check.

    Raises:
        SecretNotFound: a token or key of the auditor's is not where the manifest says.
    """
    facts = Facts()
    facts.put(Present, Present(ground.clock(), _thumbprints(ground)))
    # The trial comes first: by what it leaves behind, the record and the sign-in log are looked at as well.
    facts.put(Trial, await _trial(ground, wanted) if wanted.trial else _not_tried())
    async with httpx.AsyncClient(verify=_trust(ground), trust_env=False, timeout=_PATIENCE) as client:
        await _read_microsoft(ground, client, facts)
    await _read_slack(ground, facts)
    facts.put(Record, await _record(ground))
    return examined(all_checks(), ground.manifest, facts)


async def _read_microsoft(ground: Ground, client: httpx.AsyncClient, facts: Facts) -> None:
    auditor, endpoints = ground.manifest.auditor, ground.manifest.endpoints
    graph = await _token(ground, auditor, _GRAPH_SCOPE, auditor.token if auditor else None)
    if isinstance(graph, Unread):
        unread(facts, OF_GRAPH, graph)
    else:
        await read_tenant(
            ground.manifest, Answers(endpoints.graph, graph, client, ground.clock), _vocabulary(), ground.clock, facts
        )
    management = await _token(ground, auditor, _MANAGEMENT_SCOPE, auditor.management_token if auditor else None)
    if isinstance(management, Unread):
        unread(facts, (Diagnostics,), management)
    else:
        await read_diagnostics(Answers(endpoints.management, management, client, ground.clock), facts)


async def _token(
    ground: Ground, auditor: Auditor | None, scopes: tuple[str, ...], given: str | None
) -> Secret[str] | Unread:
    if given:
        return ground.text(given)
    if auditor is None or auditor.app_id is None:
        why = both("監査役のトークンがありません", "there is no auditor's token")
        return Unread(why=why, mend=("[auditor] app_id, certificate | token, management_token",))
    tokens = EntraTokens(
        AppIdentity(
            tenant_id=ground.manifest.identity.tenant_id,
            app_id=auditor.app_id,
            credential=_credential(ground, auditor),
            login=ground.manifest.endpoints.login,
            ca_bundle=ground.ca_bundle,
            scopes=scopes,
        )
    )
    try:
        return (await tokens.token()).value
    except SignInFailed as error:
        return Unread(why=both(f"監査役がサインインできません: {error}", f"the auditor cannot sign in: {error}"))
    finally:
        tokens.close()


def _credential(ground: Ground, auditor: Auditor) -> Secret[Any]:
    if auditor.certificate:
        return certificate(resolve(auditor.certificate, folder=ground.folder, environ=ground.environ))
    return ground.text(auditor.secret or "")


def _vocabulary() -> Vocabulary:
    return Vocabulary({(each.resource_id, each.id, _KINDS[each.grant]): each.name for each in known_table().values()})


async def _read_slack(ground: Ground, facts: Facts) -> None:
    auditor = ground.manifest.auditor
    given = auditor.slack_token if auditor else None
    reader: AsyncWebClient | None = None
    if given:
        api, ca_bundle = ground.manifest.endpoints.slack_api, ground.ca_bundle
        reader = open_client(token=ground.text(given), api=api, ca_bundle=ca_bundle)
    try:
        bot = slack_client(ground)
    except SecretNotFound as error:
        unread(facts, (Workspace, Channels), Unread(why=both(f"読めません: {error}", f"could not be read: {error}")))
        return
    await read_slack(ground.manifest, bot, reader, facts)


async def _record(ground: Ground) -> Record | Unread:
    manifest, path = ground.manifest, ground.database.path
    try:
        key = verifying_key_of(manifest.audit, database=path, folder=ground.folder, environ=ground.environ)
        file = CheckpointFile.declared(manifest.audit, database=path, folder=ground.folder)
        verdict = await check_audit_log(ground.database, key, checkpoint=file)
    except SekimoriError as error:
        return Unread(why=both(f"読めません: {error}", f"could not be read: {error}"))
    written = datetime.fromtimestamp(os.path.getmtime(file.path), UTC) if file.path.exists() else None  # noqa: PTH204, ASYNC240
    if isinstance(verdict, Broken):
        return Record(verdict.seq, verdict.reason, written)
    return Record(verdict.size, None, written)


async def _trial(ground: Ground, wanted: Examination) -> Trial | Unread:
    """Ask for the first person's next week, as the desk would, recorded first; and for the mailbox out of reach."""
    manifest = ground.manifest
    if not manifest.people:
        return Unread(why=both("試す人がいません", "there is nobody to ask about"), mend=("[[people]]",))
    person = manifest.people[0]
    broker = manifest.identity.broker_mailbox if manifest.identity.calendar_access is CalendarAccess.BROKER else None
    start = ground.clock().replace(minute=0, second=0, microsecond=0)
    window = Timespan(start, start + timedelta(days=7))
    try:
        async with _calls(ground) as (calls, tokens):
            entry = await ground.audit.append(EntryKind.DOCTOR_RAN, {"outside": bool(wanted.outside)})
            journal = Calls(ground.audit, EntryId(entry.id), "outlook")
            target = Target(
                mailbox=broker or person.mailbox, address=person.mailbox, people=(person.id,), window=window
            )
            answer = await calls.get_schedule(target, journal)
            outside = None
            if wanted.outside:
                beyond = Target(mailbox=wanted.outside, address=wanted.outside, people=(), window=window)
                outside = _status(await calls.get_schedule(beyond, journal))
            return Trial(_status(answer), _surplus(answer), await _lifetime(tokens), outside)
    except (SekimoriError, AuditUnavailable) as error:
        return Unread(why=both(f"試せません: {error}", f"could not be tried: {error}"))


@contextlib.asynccontextmanager
async def _calls(ground: Ground) -> AsyncIterator[tuple[GraphCalls, EntraTokens]]:
    manifest = ground.manifest
    tokens = EntraTokens(
        AppIdentity(
            tenant_id=manifest.identity.tenant_id,
            app_id=manifest.identity.app_id,
            credential=credential_of(ground, manifest.identity),
            login=manifest.endpoints.login,
            ca_bundle=ground.ca_bundle,
        )
    )
    calls = GraphCalls(graph=manifest.endpoints.graph, client=open_http(ground.ca_bundle), tokens=tokens)
    try:
        yield calls, tokens
    finally:
        await calls.close()


_STATUS: Final = {Problem.FORBIDDEN: 403, Problem.NOT_FOUND: 404, Problem.NOT_SIGNED_IN: 401, Problem.THROTTLED: 429}


def _status(answer: bytes | Problem) -> int:
    return 200 if isinstance(answer, bytes) else _STATUS.get(answer, 500)


def _surplus(answer: bytes | Problem) -> frozenset[str]:
    """Return the keys of the items that are not free/busy; what they hold is not looked at."""
    if not isinstance(answer, bytes):
        return frozenset()
    try:
        found = msgspec.json.decode(answer, type=_Answer)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return frozenset({"?"})
    return frozenset(key for each in found.value for item in each.items or () for key in item) - _FREE_BUSY


class _Schedule(msgspec.Struct):
    items: list[dict[str, msgspec.Raw]] | None = msgspec.field(name="scheduleItems", default=None)


class _Answer(msgspec.Struct):
    value: list[_Schedule]


async def _lifetime(tokens: EntraTokens) -> timedelta | None:
    try:
        text = (await tokens.token()).value.reveal()
        claims = jwt.decode(text, options={"verify_signature": False})
        return timedelta(seconds=int(claims["exp"]) - int(claims.get("nbf", claims["iat"])))
    except (SignInFailed, jwt.InvalidTokenError, KeyError, TypeError, ValueError):
        return None


def _not_tried() -> Unread:
    return Unread(why=both("試していません(--no-trial)", "not tried (--no-trial)"))


def _thumbprints(ground: Ground) -> frozenset[str]:
    identity = ground.manifest.identity
    found = declared_thumbprint(identity.certificate, folder=ground.folder, environ=ground.environ)
    return frozenset({each.casefold() for each in identity.thumbprints} | ({found} if found else set()))


def _trust(ground: Ground) -> Any:
    import ssl

    return ssl.create_default_context(cafile=ground.ca_bundle)
