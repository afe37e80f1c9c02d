"""The Slack app asks for what the manifest uses, says why, and asks for nothing else."""

import json
from pathlib import Path

import pytest
import yaml
from msgspec.structs import replace
from typer.testing import CliRunner

from sekimori.cli.manifest import app
from sekimori.manifest.loader import load
from sekimori.manifest.slack_app import app_manifest, in_yaml, scopes
from sekimori.manifest.tables.partners import AnswerIn
from sekimori.manifest.tables.service import Language
from sekimori.manifest.tables.slack import SlackMode

FULL = Path(__file__).parent / "full.toml"
ALWAYS = {"app_mentions:read", "chat:write", "commands", "im:history", "im:write", "users:read"}


def manifest(answer_in: AnswerIn, mode: SlackMode = SlackMode.HTTP):
    whole = load(FULL)
    partners = tuple(replace(partner, answer_in=answer_in) for partner in whole.partners)
    return replace(whole, partners=partners, slack=replace(whole.slack, mode=mode))


@pytest.mark.parametrize(
    ("answer_in", "more"),
    [
        (AnswerIn.MODAL, set()),
        (AnswerIn.EPHEMERAL, {"files:write"}),
        (AnswerIn.DM, {"files:write"}),
        (AnswerIn.THREAD, {"files:write", "channels:history", "groups:history"}),
    ],
)
def test_a_scope_is_there_because_something_uses_it(answer_in: AnswerIn, more: set[str]) -> None:
    assert {need.name for need in scopes(manifest(answer_in))} == ALWAYS | more


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("mode", SlackMode)
def test_the_yaml_says_what_the_json_says_and_why(mode: SlackMode, language: Language) -> None:
    whole = manifest(AnswerIn.THREAD, mode)
    made = app_manifest(whole, url="https://desk.example.com/")
    text = in_yaml(whole, url="https://desk.example.com/", language=language)
    assert yaml.safe_load(text) == made
    for need in scopes(whole):
        assert f"- {need.name}  # {need.why[language]}" in text


def test_over_http_everything_arrives_at_one_address() -> None:
    made = app_manifest(manifest(AnswerIn.MODAL), url="https://desk.example.com/")
    address = "https://desk.example.com/slack/events"
    assert made["settings"]["event_subscriptions"]["request_url"] == address
    assert made["settings"]["interactivity"] == {"is_enabled": True, "request_url": address}
    assert made["features"]["slash_commands"][0]["url"] == address
    assert not made["settings"]["socket_mode_enabled"]


def test_a_socket_needs_no_address() -> None:
    made = app_manifest(manifest(AnswerIn.MODAL, SlackMode.SOCKET), url="https://desk.example.com")
    assert made["settings"]["socket_mode_enabled"]
    assert "desk.example.com" not in json.dumps(made)


def test_slacks_limits_are_kept() -> None:
    whole = manifest(AnswerIn.MODAL)
    made = app_manifest(replace(whole, service=replace(whole.service, name="予" * 80)), url="https://x.example")
    assert len(made["display_information"]["name"]) == 35
    assert len(made["display_information"]["description"]) <= 140


def test_the_command_prints_it() -> None:
    printed = CliRunner().invoke(app, ["slack", str(FULL), "--format", "json", "--url", "https://desk.example.com"])
    assert printed.exit_code == 0
    assert json.loads(printed.stdout)["features"]["bot_user"]["always_online"] is False
    shown = CliRunner().invoke(app, ["slack", str(FULL), "--lang", "en"])
    assert "confirm who is asking" in shown.stdout
