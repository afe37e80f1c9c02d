"""Law: what a sweep spots in columns means to rules that remember what the records mean when they are read in full."""

import json
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sekimori.bootstrap import envelopes
from sekimori.watch.domain.detection import Detector
from sekimori.watch.domain.rule import rule_from
from sekimori.watch.domain.sigma.rule import load_rules
from sekimori.watch.intake import Intake
from sekimori.watch.scanning import Scan, Trouble

FIRST_SEEN = """
title: New {name}
id: new-{name}
logsource: {{product: azure, service: {service}}}
detection:
  selection: {{{condition}}}
  condition: selection
sekimori:
  first_seen: {{key: [{key}], value: [{value}], learning: 1d, memory: 3d}}
"""
CITY = """
title: City
id: city
logsource: {product: azure, service: serviceprincipalsigninlogs}
detection:
  selection: {properties.location.city: Paris, properties.status.failureReason|contains: secret}
  condition: selection
"""
ELSEWHERE = """
title: Failed
id: failed
name: failed
logsource: {product: azure, service: serviceprincipalsigninlogs}
detection:
  selection: {properties.status.errorCode: 7000215}
  condition: selection
---
title: Succeeded
id: succeeded
name: succeeded
logsource: {product: azure, service: serviceprincipalsigninlogs}
detection:
  selection: {properties.status.errorCode: 0}
  condition: selection
---
title: From elsewhere
id: elsewhere
correlation:
  type: temporal_ordered
  rules: [failed, succeeded]
  group-by: [properties.servicePrincipalId]
  timespan: 6h
sekimori:
  differs: [event.address]
  first_of_day: [succeeded]
"""
SIGN_IN = ("serviceprincipalsigninlogs", "properties.status.errorCode: 0", "properties.servicePrincipalId")
CALL = ("microsoftgraphactivitylogs", "properties.C_Idtyp: app", "properties.appId")
MANAGED = ("managedidentitysigninlogs", *SIGN_IN[1:])
WANTED = [
    ("network-of-managed", *MANAGED, "event.network"),
    ("country-of-managed", *MANAGED, "properties.location.countryOrRegion"),
    ("both-of-managed", *MANAGED, "event.address, properties.resourceId"),
    ("network", *SIGN_IN, "event.network"),
    ("country", *SIGN_IN, "properties.location.countryOrRegion"),
    ("both", *SIGN_IN, "event.address, properties.resourceId"),
    ("call", *CALL, "event.call"),
    ("client", *CALL, "event.client"),
]
TEXTS = {
    f"new-{name}": FIRST_SEEN.format(name=name, service=service, condition=condition, key=key, value=value)
    for name, service, condition, key, value in WANTED
} | {"city": CITY, "elsewhere": ELSEWHERE}
RULES = [rule_from(each) for name, text in TEXTS.items() for each in load_rules(text, f"{name}.yml")]
START = datetime(2026, 11, 1, tzinfo=UTC)
ID = "11111111-2222-4333-8444-555555555555"

hours = st.integers(0, 200)
times = st.builds(lambda h: (START + timedelta(hours=h)).isoformat().replace("+00:00", "Z"), hours)
odd = st.sampled_from([None, "", 7, [], {}, "2026-11-05T10:00:00+01:00", "yesterday", "2026-99-99T00:00:00Z"])
rarely_odd = st.one_of(times, times, times, times, odd)
addresses = st.sampled_from(["203.0.113.9", "203.0.113.10", "198.51.100.7", "2001:db8::1", "", None, "unknown", [7]])
principals = st.sampled_from(["sp-1", "SP-1", "sp-2", None])
statuses = st.sampled_from([{"errorCode": 0}, {"errorCode": 0}, {"errorCode": "0"}, {"errorCode": 7000215}, {}, None])
places = st.sampled_from(
    [{"countryOrRegion": "JP", "city": "東京"}, {"countryOrRegion": "FR", "city": "Paris"}, {}, None, "JP", [1]]
)
uris = st.sampled_from(
    [
        f"https://graph.microsoft.com/v1.0/groups/{ID}/members?$top=5",
        f"https://graph.microsoft.com/v1.0/groups/{ID.replace('1', '9')}/members",
        "https://graph.microsoft.com/beta/users/kei@example.com/calendarView",
        "https://graph.microsoft.com/v1.0/users('7')/manager",
        "https://graph.microsoft.com/v1.0/me",
        None,
        9,
    ]
)
agents = st.sampled_from(["Mozilla/5.0 (X)", "mozilla/6", "curl/8", "", None])


tidy_statuses = st.sampled_from([{"errorCode": 0}, {"errorCode": 7000215, "failureReason": "Invalid secret"}])
tidy_places = st.sampled_from([{"countryOrRegion": "JP", "city": "東京"}, {"countryOrRegion": "FR", "city": "Paris"}])


@st.composite
def records(draw, *, is_tidy=False):
    number, created = draw(st.integers(0, 10**9)), draw(times if is_tidy else rarely_odd)
    if draw(st.booleans()):
        properties = {"id": f"s{number}", "createdDateTime": created, "servicePrincipalId": draw(principals)}
        properties |= {
            "ipAddress": draw(addresses),
            "status": draw(tidy_statuses if is_tidy else statuses),
            "location": draw(tidy_places if is_tidy else places),
        }
        properties |= {"resourceId": "r"}
        category = draw(st.sampled_from(["ServicePrincipalSignInLogs", "ManagedIdentitySignInLogs"]))
        return {"time": draw(rarely_odd), "category": category, "properties": properties}
    properties = {"requestId": f"c{number}", "timeGenerated": created, "appId": draw(principals), "C_Idtyp": "app"}
    properties |= {"requestMethod": draw(st.sampled_from(["GET", "get", None])), "requestUri": draw(uris)}
    properties |= {"userAgent": draw(agents)}
    return {"time": draw(rarely_odd), "category": "MicrosoftGraphActivityLogs", "properties": properties}


def told(path, lines, *, is_tuned, **how):
    detector = Detector(RULES)
    if is_tuned:
        detector.kernel.tune(lines * 40)
    scan = Scan(intake=Intake(envelopes()), detector=detector, **how)
    return [
        str(each) if isinstance(each, Trouble) else (each.rule.id, each.event.id, each.fingerprint)
        for each in scan.run([str(path)])
    ]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    found=st.one_of(
        st.lists(records(), min_size=1, max_size=40), st.lists(records(is_tidy=True), min_size=1, max_size=40)
    ),
    is_tuned=st.booleans(),
    chunk=st.integers(300, 20_000),
)
def test_what_is_spotted_means_what_is_read(tmp_path, found, is_tuned, chunk):
    path = tmp_path / "log.ndjson"
    lines = [json.dumps(each | {"operationName": "x"}, ensure_ascii=False).encode() for each in found]
    path.write_bytes(b"\n".join(lines))
    swept = told(path, lines, is_tuned=is_tuned, swept_from=0, chunk=chunk)
    assert swept == told(path, lines, is_tuned=False, swept_from=1 << 40)


def test_first_sightings_and_orders_are_found_so(tmp_path):
    def sign_in(number, hour, address, code=0):
        at = (START + timedelta(hours=hour)).isoformat().replace("+00:00", "Z")
        properties = {"id": f"s{number}", "createdDateTime": at, "servicePrincipalId": "sp", "ipAddress": address}
        properties |= {"status": {"errorCode": code}, "location": {"countryOrRegion": "JP"}, "resourceId": "r"}
        return {"time": at, "category": "ServicePrincipalSignInLogs", "properties": properties, "operationName": "x"}

    story = [sign_in(n, 20 * n, "203.0.113.9") for n in range(5)]
    story += [sign_in(7, 101, "192.0.2.1", 7000215), sign_in(8, 102, "198.51.100.7"), sign_in(9, 103, "198.51.100.8")]
    lines = [json.dumps(each).encode() for each in story]
    path = tmp_path / "log.ndjson"
    path.write_bytes(b"\n".join(lines))
    swept = told(path, lines, is_tuned=True, swept_from=0, workers=2, chunk=900)
    assert [each[:2] for each in swept] == [
        ("elsewhere", "s8"),
        ("new-both", "s8"),
        ("new-both", "s9"),
        ("new-network", "s8"),
    ]
    assert swept == told(path, lines, is_tuned=False, swept_from=1 << 40)


def test_a_line_that_is_gone_when_it_is_looked_at_again_is_told(tmp_path):
    def sign_in(number, hour, address, code):
        at = (START + timedelta(hours=hour)).isoformat().replace("+00:00", "Z")
        properties = {"id": f"s{number}", "createdDateTime": at, "servicePrincipalId": "sp", "ipAddress": address}
        properties |= {"status": {"errorCode": code}}
        record = {"time": at, "category": "ServicePrincipalSignInLogs", "properties": properties, "operationName": "x"}
        return json.dumps(record).encode()

    path, other = tmp_path / "1.ndjson", tmp_path / "2.ndjson"
    path.write_bytes(b"\n".join([sign_in(1, 1, "192.0.2.1", 7000215), sign_in(2, 2, "198.51.100.7", 0)]))
    other.write_bytes(b"half a reco")
    found = Scan(intake=Intake(envelopes()), detector=Detector(RULES), swept_from=0).run([str(path), str(other)])
    assert isinstance(next(found), Trouble), "the first file was read to its end"
    path.write_bytes(b"cut")
    assert [str(each) for each in found] == [f"{path}:2: the file changed while it was read"]
