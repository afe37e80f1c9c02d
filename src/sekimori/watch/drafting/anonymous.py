"""Takes people, companies and secrets out of a record, and leaves its shape and its meaning."""

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from sekimori.watch.domain.first_party import is_first_party_app
from sekimori.watch.domain.permissions import resource_name, shipped_table
from sekimori.watch.domain.records import parsed

_GUID: Final = re.compile(r"(?<![0-9a-fA-F-])[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}(?![0-9a-fA-F-])")
_MAIL: Final = re.compile(r"[A-Za-z0-9._%+'-]+(?:@|%40)[A-Za-z0-9.-]+\.[A-Za-z]{2,}")
_IPV4: Final = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])")
_IPV6: Final = re.compile(r"(?<![0-9A-Za-z:])(?:[0-9a-fA-F]{1,4}:){3,7}(?::?[0-9a-fA-F]{1,4})+(?![0-9A-Za-z:])")
_KEY_NAME: Final = re.compile(r"(DisplayName=)[^\"\\]*?(\](?=[\"\\,\s]|$))")
_REPOSITORY: Final = re.compile(r"((?:repo|project_path|organization|repository)[:=])[^:\"\\]+")
_HOST: Final = re.compile(
    r"(https?://)(?!(?:[a-z0-9-]+\.)*(?:microsoft\.com|microsoftonline\.com|windows\.net|"
    r"githubusercontent\.com|azure\.com|gitlab\.com|google\.com|terraform\.io|api\.aws|"
    r"localhost)(?:[/:\"\\]|$))(\*\.)?[^/:\"\\\s]+",
    re.IGNORECASE,
)
_NAMES: Final = frozenset(
    {
        "userprincipalname",
        "userdisplayname",
        "serviceprincipalname",
        "appdisplayname",
        "identity",
        "upn",
        "username",
        "serviceprincipaldisplayname",
    }
)
_OBJECT: Final = frozenset(
    {"id", "modifiedproperties", "serviceprincipalid", "userprincipalname", "administrativeunits"}
)
_PARTY: Final = frozenset({"app", "user"})
_NAME_PROPERTY: Final = re.compile(
    r"^(?!Role\.|AppRole\.|ServicePrincipal\.Name$|TargetId)(.*\.)?(DisplayName|Name|UserPrincipalName)$", re.IGNORECASE
)
_WORD: Final = re.compile(r'"[^"]+"')
_DROPPED: Final = frozenset({"geocoordinates", "city", "devicedetail", "usr", "title", "tags", "message"})
# What says that a ``state`` is a part of a country, and not whether something is in force.
_PLACE: Final = frozenset({"city", "countryorregion", "geocoordinates"})
_OPAQUE: Final = frozenset({"uniquetokenidentifier", "signinactivityid", "sessionid", "c_sid"})
_NIL: Final = "00000000-0000-0000-0000-000000000000"


def anonymous(value: Any) -> Any:
    """Return a JSON value without anybody's ids, names, addresses and places.

    The same id becomes the same made-up one everywhere, so what belonged together still does. Ids that Microsoft
    publishes (permissions, its own applications) stay: they are the meaning.
    """
    return _value(value, key="")


def _value(value: Any, key: str) -> Any:
    if isinstance(value, Mapping):
        value = _changed(_unnamed(value, key))
        dropped = _DROPPED | {"state"} if _PLACE & {name.casefold() for name in value} else _DROPPED
        return {name: _value(item, name.casefold()) for name, item in value.items() if name.casefold() not in dropped}
    if isinstance(value, list):
        return [_value(item, key) for item in value]
    return _text(value, key) if isinstance(value, str) else value


def _unnamed(value: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """Take the name from an object of the directory; a role's name is Microsoft's and stays."""
    known = {name.casefold(): item for name, item in value.items()}
    if not (known.keys() & _OBJECT or key in _PARTY) or str(known.get("type")).casefold() == "role":
        return value
    # Entra: a domain's id is its name.
    named = {"displayname", "id"} if str(known.get("type")).casefold() == "domain" else {"displayname"}
    return {name: "example" if name.casefold() in named and item else item for name, item in value.items()}


def _changed(value: Mapping[str, Any]) -> Mapping[str, Any]:
    """Take names out of the values of a modified property that holds some."""
    prop = next((str(item) for name, item in value.items() if name.casefold() in {"displayname", "name"}), "")
    if not _NAME_PROPERTY.search(prop) or not {"newvalue", "oldvalue"} & {name.casefold() for name in value}:
        return value
    hidden = {name: _hidden(item) for name, item in value.items() if isinstance(item, str) and item != prop}
    return {**value, **hidden}


def _hidden(text: str) -> str:
    # Microsoft 365: the values of its log are written without the quotes of the others.
    return _WORD.sub('"example"', text) if text[:1] in {"", '"', "[", "{"} else "example"


def _text(text: str, key: str) -> str:
    if key in _OPAQUE:
        return "opaque" + _digest(text)[:16] if text else text
    if key in _NAMES and text:
        return _person(text) if "@" in text else "example"
    inner = parsed(text)
    if isinstance(inner, Mapping | list):
        return json.dumps(_value(_named(inner), ""), ensure_ascii=False)
    return _scrubbed(text)


def _named(value: Any) -> Any:
    """Take the free names out of credentials written as objects."""
    if isinstance(value, Mapping):
        hidden = {"name", "description", "displayname"}
        return {name: "example" if name.casefold() in hidden and item else _named(item) for name, item in value.items()}
    return [_named(item) for item in value] if isinstance(value, list) else value


def _scrubbed(text: str) -> str:
    text = _MAIL.sub(lambda found: _person(found[0]), text)
    text = _KEY_NAME.sub(r"\1example\2", text)
    text = _REPOSITORY.sub(lambda found: f"{found[1]}example/example-{_digest(found[0])[:4]}", text)
    text = _HOST.sub(lambda found: f"{found[1]}{found[2] or ''}host-{_digest(found[0])[:6]}.example", text)
    text = _GUID.sub(lambda found: _guid(found[0]), text)
    text = _IPV6.sub("2001:db8::1", text)
    return _IPV4.sub(lambda found: f"192.0.2.{int(_digest(found[0])[:2], 16) % 254 + 1}", text)


def _person(address: str) -> str:
    """Return the address of nobody; two people stay two."""
    return f"person-{_digest(address.replace('%40', '@'))[:4]}@example.com"


def _guid(found: str) -> str:
    known = found.casefold()
    if known == _NIL or is_first_party_app(known) or resource_name(known) or known in _permissions():
        return found
    return str(UUID(_digest(known)[:32], version=4))


def _permissions() -> frozenset[str]:
    return frozenset(permission_id for _, permission_id, _ in shipped_table())


def _digest(text: str) -> str:
    return hashlib.sha256(text.casefold().encode()).hexdigest()
