"""Exchange: which mailboxes the application may open. Its grants and Entra's add up."""

import re

from sekimori.doctor.check import NONE, Check, Facts, Outcome, State, both, listed, matched, same
from sekimori.doctor.mending import ungrant
from sekimori.doctor.tenant import Assignment, Granted, Mailboxes, Service
from sekimori.doctor.witness import Trial
from sekimori.manifest.model import Manifest
from sekimori.manifest.preventive.exchange import ROLE, recipient_filter
from sekimori.manifest.tables.identity import CalendarAccess

_APPLY = "sekimori manifest exchange"
_FREE_BUSY = {"status", "start", "end"}


def _scope(manifest: Manifest, facts: Facts) -> Outcome:
    assignments = facts.get(Mailboxes).assignments
    if manifest.identity.calendar_access is CalendarAccess.DIRECT:
        mend = tuple(f"Remove-ManagementRoleAssignment -Identity '{each.id}'" for each in assignments)
        return matched(not assignments, found=listed(map(_said, assignments)), expected=NONE, mend=mend)
    mailboxes = _declared(manifest)
    wanted = f"{ROLE}: {recipient_filter(mailboxes)}"
    calendars = [each for each in facts.get(Granted).permissions if each.startswith("Calendars.")]
    if calendars:
        found = both(
            f"Entra にも {', '.join(calendars)} があり、範囲が効きません",
            f"Entra grants {', '.join(calendars)} as well, which defeats the scope",
        )
        mend = tuple(ungrant(facts, name) for name in calendars)
        return Outcome(state=State.WRONG, found=found, expected=same(wanted), mend=mend)
    terms = _terms(recipient_filter(mailboxes))
    good = [each for each in assignments if each.role_name == ROLE and _terms(each.scope_filter or "") == terms]
    return matched(
        len(good) == 1 and len(assignments) == 1,
        found=listed(map(_said, assignments)),
        expected=same(wanted),
        mend=(f"{_APPLY}  # exchange.assignment",),
    )


def _terms(filter_: str) -> frozenset[str]:
    """Return what a filter's ``-or`` joins, however Exchange writes it: with other brackets, spaces, or order."""
    parts = re.split(r"\s-or\s", re.sub(r"[()\s]+", " ", filter_))
    return frozenset(part.strip().casefold() for part in parts)


def _declared(manifest: Manifest) -> list[str]:
    if manifest.identity.calendar_access is CalendarAccess.BROKER:
        return [manifest.identity.broker_mailbox or ""]
    return [person.mailbox for person in manifest.people]


def _said(assignment: Assignment) -> str:
    return f"{assignment.role_name or assignment.role_definition_id}: {assignment.scope_filter or 'no scope'}"


def _outside(manifest: Manifest, facts: Facts) -> Outcome:
    outside, expected = facts.get(Trial).outside, both("拒まれる (403)", "refused (403)")
    if manifest.identity.calendar_access is CalendarAccess.DIRECT:
        found = both(
            "direct ではテナント全員に届きます", "in the design direct everybody in the tenant is within reach"
        )
        return Outcome(state=State.SKIPPED, found=found, expected=expected)
    if outside is None:
        found = both("試すメールボックスが示されていません", "no mailbox was named to be tried")
        mend = ("sekimori doctor --outside somebody-else@…",)
        return Outcome(state=State.UNKNOWN, found=found, expected=expected, mend=mend)
    return matched(outside == 403, found=same(outside), expected=expected, mend=(f"{_APPLY}  # exchange.scope",))


def _subject(manifest: Manifest, facts: Facts) -> Outcome:
    trial, expected = facts.get(Trial), listed(_FREE_BUSY)
    if trial.status != 200:
        found = both(f"答えがありません ({trial.status})", f"there was no answer ({trial.status})")
        refused = trial.status in {403, 404}
        return Outcome(state=State.WRONG if refused else State.UNKNOWN, found=found, expected=expected)
    found = listed(trial.keys | _FREE_BUSY)
    if trial.keys and manifest.identity.calendar_access is not CalendarAccess.BROKER:
        # Graph: this design may show them to the application. Ours drops them before anything else sees them.
        said = both(
            f"{', '.join(sorted(trial.keys))} も返ってきます(受け取ってすぐ捨てます)",
            f"{', '.join(sorted(trial.keys))} come back as well, and are dropped on arrival",
        )
        return Outcome(state=State.OK, found=said, expected=expected)
    return matched(not trial.keys, found=found, expected=expected, mend=(f"{_APPLY} --design broker",))


CHECKS = (
    Check(
        id="exchange.scope",
        what=both("Exchange が許すメールボックス", "The mailboxes that Exchange lets it open"),
        why=both(
            "トークンが漏れたときに読まれるのは、ここで許した範囲です",
            "where a token leaks, this is what it reads",
        ),
        techniques=("T1114.002", "T1087.003"),
        needs=(Mailboxes, Granted, Service),
        examine=_scope,
    ),
    Check(
        id="exchange.outside",
        what=both("範囲の外のメールボックス(実際に試す)", "A mailbox outside the scope, tried for real"),
        why=both(
            "設定の画面ではなく、Exchange の答えが事実です",
            "what Exchange answers is what holds, whatever the settings say",
        ),
        techniques=("T1114.002",),
        needs=(Trial,),
        examine=_outside,
    ),
    Check(
        id="exchange.subject",
        what=both("本物の答えに入っているもの", "What a real answer holds"),
        why=both(
            "件名や場所が返るなら、それを知りうるのはこのアプリだけではなく、トークンを盗んだ者もです",
            "where subjects or places come back, whoever steals the token may read them too",
        ),
        techniques=("T1114.002",),
        needs=(Trial,),
        examine=_subject,
    ),
)
