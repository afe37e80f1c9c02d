"""English."""

from datetime import tzinfo
from typing import Final

from sekimori.watch.domain.audit import Outcome
from sekimori.watch.domain.event import AuditChange, Event, GraphCall, Observation, SignIn
from sekimori.watch.domain.finding import Finding
from sekimori.watch.domain.parties import Actor, ActorKind
from sekimori.watch.domain.shown import app_label, grouped, local_time, path_shown, shown
from sekimori.watch.domain.words.en_changes import consequence, deeds, listed
from sekimori.watch.domain.words.en_observed import noticed
from sekimori.watch.domain.words.en_reasons import reason_in_words
from sekimori.watch.domain.words.risks import risk_of
from sekimori.watch.domain.words.sighted import sighted

_NEW: Final = {
    "category": "it did not sign in",
    "event.network": "it did not sign in from this network",
    "properties.location.countryOrRegion": "it did not sign in from this country",
    "properties.resourceId": "it asked for no token for this resource",
    "properties.servicePrincipalCredentialKeyId": "it did not sign in with this key",
    "event.call": "it made no call of this kind",
    "event.client": "it did not call with this program",
}
"""What was not seen before a first sighting, by the field that is new."""


def sentence(event: Event, zone: tzinfo) -> str:
    """Say who did what to which application, from where and when."""
    if isinstance(event.detail, Observation):
        return noticed(event.detail, zone)
    where = f" from {event.source_ip}" if event.source_ip else ""
    match event.detail:
        case SignIn(country=country) if country and where:
            where += f" ({shown(country)})"
    when = f" at {local_time(event.time, zone)}" if event.time else ""
    return f"{_deed(event)}{where}{when}."


def enables(event: Event) -> str | None:
    """Say what the changes of an event make possible."""
    said = [text for group in grouped(event.changes).items() if (text := consequence(*group))]
    return " ".join(said) or None


def why(finding: Finding, zone: tzinfo) -> str | None:
    """Say why judges spoke."""
    said = dict.fromkeys(reason_in_words(each, zone) for each in (finding, *finding.also) if each.reason)
    return " ".join(said) or None


def together(finding: Finding) -> str | None:
    """Say that several events make the finding, or that nothing like its event was seen before."""
    if seen := sighted(finding):
        field, days = seen
        return f"In the {days} days before, as far as the log reaches, {_NEW.get(field, 'nothing like it was seen')}."
    count = finding.pattern.count if finding.pattern else 1
    return f"It is one of {count} events that belong together." if count > 1 else None


def first_check(question: str) -> str:
    """Lead to the first thing to check."""
    return f"Check first: {question}"


def _deed(event: Event) -> str:
    match event.detail:
        case SignIn() as sign_in:
            return _sign_in(event, sign_in)
        case GraphCall() as call:
            status = f" (HTTP {call.status})" if call.status is not None else ""
            target = f"{call.method or 'a request'} {path_shown(call.path or '')}".strip()
            return f"{_actor(event.actor)} called {target} on Microsoft Graph{status}"
        case AuditChange() as change:
            return _audited(event, change)
        case _ if risk := risk_of(event):
            why = f" ({', '.join(risk.why)})" if risk.why else ""
            return f"Microsoft reported a risk for the {'app' if risk.is_app else 'user'} {risk.name or '?'}{why}"
        case _:
            return f'{_actor(event.actor)} carried out "{shown(event.operation.strip())}"'


def _sign_in(event: Event, sign_in: SignIn) -> str:
    resource = f" to {shown(sign_in.resource)}" if sign_in.resource else ""
    if event.outcome is Outcome.FAILURE:
        failure = f": {shown(sign_in.failure)}" if sign_in.failure else ""
        return f"{_actor(event.actor)} failed to sign in{resource} (error {sign_in.error_code}{failure})"
    return f"{_actor(event.actor)} signed in{resource}"


def _audited(event: Event, change: AuditChange) -> str:
    app = app_label(event.app)
    label = f"the app {app}" if app else "an app"
    phrases = deeds(grouped(change.attempted).values(), label)
    if phrases and event.outcome is Outcome.FAILURE:
        return f"{_actor(event.actor)} tried and failed: {listed(phrases)}"
    if phrases:
        return f"{_actor(event.actor)} {listed(phrases)}"
    return _operation(event, change)


def _operation(event: Event, change: AuditChange) -> str:
    targets = [target.name or target.user_principal_name or target.id for target in change.audit.targets]
    on = f" on {listed([shown(target) for target in targets if target])}" if any(targets) else ""
    failed = ", which failed" if event.outcome is Outcome.FAILURE else ""
    return f'{_actor(event.actor)} did "{shown(event.operation.strip())}"{on}{failed}'


def _actor(actor: Actor) -> str:
    name = shown(actor.name) if actor.name else "Somebody whom the log does not name"
    return f"The app {name}" if actor.kind is ActorKind.APP else name
