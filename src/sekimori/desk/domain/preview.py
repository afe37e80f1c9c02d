"""What the desk makes of a typed question, about one calendar or several, before anything is asked or recorded."""

from dataclasses import dataclass, replace
from datetime import datetime

from sekimori.desk.domain.ask import Asking, Understanding, understand
from sekimori.desk.domain.deciding import named
from sekimori.desk.domain.journal import Aim
from sekimori.desk.domain.policy import Allow, Deny, Policy, admit
from sekimori.desk.domain.question import Question
from sekimori.desk.domain.wishes import take_collisions


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """An understanding whose decision is the first person's, with those of everybody and what the question is for."""

    understanding: Understanding
    allows: tuple[Allow, ...] = ()
    aim: Aim | None = None


def preview(policy: Policy, asking: Asking, now: datetime) -> Preview:
    """Read and decide a question as the service would; a refusal of one person refuses all."""
    if isinstance(admit(policy, asking.actor, asking.place, now), Deny):
        return Preview(understanding=understand(policy, asking, now))
    rest = take_collisions(asking.text)
    understanding = understand(policy, replace(asking, text=rest) if rest else asking, now)
    question, decision = understanding.question, understanding.decision
    if isinstance(question, Question) and (question.others or (question.duration and not rest)):
        several = named(asking, question, now)(policy)
        if not isinstance(several, tuple):
            return Preview(understanding=replace(understanding, decision=several))
        return Preview(understanding=replace(understanding, decision=several[0]), allows=several, aim=Aim.COMMON_TIME)
    allows = (decision,) if isinstance(decision, Allow) else ()
    return Preview(understanding=understanding, allows=allows, aim=Aim.COLLISIONS if rest and allows else None)
