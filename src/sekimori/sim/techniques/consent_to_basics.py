"""A clerk lets an application sign him in."""

from typing import Final

from sekimori.sim.attack import OFFICE, Attacker

ID: Final = "consent_to_basics"
TITLE: Final = {"ja": "基本情報だけへの同意(無害)", "en": "Consent to basics (benign)"}
STORY: Final = {
    "ja": "利用者が、名前とメールアドレスだけを使うアプリに同意する。",
    "en": "A clerk consents to an application that reads his name and address, and nothing more.",
}
ATTACK: Final = ()
MUST_FIRE: Final = ()
MUST_STAY_QUIET: Final = ("*",)
TELLING: Final = ("ConsentAction.Permissions",)


async def detonate(attacker: Attacker) -> None:
    """Press Accept as the clerk."""
    attacker.backstage.consent("openid", "profile", "email", "User.Read", admin=False, address=OFFICE)
