"""What Graph lets one read: people, applications, mail."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sekimori.sim.entra.changing import Body, Caller, Changing, Operation, missing

READS_PEOPLE = ("User.Read.All", "Directory.Read.All", "User.ReadBasic.All")
READS_APPLICATIONS = ("Application.Read.All", "Application.ReadWrite.All", "Directory.Read.All")
READS_MAIL = ("Mail.Read", "Mail.ReadWrite", "Mail.ReadBasic.All")
READS_CALENDARS = ("Calendars.Read", "Calendars.ReadBasic.All", "Calendars.ReadWrite")


class Looking(Changing):
    """Reads: nothing is changed, and the audit log says nothing."""

    def operations(self) -> list[Operation]:
        """Return path, endpoint and method of each call."""
        return [
            ("/users", self.guarded(self._people, *READS_PEOPLE), "GET"),
            ("/servicePrincipals", self.guarded(self._principals, *READS_APPLICATIONS), "GET"),
            ("/users/{user}/messages", self.guarded(self._nothing, *READS_MAIL), "GET"),
            ("/users/{user}/events", self.guarded(self._nothing, *READS_CALENDARS), "GET"),
            ("/users/{user}/calendarView", self.guarded(self._nothing, *READS_CALENDARS), "GET"),
        ]

    def _people(self, _request: Request, _body: Body, _caller: Caller) -> Response:
        people = self._tenant.directory.people
        return JSONResponse({"value": [{"id": one.id, "userPrincipalName": one.user_name} for one in people]})

    def _principals(self, _request: Request, _body: Body, _caller: Caller) -> Response:
        apps = self._tenant.directory.applications
        shown = [{"id": one.service_principal, "appId": one.app_id, "displayName": one.name} for one in apps]
        return JSONResponse({"value": shown})

    def _nothing(self, request: Request, _body: Body, _caller: Caller) -> Response:
        """Answer for a mailbox that is there; what lies in it is nobody's business here."""
        known = request.path_params["user"].lower() in self._tenant.calendars
        return JSONResponse({"value": []}) if known else missing()
