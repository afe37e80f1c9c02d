"""Directory roles: who is an administrator."""

from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sekimori.sim.entra.changing import Body, Caller, Changing, Operation, missing
from sekimori.sim.logs.audit_change import Property, Target

MANAGES_ROLES: Final = "RoleManagement.ReadWrite.Directory"


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """A directory role; one that PIM manages is also logged when it is given past PIM."""

    name: str
    object_id: str
    in_pim: bool = False


ROLES: Final = {
    "62e90394-69f5-4237-9190-012177145e10": Role(
        name="Global Administrator", object_id="6e7f8091-a2b3-44c5-96d7-e8f90a1b2c3d"
    ),
    "e8611ab8-c189-46e8-94e1-60213ab1f814": Role(
        name="Privileged Role Administrator", object_id="7f8091a2-b3c4-45d6-87e8-f90a1b2c3d4e", in_pim=True
    ),
    "88d8e3e3-8f55-4a1e-953a-9b9898b8876b": Role(
        name="Directory Readers", object_id="8091a2b3-c4d5-46e7-98f9-0a1b2c3d4e5f"
    ),
}
"""By template id, as Microsoft publishes them."""


class Roles(Changing):
    """Role assignments."""

    def operations(self) -> list[Operation]:
        """Return path, endpoint and method of each call."""
        path = "/roleManagement/directory/roleAssignments"
        return [
            (path, self.guarded(self._assign, MANAGES_ROLES), "POST"),
            (f"{path}/{{id}}", self.guarded(self._remove, MANAGES_ROLES), "DELETE"),
        ]

    def _assign(self, _request: Request, body: Body, caller: Caller) -> Response:
        template, member = str(body.get("roleDefinitionId", "")), self._member(str(body.get("principalId", "")))
        role = ROLES.get(template)
        if role is None or member is None:
            return missing()
        self._tenant.directory.assignments.add((member.id, template))
        rows = tuple(Property.said(name, value) for name, value in _said(template, role).items())
        named = Target(id=member.id, name=member.name, type=member.type, user_name=member.user_name, properties=rows)
        targets = [named, Target(id=role.object_id, name=role.name, type="Role")]
        self.write("Add member to role", targets, caller, category="RoleManagement")
        if role.in_pim:
            # Entra: PIM notices as well, as an event of its own.
            outside = "Add member to role outside of PIM (permanent)"
            self.write(outside, targets, caller, category="RoleManagement", service="PIM")
        # An assignment's id is opaque to clients; ours says what it is.
        shown = {"id": f"{member.id}:{template}", "roleDefinitionId": template, "principalId": member.id}
        return JSONResponse(shown, status_code=201)

    def _remove(self, request: Request, _body: Body, caller: Caller) -> Response:
        id_, _, template = request.path_params["id"].partition(":")
        role, member = ROLES.get(template), self._member(id_)
        if role is None or member is None or (member.id, template) not in self._tenant.directory.assignments:
            return missing()
        self._tenant.directory.assignments.remove((member.id, template))
        said = (Property.said(name, value) for name, value in _said(template, role).items())
        # Entra: the role stands in the old value of a removal.
        rows = tuple(Property(name=one.name, old=one.new, new=None) for one in said)
        named = Target(id=member.id, name=member.name, type=member.type, user_name=member.user_name, properties=rows)
        targets = [named, Target(id=role.object_id, name=role.name, type="Role")]
        self.write("Remove member from role", targets, caller, category="RoleManagement")
        return Response(status_code=204)

    def _member(self, id_: str) -> Target | None:
        if person := self._tenant.directory.person(id_):
            return Target(id=person.id, name=None, type="User", user_name=person.user_name)
        if app := self._tenant.directory.by_principal(id_):
            return Target(id=app.service_principal, name=app.name, type="ServicePrincipal")
        return None


def _said(template: str, role: Role) -> dict[str, str]:
    return {
        "Role.ObjectID": role.object_id,
        "Role.DisplayName": role.name,
        "Role.TemplateId": template,
        "Role.WellKnownObjectName": role.name.replace(" ", ""),
    }
