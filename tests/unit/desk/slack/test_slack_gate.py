import json
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
from slack_sdk.signature import SignatureVerifier

from sekimori.core.confidential import Secret
from sekimori.core.ids import TeamId
from sekimori.desk.slack.gate import Challenge, Delivery, Gate, Rejected, Rejection

NOW = datetime(2026, 11, 24, 1, 5, tzinfo=UTC)
SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
GATE = Gate(signing_secret=Secret(SECRET), app_id="A0APP", team=TeamId("T0FABRIKAM"), clock=lambda: NOW)

EVENT = {
    "type": "event_callback",
    "api_app_id": "A0APP",
    "team_id": "T0CONTOSO",
    "context_team_id": "T0CONTOSO",
    "event_id": "Ev0001",
    "authorizations": [{"team_id": "T0FABRIKAM", "user_id": "U0BOT"}],
    "event": {"type": "app_mention"},
}


def signed(body: bytes, *, at: datetime = NOW, secret: str = SECRET, kind: str = "application/json") -> dict[str, str]:
    stamp = str(int(at.timestamp()))
    signature = SignatureVerifier(secret).generate_signature(timestamp=stamp, body=body)
    return {"x-slack-request-timestamp": stamp, "x-slack-signature": signature or "", "content-type": kind}


def check(payload: dict[str, object], **headers: str):
    body = json.dumps(payload).encode()
    return GATE.check(signed(body) | headers, body)


def form(payload: dict[str, object]):
    body = urlencode({"payload": json.dumps(payload)}).encode()
    return GATE.check(signed(body, kind="application/x-www-form-urlencoded"), body)


def test_a_genuine_event_is_known_by_its_id_whatever_the_outer_team_says() -> None:
    verdict = check(EVENT)
    assert isinstance(verdict, Delivery)
    assert verdict.key == "event_id:Ev0001"


@pytest.mark.parametrize(
    "payload",
    [
        {"type": "block_actions", "team": {"id": "T0FABRIKAM"}, "trigger_id": "1.2", "api_app_id": "A0APP"},
        {
            "type": "view_submission",
            "team": {"id": "T0CONTOSO"},
            "view": {"app_installed_team_id": "T0FABRIKAM"},
            "trigger_id": "1.2",
            "api_app_id": "A0APP",
        },
    ],
)
def test_a_click_is_known_by_its_trigger_and_by_the_side_the_app_is_installed_on(payload: dict[str, object]) -> None:
    verdict = form(payload)
    assert isinstance(verdict, Delivery)
    assert verdict.key == "trigger_id:1.2"


def test_what_has_no_id_is_known_by_its_bytes() -> None:
    verdict = form({"type": "block_actions", "team": {"id": "T0FABRIKAM"}, "api_app_id": "A0APP"})
    assert isinstance(verdict, Delivery)
    assert verdict.key.startswith("sha256:")


@pytest.mark.parametrize(
    "headers",
    [
        {"x-slack-signature": ""},
        {"x-slack-request-timestamp": ""},
        {"x-slack-request-timestamp": "now"},
        {"x-slack-request-timestamp": "１７６３９"},
        {"x-slack-request-timestamp": "-1"},
        {"x-slack-signature": "v0=" + "0" * 63},
        {"x-slack-signature": "v1=" + "0" * 64},
    ],
)
def test_headers_of_another_form_are_turned_away(headers: dict[str, str]) -> None:
    assert check(EVENT, **headers) == Rejected(reason=Rejection.HEADERS_MISSING, status=401)


@pytest.mark.parametrize("minutes", [-6, 6])
def test_an_old_or_future_request_is_turned_away(minutes: int) -> None:
    body = json.dumps(EVENT).encode()
    at = NOW.fromtimestamp(NOW.timestamp() + minutes * 60, UTC)
    assert GATE.check(signed(body, at=at), body) == Rejected(reason=Rejection.SIGNATURE_WRONG, status=401)


def test_another_secret_or_another_body_is_turned_away() -> None:
    body = json.dumps(EVENT).encode()
    wrong = Rejected(reason=Rejection.SIGNATURE_WRONG, status=401)
    assert GATE.check(signed(body, secret="another"), body) == wrong
    assert GATE.check(signed(body), body + b" ") == wrong
    assert GATE.check(signed(body), b"\xff\xfe") == wrong


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"text"', b"null"])
def test_a_signed_body_that_is_no_payload_is_turned_away(body: bytes) -> None:
    assert GATE.check(signed(body), body) == Rejected(reason=Rejection.BODY_UNREADABLE, status=400)


@pytest.mark.parametrize("app", ["A0OTHER", None, 7, ["A0APP"]])
def test_another_app_is_turned_away(app: object) -> None:
    assert check(EVENT | {"api_app_id": app}) == Rejected(reason=Rejection.APP_WRONG, status=403)


@pytest.mark.parametrize(
    "authorizations",
    [[{"team_id": "T0CONTOSO"}], [], None, "T0FABRIKAM", [None], [{"team_id": None}]],
)
def test_another_installation_is_turned_away(authorizations: object) -> None:
    payload = EVENT | {"authorizations": authorizations, "team_id": "T0FABRIKAM"}
    assert check(payload) == Rejected(reason=Rejection.TEAM_WRONG, status=403)


def test_a_view_of_another_installation_is_turned_away_though_its_team_is_ours() -> None:
    view = {"app_installed_team_id": "T0CONTOSO"}
    payload = {"type": "view_submission", "team": {"id": "T0FABRIKAM"}, "view": view, "api_app_id": "A0APP"}
    assert form(payload) == Rejected(reason=Rejection.TEAM_WRONG, status=403)


def test_slack_may_ask_whether_the_address_is_ours() -> None:
    assert check({"type": "url_verification", "challenge": "abc"}) == Challenge(text="abc")


def test_a_delivery_does_not_print_its_payload() -> None:
    assert "app_mention" not in repr(check(EVENT))


@pytest.mark.parametrize("part", ["view", "message"])
@pytest.mark.parametrize("app", ["A0OTHER", None])
def test_a_click_on_what_another_app_made_is_turned_away(part: str, app: object) -> None:
    made = {"app_id": app, "app_installed_team_id": "T0FABRIKAM"}
    payload = {"type": "block_actions", "team": {"id": "T0FABRIKAM"}, "api_app_id": "A0APP", part: made}
    assert form(payload) == Rejected(reason=Rejection.APP_WRONG, status=403)


def test_a_modal_submitted_twice_as_it_was_is_submitted_once() -> None:
    view = {"id": "V1", "hash": "1.abc", "app_installed_team_id": "T0FABRIKAM"}
    keys = set()
    for trigger in ("1.2", "1.3"):
        payload = {"type": "view_submission", "view": view, "trigger_id": trigger, "api_app_id": "A0APP"}
        verdict = form(payload)
        assert isinstance(verdict, Delivery)
        keys.add(verdict.key)
    assert keys == {"submission:V1:1.abc"}
