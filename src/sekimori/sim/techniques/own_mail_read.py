"""A clerk's own mail program reads his mail."""

from typing import Final

from sekimori.sim.attack import OFFICE, Attacker

ID: Final = "own_mail_read"
TITLE: Final = {"ja": "本人によるメール閲覧(無害)", "en": "A user reads his own mail (benign)"}
STORY: Final = {
    "ja": "利用者が自分のメールソフトで自分のメールを読む。アプリではなく本人の権限である。",
    "en": "A clerk's mail program reads his own mail, with his permission and not an application's.",
}
ATTACK: Final = ()
MUST_FIRE: Final = ()
MUST_STAY_QUIET: Final = ("*",)
TELLING: Final = ("properties.userId", "properties.requestUri")


async def detonate(attacker: Attacker) -> None:
    """Read it."""
    token = attacker.loot.admin_session("Mail.Read")
    await attacker.graph("GET", "/users/sato@fabrikam.example/messages", token, source=OFFICE)
