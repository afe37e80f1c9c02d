"""From where, and with which program, an identity calls Microsoft Graph."""

from typing import Final

from sekimori.watch.domain.addresses import inside
from sekimori.watch.domain.event import Event, GraphCall
from sekimori.watch.domain.level import Level
from sekimori.watch.domain.profile import IdentityProfile
from sekimori.watch.domain.trail import Trail
from sekimori.watch.domain.verdict import SILENT, Reason, Verdict

NAME: Final = "caller"


def judge(event: Event, profile: IdentityProfile | None, _trail: Trail | None) -> Verdict:
    """Be high on a call from an undeclared address, medium on one by an undeclared program; else silent.

    A log without an address or a program name says nothing against the call.
    """
    call = event.detail
    if profile is None or not isinstance(call, GraphCall):
        return SILENT
    if profile.egress and event.source_ip and not inside(event.source_ip, profile.egress):
        return Verdict(level=Level.HIGH, reason=Reason.CALL_FROM_ELSEWHERE)
    if profile.user_agents and call.user_agent and not call.user_agent.startswith(profile.user_agents):
        return Verdict(level=Level.MEDIUM, reason=Reason.UNDECLARED_CLIENT)
    return SILENT
