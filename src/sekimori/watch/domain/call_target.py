"""Which registration a Graph call changes: its path names it, the log's own fields name the caller alone."""

import re
from typing import Final

from sekimori.watch.domain.event import GraphCall
from sekimori.watch.domain.parties import App

_NAMED: Final = re.compile(
    r"/(?P<kind>applications|serviceprincipals)(?:/(?P<id>[0-9a-f-]{36})|\(appid='(?P<app>[0-9a-f-]{36})'\))",
    re.IGNORECASE,
)


def call_target(call: GraphCall) -> App | None:
    """Return the registration or service principal that a call's path names, by the one id that it has there."""
    found = _NAMED.search(call.path or "")
    if found is None:
        return None
    if app_id := found["app"]:
        return App(app_id=app_id.casefold())
    id_ = found["id"].casefold()
    return App(object_id=id_) if found["kind"].casefold() == "applications" else App(service_principal_id=id_)
