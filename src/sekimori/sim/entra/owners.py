"""Owners of registrations and service principals: whoever owns one can give it credentials."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, TypeAlias

from starlette.requests import Request
from starlette.responses import Response

from sekimori.sim.entra.changing import MANAGES_APPLICATIONS, Body, Caller, Changing, Endpoint, Operation, missing
from sekimori.sim.entra.directory import Application, Directory
from sekimori.sim.entra.errors import graph_error
from sekimori.sim.logs.audit_change import Property, Target


@dataclass(frozen=True, slots=True, kw_only=True)
class _Owned:
    """What is owned: a registration or a service principal, as the log calls it."""

    id: str
    app: Application
    owners: list[str]
    prefix: str
    noun: str

    @property
    def target(self) -> Target:
        return Target(id=self.id, name=self.app.name, type=self.prefix)

    def named(self) -> dict[str, str]:
        return {
            f"{self.prefix}.ObjectID": self.id,
            f"{self.prefix}.DisplayName": self.app.name,
            f"{self.prefix}.AppId": self.app.app_id,
        }


_Find: TypeAlias = Callable[[Directory, str], _Owned | None]


def _registration(directory: Directory, id_: str) -> _Owned | None:
    app = directory.by_object_id(id_)
    if app is None:
        return None
    return _Owned(id=app.object_id, app=app, owners=app.owners, prefix="Application", noun="application")


def _principal(directory: Directory, id_: str) -> _Owned | None:
    app = directory.by_principal(id_)
    if app is None:
        return None
    id_, owners = app.service_principal, app.principal.owners
    return _Owned(id=id_, app=app, owners=owners, prefix="ServicePrincipal", noun="service principal")


_OWNED: Final[dict[str, _Find]] = {"/applications": _registration, "/servicePrincipals": _principal}


class Owners(Changing):
    """Adds and removes owners."""

    def operations(self) -> list[Operation]:
        """Return path, endpoint and method of each call."""
        return [
            operation
            for path, find in _OWNED.items()
            for operation in (
                (f"{path}/{{id}}/owners/$ref", self._on(find, self._add), "POST"),
                (f"{path}/{{id}}/owners/{{owner}}/$ref", self._on(find, self._remove), "DELETE"),
            )
        ]

    def _on(self, find: _Find, act: Callable[[_Owned, Target, Caller], Response]) -> Endpoint:
        def found(request: Request, body: Body, caller: Caller) -> Response:
            owned = find(self._tenant.directory, request.path_params["id"])
            owner = self._owner(request.path_params.get("owner") or body.get("@odata.id", "").rpartition("/")[2])
            return missing() if owned is None or owner is None else act(owned, owner, caller)

        return self.guarded(found, MANAGES_APPLICATIONS)

    def _add(self, owned: _Owned, owner: Target, caller: Caller) -> Response:
        if owner.id in owned.owners:
            return graph_error(400, "Request_BadRequest", "One or more added object references already exist.")
        owned.owners.append(owner.id)
        rows = tuple(Property.said(name, value) for name, value in owned.named().items())
        self.write(f"Add owner to {owned.noun}", [_with(owner, rows), owned.target], caller)
        return Response(status_code=204)

    def _remove(self, owned: _Owned, owner: Target, caller: Caller) -> Response:
        if owner.id not in owned.owners:
            return missing()
        owned.owners.remove(owner.id)
        # Entra: what was owned stands in the new value of an addition and in the old one of a removal.
        said = (Property.said(name, value) for name, value in owned.named().items())
        rows = tuple(Property(name=one.name, old=one.new, new=None) for one in said)
        self.write(f"Remove owner from {owned.noun}", [_with(owner, rows), owned.target], caller)
        return Response(status_code=204)

    def _owner(self, id_: str) -> Target | None:
        if person := self._tenant.directory.person(id_):
            return Target(id=person.id, name=None, type="User", user_name=person.user_name)
        if app := self._tenant.directory.by_principal(id_):
            return Target(id=app.service_principal, name=app.name, type="ServicePrincipal")
        return None


def _with(owner: Target, rows: tuple[Property, ...]) -> Target:
    return Target(id=owner.id, name=owner.name, type=owner.type, user_name=owner.user_name, properties=rows)
