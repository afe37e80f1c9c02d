"""Permissions read from a live tenant: over real HTTPS, kept, and used before the shipped ones."""

import json
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from sekimori.cli import permissions
from sekimori.cli._watching import Choice, setting
from sekimori.sim.certificates import make_authority, make_server
from sekimori.watch.domain.permissions import (
    GRAPH,
    Permission,
    format_table,
    parse_table,
    permission_of,
    prefer,
    resource_name,
    shipped_table,
)
from sekimori.watch.domain.tiers import Grant, Tier
from sekimori.watch.permission_store import Offer, RefreshFailed, keep, table_path, use_refreshed

PAYROLL = "5c6d7e8f-9001-4213-a435-465768798a9b"
ROLE, SCOPE = "d2435465-7687-498a-9bac-d3e4f5061728", "e3546576-8798-4a9b-8cbd-e4f506172839"
RESOURCES: list[dict[str, Any]] = [
    {
        "appId": PAYROLL.upper(),
        "displayName": "Payroll]\nAPI",
        "appRoles": [
            {"id": ROLE, "value": "Salaries.Read.All", "allowedMemberTypes": ["User", "Application"]},
            {"id": SCOPE, "value": None, "allowedMemberTypes": ["Application"]},
            {"id": SCOPE, "value": "ForPeople", "allowedMemberTypes": ["User"]},
            {"id": "no id", "value": "Broken", "allowedMemberTypes": ["Application"]},
            {"id": SCOPE, "value": "two\nlines", "allowedMemberTypes": ["Application"]},
        ],
        "oauth2PermissionScopes": [{"id": SCOPE, "value": "user_impersonation", "isEnabled": True}],
    },
    {"appId": "6d7e8f90-0112-4324-b546-5768798a9bac", "displayName": "Offers nothing", "appRoles": []},
    {"appId": GRAPH, "displayName": "Renamed", "oauth2PermissionScopes": [{"id": ROLE, "value": "Brand.New"}]},
]


@dataclass
class Tenant:
    """A Graph that answers what it is told to, one answer a request."""

    folder: Path
    port: int = 0
    answers: list[tuple[int, dict[str, str], bytes]] = field(default_factory=list)
    asked: list[tuple[str, str | None]] = field(default_factory=list)

    def will(self, body: Any, status: int = 200, **headers: str) -> None:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.answers.append((status, headers, raw))

    def url(self, path: str = "") -> str:
        return f"https://127.0.0.1:{self.port}/v1.0{path}"

    @property
    def environ(self) -> dict[str, str]:
        return {"XDG_DATA_HOME": str(self.folder / "data"), "GRAPH_TOKEN": "made-up-token"}

    def refresh(self, *more: str) -> Result:
        arguments = ["refresh", "--graph", self.url(), "--ca-bundle", str(self.folder / "ca.pem"), *more]
        return CliRunner(env=self.environ).invoke(permissions.app, arguments)


@pytest.fixture
def tenant(tmp_path: Path) -> Iterator[Tenant]:
    graph = Tenant(tmp_path)
    authority = make_authority()
    (tmp_path / "ca.pem").write_bytes(authority.certificate_pem())
    (tmp_path / "server.pem").write_bytes(make_server(authority).pem())

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            graph.asked.append((self.path, self.headers["Authorization"]))
            status, headers, body = graph.answers.pop(0)
            self.send_response(status)
            for name, value in ({"Content-Length": str(len(body))} | headers).items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "server.pem")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    graph.port = server.server_address[1]
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield graph
    server.shutdown()
    server.server_close()
    prefer("")


def test_what_the_tenant_offers_goes_before_what_ships(tenant: Tenant, audit: Callable[..., Any]) -> None:
    tenant.will({"value": RESOURCES[:1], "@odata.nextLink": tenant.url("/servicePrincipals?$skiptoken=x")})
    tenant.will({"error": {}}, 429, Retry_After="0")
    tenant.will({"value": RESOURCES[1:]})
    result = tenant.refresh()
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith("3 permissions of 2 resources: ")
    assert len(tenant.asked) == 3
    assert {token for _, token in tenant.asked} == {"Bearer made-up-token"}
    assert "$select=" in tenant.asked[0][0]
    assert "made-up-token" not in result.output

    assert permission_of(PAYROLL, ROLE, Grant.APPLICATION) is None
    assert use_refreshed(tenant.environ) is None
    known = permission_of(PAYROLL, ROLE, Grant.APPLICATION)
    assert known is not None
    assert (known.name, known.tier) == ("Salaries.Read.All", Tier.TENANT_DATA)
    assert resource_name(PAYROLL) == "Payroll]API"
    assert resource_name(GRAPH) == "Microsoft Graph"
    assert permission_of(GRAPH, ROLE, Grant.DELEGATED) is not None
    assert permission_of(GRAPH, "8ba4a692-bc31-4128-9094-475872af8a53", Grant.APPLICATION) is not None


def test_every_command_uses_it(tenant: Tenant, monkeypatch: pytest.MonkeyPatch) -> None:
    tenant.will({"value": RESOURCES})
    assert tenant.refresh().exit_code == 0
    shown = CliRunner(env=tenant.environ).invoke(permissions.app, ["show", "salaries"])
    assert "Salaries.Read.All  (Payroll]API)" in shown.stdout
    prefer("")
    monkeypatch.setenv("XDG_DATA_HOME", tenant.environ["XDG_DATA_HOME"])
    setting(Choice())
    assert permission_of(PAYROLL, ROLE, Grant.APPLICATION) is not None


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (401, {"error": {}}, "refused the token (HTTP 401)"),
        (403, {"error": {}}, "refused the token (HTTP 403)"),
        (500, {"error": {}}, "HTTP 500"),
        (302, b"", "HTTP 302"),
        (200, b"<html>", "not a list of service principals"),
        (200, {"value": [{"appRoles": "x"}]}, "not a list of service principals"),
        (200, {"value": []}, "shows no permissions"),
        (200, {"value": RESOURCES, "@odata.nextLink": "https://graph.example/v1.0/next"}, "points to another host"),
    ],
)
def test_what_fails_is_said_and_the_old_table_stays(tenant: Tenant, status: int, body: Any, words: str) -> None:
    path = table_path(tenant.environ)
    assert path is not None
    path.parent.mkdir(parents=True)
    path.write_text("# mine\n")
    tenant.will(body, status)
    result = tenant.refresh()
    assert words in str(result.exception)
    assert path.read_text() == "# mine\n"
    assert len(tenant.asked) == 1
    assert list(path.parent.iterdir()) == [path]


def test_a_tenant_that_is_not_there_a_token_that_is_not_there(tenant: Tenant) -> None:
    tenant.port = 1
    assert "cannot be reached" in str(tenant.refresh().exception)
    assert "not set" in str(tenant.refresh("--token", "env:NO_SUCH_TOKEN").exception)
    assert "cannot be read" in str(tenant.refresh("--ca-bundle", str(tenant.folder / "none.pem")).exception)
    with pytest.raises(RefreshFailed, match="cannot be written"):
        keep(Offer((), {}), tenant.folder / "ca.pem" / "x", source="https://graph.example")


@pytest.mark.parametrize("broken", [b"[x]\nonly-one-word\n", b"[x]\na Z b\n", b"\xff\xfe"])
def test_a_broken_table_is_said_and_the_shipped_one_is_used(tmp_path: Path, broken: bytes) -> None:
    path = tmp_path / "sekimori" / "permissions.txt"
    path.parent.mkdir()
    path.write_bytes(broken)
    assert "is not used" in (use_refreshed({"XDG_DATA_HOME": str(tmp_path)}) or "")
    assert permission_of(GRAPH, "8ba4a692-bc31-4128-9094-475872af8a53", Grant.APPLICATION) is not None


def test_where_the_table_is() -> None:
    assert table_path({"HOME": "/home/x"}) == Path("/home/x/.local/share/sekimori/permissions.txt")
    assert table_path({}) is None
    assert use_refreshed({}) is None


def test_the_format_is_read_as_it_was_written() -> None:
    table: dict[tuple[str, str, Grant], Permission] = shipped_table()
    assert parse_table(format_table(table.values(), {GRAPH: "Microsoft Graph"})) == table
