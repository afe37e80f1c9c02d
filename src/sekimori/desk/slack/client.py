"""Opens the Web API client: patient with rate limits, careful not to say anything twice."""

import asyncio
import logging
import random
import re
import socket
import ssl
from types import SimpleNamespace
from typing import Any, Final

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.request import HttpRequest
from slack_sdk.http_retry.response import HttpResponse
from slack_sdk.http_retry.state import RetryState
from slack_sdk.web.async_client import AsyncWebClient

from sekimori.core.confidential import Secret

SECONDS: Final = 15
IDLE: Final = 3.0
"""Seconds after which a connection that nobody uses is closed: before Slack, or a proxy on the way, does so itself."""
LONGEST_WAIT: Final = 60
"""Seconds that one call waits for Slack to be willing; a longer wait is for whoever wanted it to decide on."""
_TRIES: Final = 4
_READS: Final = {"auth.test", "bots.info", "conversations.history", "conversations.info", "conversations.replies"}
_READINGS: Final = re.compile(r"/(?:" + "|".join(re.escape(name) for name in sorted(_READS | {"users.info"})) + r")$")


class Unreadable(SlackClientError, aiohttp.ClientError):  # noqa: N818 - a finding, not an error
    """Slack, or somebody on the way to it, answered with what is no answer of Slack's: it may have been done or not."""


class _Client(AsyncWebClient):
    """Tells Slack's own answers from what else comes: slack_sdk takes a proxy's error page for a refusal."""

    async def _request(self, *, http_verb: str, api_url: str, req_args: dict[str, Any]) -> dict[str, Any]:
        try:
            answer: dict[str, Any] = await super()._request(http_verb=http_verb, api_url=api_url, req_args=req_args)
        except SlackApiError:  # said to be JSON, and is none; the error quotes it
            raise Unreadable("an answer is not JSON") from None
        data, status = answer["data"], answer["status_code"]
        if status >= 500 or not isinstance(data, dict) or "ok" not in data:
            raise Unreadable(f"HTTP {status} without an answer of Slack's")
        return answer


class _NotConnected(AsyncRetryHandler):
    """Tries again where no connection came about; a message that may have arrived is not sent twice."""

    async def _can_retry_async(
        self,
        *,
        state: RetryState,  # noqa: ARG002 - the signature is the library's
        request: HttpRequest,  # noqa: ARG002
        response: HttpResponse | None = None,  # noqa: ARG002
        error: Exception | None = None,
    ) -> bool:
        return isinstance(error, aiohttp.ClientConnectorError)


class _NotRead(AsyncRetryHandler):
    """Tries again what only reads, where something else than Slack answered."""

    async def _can_retry_async(
        self,
        *,
        state: RetryState,  # noqa: ARG002 - the signature is the library's
        request: HttpRequest,
        response: HttpResponse | None = None,
        error: Exception | None = None,
    ) -> bool:
        broken = isinstance(error, SlackApiError) or (response is not None and response.status_code >= 500)
        return broken and _READINGS.search(request.url) is not None


class _TooMany(AsyncRetryHandler):
    """Waits as long as Slack says where it was asked too often."""

    async def _can_retry_async(
        self,
        *,
        state: RetryState,  # noqa: ARG002 - the signature is the library's
        request: HttpRequest,  # noqa: ARG002
        response: HttpResponse | None = None,
        error: Exception | None = None,  # noqa: ARG002
    ) -> bool:
        return response is not None and response.status_code == 429 and _wait(response) <= LONGEST_WAIT

    async def prepare_for_next_attempt_async(
        self,
        *,
        state: RetryState,
        request: HttpRequest,  # noqa: ARG002
        response: HttpResponse | None = None,
        error: Exception | None = None,  # noqa: ARG002
    ) -> None:
        """Wait."""
        state.next_attempt_requested = True
        await asyncio.sleep(_wait(response) + random.random())  # noqa: S311 - so that not all come back at once
        state.increment_current_attempt()


def _wait(response: HttpResponse | None) -> int:
    """Read how many seconds Slack wants us to wait; one where it does not say."""
    headers = {} if response is None else response.headers
    values = next((value for name, value in headers.items() if name.lower() == "retry-after"), [])
    value = values[0] if isinstance(values, list) and values else values
    return int(value) if isinstance(value, str) and re.fullmatch(r"[0-9]{1,6}", value) else 1


def open_client(*, token: Secret[str], api: str, ca_bundle: str | None = None) -> AsyncWebClient:
    """Open a client on Slack's address, such as ``https://slack.com/api/``."""
    # slack_sdk writes requests and answers into its log at DEBUG.
    logging.getLogger("slack_sdk").setLevel(logging.INFO)
    client = _Client(
        token=token.reveal(),
        base_url=api if api.endswith("/") else f"{api}/",
        timeout=SECONDS,
        ssl=ssl.create_default_context(cafile=ca_bundle) if api.startswith("https:") else None,
        retry_handlers=[
            _TooMany(max_retry_count=_TRIES),
            _NotConnected(max_retry_count=_TRIES),
            _NotRead(max_retry_count=2),
        ],
    )
    client.proxy = None  # slack_sdk takes one from the environment; where the service goes is the manifest's to say
    return client


def keep_connections(client: AsyncWebClient) -> None:
    """Let calls use one another's connections, until :func:`close`: slack_sdk opens one a call otherwise."""
    client.session = aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=SECONDS),
        connector=aiohttp.TCPConnector(keepalive_timeout=IDLE, socket_factory=_socket),
        cookie_jar=aiohttp.DummyCookieJar(),
        trace_configs=[_staying()],
    )


def _staying() -> aiohttp.TraceConfig:
    """Let no answer send us elsewhere: Slack redirects no call, and ours carry the token and the answers."""

    async def refuse(
        _session: aiohttp.ClientSession, _context: SimpleNamespace, _params: aiohttp.TraceRequestRedirectParams
    ) -> None:
        raise Unreadable("an answer points elsewhere")

    trace = aiohttp.TraceConfig()
    trace.on_request_redirect.append(refuse)
    return trace


def _socket(address: aiohttp.AddrInfoType) -> socket.socket:
    """Make a socket that sends at once: asyncio sees to that, but not where the address is given in figures."""
    family, kind, protocol, *_ = address
    made = socket.socket(family, kind, protocol)
    made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return made


async def close(client: AsyncWebClient) -> None:
    """Let go of the connections that were kept."""
    if client.session is not None:
        await client.session.close()


async def upload(client: AsyncWebClient, address: str, content: bytes) -> None:
    """Bring a file's content to the address that Slack gave for it.

    Raises:
        aiohttp.ClientError, TimeoutError: it did not arrive.
    """
    kept = client.session
    if kept is None or kept.closed:
        timeout = aiohttp.ClientTimeout(total=client.timeout)
        async with aiohttp.ClientSession(timeout=timeout, trace_configs=[_staying()]) as session:
            await _post(session, client, address, content)
    else:
        await _post(kept, client, address, content)


async def _post(session: aiohttp.ClientSession, client: AsyncWebClient, address: str, content: bytes) -> None:
    async with session.post(address, data=content, ssl=client.ssl or True) as answer:
        answer.raise_for_status()
