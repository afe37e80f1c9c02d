"""Why judges speak, in Japanese."""

from datetime import tzinfo
from typing import Final

from sekimori.watch.domain.finding import Finding
from sekimori.watch.domain.shown import local_time, shown
from sekimori.watch.domain.verdict import Reason

_REASONS: Final = {
    Reason.OUTSIDE_EGRESS: "マニフェストが宣言するサインイン元は {egress} だけです。",
    Reason.OUTSIDE_COUNTRIES: "マニフェストが宣言するサインイン元の国は {countries} だけです。",
    Reason.ORIGIN_NOT_LOGGED: "サインイン元がログに無いため、マニフェストの宣言と照合できません。",
    Reason.CREDENTIAL_OF_ANOTHER_KIND: "マニフェストが宣言する資格情報は{credential}だけです。",
    Reason.UNDECLARED_KEY: "使われた資格情報は、マニフェストが宣言するもののどれでもありません。",
    Reason.UNDECLARED_RESOURCE: "マニフェストは、このリソースのトークンの取得を宣言していません。",
    Reason.OUTSIDE_HOURS: "マニフェストが宣言する稼働時間は {hours} だけです。",
    Reason.DECLARED_IDLE: "マニフェストは、このアプリを休止中(サインインしない)と宣言しています。",
    Reason.UNDECLARED_CALL: "マニフェストはこの呼び出しを宣言していません(宣言済み: {calls})。",
    Reason.UNDECLARED_VERSION: "マニフェストが宣言する呼び出しですが、Microsoft Graph の別のバージョンです。",
    Reason.CALL_FROM_ELSEWHERE: "マニフェストが宣言する呼び出し元は {egress} だけです。",
    Reason.UNDECLARED_CLIENT: "呼び出したプログラムは、マニフェストが宣言するもののどれでもありません。",
    Reason.NO_ENTRY: "この呼び出しに対応する監査記録がありません。",
    Reason.ENTRY_REUSED: "この呼び出しが名乗る監査記録は、別のリクエストがすでに使っています。ID が再利用されました。",
    Reason.ENTRY_OF_ANOTHER_CALL: "この呼び出しが名乗る監査記録は、別の呼び出しのために書かれたものです。",
    Reason.ENTRY_OF_ANOTHER_TIME: "この呼び出しが名乗る監査記録は、まったく別の時刻に書かれたものです。",
    Reason.ENTRY_OF_ANOTHER_PERSON: "この呼び出しが名乗る監査記録は、別の人についての呼び出しを予告したものです。",
    Reason.TOKEN_WITHOUT_ENTRY: "このトークンの監査記録がありません。窓口が取得したものではありません。",
    Reason.TOKEN_BEFORE_RECORD: "トークンの記録が残る期間より古いため、何も証明できません。",
    Reason.CALL_WITH_UNKNOWN_TOKEN: "監査記録にないトークンによる呼び出しです。",
    Reason.ANSWER_TOO_LARGE: "応答が、記録された人数と期間に対してありえない大きさです。",
    Reason.NOTHING_SINCE: "以後の呼び出しも 1 件も現れていません。ログの経路が断たれたか、止まっています。",
    Reason.UNDECLARED_PERMISSION: "マニフェストはこのアクセス許可を宣言していません。",
    Reason.UNDECLARED_CHANGE: "マニフェストが監視する ID への変更ですが、この変更は宣言されていません。",
    Reason.DECLARED_CHANGE: "マニフェストで宣言済みです({start} から {end} まで。理由: {because})。",
}
_PROOFS: Final = {
    "federated": "フェデレーション資格情報",
    "certificate": "証明書",
    "secret": "クライアント シークレット",
}
_DAYS: Final = "月火水木金土日"


def reason_in_words(finding: Finding, zone: tzinfo) -> str:
    """Say why a judge spoke."""
    if finding.reason is None:
        return ""
    profile, window = finding.profile, finding.window
    values = {}
    if profile:
        values = {
            "egress": "、".join(str(net) for net in profile.egress),
            "countries": "、".join(sorted(profile.countries)),
            "credential": _PROOFS.get(profile.credential or "", ""),
            "hours": _hours(finding),
            "calls": "、".join(map(str, profile.calls)),
        }
    if window:
        start, end = local_time(window.span.start, zone), local_time(window.span.end, zone)
        values |= {"start": start, "end": end, "because": shown(window.why)}
    return _REASONS[finding.reason].format_map(_Known(values))


def _hours(finding: Finding) -> str:
    presence = finding.profile.presence if finding.profile else None
    if presence is None:
        return ""
    days = "" if len(presence.days) == len(_DAYS) else "".join(_DAYS[day] for day in sorted(presence.days)) + "曜の "
    return f"{days}{presence.hours}"


class _Known(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""
