"""What every calendar provider and every chat command keeps to, whichever are in the folders."""

import pytest
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from sekimori.catalogue import discover_modules
from sekimori.desk.slack.services import Services

PROVIDERS = discover_modules("sekimori.desk.providers")
COMMANDS = discover_modules("sekimori.desk.slack.commands")


@pytest.mark.parametrize("name", PROVIDERS)
def test_a_provider_is_called_as_its_file(name: str) -> None:
    assert name == PROVIDERS[name].NAME


@pytest.mark.parametrize("name", COMMANDS)
async def test_a_command_tells_bolt_what_it_answers_to(name: str) -> None:
    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id="T0FABRIKAM", bot_token="xoxb-none")

    app = AsyncApp(client=AsyncWebClient(token="xoxb-none"), authorize=authorize, request_verification_enabled=False)
    services = Services(**dict.fromkeys(Services.__slots__))  # type: ignore[arg-type]
    COMMANDS[name].listen(app, services)
    assert app._async_listeners
