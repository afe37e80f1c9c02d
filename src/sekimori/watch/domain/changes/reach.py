"""Who may use an application: its tenants, and whether its service principal is switched on."""

from collections.abc import Iterator
from typing import Final

from sekimori.watch.domain.audit import Audit, Property
from sekimori.watch.domain.changes.change import Change
from sekimori.watch.domain.values import scalar


class AudienceWidened(Change, frozen=True, kw_only=True, tag="audience_widened"):
    """People of other tenants can now sign in to the application."""

    old: str
    new: str


class AudienceNarrowed(Change, frozen=True, kw_only=True, tag="audience_narrowed"):
    """People of other tenants can no longer sign in to the application."""

    old: str
    new: str


class ServicePrincipalEnabled(Change, frozen=True, kw_only=True, tag="service_principal_enabled"):
    """A service principal that was switched off can sign in again."""


class ServicePrincipalDisabled(Change, frozen=True, kw_only=True, tag="service_principal_disabled"):
    """A service principal can no longer sign in."""


PROPERTIES: Final = ("AvailableToOtherTenants", "SignInAudience", "AccountEnabled")
_WIDTH: Final = {
    "azureadmyorg": 0,
    "false": 0,
    "azureadmultipleorgs": 1,
    "true": 1,
    "azureadandpersonalmicrosoftaccount": 2,
    "personalmicrosoftaccount": 2,
}
ReachChange = AudienceWidened | AudienceNarrowed | ServicePrincipalEnabled | ServicePrincipalDisabled


def read(audit: Audit) -> Iterator[ReachChange]:
    """Yield what changed; what is said of an object that was only just made is no change."""
    for name in PROPERTIES[:2]:
        for prop in audit.find(name):
            yield from _audience(prop)
    for target in audit.targets:
        if target.type == "serviceprincipal":
            yield from _enabled(target.properties)


def _audience(prop: Property) -> Iterator[ReachChange]:
    old, new = scalar(prop.old) or "", scalar(prop.new) or ""
    before, after = _width(old), _width(new)
    if before is None or after is None or before == after:
        return
    yield AudienceWidened(old=old, new=new) if after > before else AudienceNarrowed(old=old, new=new)


def _width(audience: str) -> int | None:
    # Entra: AvailableToOtherTenants is a boolean, SignInAudience a word or, in old logs, its number.
    return _WIDTH.get(audience.casefold().replace("_", ""))


def _enabled(properties: tuple[Property, ...]) -> Iterator[ReachChange]:
    for prop in properties:
        if prop.name.casefold() != "accountenabled":
            continue
        match (scalar(prop.old) or "").casefold(), (scalar(prop.new) or "").casefold():
            case "true", "false":
                yield ServicePrincipalDisabled()
            case "false", "true":
                yield ServicePrincipalEnabled()
