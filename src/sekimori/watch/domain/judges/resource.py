"""What an identity gets tokens for, against what the manifest declares."""

from typing import Final

from sekimori.watch.domain.event import Event, SignIn
from sekimori.watch.domain.level import Level
from sekimori.watch.domain.profile import IdentityProfile
from sekimori.watch.domain.trail import Trail
from sekimori.watch.domain.verdict import SILENT, Reason, Verdict

NAME: Final = "resource"


def judge(event: Event, profile: IdentityProfile | None, _trail: Trail | None) -> Verdict:
    """Be high on a token for anything that is not declared; else silent.

    The id decides where the log has one and one is declared: anybody can give an application the name of another.
    """
    sign_in = event.detail
    if profile is None or not profile.resources or not isinstance(sign_in, SignIn):
        return SILENT
    name = sign_in.resource.casefold() if sign_in.resource else None
    if not (sign_in.resource_id or name):
        return SILENT
    if sign_in.resource_id in profile.resources:
        return SILENT
    if name in profile.resources and not (sign_in.resource_id and any(map(_is_id, profile.resources))):
        return SILENT
    return Verdict(level=Level.HIGH, reason=Reason.UNDECLARED_RESOURCE)


def _is_id(resource: str) -> bool:
    return len(resource) == 36 and resource.count("-") == 4
