"""Judges: what a Sigma condition cannot say, because it needs the manifest or our audit log."""

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from sekimori.watch.domain.event import Event
from sekimori.watch.domain.judges import (
    absence,
    answer,
    call,
    caller,
    credential,
    declared,
    elsewhere,
    origin,
    presence,
    reach,
    reconciliation,
    resource,
    token,
    unplaced,
)
from sekimori.watch.domain.profile import IdentityProfile
from sekimori.watch.domain.trail import Trail
from sekimori.watch.domain.verdict import Verdict

Judge: TypeAlias = Callable[[Event, IdentityProfile | None, Trail | None], Verdict | None]
"""Says the verdict on an event of an application with that profile; None leaves it to the rule's own level."""

JUDGES: Final[Mapping[str, Judge]] = {
    absence.NAME: absence.judge,
    answer.NAME: answer.judge,
    call.NAME: call.judge,
    caller.NAME: caller.judge,
    credential.NAME: credential.judge,
    declared.NAME: declared.judge,
    elsewhere.NAME: elsewhere.judge,
    origin.NAME: origin.judge,
    presence.NAME: presence.judge,
    reach.NAME: reach.judge,
    reconciliation.NAME: reconciliation.judge,
    resource.NAME: resource.judge,
    token.NAME: token.judge,
    unplaced.NAME: unplaced.judge,
}

NEED_A_PROFILE: Final = frozenset(
    each.NAME for each in (answer, call, caller, credential, elsewhere, presence, reconciliation, resource, token)
)
"""Judges that are silent on every event of an application that nobody declared."""

LEFT_TO_THE_RULE: Final = frozenset({None, declared.NAME, origin.NAME, unplaced.NAME})
"""Judges, and none, that leave events of an application that nobody declared to the rule's own level."""

__all__ = ["JUDGES", "LEFT_TO_THE_RULE", "NEED_A_PROFILE", "Judge"]
