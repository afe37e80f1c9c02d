"""Every sink of the folder: told once and in order, patient with trouble, and nobody else's trouble. Over real HTTP."""

import asyncio
import base64
import contextlib
import hashlib
import hmac
import json
from collections import deque
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema
from slack_sdk.web.async_client import AsyncWebClient
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from sekimori.catalogue import discover_modules
from sekimori.core.confidential import Secret
from sekimori.manifest.tables.sinks import DatadogForm, SinkKind, WatchSink
from sekimori.sim.web import listening, serving
from sekimori.storage import outbox as outboxes
from sekimori.storage.alerts import SqlAlerts
from sekimori.storage.backend import Turn
from sekimori.storage.database import open_database
from sekimori.storage.outbox import SqlOutbox
from sekimori.watch import delivery
from sekimori.watch.alert import Alert
from sekimori.watch.delivery import Delivery, DeliveryFailed
from sekimori.watch.domain.language import Language
from sekimori.watch.domain.level import Level
from sekimori.watch.sinking import Surroundings

MODULES = discover_modules("sekimori.watch.sinks")
KEY = "whsec_" + base64.b64encode(b"k" * 32).decode()
HOSTILE = '<!channel> <@U0ADMIN> @everyone %%% *b* `c` "q" \\ \u202e\x07 予定 ' + "x" * 5000
NOW = datetime(2026, 11, 23, 0, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    monkeypatch.setattr(delivery, "PATIENCE", (0.02, 0.05))
    monkeypatch.setattr(outboxes, "REFUSALS", (0.02, 0.02))
    monkeypatch.setattr(outboxes, "EDITS_APART", (0.01,))


class Receiver:
    """Slack, Datadog and an address of somebody's, on one port: keeps what it took, and fails as it is told to."""

    def __init__(self):
        self.taken, self.seen, self.faults = [], [], deque()
        self.routes = [Route("/{path:path}", self.receive, methods=["POST"])]

    async def receive(self, request: Request):
        body = await request.body()
        self.seen.append((request.url.path, request.headers, body))
        if self.faults:
            status, headers = self.faults.popleft()
            if request.url.path.startswith("/api/chat.") and status in {400, 403}:
                word = "invalid_blocks" if status == 400 else "invalid_auth"
                return JSONResponse({"ok": False, "error": word})
            return JSONResponse({"errors": ["no"]}, status_code=status, headers=headers)
        self.taken.append((request.url.path, request.headers, body))
        return JSONResponse({"ok": True, "channel": "C0OTHER", "ts": f"{len(self.taken)}.0"}, status_code=200)


class Case:
    """One kind of sink, where it sends to, and how to read what arrived."""

    def __init__(self, kind, form=DatadogForm.LOGS):
        self.kind, self.form = kind, form
        self.over_http = kind not in {SinkKind.NDJSON, SinkKind.OCSF}

    def __repr__(self):
        return f"{self.kind.value}-{self.form.value}" if self.kind is SinkKind.DATADOG else self.kind.value

    def open(self, base, folder, name="it"):
        declared = {
            SinkKind.SLACK: {"channel": "C0OTHER"},
            SinkKind.DATADOG: {"api_key": "env:KEY", "url": base, "form": self.form},
            SinkKind.WEBHOOK: {"secret": "env:KEY", "url": f"{base}/hook"},
        }.get(self.kind, {"path": "out"})
        around = Surroundings(
            folder=folder,
            secret=lambda reference: Secret(KEY),
            slack=lambda: AsyncWebClient(token="xoxb-1", base_url=f"{base}/api/", retry_handlers=[]),
            buttons=True,
            language=Language.JA,
            service="sekimori",
            clock=lambda: NOW,
        )
        return MODULES[self.kind.value].open_sink(WatchSink(kind=self.kind, name=name, **declared), around)

    def arrived(self, receiver, folder):
        """Return the ids of the alerts that arrived, in order; one is as often there as it was told."""
        if not self.over_http:
            files = sorted((folder / "out").glob("*.ndjson")) if (folder / "out").exists() else []
            lines = [json.loads(line) for file in files for line in file.read_text("utf-8").splitlines()]
            return [line["id"] if self.kind is SinkKind.NDJSON else line["finding_info"]["uid"] for line in lines]
        return [self._id(headers, body) for _, headers, body in receiver.taken]

    def _id(self, headers, body):
        said = json.loads(body)
        if self.kind is SinkKind.SLACK:
            return said["metadata"]["event_payload"]["fingerprint"]
        if self.kind is SinkKind.WEBHOOK:
            return said["data"]["id"]
        return said["aggregation_key"] if self.form is DatadogForm.EVENTS else said[0]["sekimori"]["id"]


CASES = [Case(kind) for kind in SinkKind] + [Case(SinkKind.DATADOG, DatadogForm.EVENTS)]
OVER_HTTP = [case for case in CASES if case.over_http]


def alert(id_, **more):
    given = {"rule": "r", "level": Level.HIGH, "title": "t", "summary": "s", "app_key": f"app:{id_}"}
    given |= {"techniques": ("T1098.001",), "time": NOW.isoformat()}
    return Alert(fingerprint=id_, **{**given, **more})


@pytest.fixture
async def receiver():
    received = Receiver()
    with listening(0) as listener:
        async with serving(Starlette(routes=received.routes), listener):
            received.base = f"http://127.0.0.1:{listener.getsockname()[1]}"
            yield received


class Watch:
    """An outbox on a database, and the delivery from it."""

    def __init__(self, database, sinks):
        self.database, self.outbox = database, SqlOutbox(database, clock=lambda: datetime.now(UTC))
        self.sinks, self.delivery = sinks, Delivery(self.outbox, sinks)

    async def record(self, *alerts):
        async with self.database.transaction(Turn.WATCH):
            await SqlAlerts(self.database).record(alerts, datetime.now(UTC))
        self.delivery.wake()

    async def until(self, look, within=10.0):
        async with asyncio.timeout(within):
            while not look():  # noqa: ASYNC110 - it is delivered elsewhere
                await asyncio.sleep(0.01)


@contextlib.asynccontextmanager
async def watching(folder, *sinks):
    async with await open_database("sqlite:///s.db", folder=folder) as database:
        watch = Watch(database, sinks)
        await watch.outbox.register({sink.name: sink.level for sink in sinks})
        running = asyncio.create_task(watch.delivery.run())
        try:
            yield watch
        finally:
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)


@pytest.mark.parametrize("case", CASES, ids=repr)
async def test_each_alert_is_told_once_and_in_order(case, receiver, tmp_path):
    async with watching(tmp_path, case.open(receiver.base, tmp_path)) as watch:
        await watch.record(*(alert(f"a{n}") for n in range(5)))
        await watch.record(alert("a0"), alert("a5"))
        await watch.until(lambda: len(case.arrived(receiver, tmp_path)) >= 6)
        await asyncio.sleep(0.05)
        assert case.arrived(receiver, tmp_path) == [f"a{n}" for n in range(6)]


@pytest.mark.parametrize("status", [500, 503, 429, 403, 302])
@pytest.mark.parametrize("case", OVER_HTTP, ids=repr)
async def test_what_is_not_taken_keeps_its_place_and_is_told_once_it_is(case, status, receiver, tmp_path):
    receiver.faults += [(status, {"retry-after": "0"})] * 3
    async with watching(tmp_path, case.open(receiver.base, tmp_path)) as watch:
        await watch.record(alert("a"), alert("b"))
        await watch.until(lambda: len(receiver.taken) == 2)
        assert case.arrived(receiver, tmp_path) == ["a", "b"]
        assert len(receiver.seen) == 5
        assert await watch.outbox.dead_letters() == ()


@pytest.mark.parametrize("case", OVER_HTTP, ids=repr)
async def test_what_is_refused_for_what_it_says_lets_others_pass_and_becomes_a_dead_letter(case, receiver, tmp_path):
    async with watching(tmp_path, case.open(receiver.base, tmp_path)) as watch:
        receiver.faults += [(400, {})]
        await watch.record(alert("a"))
        await watch.until(lambda: len(receiver.seen) == 1)
        receiver.faults += [(400, {})] * 2
        await watch.until(lambda: not receiver.faults)
        await watch.record(alert("b"))
        await watch.until(lambda: len(receiver.taken) == 1)
        assert case.arrived(receiver, tmp_path) == ["b"]
        (dead,) = await watch.outbox.dead_letters()
        assert (dead.alert, dead.sink) == ("a", "it")
        await watch.outbox.replay([dead.place])
        watch.delivery.wake()
        await watch.until(lambda: len(receiver.taken) == 2)
        assert case.arrived(receiver, tmp_path) == ["b", "a"]


@pytest.mark.parametrize("case", CASES, ids=repr)
async def test_a_sink_that_is_gone_holds_up_no_other(case, receiver, tmp_path):
    nowhere = Case(SinkKind.WEBHOOK).open("http://127.0.0.1:9", tmp_path, name="gone")
    async with watching(tmp_path, nowhere, case.open(receiver.base, tmp_path)) as watch:
        await watch.record(alert("a"), alert("b"))
        await watch.until(lambda: len(case.arrived(receiver, tmp_path)) == 2)
        assert await watch.outbox.waiting() == 2, "the other sink is still to be told"


@pytest.mark.parametrize("case", CASES, ids=repr)
async def test_whatever_a_log_says_is_carried_and_nobody_is_called(case, receiver, tmp_path):
    hostile = alert(
        "a", title=HOSTILE, summary=HOSTILE, questions=(HOSTILE,) * 30, actor=HOSTILE, changes=(HOSTILE,), place=HOSTILE
    )
    async with watching(tmp_path, case.open(receiver.base, tmp_path)) as watch:
        await watch.record(hostile)
        await watch.until(lambda: len(case.arrived(receiver, tmp_path)) == 1)
    if case.kind is SinkKind.SLACK:
        text = json.loads(receiver.taken[0][2])["text"]
        assert "<!channel>" not in text
    if case.form is DatadogForm.EVENTS:
        event = json.loads(receiver.taken[0][2])
        assert len(event["text"]) <= 4000
        assert "@everyone" not in event["text"]
        assert "%%%" not in event["text"]


async def test_a_sink_is_left_alone_for_as_long_as_it_says(receiver, tmp_path):
    receiver.faults += [(429, {"retry-after": "7"})]
    sink = Case(SinkKind.WEBHOOK).open(receiver.base, tmp_path)
    async with watching(tmp_path, sink) as watch:
        await watch.record(alert("a"))
        await watch.until(lambda: receiver.seen)
        await asyncio.sleep(0.1)
        assert watch.delivery.lanes[0].patience == 7.0
        assert receiver.taken == []


async def test_a_webhook_can_be_verified_and_a_repetition_is_known(receiver, tmp_path):
    async with watching(tmp_path, Case(SinkKind.WEBHOOK).open(receiver.base, tmp_path)) as watch:
        receiver.faults += [(500, {})]
        await watch.record(alert("a"))
        await watch.until(lambda: receiver.taken)
    (first, second) = [headers for _, headers, _ in receiver.seen]
    assert first["webhook-id"] == second["webhook-id"] == "a.1"
    _, headers, body = receiver.taken[0]
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(b"k" * 32, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    message = json.loads(body)
    assert (message["type"], message["data"]["state"], message["data"]["count"]) == ("alert.opened", "new", 1)


async def test_datadog_is_given_tags_and_techniques(receiver, tmp_path):
    for form, path in zip(DatadogForm, ("/api/v2/logs", "/api/v1/events"), strict=True):
        async with watching(
            tmp_path, Case(SinkKind.DATADOG, form).open(receiver.base, tmp_path, name=form.value)
        ) as watch:
            await watch.record(alert(f"a-{form.value}"))
            await watch.until(lambda path=path: receiver.taken and receiver.taken[-1][0] == path)
    (logs, key, log), (events, _, event) = receiver.taken
    assert (logs, events) == ("/api/v2/logs", "/api/v1/events")
    assert key["dd-api-key"] == KEY
    (log,), event = json.loads(log), json.loads(event)
    assert "technique:t1098.001" in log["ddtags"].split(",")
    assert "technique:t1098.001" in event["tags"]
    assert (log["ddsource"], log["service"], log["status"], event["alert_type"]) == (
        "sekimori",
        "sekimori",
        "error",
        "error",
    )


async def test_files_of_ocsf_follow_the_schema(receiver, tmp_path):
    schema = OcsfJsonSchemaEmbedded(get_ocsf_schema(version="1.5.0"))
    validator = Draft202012Validator(schema.get_class_schema(class_name="detection_finding", profiles=[]))
    async with watching(tmp_path, Case(SinkKind.OCSF).open(receiver.base, tmp_path)) as watch:
        await watch.record(alert("a", source_ip="198.51.100.7", actor="x", correlation="c"), alert("b", app_key=None))
        await watch.until(lambda: len(_lines(tmp_path)) == 2)
        await watch.record(alert("c", app_key="app:a", correlation="c"))
        await watch.until(lambda: len(_lines(tmp_path)) >= 3)
    lines = [json.loads(line) for line in _lines(tmp_path)]
    assert [error.message for line in lines for error in validator.iter_errors(line)] == []
    assert sorted(line["activity_name"] for line in lines) == ["Create", "Create", "Update"]
    assert next(line for line in lines if line["activity_name"] == "Update")["count"] == 2


def _lines(folder: Path) -> list[str]:
    return [line for file in sorted((folder / "out").glob("*")) for line in file.read_text("utf-8").splitlines()]


@pytest.mark.parametrize("case", [Case(SinkKind.NDJSON), Case(SinkKind.OCSF)], ids=repr)
async def test_a_line_that_was_written_and_not_noted_is_not_written_twice(case, receiver, tmp_path):
    sink = case.open(receiver.base, tmp_path)
    async with watching(tmp_path, sink) as watch:
        await watch.record(alert("a"))
        await watch.until(lambda: _lines(tmp_path))
    async with await open_database("sqlite:///again.db", folder=tmp_path) as database:
        watch = Watch(database, [sink])
        await watch.outbox.register({"it": Level.LOW})
        await watch.record(alert("a"))
        await sink.deliver((await watch.outbox.next("it")).bundle, None)
    assert len(_lines(tmp_path)) == 1
    (file,) = (tmp_path / "out").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600


async def test_half_a_line_of_a_crash_stays_apart_and_a_full_disk_leaves_none(receiver, tmp_path, monkeypatch):
    sink = Case(SinkKind.NDJSON).open(receiver.base, tmp_path)
    async with await open_database("sqlite:///again.db", folder=tmp_path) as database:
        watch = Watch(database, [sink])
        await watch.outbox.register({"it": Level.LOW})
        await watch.record(alert("a"))
        bundle = (await watch.outbox.next("it")).bundle
    (tmp_path / "out").mkdir()
    file = tmp_path / "out" / "alerts-2026-11-23.ndjson"
    file.write_bytes(b'{"id": "cut o')
    monkeypatch.setattr("os.fsync", _no_space)
    with pytest.raises(DeliveryFailed, match="did not take") as failed:
        await sink.deliver(bundle, None)
    assert failed.value.reason == "No space left on device"
    assert file.read_bytes() == b'{"id": "cut o'
    monkeypatch.undo()
    await sink.deliver(bundle, None)
    half, whole = file.read_text("utf-8").splitlines()
    assert (half, json.loads(whole)["id"]) == ('{"id": "cut o', "a")


def _no_space(_handle):
    raise OSError(28, "No space left on device")


def test_every_sink_of_the_folder_is_held_to_the_contract():
    assert {module.KIND for module in MODULES.values()} == {case.kind.value for case in CASES} == set(MODULES)
    assert timedelta(days=1) < outboxes.KEPT_FOR
