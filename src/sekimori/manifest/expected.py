"""What is expected of a watched identity, in words: everything else is a finding."""

from collections.abc import Iterator
from typing import Final

from sekimori.manifest.tables.identity import Identity
from sekimori.manifest.tables.service import Language
from sekimori.manifest.tables.watch import RuleBasis, Watch, WatchedApp
from sekimori.manifest.tables.weekday import Weekday

_DAYS: Final = {Language.JA: "月火水木金土日", Language.EN: ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}
_PHRASES: Final = {
    Language.JA: {
        "keys": "サインインに使う資格情報: {values}",
        "resources": "トークンを取得するリソース: {values}",
        "hours": "稼働時間: {values}",
        "idle": "休止中(サインインはすべて検知)",
        "calls": "Microsoft Graph の呼び出し: {values}",
        "agents": "呼び出すプログラム: {values}",
        "own": "manifest の証明書",
        "between": "、",
        "held": "呼び出しとトークンを監査記録と照合します(記録の到着を {delay} 分待ち、時刻の差は {skew} 分まで)",
        "no_graph": "証明できません: Graph アクティビティ ログが無いため、呼び出しが当方のものかどうか",
        "no_sign_ins": "証明できません: サインイン ログが無いため、トークンが当方のものかどうか",
        "rules": "使う規則: {values}",
    },
    Language.EN: {
        "keys": "Credentials it signs in with: {values}",
        "resources": "Resources it gets tokens for: {values}",
        "hours": "When it works: {values}",
        "idle": "Idle: any sign-in is reported",
        "calls": "What it calls at Microsoft Graph: {values}",
        "agents": "Programs that call: {values}",
        "own": "the manifest's certificate",
        "between": ", ",
        "held": "Calls and tokens are held against the audit log: records within {delay} min, times within {skew} min",
        "no_graph": "Cannot be proven: whether a call was ours, without Microsoft Graph activity logs",
        "no_sign_ins": "Cannot be proven: whether a token was ours, without sign-in logs",
        "rules": "Rules that are asked: {values}",
    },
}


def expected_of(app: Identity | WatchedApp, language: Language) -> Iterator[str]:
    """Yield what is declared of an identity beside permissions, origin and owners; what is not declared is not said."""
    words = _PHRASES[language]
    own = (words["own"],) if isinstance(app, Identity) and app.certificate else ()
    for phrase, values in (
        ("keys", (*own, *app.key_ids, *app.thumbprints)),
        ("resources", app.resources),
        ("hours", () if app.idle else _hours(app, language)),
        ("calls", app.graph_calls),
        ("agents", app.user_agents),
    ):
        if values:
            yield words[phrase].format(values=words["between"].join(values))
    if app.idle:
        yield words["idle"]


def _hours(app: Identity | WatchedApp, language: Language) -> tuple[str, ...]:
    days = [_DAYS[language][list(Weekday).index(day)] for day in dict.fromkeys(app.active_days)]
    if app.active_hours is None and len(days) == len(Weekday):
        return ()
    said = "" if len(days) == len(Weekday) else " ".join(days) + " "
    return (f"{said}{app.active_hours or '00:00-24:00'}",)


def proven(watch: Watch, language: Language) -> Iterator[str]:
    """Yield what is held against the audit log, what cannot be proven, and which rules are asked where not all are."""
    words, bounds = _PHRASES[language], watch.reconciliation
    yield words["held"].format(delay=bounds.delay_minutes, skew=bounds.skew_minutes)
    if not bounds.graph_activity_logs:
        yield words["no_graph"]
    if not bounds.sign_in_logs:
        yield words["no_sign_ins"]
    if set(watch.rules) != set(RuleBasis):
        yield words["rules"].format(values=words["between"].join(dict.fromkeys(watch.rules)))
