"""Opens the Web API client: patient with rate limits, careful not to say anything twice."""

import logging
import socket
import ssl
from typing import Final

import aiohttp
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.http_retry.request import HttpRequest
from slack_sdk.http_retry.response import HttpResponse
from slack_sdk.http_retry.state import RetryState
from slack_sdk.web.async_client import AsyncWebClient

from sekimori.core.confidential import Secret

SECONDS: Final = 15
IDLE: Final = 3.0
"""Seconds after which a connection that nobody uses is closed: before Slack, or a proxy on the way, does so itself."""
_TRIES: Final = 4


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


def open_client(*, token: Secret[str], api: str, ca_bundle: str | None = None) -> AsyncWebClient:
    """Open a client on Slack's address, such as ``https://slack.com/api/``."""
    # slack_sdk writes requests and answers into its log at DEBUG.
    logging.getLogger("slack_sdk").setLevel(logging.INFO)
    client = AsyncWebClient(
        token=token.reveal(),
        base_url=api if api.endswith("/") else f"{api}/",
        timeout=SECONDS,
        ssl=ssl.create_default_context(cafile=ca_bundle) if api.startswith("https:") else None,
        retry_handlers=[AsyncRateLimitErrorRetryHandler(max_retry_count=_TRIES), _NotConnected(max_retry_count=_TRIES)],
    )
    client.proxy = None  # slack_sdk takes one from the environment; where the service goes is the manifest's to say
    return client


def keep_connections(client: AsyncWebClient) -> None:
    """Let calls use one another's connections, until :func:`close`: slack_sdk opens one a call otherwise."""
    client.session = aiohttp.ClientSession(
        timeout=aiohttp.ClientTimeout(total=SECONDS),
        connector=aiohttp.TCPConnector(keepalive_timeout=IDLE, socket_factory=_socket),
        cookie_jar=aiohttp.DummyCookieJar(),
    )


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
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=client.timeout)) as session:
            await _post(session, client, address, content)
    else:
        await _post(kept, client, address, content)


async def _post(session: aiohttp.ClientSession, client: AsyncWebClient, address: str, content: bytes) -> None:
    async with session.post(address, data=content, ssl=client.ssl or True) as answer:
        answer.raise_for_status()
