"""Why a tier is the tier it is, in one sentence."""

from collections.abc import Mapping
from typing import Final

from sekimori.watch.domain.language import Language
from sekimori.watch.domain.tiers import Tier

_REASONS: Final[Mapping[Language, Mapping[Tier, str]]] = {
    Language.EN: {
        Tier.TAKEOVER: "it leads, in a step or two, to every role, mailbox or site of the tenant.",
        Tier.TENANT_DATA: "an application reads or writes everybody's data with it, and nobody need be signed in.",
        Tier.ONE_MAILBOX: "it acts for whoever signed in, and reaches what that person can reach.",
        Tier.READ_BASICS: "it reads names, basic details or free and busy times, and no content.",
    },
    Language.JA: {
        Tier.TAKEOVER: "一、二手でテナントのあらゆるロール、メールボックス、サイトに届きます。",
        Tier.TENANT_DATA: "誰もサインインしていなくても、アプリが全員のデータを読み書きできます。",
        Tier.ONE_MAILBOX: "サインインした本人として動き、その人が触れられる範囲に届きます。",
        Tier.READ_BASICS: "名前や基本的な情報、予定の有無だけを読み、内容は読みません。",
    },
}


def reason_of(tier: Tier, language: Language) -> str:
    """Say why a permission is of a tier."""
    return _REASONS[language][tier]
