"""Alerts at an address of yours, signed as Standard Webhooks are (symmetric signatures, version 1)."""

import base64
import binascii
import hashlib
import hmac
from datetime import datetime
from typing import Any, ClassVar, Final

import msgspec

from sekimori.core.clock import Clock
from sekimori.core.confidential import Secret
from sekimori.core.errors import SekimoriError
from sekimori.manifest.tables.sinks import WatchSink
from sekimori.watch.bundle import Bundle
from sekimori.watch.domain.level import Level
from sekimori.watch.sinking import Poster, Surroundings

KIND: Final = "webhook"
_PREFIX: Final = "whsec_"


class WebhookSecretUnusable(SekimoriError):  # noqa: N818 - the name says what happened
    """A secret from which no key can be made."""

    code: ClassVar[str] = "webhook.secret_unusable"


class WebhookSink:
    """Posts each revision of an alert; ``webhook-id`` is the same whenever the same revision is posted again."""

    def __init__(self, *, name: str, level: Level, url: str, secret: Secret[str], poster: Poster, clock: Clock) -> None:
        self.name = name
        self.level = level
        self._url = url
        self._key = Secret(key_of(secret.reveal()))
        self._poster = poster
        self._clock = clock

    async def deliver(self, bundle: Bundle, reference: str | None) -> str | None:
        """Post one revision. The reference is the standing that was posted last.

        Raises:
            DeliveryFailed, AlertRefused: what each says.
        """
        now = self._clock()
        body = msgspec.json.encode(message_of(bundle, reference, now))
        name, stamp = f"{bundle.id}.{bundle.revision}", str(int(now.timestamp()))
        signature = signature_of(self._key.reveal(), name, stamp, body)
        headers = {"webhook-id": name, "webhook-timestamp": stamp, "webhook-signature": signature}
        await self._poster.post(self._url, body, headers)
        return bundle.standing.value

    async def close(self) -> None:
        """Let go of connections."""
        await self._poster.close()


def message_of(bundle: Bundle, last: str | None, now: datetime) -> dict[str, Any]:
    """Return what is posted: what happened to the alert, when it is told, and the alert as it stands."""
    return {
        "type": f"alert.{_deed(bundle, last)}",
        "timestamp": now.isoformat(timespec="milliseconds"),
        "data": bundle.as_plain(),
    }


def _deed(bundle: Bundle, last: str | None) -> str:
    if last is None:
        return "opened"
    return "updated" if last == bundle.standing.value else "judged"


def signature_of(key: bytes, message: str, stamp: str, body: bytes) -> str:
    """Sign one message: HMAC-SHA256 over ``id.timestamp.body``, in Base64, after its version."""
    digest = hmac.new(key, f"{message}.{stamp}.".encode() + body, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


def key_of(secret: str) -> bytes:
    """Return the key that a secret stands for: after ``whsec_`` it is Base64, any other text is the key itself.

    Raises:
        WebhookSecretUnusable: after ``whsec_`` it is not Base64, or nothing; no receiver would agree on the key.
    """
    text = secret.strip()
    if not text.startswith(_PREFIX):
        return text.encode()
    encoded = text.removeprefix(_PREFIX).rstrip("=")
    try:
        key = base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
    except binascii.Error:
        key = b""
    if not key:
        words = f"what follows {_PREFIX} in a webhook's secret is not Base64"
        raise WebhookSecretUnusable(words, hint=f"make one: echo {_PREFIX}$(openssl rand -base64 24)")
    return key


def open_sink(declared: WatchSink, around: Surroundings) -> WebhookSink:
    """Open a webhook."""
    return WebhookSink(
        name=declared.called,
        level=Level(declared.level.value),
        url=str(declared.url),
        secret=around.secret(str(declared.secret)),
        poster=Poster(declared.called, around.ca_bundle),
        clock=around.clock,
    )
