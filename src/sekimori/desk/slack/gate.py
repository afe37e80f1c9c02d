"""The first door for what claims to come from Slack: signed, recent, for our app, from our installation.

Nothing of a refused request is logged but the reason's code: its text is the sender's.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from urllib.parse import parse_qs

import msgspec
from slack_sdk.signature import Clock as SlackClock
from slack_sdk.signature import SignatureVerifier

from sekimori.core.clock import Clock
from sekimori.core.confidential import Secret
from sekimori.core.ids import TeamId

_TIMESTAMP: Final = re.compile(r"[0-9]{1,11}")
_SIGNATURE: Final = re.compile(r"v0=[0-9a-f]{64}")


class Rejection(StrEnum):
    """Why a request is turned away at the door."""

    HEADERS_MISSING = "headers_missing"
    SIGNATURE_WRONG = "signature_wrong"
    BODY_UNREADABLE = "body_unreadable"
    APP_WRONG = "app_wrong"
    TEAM_WRONG = "team_wrong"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected:
    """Turned away, with the HTTP status that says so; nothing was done."""

    reason: Rejection
    status: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """Slack asks whether the address is ours; the answer is this text."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A genuine request: its payload, and the key under which a repetition is known again."""

    key: str
    payload: Mapping[str, Any]

    def __repr__(self) -> str:
        return f"Delivery(key={self.key!r})"


class Gate:
    """Checks requests in the order in which a lie is cheapest to notice.

    Without a signing secret nothing that comes over HTTP is genuine.
    """

    def __init__(self, *, signing_secret: Secret[str] | None, app_id: str, team: TeamId, clock: Clock) -> None:
        secret = signing_secret.reveal() if signing_secret else ""
        self._verifier = SignatureVerifier(secret, clock=_Seconds(clock)) if secret else None
        self._app_id = app_id
        self._team = team

    def check(self, headers: Mapping[str, str], body: bytes) -> Delivery | Challenge | Rejected:
        """Say what a request is. ``headers`` has lower-case names; ``body`` is what was signed, byte for byte."""
        if rejected := self._unsigned(headers, body):
            return rejected
        payload = _payload(body, headers.get("content-type", ""))
        if payload is None:
            return Rejected(reason=Rejection.BODY_UNREADABLE, status=400)
        if payload.get("type") == "url_verification":
            return Challenge(text=str(payload.get("challenge", "")))
        if payload.get("ssl_check"):
            return Challenge(text="")
        return self.admit(payload, body)

    def admit(self, payload: Mapping[str, Any], body: bytes) -> Delivery | Rejected:
        """Say whether a genuine request is for our app and our installation of it."""
        if any(app != self._app_id for app in _apps(payload)):
            return Rejected(reason=Rejection.APP_WRONG, status=403)
        if installed_team(payload) != self._team:
            return Rejected(reason=Rejection.TEAM_WRONG, status=403)
        return Delivery(key=_key(payload, body), payload=payload)

    def _unsigned(self, headers: Mapping[str, str], body: bytes) -> Rejected | None:
        timestamp = headers.get("x-slack-request-timestamp", "")
        signature = headers.get("x-slack-signature", "")
        # Slack: the SDK's verifier raises on a timestamp that is no number, so the forms are checked first.
        if not _TIMESTAMP.fullmatch(timestamp) or not _SIGNATURE.fullmatch(signature):
            return Rejected(reason=Rejection.HEADERS_MISSING, status=401)
        if self._verifier is None:
            return Rejected(reason=Rejection.SIGNATURE_WRONG, status=401)
        try:
            genuine = self._verifier.is_valid(body=body, timestamp=timestamp, signature=signature)
        except UnicodeDecodeError:
            genuine = False
        return None if genuine else Rejected(reason=Rejection.SIGNATURE_WRONG, status=401)


def installed_team(payload: Mapping[str, Any]) -> str | None:
    """Say for which installation of the app a payload is meant.

    Slack: an event says it in ``authorizations`` alone (the outer ``team_id`` was seen on either side of a shared
    channel), a view in ``app_installed_team_id`` (its ``team`` is the actor's), a click on a message in ``team``.
    """
    if payload.get("type") == "event_callback":
        authorizations = payload.get("authorizations")
        first = authorizations[0] if isinstance(authorizations, list) and authorizations else None
        return _text(first, "team_id")
    if isinstance(payload.get("view"), dict):
        return _text(payload["view"], "app_installed_team_id")
    if isinstance(payload.get("team"), dict):
        return _text(payload["team"], "id")
    return _text(payload, "team_id")


def _apps(payload: Mapping[str, Any]) -> Iterator[object]:
    """Yield every app that a payload names: its receiver, and whose message or modal was clicked."""
    yield payload.get("api_app_id")
    for part in ("view", "message"):
        table = payload.get(part)
        if isinstance(table, dict) and "app_id" in table:
            yield table["app_id"]


def _text(table: object, key: str) -> str | None:
    value = table.get(key) if isinstance(table, dict) else None
    return value if isinstance(value, str) else None


def _payload(body: bytes, content_type: str) -> dict[str, Any] | None:
    try:
        if content_type.partition(";")[0].strip() == "application/x-www-form-urlencoded":
            form = {name: values[0] for name, values in parse_qs(body.decode(), keep_blank_values=True).items()}
            read: object = msgspec.json.decode(form["payload"]) if "payload" in form else form
        else:
            read = msgspec.json.decode(body)
    except (ValueError, RecursionError):
        return None
    return read if isinstance(read, dict) else None


def request_of(payload: Mapping[str, Any]) -> str:
    """Name a request by what Slack says of it; an empty text where it says nothing.

    Slack repeats an event under one ``event_id``; a click has a ``trigger_id`` of its own.

    A modal that is submitted twice as it was is submitted once.
    """
    view = payload.get("view")
    if payload.get("type") == "view_submission" and _text(view, "id") and _text(view, "hash"):
        return f"submission:{_text(view, 'id')}:{_text(view, 'hash')}"
    found = ((kind, _text(payload, kind)) for kind in ("event_id", "trigger_id"))
    return next((f"{kind}:{value}" for kind, value in found if value), "")


def _key(payload: Mapping[str, Any], body: bytes) -> str:
    return request_of(payload) or f"sha256:{hashlib.sha256(body).hexdigest()}"


class _Seconds(SlackClock):
    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now(self) -> float:
        return self._clock().timestamp()
