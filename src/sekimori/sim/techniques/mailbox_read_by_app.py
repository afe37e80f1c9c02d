"""An application reads somebody's mail."""

from typing import Final

from sekimori.sim.attack import Attacker

ID: Final = "mailbox_read_by_app"
TITLE: Final = {"ja": "アプリでメールを読む", "en": "Read a mailbox as an application"}
STORY: Final = {
    "ja": "ボットに与えた権限で、佐藤さんのメールを読む。利用者の操作は一つもない。",
    "en": "With a permission that the bot was given, Sato's mail is read: no user takes part.",
}
ATTACK: Final = ("T1114.002",)
MUST_FIRE: Final = ("graph_mailbox_read_by_app",)
MUST_STAY_QUIET: Final = ("permission_requested", "federated_credential_added", "client_credential_added")
TELLING: Final = ("properties.requestUri", "properties.roles")


async def warm_up(attacker: Attacker) -> None:
    """Let the bot read mail."""
    attacker.backstage.bot.roles = (*attacker.backstage.bot.roles, "Mail.Read")


async def detonate(attacker: Attacker) -> None:
    """Sign in and read."""
    token = await attacker.sign_in()
    await attacker.graph("GET", "/users/sato@fabrikam.example/messages", token)
