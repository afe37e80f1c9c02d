"""An administrator is made to consent for everybody."""

from typing import Final

from sekimori.sim.attack import SOURCE, Attacker

ID: Final = "tenant_wide_consent"
TITLE: Final = {"ja": "テナント全体への同意", "en": "Consent for the whole tenant"}
STORY: Final = {
    "ja": "管理者をだまし、メール補助アプリに「組織の代理として同意する」を押させる。",
    "en": "An administrator is tricked into consenting to a mail helper on behalf of the organisation.",
}
ATTACK: Final = ("T1528",)
MUST_FIRE: Final = ("tenant_wide_consent",)
MUST_STAY_QUIET: Final = ("user_consent", "user_consent_to_data")
TELLING: Final = ("ConsentContext.IsAdminConsent", "ConsentAction.Permissions")


async def detonate(attacker: Attacker) -> None:
    """Press Accept as the administrator; the page of Microsoft's has no other interface."""
    attacker.backstage.consent("openid", "profile", "Mail.Read", admin=True, address=SOURCE)
