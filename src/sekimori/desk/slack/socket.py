"""Socket Mode: Slack's requests over a connection that we open, through the same gate and inbox as over HTTP."""

import asyncio
import contextlib
import logging
from typing import ClassVar, Final

import aiohttp
import msgspec
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.async_client import AsyncBaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse
from slack_sdk.web.async_client import AsyncWebClient

from sekimori.core.confidential import Secret
from sekimori.core.errors import SekimoriError
from sekimori.desk.domain.policy import Language
from sekimori.desk.slack.acknowledgement import acknowledgement
from sekimori.desk.slack.gate import Gate, Rejected
from sekimori.desk.slack.inbox import Worker

_log = structlog.get_logger(__name__)
_FATAL: Final = {
    "invalid_auth",
    "not_authed",
    "account_inactive",
    "token_revoked",
    "token_expired",
    "not_allowed_token_type",
    "missing_scope",
    "no_permission",
    "forbidden_team",
    "socket_mode_disabled",
}


class SocketRefused(SekimoriError):  # noqa: N818 - the name says what happened
    """Slack does not let us open a connection, and trying again would not help."""

    code: ClassVar[str] = "slack.socket_refused"


class SocketDoor:
    """Receives over Socket Mode. What comes through the connection is Slack's: it carries no signature."""

    def __init__(
        self, *, gate: Gate, worker: Worker, client: AsyncWebClient, app_token: Secret[str], language: Language
    ) -> None:
        self._gate = gate
        self._worker = worker
        self._web = client
        self._token = app_token
        self._language = language
        self._socket: SocketModeClient | None = None
        self._connecting: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Open the connection, and keep it open; where Slack cannot be reached yet, go on trying.

        Raises:
            SocketRefused: the app token is no good, or the app is not in Socket Mode.
        """
        logger = logging.getLogger("sekimori.desk.slack.socket.sdk")
        logger.setLevel(logging.CRITICAL)  # slack_sdk quotes requests in its log lines
        socket = SocketModeClient(self._token.reveal(), logger=logger, web_client=self._web)
        socket.proxy = None  # slack_sdk takes one from the environment; the manifest says where the service goes
        socket.socket_mode_request_listeners.append(self._receive)
        self._socket = socket
        try:
            socket.wss_uri = await socket.issue_new_wss_url()
        except SlackApiError as error:
            if error.response.get("error") in _FATAL:
                await self.close()
                hint = f"Slack says {error.response.get('error')}: look at slack.app_token (xapp-…, connections:write)"
                raise SocketRefused("Slack does not accept the Socket Mode connection", hint=hint) from error
            _log.warning("socket.not_open_yet", error=str(error.response.get("error")))
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            _log.warning("socket.not_open_yet", error=type(error).__name__)
        self._connecting = asyncio.create_task(self._connect(socket))

    async def close(self) -> None:
        """Receive nothing more."""
        if self._connecting is not None:
            self._connecting.cancel()
        if self._socket is not None:
            with contextlib.suppress(aiohttp.ClientError, OSError):
                await self._socket.close()  # type: ignore[no-untyped-call]

    async def _connect(self, socket: SocketModeClient) -> None:
        await socket.connect()  # type: ignore[no-untyped-call]
        _log.info("socket.opened")

    async def _receive(self, socket: AsyncBaseSocketModeClient, request: SocketModeRequest) -> None:
        verdict = self._gate.admit(request.payload, msgspec.json.encode(request.payload))
        if isinstance(verdict, Rejected):
            _log.warning("request.rejected", reason=verdict.reason.value)
            await self._acknowledge(socket, SocketModeResponse(envelope_id=request.envelope_id))
            return
        try:
            start = await self._worker.keep(verdict.key, verdict.payload)
        except SekimoriError as error:
            _log.error("request.not_kept", code=error.code)
            return  # not kept, so not acknowledged: Slack will bring it again
        answer = acknowledgement(verdict.payload, self._language)
        await self._acknowledge(socket, SocketModeResponse(envelope_id=request.envelope_id, payload=answer))
        if start:
            await start()

    async def _acknowledge(self, socket: AsyncBaseSocketModeClient, response: SocketModeResponse) -> None:
        try:
            await socket.send_socket_mode_response(response)
        except (aiohttp.ClientError, OSError) as error:
            # Slack brings it again over the next connection; it is known by then, and only acknowledged.
            _log.warning("request.not_acknowledged", error=type(error).__name__)
