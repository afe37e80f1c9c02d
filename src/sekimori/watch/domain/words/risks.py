"""What a record of Identity Protection says: whom Microsoft holds for at risk, and why."""

from dataclasses import dataclass

from sekimori.watch.domain.event import Event
from sekimori.watch.domain.records import first_text, mapping
from sekimori.watch.domain.shown import app_label, shown
from sekimori.watch.domain.sigma.logsources import RISK


@dataclass(frozen=True, slots=True)
class Risk:
    """Somebody at risk, or an application; ``why`` is the vendor's words: the detection, the level, the state."""

    name: str | None
    is_app: bool
    why: tuple[str, ...]


def risk_of(event: Event) -> Risk | None:
    """Return the risk that an event reports, None where it is about something else."""
    if event.category not in RISK:
        return None
    said = mapping(event.record.get("properties"))
    is_app = "ServicePrincipal" in event.category
    person = first_text(said.get("userPrincipalName"), said.get("userDisplayName"))
    name = first_text(said.get("servicePrincipalDisplayName")) or app_label(event.app) if is_app else person
    why = (first_text(said.get(key)) for key in ("riskEventType", "riskLevel", "riskState"))
    return Risk(name and shown(name), is_app, tuple(shown(each) for each in why if each and each != "none"))
