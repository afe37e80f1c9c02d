"""Japanese."""

from datetime import tzinfo
from typing import Final

from sekimori.watch.domain.audit import Outcome
from sekimori.watch.domain.event import AuditChange, Event, GraphCall, Observation, SignIn
from sekimori.watch.domain.finding import Finding
from sekimori.watch.domain.parties import Actor, ActorKind
from sekimori.watch.domain.shown import app_label, grouped, local_time, path_shown, shown
from sekimori.watch.domain.words.ja_changes import consequence, deeds, listed
from sekimori.watch.domain.words.ja_observed import noticed
from sekimori.watch.domain.words.ja_reasons import reason_in_words
from sekimori.watch.domain.words.risks import risk_of
from sekimori.watch.domain.words.sighted import sighted

_NEW: Final = {
    "category": "このアプリのサインイン",
    "event.network": "このネットワークからのサインイン",
    "properties.location.countryOrRegion": "この国からのサインイン",
    "properties.resourceId": "このリソースへのサインイン",
    "properties.servicePrincipalCredentialKeyId": "このキーでのサインイン",
    "event.call": "この種の呼び出し",
    "event.client": "このプログラムによる呼び出し",
}
"""What was not seen before a first sighting, by the field that is new."""


def sentence(event: Event, zone: tzinfo) -> str:
    """Say who did what to which application, from where and when."""
    if isinstance(event.detail, Observation):
        return noticed(event.detail, zone)
    when = f"{local_time(event.time, zone)}、" if event.time else ""
    return f"{when}{_deed(event)}。"


def enables(event: Event) -> str | None:
    """Say what the changes of an event make possible."""
    said = [text for group in grouped(event.changes).items() if (text := consequence(*group))]
    return "".join(said) or None


def why(finding: Finding, zone: tzinfo) -> str | None:
    """Say why judges spoke."""
    said = dict.fromkeys(reason_in_words(each, zone) for each in (finding, *finding.also) if each.reason)
    return "".join(said) or None


def together(finding: Finding) -> str | None:
    """Say that several events make the finding, or that nothing like its event was seen before."""
    if seen := sighted(finding):
        field, days = seen
        return f"ログで確認できる限り、直前の {days} 日間に{_NEW.get(field, '同様の記録')}はありませんでした。"
    count = finding.pattern.count if finding.pattern else 1
    return f"一連の事象 {count} 件のうちの一件です。" if count > 1 else None


def first_check(question: str) -> str:
    """Lead to the first thing to check."""
    return f"まず確認: {question}"


def _deed(event: Event) -> str:
    match event.detail:
        case SignIn() as sign_in:
            return _sign_in(event, sign_in)
        case GraphCall() as call:
            status = f"、HTTP {call.status}" if call.status is not None else ""
            target = f"{call.method or ''} {path_shown(call.path or '')}".strip()
            return f"{_actor(event)}が Microsoft Graph を呼び出しました({target}{status})"
        case AuditChange() as change:
            return f"{_actor(event)}が、{_audited(event, change)}"
        case _ if risk := risk_of(event):
            why = f"({'、'.join(risk.why)})" if risk.why else ""
            kind = "アプリ" if risk.is_app else "ユーザー"
            return f"Microsoft が{kind}「{risk.name or '?'}」のリスク{why}を報告しました"
        case _:
            return f"{_actor(event)}が「{shown(event.operation.strip())}」を実行しました"


def _sign_in(event: Event, sign_in: SignIn) -> str:
    resource = f" {shown(sign_in.resource)} への" if sign_in.resource else ""
    if event.outcome is Outcome.FAILURE:
        failure = f": {shown(sign_in.failure)}" if sign_in.failure else ""
        return f"{_actor(event)}が{resource}サインインに失敗しました(エラー {sign_in.error_code}{failure})"
    return (
        f"{_actor(event)}が {shown(sign_in.resource)} にサインインしました"
        if sign_in.resource
        else (f"{_actor(event)}がサインインしました")
    )


def _audited(event: Event, change: AuditChange) -> str:
    app = app_label(event.app)
    label = f"アプリ「{app}」" if app else "あるアプリ"
    phrases = deeds(grouped(change.attempted).values(), label)
    if phrases and event.outcome is Outcome.FAILURE:
        return f"{'し、'.join(phrases)}しようとして失敗しました"
    if phrases:
        return f"{'し、'.join(phrases)}しました"
    return _operation(event, change)


def _operation(event: Event, change: AuditChange) -> str:
    targets = [target.name or target.user_principal_name or target.id for target in change.audit.targets]
    on = f"「{listed([shown(target) for target in targets if target])}」に対して" if any(targets) else ""
    end = "を試みて失敗しました" if event.outcome is Outcome.FAILURE else "を行いました"
    return f"{on}「{shown(event.operation.strip())}」{end}"


def _actor(event: Event) -> str:
    country = event.detail.country if isinstance(event.detail, SignIn) else None
    place = f"({event.source_ip}{f'、{shown(country)}' if country else ''})" if event.source_ip else ""
    return f"{_name(event.actor)}{place}"


def _name(actor: Actor) -> str:
    if not actor.name:
        return "ログに名前のない何者か"
    return f"アプリ「{shown(actor.name)}」" if actor.kind is ActorKind.APP else f"{shown(actor.name)} "
