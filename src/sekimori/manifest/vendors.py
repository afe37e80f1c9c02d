"""Where vendors answer: a token of ours goes there, so never in clear text, and not unnoticed to somebody else."""

import ipaddress
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import urlsplit

from sekimori.manifest.problems import Fault
from sekimori.manifest.tables.endpoints import Endpoints

ADDRESSES: Final = ("slack_api", "graph", "login", "google", "google_token", "sts", "management")
_OF_THE_VENDORS: Final = (  # Microsoft: the national clouds of Graph and Entra; Datadog: its sites
    "graph.microsoft.us",
    "dod-graph.microsoft.us",
    "microsoftgraph.chinacloudapi.cn",
    "login.microsoftonline.us",
    "login.partner.microsoftonline.cn",
    "slack-gov.com",
    "management.usgovcloudapi.net",
    "management.chinacloudapi.cn",
    "api.datadoghq.eu",
    "api.us3.datadoghq.com",
    "api.us5.datadoghq.com",
    "api.ap1.datadoghq.com",
    "api.ap2.datadoghq.com",
    "api.ddog-gov.com",
)

_OF_AWS: Final = (".amazonaws.com", ".api.aws", ".amazonaws.com.cn")


def endpoint_faults(raw: Mapping[str, Any]) -> Iterator[Fault]:
    """Refuse addresses without TLS, except on this machine: what goes there is a bearer token."""
    table = raw.get("endpoints")
    for key in ADDRESSES:
        value = table.get(key) if isinstance(table, Mapping) else None
        if is_clear_text(value):
            words = "would send tokens in clear text: write https://, http:// is for this machine alone"
            yield Fault(path=("endpoints", key), words=words)


def is_clear_text(address: object) -> bool:
    """Say whether what is sent to an address leaves this machine without TLS."""
    return isinstance(address, str) and address.startswith("http://") and not is_here(_host(address))


def moved(endpoints: Endpoints) -> Iterator[tuple[str, str, bool]]:
    """Give each address that is not the usual one: its key, itself, and whether the host is the vendor's own."""
    usual = Endpoints()
    for key in ADDRESSES:
        address = getattr(endpoints, key)
        if address != getattr(usual, key):
            own = {_host(getattr(usual, key) or ""), *_OF_THE_VENDORS}
            yield key, address, _host(address) in own or (key == "sts" and _host(address).endswith(_OF_AWS))


def _host(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").casefold()
    except ValueError:
        return ""


def is_here(host: str) -> bool:
    """Say whether a host is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
