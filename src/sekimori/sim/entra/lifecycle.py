"""App registrations that come, go and come back."""

from typing import Final

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sekimori.sim.entra.audit_values import registration_properties
from sekimori.sim.entra.changing import MANAGES_APPLICATIONS, Body, Caller, Changing, Operation, missing
from sekimori.sim.entra.directory import Application
from sekimori.sim.logs.audit_change import Property, Target

_DELETED: Final = "/directory/deletedItems/{id}"


class Lifecycle(Changing):
    """Registers, deletes, restores and erases applications."""

    def operations(self) -> list[Operation]:
        """Return path, endpoint and method of each call."""
        return [
            ("/applications", self.guarded(self._register, MANAGES_APPLICATIONS), "POST"),
            ("/applications/{id}", self.guarded(self._delete, MANAGES_APPLICATIONS), "DELETE"),
            (f"{_DELETED}/restore", self.guarded(self._restore, MANAGES_APPLICATIONS), "POST"),
            (_DELETED, self.guarded(self._erase, MANAGES_APPLICATIONS), "DELETE"),
        ]

    def _register(self, _request: Request, body: Body, caller: Caller) -> Response:
        ids = self._tenant.ids
        app = Application(
            app_id=ids.guid(),
            object_id=ids.guid(),
            name=str(body.get("displayName", "")),
            service_principal=ids.guid(),
            required=body.get("requiredResourceAccess", []),
            audience=str(body.get("signInAudience", "AzureADMyOrg")),
        )
        self._tenant.directory.add(app)
        self.write("Add application", [_target(app, *registration_properties(app))], caller)
        shown = {"id": app.object_id, "appId": app.app_id, "displayName": app.name}
        return JSONResponse(shown, status_code=201)

    def _delete(self, request: Request, _body: Body, caller: Caller) -> Response:
        directory = self._tenant.directory
        app = directory.by_object_id(request.path_params["id"])
        if app is None:
            return missing()
        directory.applications.remove(app)
        directory.deleted.append(app)
        self.write("Delete application", [_target(app)], caller)
        return Response(status_code=204)

    def _restore(self, request: Request, _body: Body, caller: Caller) -> Response:
        app = self._deleted(request)
        if app is None:
            return missing()
        self._tenant.directory.deleted.remove(app)
        self._tenant.directory.add(app)
        self.write("Restore application", [_target(app)], caller)
        return JSONResponse({"id": app.object_id, "displayName": app.name})

    def _erase(self, request: Request, _body: Body, caller: Caller) -> Response:
        app = self._deleted(request)
        if app is None:
            return missing()
        self._tenant.directory.deleted.remove(app)
        self.write("Hard Delete application", [_target(app)], caller)
        return Response(status_code=204)

    def _deleted(self, request: Request) -> Application | None:
        id_ = request.path_params["id"]
        return next((app for app in self._tenant.directory.deleted if app.object_id == id_), None)


def _target(app: Application, *rows: Property) -> Target:
    return Target(id=app.object_id, name=app.name, type="Application", properties=rows)
