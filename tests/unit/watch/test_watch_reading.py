from datetime import UTC, datetime, timedelta, timezone
from ipaddress import ip_network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sekimori.watch.domain.addresses import inside, parse_address
from sekimori.watch.domain.audit import Outcome, outcome_of
from sekimori.watch.domain.enrichment import enriched
from sekimori.watch.domain.event import GraphCall
from sekimori.watch.domain.instants import parse_instant
from sekimori.watch.domain.parties import ActorKind
from sekimori.watch.domain.reading import graph_path, read_event
from sekimori.watch.domain.records import mapping, sequence, text
from sekimori.watch.domain.values import items, scalar

JSON: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2024-02-27T10:14:50.7192373Z", datetime(2024, 2, 27, 10, 14, 50, 719237, UTC)),
        ("2024-02-27T10:13:57.0489536+00:00", datetime(2024, 2, 27, 10, 13, 57, 48953, UTC)),
        ("2024-02-27T19:13:57+09:00", datetime(2024, 2, 27, 10, 13, 57, tzinfo=UTC)),
        ("2024-02-27T10:13:57", datetime(2024, 2, 27, 10, 13, 57, tzinfo=UTC)),
        ("2024-02-27 10:13:57.5", datetime(2024, 2, 27, 10, 13, 57, 500000, UTC)),
        (1709028837, datetime(2024, 2, 27, 10, 13, 57, tzinfo=UTC)),
        (1709028837123, datetime(2024, 2, 27, 10, 13, 57, 123000, UTC)),
        ("2024-02-30T10:13:57Z", None),
        ("yesterday", None),
        (None, None),
        (True, None),
        (10**30, None),
        (10**400, None),
        (-(10**400), None),
    ],
)
def test_instants_as_logs_write_them(written: object, meant: datetime | None) -> None:
    assert parse_instant(written) == meant


@given(st.datetimes(min_value=datetime(1980, 1, 1), timezones=st.just(UTC)), st.integers(-720, 840))
def test_an_instant_is_the_same_in_every_zone(instant: datetime, minutes: int) -> None:
    assert parse_instant(instant.astimezone(timezone(timedelta(minutes=minutes))).isoformat()) == instant


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("192.0.2.1:443", "192.0.2.1"),
        ("[2001:db8::1]:443", "2001:db8::1"),
        ("2001:DB8:0:0::1", "2001:db8::1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("<null>", None),
        ("", None),
        (None, None),
        ("300.1.1.1", None),
    ],
)
def test_addresses_as_logs_write_them(written: str | None, meant: str | None) -> None:
    assert parse_address(written) == meant


def test_an_address_lies_in_networks_of_its_own_kind() -> None:
    networks = (ip_network("203.0.113.0/24"), ip_network("2001:db8::/32"))
    assert inside("203.0.113.10", networks)
    assert inside("2001:db8::5", networks)
    assert not inside("198.51.100.1", networks)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (None, ()),
        ("", ()),
        ("[]", ()),
        ("{}", ()),
        ("null", ()),
        ('"[]"', ()),
        ('[\r\n  "one",\r\n  "two"\r\n]', ("one", "two")),
        ('"[\\"one\\"]"', ("one",)),
        (["one", "two"], ("one", "two")),
        ("one", ("one",)),
        ('["{\\"a\\": 1}"]', ({"a": 1},)),
        ("[KeyIdentifier=1]", ("[KeyIdentifier=1]",)),
        ("[true]", (True,)),
        ('{"broken": ', ('{"broken": ',)),
    ],
)
def test_values_in_every_wrapping(written: object, meant: tuple[object, ...]) -> None:
    assert items(written) == meant


def test_a_scalar_is_the_first_word() -> None:
    assert scalar("[true]") == "true"
    assert scalar('"True"') == "True"
    assert scalar("[]") is None


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        (("success",), Outcome.SUCCESS),
        (("Success",), Outcome.SUCCESS),
        (("Failure",), Outcome.FAILURE),
        (("timeout",), Outcome.FAILURE),
        ((None, "0"), Outcome.SUCCESS),
        ((None, "7000215"), Outcome.FAILURE),
        (("None", None), Outcome.UNKNOWN),
        ((), Outcome.UNKNOWN),
    ],
)
def test_outcomes_in_every_spelling(said: tuple[object, ...], meant: Outcome) -> None:
    assert outcome_of(*said) is meant


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("https://graph.microsoft.com/v1.0//users/x/calendar/getSchedule", "/users/x/calendar/getSchedule"),
        ("https://graph.microsoft.com/beta/users?%24select=id", "/users"),
        ("https://graph.microsoft.com/v1.0/users/sato%40fabrikam.example", "/users/sato@fabrikam.example"),
        ("https://graph.microsoft.com/v1.0", "/"),
        ("http://[broken", "http:/[broken"),
    ],
)
def test_graph_paths(uri: str, path: str) -> None:
    assert graph_path(uri) == path


def test_the_time_is_when_it_happened_and_not_when_it_was_written(sign_in: Any) -> None:
    assert read_event(sign_in()).time == datetime(2026, 11, 20, 1, 0, 3, 500000, UTC)


@pytest.mark.parametrize(
    ("initiated", "kind", "name"),
    [
        ({"user": {"userPrincipalName": "a@b.example"}, "app": None}, ActorKind.USER, "a@b.example"),
        ({"user": None, "app": {"appId": None, "displayName": "JIT", "servicePrincipalId": "S"}}, ActorKind.APP, "JIT"),
        ({"app": {"servicePrincipalId": "S"}}, ActorKind.APP, "S"),
        ({"user": None, "app": None}, ActorKind.UNKNOWN, None),
        ({}, ActorKind.UNKNOWN, None),
        ("nonsense", ActorKind.UNKNOWN, None),
        ('{"user": {"userPrincipalName": "a@b.example"}}', ActorKind.USER, "a@b.example"),
    ],
)
def test_whoever_started_it(audit: Any, initiated: Any, kind: ActorKind, name: str | None) -> None:
    actor = read_event(audit(initiated_by=initiated)).actor
    assert (actor.kind, actor.name) == (kind, name)


def test_a_record_without_an_id_keeps_the_same_one(audit: Any) -> None:
    record = audit()
    del record["properties"]["id"]
    assert read_event(record).id == read_event(dict(reversed(record.items()))).id
    assert read_event(record).id.startswith("digest:")


def test_a_graph_call_is_read(graph_call: Any) -> None:
    call = read_event(graph_call("R1", "E1")).detail
    assert isinstance(call, GraphCall)
    assert (call.method, call.status, call.request_id, call.client_request_id) == ("POST", 200, "r1", "e1")


@given(JSON)
def test_helpers_take_anything(value: Any) -> None:
    text(value)
    mapping(value)
    sequence(value)
    items(value)


CATEGORIES = ["AuditLogs", "ServicePrincipalSignInLogs", "MicrosoftGraphActivityLogs", "SekimoriAudit", "Else"]
NAMES = ["KeyDescription", "RequiredResourceAccess", "FederatedIdentityCredentials", "AppAddress", "AppRole.Value"]
OPERATIONS = ["Update application", "Add owner to application", "Add member to role", "Consent to application"]
PROPERTY = st.fixed_dictionaries({"displayName": st.sampled_from(NAMES) | JSON, "oldValue": JSON, "newValue": JSON})
TARGETS = st.lists(
    st.fixed_dictionaries({"type": JSON, "modifiedProperties": st.lists(PROPERTY, max_size=3)}), max_size=2
)


@given(
    st.sampled_from(CATEGORIES),
    st.sampled_from(OPERATIONS) | JSON,
    st.dictionaries(
        st.sampled_from(["id", "status", "location", "initiatedBy", "requestUri", "createdDateTime", "result"]), JSON
    ),
    TARGETS | JSON,
    JSON,
)
def test_no_record_is_too_strange_to_read(
    category: str, operation: Any, properties: dict[str, Any], targets: Any, address: Any
) -> None:
    inner = properties | {"targetResources": targets, "activityDisplayName": operation}
    record = {"category": category, "operationName": operation, "callerIpAddress": address, "properties": inner}
    event = read_event(record)
    assert event.id
    assert enriched(event)


def test_the_azure_activity_log_names_who_acted() -> None:
    claims = {"http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn": "admin@fabrikam.example", "appid": "A"}
    record = {"category": "Administrative", "operationName": "microsoft.aadiam/diagnosticSettings/delete"}
    user = read_event(record | {"identity": {"claims": claims}, "callerIpAddress": "198.51.100.7"})
    assert (user.actor.name, user.actor.kind, user.source_ip) == ("admin@fabrikam.example", "user", "198.51.100.7")
    app = read_event(record | {"identity": {"claims": {"appid": "0D1E"}}, "properties": {"caller": "7A8B"}})
    assert (app.actor.kind, app.actor.app_id, app.actor.id) == ("app", "0d1e", "7a8b")
    assert read_event(record).actor.kind == "unknown"
