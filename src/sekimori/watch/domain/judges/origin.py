"""Where an identity signs in from, against what the manifest declares."""

from typing import Final

from sekimori.watch.domain.addresses import inside
from sekimori.watch.domain.event import Event, SignIn
from sekimori.watch.domain.level import Level
from sekimori.watch.domain.profile import IdentityProfile
from sekimori.watch.domain.trail import Trail
from sekimori.watch.domain.verdict import SILENT, Reason, Verdict

NAME: Final = "origin"


def judge(event: Event, profile: IdentityProfile | None, _trail: Trail | None) -> Verdict | None:
    """Be silent inside the declared origin and loud outside it; say nothing where none is declared.

    Networks decide where an address was logged, countries where there are no networks or no address.
    """
    if profile is None or not (profile.egress or profile.countries):
        return None
    if profile.egress and event.source_ip:
        known = inside(event.source_ip, profile.egress)
        return SILENT if known else Verdict(level=Level.HIGH, reason=Reason.OUTSIDE_EGRESS)
    country = event.detail.country if isinstance(event.detail, SignIn) else None
    if profile.countries and country:
        known = country.upper() in profile.countries
        return SILENT if known else Verdict(level=Level.HIGH, reason=Reason.OUTSIDE_COUNTRIES)
    return Verdict(level=Level.MEDIUM, reason=Reason.ORIGIN_NOT_LOGGED)
