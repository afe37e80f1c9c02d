"""Decides questions about several people: all of them are allowed, or none is."""

from collections.abc import Callable, Sequence
from datetime import datetime

from sekimori.core.confidential import Personal
from sekimori.core.ids import PersonId
from sekimori.core.timespan import Timespan
from sekimori.desk.domain.ask import Asking
from sekimori.desk.domain.offers import of_one_name
from sekimori.desk.domain.policy import Allow, Deny, Policy, Several, Standing, admit, decide, decide_person
from sekimori.desk.domain.question import NotUnderstood, Question

Decision = tuple[Allow, ...] | Deny | NotUnderstood
Deciding = Callable[[Policy], Decision]
"""Decides one question by a policy: an allowance for each person, or why there is none."""


def named(asking: Asking, question: Question, now: datetime) -> Deciding:
    """Decide about the people whom a typed question names."""
    names = (question.name, *question.others)

    def deciding(policy: Policy) -> Decision:
        decisions = [decide(policy, asking.actor, asking.place, _about(name, question), now) for name in names]
        standing = admit(policy, asking.actor, asking.place, now)
        for name, decision in zip(names, decisions, strict=True):
            if isinstance(decision, Several) and isinstance(standing, Standing):
                offer = of_one_name(decision.people, question, standing.partner.language, name=name)
                return next((d for d in decisions if isinstance(d, Deny)), offer)
        return _all(decisions)

    return deciding


def chosen(asking: Asking, people: Sequence[PersonId], window: Timespan, now: datetime) -> Deciding:
    """Decide about people who were chosen from a form."""

    def deciding(policy: Policy) -> Decision:
        actor, place = asking.actor, asking.place
        return _all([decide_person(policy, actor, place, person=p, window=window, now=now) for p in people])

    return deciding


def _about(name: Personal[str], question: Question) -> Question:
    return Question(name=name, first=question.first, last=question.last, hours=question.hours, window=question.window)


def _all(decisions: Sequence[Allow | Several | Deny]) -> Decision:
    """Refuse all where one is refused; count somebody who was named twice once."""
    for decision in decisions:
        if isinstance(decision, Deny):
            return decision
    return tuple({d.person.person: d for d in decisions if isinstance(d, Allow)}.values())
