"""A clerk is made to consent to an application that reads his mail."""

from typing import Final

from sekimori.sim.attack import SOURCE, Attacker

ID: Final = "user_consent_to_data"
TITLE: Final = {"ja": "利用者の同意によるメール窃取", "en": "Illicit consent to mail"}
STORY: Final = {
    "ja": "一般の利用者に、メールを読むアプリへの同意を押させる。パスワードもMFAも要らない。",
    "en": "A clerk presses Accept for an application that reads mail: no password, no MFA.",
}
ATTACK: Final = ("T1528",)
MUST_FIRE: Final = ("user_consent_to_data",)
MUST_STAY_QUIET: Final = ("tenant_wide_consent",)
TELLING: Final = ("ConsentAction.Permissions",)


async def detonate(attacker: Attacker) -> None:
    """Press Accept as the clerk."""
    attacker.backstage.consent("openid", "offline_access", "Mail.Read", admin=False, address=SOURCE)
