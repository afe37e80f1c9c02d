"""How far permissions reach, and whether the manifest declares them."""

from typing import Final

from sekimori.watch.domain.changes.grants import PermissionGranted
from sekimori.watch.domain.changes.requests import PermissionRequested
from sekimori.watch.domain.event import Event
from sekimori.watch.domain.level import Level
from sekimori.watch.domain.profile import IdentityProfile
from sekimori.watch.domain.tiers import Tier
from sekimori.watch.domain.trail import Trail
from sekimori.watch.domain.verdict import SILENT, Reason, Verdict

NAME: Final = "reach"


def judge(event: Event, profile: IdentityProfile | None, _trail: Trail | None) -> Verdict | None:
    """Be high on what a watched application does not declare, silent on what it does, medium on everybody's data."""
    gained = [change for change in event.changes if isinstance(change, PermissionGranted | PermissionRequested)]
    if profile and gained:
        undeclared = [change for change in gained if change.permission not in profile.permissions]
        return Verdict(level=Level.HIGH, reason=_reason(undeclared)) if undeclared else SILENT
    return Verdict(level=Level.MEDIUM) if any(change.tier is Tier.TENANT_DATA for change in gained) else None


def _reason(undeclared: list[PermissionGranted | PermissionRequested]) -> Reason:
    named = [change for change in undeclared if isinstance(change, PermissionGranted) or not change.unreadable]
    return Reason.UNDECLARED_PERMISSION if named else Reason.UNDECLARED_CHANGE
