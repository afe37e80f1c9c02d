"""The manifest is explained in words, and doubts about it are told."""

from datetime import date
from pathlib import Path

import msgspec
import pytest

from sekimori.manifest.explanation import explained, warned
from sekimori.manifest.loader import load
from sekimori.manifest.model import Manifest
from sekimori.manifest.schema import json_schema
from sekimori.manifest.tables.identity import CalendarAccess, CredentialKind
from sekimori.manifest.tables.partners import AnswerIn
from sekimori.manifest.tables.people import Precision
from sekimori.manifest.tables.service import Language
from sekimori.manifest.tables.watch import RuleBasis
from sekimori.manifest.warnings import Concern, warnings
from sekimori.manifest.wording import ACCESS, CONCERNS, CREDENTIALS, PHRASES, PRECISIONS, SURFACES

FULL = load(Path(__file__).parent / "full.toml")
TODAY = date(2026, 11, 23)
EVERY = pytest.mark.parametrize("language", Language)


def with_person(**changes) -> Manifest:
    return msgspec.structs.replace(FULL, people=(msgspec.structs.replace(FULL.people[0], **changes),))


@EVERY
def test_it_says_who_may_ask_what_about_whom_until_when(language):
    text = explained(FULL, language=language)
    for fact in ("U0SEC", "sato", "T0CONTOSO", "E0CONTOSO", "C0SHARED", "2027-03-31", "schedule coordination", "42"):
        assert fact in text


@EVERY
def test_it_says_what_the_identity_may_do(language):
    text = explained(FULL, language=language)
    for fact in ("Calendars.ReadBasic.All", "203.0.113.10/32", "JP", "2026-12-01 10:00", "yearly rotation", "HR feed"):
        assert fact in text


@EVERY
def test_it_says_of_a_watched_application_where_from_by_what_and_when_it_may_change(language):
    declared = FULL.watch.apps[0]
    kept = msgspec.structs.replace(
        declared, credential=CredentialKind.FEDERATED, change_windows=FULL.identity.change_windows
    )
    watch = msgspec.structs.replace(FULL.watch, apps=(kept,))
    text = explained(msgspec.structs.replace(FULL, watch=watch), language=language)
    _, _, said = text.partition("HR feed")
    for fact in ("203.0.113.20/32", CREDENTIALS[language][CredentialKind.FEDERATED], "yearly rotation"):
        assert fact in said


@EVERY
def test_it_says_what_else_is_expected_of_the_identity(language):
    text = explained(FULL, language=language)
    for fact in (
        "b0213243-5465",
        "00112233445566778899AABB",
        "Microsoft Graph",
        "07:00-21:00",
        "POST /users/{mailbox}",
    ):
        assert fact in text
    assert {Language.EN: "any sign-in is reported", Language.JA: "サインインはすべて検知"}[language] in text


@EVERY
def test_it_says_what_cannot_be_proven(language):
    blind = msgspec.structs.replace(FULL.watch.reconciliation, graph_activity_logs=False, sign_in_logs=False)
    watch = msgspec.structs.replace(FULL.watch, reconciliation=blind, rules=(RuleBasis.RECONCILIATION,))
    text = explained(msgspec.structs.replace(FULL, watch=watch), language=language)
    said = {Language.EN: "Cannot be proven", Language.JA: "証明できません"}[language]
    assert text.count(said) == 2
    assert "reconciliation" in text
    assert said not in explained(FULL, language=language)


def test_an_identity_without_an_origin_and_an_unknown_kind_of_change_are_doubted():
    (window,) = FULL.identity.change_windows
    vague = msgspec.structs.replace(
        FULL.identity,
        egress=(),
        countries=(),
        change_windows=(msgspec.structs.replace(window, what=("credentials", "call")),),
    )
    found = warnings(msgspec.structs.replace(FULL, identity=vague), today=TODAY)
    assert [(each.concern, each.key, each.suggestion) for each in found if each.key.startswith("identity")] == [
        (Concern.NO_ORIGIN, "identity", None),
        (Concern.UNKNOWN_CHANGE, "identity.change_windows[0].what[0]", "credential"),
    ]


@EVERY
def test_no_address_is_shown(language):
    assert "@" not in explained(FULL, language=language)


def test_the_earlier_end_counts():
    earlier = with_person(until=date(2027, 1, 15))
    assert "may ask about sato until 2027-01-15" in explained(earlier, language=Language.EN)


@EVERY
def test_an_empty_manifest_is_explained_too(language):
    nobody = msgspec.structs.replace(FULL, people=(), partners=())
    text = explained(nobody, language=language)
    assert PHRASES[language]["nobody"] in text
    assert PHRASES[language]["no_people"] in text


@EVERY
def test_every_value_has_words_in_both_languages(language):
    for words, values in (
        (PRECISIONS, Precision),
        (SURFACES, AnswerIn),
        (CREDENTIALS, CredentialKind),
        (ACCESS, CalendarAccess),
        (CONCERNS, Concern),
    ):
        assert set(words[language]) == set(values)
    assert PHRASES[language].keys() == PHRASES[Language.EN].keys()


def test_a_sound_manifest_raises_no_doubt():
    assert warnings(FULL, today=TODAY) == ()
    assert warned((), language=Language.EN) == ""


def test_the_last_day_is_still_inside():
    assert warnings(FULL, today=date(2027, 3, 31)) == ()
    ended = warnings(FULL, today=date(2027, 4, 1))
    assert [(each.concern, each.key) for each in ended] == [
        (Concern.ENDED, "people[0].until"),
        (Concern.ENDED, "partners[0].requesters[0].until"),
    ]
    assert "people[0].until: ended on 2027-03-31" in warned(ended, language=Language.EN)


@pytest.mark.parametrize(
    ("manifest", "concern", "key"),
    [
        (with_person(until=None), Concern.NO_END, "people[0].until"),
        (with_person(precision=Precision.NONE), Concern.SHOWS_NOTHING, "people[0].precision"),
        (msgspec.structs.replace(FULL, partners=()), Concern.NOBODY_ASKS, "people[0]"),
    ],
)
def test_doubts_about_people(manifest, concern, key):
    assert [(each.concern, each.key) for each in warnings(manifest, today=TODAY)] == [(concern, key)]


def test_doubts_about_partners():
    partner = FULL.partners[0]
    idle = msgspec.structs.replace(partner.requesters[0], may_ask=(), until=None)
    closed = msgspec.structs.replace(partner, channels=(), requesters=(idle,))
    empty = msgspec.structs.replace(partner, requesters=())
    found = warnings(msgspec.structs.replace(FULL, people=(), partners=(closed, empty)), today=TODAY)
    assert [each.concern for each in found] == [
        Concern.NO_CHANNELS,
        Concern.NO_END,
        Concern.NOBODY_TO_ASK,
        Concern.NO_REQUESTERS,
    ]


def test_the_schema_names_every_table_and_refuses_unknown_keys():
    schema = json_schema()
    root = schema["$defs"]["Manifest"]
    assert set(root["required"]) == {"identity", "slack"}
    assert set(root["properties"]) >= {"service", "people", "partners", "endpoints", "watch", "audit"}
    assert all(table["additionalProperties"] is False for table in schema["$defs"].values() if "properties" in table)
    assert {"from", "to"} <= set(schema["$defs"]["ChangeWindow"]["properties"])


def test_it_says_what_one_requester_is_shown_at_most_and_who_may_stop_it_all():
    whole = FULL
    partner = whole.partners[0]
    limited = msgspec.structs.replace(partner.requesters[0], precision=Precision.BUSY_ONLY)
    partner = msgspec.structs.replace(partner, requesters=(limited,))
    slack = msgspec.structs.replace(whole.slack, administrators=("U0ADMIN",))
    said = explained(msgspec.structs.replace(whole, partners=(partner,), slack=slack), language=Language.EN)
    assert "shown at most: busy or not, with times" in said
    assert "may pause the whole service: U0ADMIN" in said
