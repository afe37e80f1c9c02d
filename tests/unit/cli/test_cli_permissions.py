from typer.testing import CliRunner

from sekimori.cli import permissions


def run(*arguments: str):
    return CliRunner().invoke(permissions.app, ["show", *arguments])


def test_an_id_is_named_with_its_kind_and_tier() -> None:
    lines = run("8ba4a692-bc31-4128-9094-475872af8a53").stdout.splitlines()
    assert lines[0].split() == [
        "8ba4a692-bc31-4128-9094-475872af8a53",
        "application",
        "read_basics",
        "Calendars.ReadBasic.All",
        "(Microsoft",
        "Graph)",
    ]
    assert lines[-1].startswith("read_basics: it reads names")


def test_takeover_permissions_are_listed_with_the_reason() -> None:
    text = run("--tier", "takeover", "--grant", "application", "--lang", "ja").stdout
    for name in ("RoleManagement.ReadWrite.Directory", "AppRoleAssignment.ReadWrite.All", "full_access_as_app"):
        assert name in text
    assert "Mail.Read " not in text
    assert "あらゆるロール" in text


def test_an_unknown_permission_is_said_to_be_unknown() -> None:
    assert run("No.Such.Permission").exit_code == 1
