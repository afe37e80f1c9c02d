"""What all of Entra ID's diagnostic records share: stamps, the resource, and where an address is."""

import ipaddress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an address is, as the vendor's sign-in log says it."""

    city: str
    state: str
    country: str
    latitude: float
    longitude: float


_PLACES: Final = {
    ipaddress.ip_network("203.0.113.0/24"): Place(
        city="Tokyo", state="Tokyo", country="JP", latitude=35.68949890136719, longitude=139.6916961669922
    ),
    ipaddress.ip_network("198.51.100.0/24"): Place(
        city="Amsterdam", state="Noord-Holland", country="NL", latitude=52.37403106689453, longitude=4.889689922332764
    ),
}


def ticks(instant: datetime) -> str:
    """Write an instant with seven fractional digits, in UTC with ``Z``."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%f") + "0Z"


def offset_ticks(instant: datetime) -> str:
    """Write an instant with seven fractional digits and ``+00:00``, as audit properties have it."""
    return ticks(instant).removesuffix("Z") + "+00:00"


def place_of(address: str) -> Place | None:
    """Return where an address is, or None for one that has no place (private link, unknown)."""
    ip = ipaddress.ip_address(address)
    return next((place for network, place in _PLACES.items() if ip in network), None)


def location_of(place: Place | None) -> dict[str, Any]:
    """Return the sign-in log's ``properties.location``; empty where the place is not known."""
    if place is None:
        return {}
    return {
        "city": place.city,
        "state": place.state,
        "countryOrRegion": place.country,
        "geoCoordinates": {"latitude": place.latitude, "longitude": place.longitude},
    }


def resource_id(tenant: str) -> str:
    """Return the diagnostic setting's resource in the spelling of sign-in and audit logs."""
    return f"/tenants/{tenant}/providers/Microsoft.aadiam"
