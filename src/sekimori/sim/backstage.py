"""What a story puts in place before it begins and away when it is over: the log tells nothing of it."""

import contextlib
import copy
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from sekimori.sim import world
from sekimori.sim.azure.resource_manager import EXPORT, HUB
from sekimori.sim.certificates import Issued, make_credential
from sekimori.sim.entra.access_tokens import Bearer
from sekimori.sim.entra.directory import Application, ClientSecret, Directory, Key
from sekimori.sim.entra.grants import Grants
from sekimori.sim.entra.neighbours import (
    ADMIN,
    CLERK,
    CLOSING_PRINCIPAL,
    HELPER_PRINCIPAL,
    RENDERER_PRINCIPAL,
    WAREHOUSE_PRINCIPAL,
)
from sekimori.sim.entra.platform import Platform
from sekimori.sim.entra.tenant import Tenant
from sekimori.sim.faults import GraphFault, GraphFaultKind


@dataclass(frozen=True, slots=True)
class Backstage:
    """The tenant as whoever tells the story may arrange it."""

    tenant: Tenant

    @property
    def directory(self) -> Directory:
        """The tenant's directory."""
        return self.tenant.directory

    @property
    def platform(self) -> Platform:
        """Microsoft's own services, which act by themselves."""
        return Platform(self.tenant)

    @property
    def bot(self) -> Application:
        """The bot's registration."""
        return self.principal(world.SERVICE_PRINCIPAL)

    @property
    def feed(self) -> Application:
        """The HR feed's registration."""
        return self.principal(world.HR_PRINCIPAL)

    @property
    def closing(self) -> Application:
        """A registration that is used once a year."""
        return self.principal(CLOSING_PRINCIPAL)

    @property
    def warehouse(self) -> Application:
        """A registration that does the same every day and that no manifest declares."""
        return self.principal(WAREHOUSE_PRINCIPAL)

    @property
    def managed_identity(self) -> Application:
        """A managed identity, which has no registration."""
        return self.principal(RENDERER_PRINCIPAL)

    def principal(self, id_: str) -> Application:
        """Return an application by its service principal.

        Raises:
            LookupError: there is none.
        """
        app = self.directory.by_principal(id_)
        if app is None:
            raise LookupError(id_)
        return app

    def remember(self) -> "Memory":
        """Keep the directory as it is, to be put back."""
        return Memory(directory=self.directory, before=copy_of(self.directory))

    def stolen_secret(self, app: Application) -> str:
        """Return a secret of an application, which the attacker has."""
        if not app.secrets:
            app.secrets.append(self._secret(days=90))
        return app.secrets[0].text

    def expired_secret(self, app: Application) -> str:
        """Return a secret of an application that is over."""
        secret = self._secret(days=-1)
        app.secrets.append(secret)
        return secret.text

    def further_secret(self, app: Application) -> str:
        """Add a secret of somebody's to an application."""
        secret = self._secret(days=90)
        app.secrets.append(secret)
        return secret.text

    def own_key(self, app: Application) -> Issued:
        """Add a key of somebody's to an application, and return its private half too."""
        issued = make_credential("northwind")
        key = Key(id=self.tenant.ids.guid(), name="CN=northwind", certificate=issued.certificate)
        app.keys.append(key)
        return issued

    @contextlib.contextmanager
    def mailboxes(self, number: int) -> Iterator[list[str]]:
        """Have so many more people in the house, with nothing in their calendars."""
        people = [f"person{each}@fabrikam.example" for each in range(number)]
        self.tenant.calendars.update(dict.fromkeys(people, ()))
        try:
            yield people
        finally:
            for mailbox in people:
                del self.tenant.calendars[mailbox]

    def export_again(self) -> None:
        """Have the tenant's logs exported as they were."""
        for resource in (EXPORT, HUB):
            self.directory.settings.pop(resource, None)

    def throttle(self, calls: int) -> None:
        """Have Graph tell so many calls to wait."""
        self.tenant.faults.add(GraphFault(kind=GraphFaultKind.THROTTLED, times=calls))

    def consent(self, *scopes: str, admin: bool, address: str) -> None:
        """Have the admin, or a clerk, press "Accept" on the page on which a helper for mail asks for consent."""
        who = ADMIN if admin else CLERK
        bearer = Bearer(
            app="",
            principal=who.id,
            token_id="",
            issued=self.tenant.clock(),
            client_auth="0",
            user_name=who.user_name,
        )
        Grants(self.tenant).consent(self.principal(HELPER_PRINCIPAL), scopes, bearer, address, admin=admin)

    def _secret(self, *, days: int) -> ClientSecret:
        ids, expires = self.tenant.ids, self.tenant.token_clock() + timedelta(days=days)
        return ClientSecret(id=ids.guid(), name="deployment", text=ids.secret(), expires=expires)


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """A directory as it was."""

    directory: Directory
    before: Directory

    def restore(self) -> None:
        """Put it back."""
        kept = copy_of(self.before)
        self.directory.applications[:] = kept.applications
        self.directory.deleted[:] = kept.deleted
        self.directory.assignments = kept.assignments
        self.directory.settings = kept.settings


def copy_of(directory: Directory) -> Directory:
    """Return a directory that does not change with this one; certificates are shared, they never change."""
    return replace(
        directory,
        applications=[_app(app) for app in directory.applications],
        deleted=[_app(app) for app in directory.deleted],
        assignments=set(directory.assignments),
        settings=copy.deepcopy(directory.settings),
    )


def _app(app: Application) -> Application:
    held = app.principal
    return replace(
        app,
        keys=list(app.keys),
        secrets=list(app.secrets),
        federated=list(app.federated),
        required=copy.deepcopy(app.required),
        owners=list(app.owners),
        redirects=list(app.redirects),
        principal=replace(
            held,
            secrets=list(held.secrets),
            keys=list(held.keys),
            owners=list(held.owners),
            scopes=dict(held.scopes),
        ),
    )
