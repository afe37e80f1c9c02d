"""No text of Graph's answer can reach a reply, the audit log or a log line, whatever the answer is."""

import asyncio
import itertools
import json
import logging
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import httpx
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from sekimori.audit.memory import MemoryAuditLog
from sekimori.core.confidential import Personal, Secret
from sekimori.core.ids import ChannelId, EntryId, PartnerId, PersonId, TeamId, UserId
from sekimori.desk.domain.ask import Asking, Desk, Shown
from sekimori.desk.domain.asker import Actor, Place
from sekimori.desk.domain.coordinate import Coordinator
from sekimori.desk.domain.disclosure import Precision
from sekimori.desk.domain.hours import Hours
from sekimori.desk.domain.journal import Journal
from sekimori.desk.domain.policy import Language, PartnerTerms, PersonTerms, Policy, RequesterTerms, Surface
from sekimori.desk.domain.sources import Sources
from sekimori.desk.domain.working_time import WorkingTime
from sekimori.desk.providers.outlook.calls import GraphCalls
from sekimori.desk.providers.outlook.provider import OutlookProvider
from sekimori.desk.signing_in import Token
from sekimori.desk.slack.blocks import list_page, table_page, words
from sekimori.desk.slack.overlay_blocks import overlay_list, overlay_words
from sekimori.desk.slack.overlay_page import overlay_pages
from sekimori.desk.slack.picture import draw_page
from sekimori.desk.slack.week import pages

NOW = datetime(2026, 11, 24, 1, 5, tzinfo=UTC)
ADDRESS = "sato@fabrikam.example"
BAIT = "Bait7"

bait = st.text(max_size=12).map(lambda text: f"{BAIT}{text}")
statuses = st.sampled_from(["busy", "free", "tentative", "oof", "workingElsewhere", "unknown"]) | bait | st.none()
hours = st.integers(min_value=-50, max_value=400)
zones = st.sampled_from(["UTC", "UTC", "UTC", "Asia/Tokyo", "Customized Time Zone"]) | bait


def moments(number: st.SearchStrategy[int]) -> st.SearchStrategy[Any]:
    stamps = number.map(lambda n: (NOW + timedelta(hours=n)).strftime("%Y-%m-%dT%H:%M:%S.0000000"))
    return st.fixed_dictionaries({"dateTime": stamps | bait, "timeZone": zones}) | bait | st.none()


texts = {
    name: bait | st.none() | st.lists(bait, max_size=2) | st.dictionaries(bait, bait, max_size=2)
    for name in ("subject", "location", "body", "bodyPreview", "attendees", "organizer", "isPrivate")
}
items = st.fixed_dictionaries({"status": statuses, "start": moments(hours), "end": moments(hours)}, optional=texts)
good_items = st.fixed_dictionaries(
    {
        "status": st.sampled_from(["busy", "tentative", "oof"]),
        "start": st.just({"dateTime": "2026-11-30T01:00:00.0000000", "timeZone": "UTC"}),
        "end": st.just({"dateTime": "2026-11-30T02:00:00.0000000", "timeZone": "UTC"}),
    },
    optional=texts,
)
errors = st.fixed_dictionaries({}, optional={"message": bait, "responseCode": bait | st.sampled_from(["5009", "5016"])})
schedules = st.fixed_dictionaries(
    {"scheduleId": st.just(ADDRESS) | bait, "scheduleItems": st.lists(good_items | items, max_size=6) | st.none()},
    optional={"error": errors, "availabilityView": bait, "workingHours": st.dictionaries(bait, bait, max_size=1)},
)
answers = st.one_of(
    st.builds(lambda one: json.dumps({"value": [one]}), schedules),
    st.builds(lambda many: json.dumps({"value": many}), st.lists(schedules, max_size=3)),
    st.builds(lambda one, cut: json.dumps({"value": [one]})[:cut], schedules, st.integers(0, 400)),
    bait,
)


class Tokens:
    """Always has a token."""

    async def token(self) -> Token:
        return Token(value=Secret("t"), uti="uti")

    async def renewed(self, claims: str | None) -> Token:
        return await self.token()

    def close(self) -> None: ...


async def no_sleep(_seconds: float) -> None:
    return None


def policy(precision: Precision) -> Policy:
    sato = PersonTerms(
        person=PersonId("sato"),
        names=("佐藤",),
        precision=precision,
        horizon_days=42,
        hours=Hours(opens=480, closes=1200),
    )
    contoso = PartnerTerms(
        partner=PartnerId("contoso"),
        team=TeamId("T0CONTOSO"),
        enterprise=None,
        channels=frozenset({ChannelId("C0SHARED")}),
        answer_in=Surface.THREAD,
        language=Language.JA,
        requesters=(RequesterTerms(user=UserId("U0SEC"), may_ask=frozenset({PersonId("sato")})),),
    )
    return Policy(zone=ZoneInfo("Asia/Tokyo"), language=Language.JA, people=(sato,), partners=(contoso,))


class Kept(logging.Handler):
    """Keeps every log line of every library."""

    def __init__(self) -> None:
        super().__init__(level=logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.getMessage()} {record.exc_info}")


def coordinator_on(desk: Desk, provider: OutlookProvider, journal: Journal) -> Coordinator:
    """Lay the person's calendar over itself."""
    return Coordinator(
        desk=desk,
        sources=Sources(
            providers={"outlook": provider, "again": provider},
            ours="outlook",
            also={PersonId("sato"): ("again",)},
            journal=journal,
        ),
        journal=journal,
        clock=lambda: NOW,
        working=WorkingTime(zone=ZoneInfo("Asia/Tokyo")),
        language=Language.JA,
    )


def everything_said(answer: str, status: int, precision: Precision) -> tuple[str, Shown]:
    """Ask one question that Graph answers so; return all that came out of it."""
    numbers = itertools.count()
    log = MemoryAuditLog(clock=lambda: NOW, new_id=lambda: EntryId(str(next(numbers))))
    kept = Kept()
    logging.getLogger().addHandler(kept)

    async def ask() -> Any:
        transport = httpx.MockTransport(lambda _request: httpx.Response(status, text=answer))
        async with httpx.AsyncClient(transport=transport) as client:
            calls = GraphCalls(graph="https://graph.example/v1.0", client=client, tokens=Tokens(), sleep=no_sleep)
            provider = OutlookProvider(calls=calls, mailboxes={PersonId("sato"): Personal(ADDRESS)})
            desk = Desk(policy=policy(precision), provider=provider, journal=Journal(log), clock=lambda: NOW)
            secretary = Actor(user=UserId("U0SEC"), team=TeamId("T0CONTOSO"))
            place = Place(channel=ChannelId("C0SHARED"))
            coordinator = coordinator_on(desk, provider, Journal(log))
            plain = await desk.ask(Asking(actor=secretary, place=place, text=Personal("佐藤さん 来週")))
            questions = ("佐藤さん 来週の衝突", "佐藤さん 来週 1時間")
            asked = [Asking(actor=secretary, place=place, text=Personal(text)) for text in questions]
            return plain, [await coordinator.ask(asking) for asking in asked]

    try:
        with capture_logs() as logs:
            reply, several = asyncio.run(ask())
    finally:
        logging.getLogger().removeHandler(kept)
    assert isinstance(reply, Shown)
    made = [(table_page(page), list_page(page), words(page), page) for page in pages(reply)]
    laid_over = [(overlay_list(page), overlay_words(page), page) for each in several for page in overlay_pages(each)]
    entries = [dict(entry.body) for entry in log.entries]
    return repr((reply, made, several, laid_over, entries, logs, kept.lines)), reply


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(answers, st.sampled_from([200, 200, 200, 400, 403, 429, 500]), st.sampled_from(list(Precision)[1:]))
def test_no_text_of_graphs_answer_comes_out(answer: str, status: int, precision: Precision) -> None:
    said, _reply = everything_said(answer, status, precision)
    assert BAIT not in said
    assert ADDRESS not in said


def test_the_bait_would_be_seen_if_it_came_out() -> None:
    item = {"status": "busy", "start": moment(1), "end": moment(2), "subject": BAIT}
    answer = json.dumps({"value": [{"scheduleId": ADDRESS, "scheduleItems": [item]}]})
    said, reply = everything_said(answer, 200, Precision.TYPED)
    assert BAIT in answer
    assert "BUSY" in said
    assert any(slot.fb_type.value == "BUSY" for slot in reply.schedule.slots)


def test_a_picture_depends_on_the_times_alone() -> None:
    def png(subject: str) -> bytes:
        item = {"status": "busy", "start": moment(1), "end": moment(2), "subject": subject}
        answer = json.dumps({"value": [{"scheduleId": ADDRESS, "scheduleItems": [item]}]})
        return draw_page(pages(everything_said(answer, 200, Precision.TYPED)[1])[0])

    assert png("one") == png("quite another")


def moment(hour: int) -> dict[str, str]:
    return {"dateTime": f"2026-11-30T{hour:02}:00:00.0000000", "timeZone": "UTC"}
