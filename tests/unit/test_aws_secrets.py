"""Secrets from AWS Secrets Manager, over real HTTP."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

import pytest

from sekimori.manifest.references import SecretNotFound, resolve

KEPT = {
    "prod/slack": {"SecretString": "xoxb-a"},
    "prod/both": {"SecretString": json.dumps({"token": "xoxb-b", "number": 7})},
    "prod/pem": {"SecretBinary": "AAEC"},
    "arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/far-AbCdEf": {"SecretString": "far"},
}


class Shelf(BaseHTTPRequestHandler):
    regions: list[str]

    def do_POST(self) -> None:
        wanted = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["SecretId"]
        self.regions.append(self.headers["Authorization"].split("/")[2])
        found = KEPT.get(wanted)
        body = json.dumps(found or {"__type": "ResourceNotFoundException", "Message": "who knows"}).encode()
        self.send_response(200 if found else 400)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def shelf(monkeypatch):
    class Own(Shelf):
        regions: ClassVar[list[str]] = []

    with ThreadingHTTPServer(("127.0.0.1", 0), Own) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        monkeypatch.setenv("AWS_ENDPOINT_URL_SECRETS_MANAGER", f"http://127.0.0.1:{server.server_port}")
        monkeypatch.setenv("AWS_REGION", "ap-northeast-1")
        monkeypatch.setenv("AWS_DEFAULT_REGION", "ap-northeast-1")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAIOSFODNN7EXAMPLE")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "nothing")
        yield Own
        server.shutdown()


@pytest.mark.parametrize(
    ("name", "value", "region"),
    [
        ("prod/slack", b"xoxb-a", "ap-northeast-1"),
        ("prod/both#token", b"xoxb-b", "ap-northeast-1"),
        ("prod/both#number", b"7", "ap-northeast-1"),
        ("prod/pem", b"\x00\x01\x02", "ap-northeast-1"),
        ("arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/far-AbCdEf", b"far", "eu-west-1"),
    ],
)
def test_a_secret_is_fetched_by_name_arn_and_key(shelf, tmp_path, name, value, region):
    assert resolve(f"aws-secretsmanager:{name}", folder=tmp_path, environ={}).reveal() == value
    assert shelf.regions == [region]


@pytest.mark.parametrize(
    ("name", "why"),
    [("prod/none", "ResourceNotFoundException"), ("prod/both#other", "no key other"), ("prod/slack#a", "JSON object")],
)
def test_what_is_not_there_is_said_without_its_value(shelf, tmp_path, name, why):
    with pytest.raises(SecretNotFound, match=why) as caught:
        resolve(f"aws-secretsmanager:{name}", folder=tmp_path, environ={})
    assert "xoxb" not in str(caught.value)
