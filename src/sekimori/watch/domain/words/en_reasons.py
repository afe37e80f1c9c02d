"""Why judges speak, in English."""

from datetime import tzinfo
from typing import Final

from sekimori.watch.domain.finding import Finding
from sekimori.watch.domain.shown import local_time, shown
from sekimori.watch.domain.verdict import Reason

_REASONS: Final = {
    Reason.OUTSIDE_EGRESS: "The manifest declares that it signs in from {egress} and nowhere else.",
    Reason.OUTSIDE_COUNTRIES: "The manifest declares that it signs in from {countries} and nowhere else.",
    Reason.ORIGIN_NOT_LOGGED: "The log does not say where it came from, so it cannot be held against the manifest.",
    Reason.CREDENTIAL_OF_ANOTHER_KIND: "The manifest declares {credential} and no other kind of credential.",
    Reason.UNDECLARED_KEY: "The credential that was used is none of those that the manifest declares.",
    Reason.UNDECLARED_RESOURCE: "The manifest does not declare that it gets tokens for this resource.",
    Reason.OUTSIDE_HOURS: "The manifest declares that it works {hours} and at no other time.",
    Reason.DECLARED_IDLE: "The manifest declares that it is idle and signs in at no time.",
    Reason.UNDECLARED_CALL: "The manifest does not declare this call; it declares {calls}.",
    Reason.UNDECLARED_VERSION: "The manifest declares this call, and not in this version of Microsoft Graph.",
    Reason.CALL_FROM_ELSEWHERE: "The manifest declares that it calls from {egress} and nowhere else.",
    Reason.UNDECLARED_CLIENT: "The program that called is none of those that the manifest declares.",
    Reason.NO_ENTRY: "Our audit log has no entry behind this call.",
    Reason.ENTRY_REUSED: "Another request already used the audit entry that this call carries: the id was replayed.",
    Reason.ENTRY_OF_ANOTHER_CALL: "The audit entry that this call carries announced another call than this one.",
    Reason.ENTRY_OF_ANOTHER_TIME: "The audit entry that this call carries was written at quite another time.",
    Reason.ENTRY_OF_ANOTHER_PERSON: "The audit entry that this call carries announced a call about somebody else.",
    Reason.TOKEN_WITHOUT_ENTRY: "Our audit log has no entry of this token: the desk did not ask for it.",
    Reason.TOKEN_BEFORE_RECORD: "It is older than what is remembered of our tokens, so nothing can be proven.",
    Reason.CALL_WITH_UNKNOWN_TOKEN: "The call was made with a token that our audit log does not know.",
    Reason.ANSWER_TOO_LARGE: "The answer is larger than one about these people and this window can be.",
    Reason.NOTHING_SINCE: "No call since then has appeared either: the log is cut off or stuck.",
    Reason.UNDECLARED_PERMISSION: "The manifest does not declare this permission.",
    Reason.UNDECLARED_CHANGE: "It is an identity that the manifest watches, and the manifest declares no such change.",
    Reason.DECLARED_CHANGE: "The manifest declares this from {start} to {end}: {because}.",
}
_PROOFS: Final = {"federated": "a federated credential", "certificate": "a certificate", "secret": "a client secret"}
_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def reason_in_words(finding: Finding, zone: tzinfo) -> str:
    """Say why a judge spoke."""
    if finding.reason is None:
        return ""
    profile, window = finding.profile, finding.window
    values = {}
    if profile:
        values = {
            "egress": ", ".join(str(net) for net in profile.egress),
            "countries": ", ".join(sorted(profile.countries)),
            "credential": _PROOFS.get(profile.credential or "", ""),
            "hours": _hours(finding),
            "calls": ", ".join(map(str, profile.calls)),
        }
    if window:
        start, end = local_time(window.span.start, zone), local_time(window.span.end, zone)
        values |= {"start": start, "end": end, "because": shown(window.why)}
    return _REASONS[finding.reason].format_map(_Known(values))


def _hours(finding: Finding) -> str:
    presence = finding.profile.presence if finding.profile else None
    if presence is None:
        return ""
    days = "" if len(presence.days) == len(_DAYS) else " on " + ", ".join(_DAYS[day] for day in sorted(presence.days))
    return f"{presence.hours}{days}"


class _Known(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""
