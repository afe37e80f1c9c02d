"""Bytes in and out: step 2 of an upload, and the files as people open them."""

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sekimori.sim.slack.store import SlackStore


class Uploads:
    """Takes file contents at the addresses that files.getUploadURLExternal gave out."""

    def __init__(self, store: SlackStore) -> None:
        self._store = store

    def routes(self) -> list[Route]:
        """Return the two routes for file contents."""
        return [
            Route("/upload/v1/{file}", self._upload, methods=["POST", "PUT"]),
            Route("/files/{file}/{name}", self._download),
        ]

    async def _upload(self, request: Request) -> Response:
        file = self._store.files.get(request.path_params["file"])
        if file is None or file.content:
            return Response("unknown or used upload address", status_code=404)
        content = await self._content(request)
        # Slack: the length was announced in step 1 and has to be kept.
        if len(content) != file.length:
            return Response(f"expected {file.length} bytes, got {len(content)}", status_code=400)
        file.content = content
        return Response(f"OK - {len(content)}")

    async def _content(self, request: Request) -> bytes:
        if not request.headers.get("content-type", "").startswith("multipart/"):
            return await request.body()
        part = next(iter((await request.form()).values()), "")
        return part.encode() if isinstance(part, str) else await part.read()

    async def _download(self, request: Request) -> Response:
        file = self._store.files.get(request.path_params["file"])
        if file is None or not file.shared_in:
            return Response("no such file", status_code=404)
        kind = "image/png" if file.content.startswith(b"\x89PNG") else "application/octet-stream"
        return Response(file.content, media_type=kind, headers={"X-Content-Type-Options": "nosniff"})
