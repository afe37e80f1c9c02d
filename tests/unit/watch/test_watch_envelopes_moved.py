"""What pipelines move away from the vendor's fields comes back to its place."""

from typing import Any

from sekimori.watch.domain.reading import read_event
from sekimori.watch.envelopes import datadog, elastic


def test_datadog_moves_who_signed_in(sign_in: Any) -> None:
    record = sign_in()
    record["category"] = "SignInLogs"
    record |= {"evt": {"category": "SignInLogs"}, "usr": {"id": "sato@fabrikam.example", "name": "Sato"}}
    (found,) = datadog.records({"content": {"attributes": record}})
    assert read_event(found).actor.name == "sato@fabrikam.example"


def test_datadog_names_no_user_where_an_application_signed_in(sign_in: Any) -> None:
    record = sign_in() | {"evt": {"category": "ServicePrincipalSignInLogs"}, "usr": {"id": "7a8b9c0d"}}
    (found,) = datadog.records({"content": {"attributes": record}})
    assert read_event(found).actor.name == "schedule-bot"


def test_elastic_looks_addresses_up() -> None:
    place = {"country_iso_code": "JP", "city_name": "Osaka"}
    log = {"category": "ServicePrincipalSignInLogs", "properties": {"app_id": "a"}}
    document = {"azure": {"signinlogs": log}, "source": {"ip": "203.0.113.10", "geo": place}}
    (found,) = elastic.records(document)
    detail = read_event(found).detail
    assert (found["location"], detail.country, detail.city) == ("JP", "JP", "Osaka")  # type: ignore[union-attr]
