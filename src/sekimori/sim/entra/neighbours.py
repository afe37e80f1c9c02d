"""Who and what else is in the tenant: people, a second registration, accounts of others' applications."""

import functools
from datetime import timedelta
from typing import Final

from cryptography import x509

from sekimori.core.clock import Clock
from sekimori.sim import world
from sekimori.sim.certificates import make_credential
from sekimori.sim.entra.directory import Application, ClientSecret, Key, Person, Principal
from sekimori.sim.ids import IdSource

ADMIN: Final = Person(id="3c4d5e6f-7081-4293-a4b5-c6d7e8f90112", user_name="admin@fabrikam.example", name="Admin")
CLERK: Final = Person(id="4d5e6f70-8192-43a4-85c6-d7e8f9011223", user_name="haruka@fabrikam.example", name="Haruka")
PEOPLE: Final = (ADMIN, CLERK)

CLOSING_APP: Final = "3f405162-7384-4697-88a9-cbdcedfe0112"
CLOSING_PRINCIPAL: Final = "cf304152-6d7e-4f80-8192-a3b4c5d6e7f8"
WAREHOUSE_APP: Final = "40516273-8495-4708-99ba-cdcedfe01223"
WAREHOUSE_PRINCIPAL: Final = "d0415263-7e8f-4091-83a4-c5d6e7f80912"
EXCHANGE_APP: Final = "00000002-0000-0ff1-ce00-000000000000"
EXCHANGE_PRINCIPAL: Final = "9c0d1e2f-3a4b-4c5d-8e6f-708192a3b4c5"
HELPER_APP: Final = "1e2f3041-5263-4475-9687-a9bacbdcedf0"
HELPER_PRINCIPAL: Final = "ad1e2f30-4b5c-4d6e-8f70-8192a3b4c5d6"
RENDERER_APP: Final = "2f304152-6374-4586-8798-bacbdcedfe01"
RENDERER_PRINCIPAL: Final = "be2f3041-5c6d-4e7f-8081-92a3b4c5d6e7"


def neighbours(ids: IdSource, clock: Clock) -> list[Application]:
    """Return three registrations of company B's, and three accounts that have no registration here.

    The registrations are the HR feed, what closes the year, and what keeps the warehouse's lists. The accounts are
    Exchange Online of Microsoft's, a helper for mail of a stranger's, and a managed identity.
    """
    feed = Application(
        app_id=world.HR_APP,
        object_id=world.HR_OBJECT,
        name=world.HR_NAME,
        service_principal=world.HR_PRINCIPAL,
        roles=("User.Read.All",),
        secrets=[old_secret(ids, clock)],
    )
    renderer = _account(RENDERER_APP, RENDERER_PRINCIPAL, "report-renderer")
    key = Key(id=ids.guid(), name=f"CN={RENDERER_PRINCIPAL}", certificate=_renderers_certificate())
    renderer.principal = Principal(keys=[key])
    closing = _account(CLOSING_APP, CLOSING_PRINCIPAL, "year-end closing")
    closing.object_id, closing.secrets = "df405162-7e8f-4091-82a3-b4c5d6e7f809", [old_secret(ids, clock)]
    warehouse = _account(WAREHOUSE_APP, WAREHOUSE_PRINCIPAL, "warehouse sync")
    warehouse.object_id, warehouse.secrets = "e0415263-8f90-4102-94b5-d6e7f8091a23", [old_secret(ids, clock)]
    warehouse.roles = ("Directory.Read.All",)
    return [
        feed,
        closing,
        warehouse,
        _account(EXCHANGE_APP, EXCHANGE_PRINCIPAL, "Office 365 Exchange Online"),
        _account(HELPER_APP, HELPER_PRINCIPAL, "mail-helper"),
        renderer,
    ]


@functools.cache
def _renderers_certificate() -> x509.Certificate:
    """Make it once a process; nobody has its private key."""
    return make_credential("report-renderer").certificate


def old_secret(ids: IdSource, clock: Clock) -> ClientSecret:
    """Make a secret that was there before the story begins."""
    expires = clock() + timedelta(days=90)
    return ClientSecret(id=ids.guid(), name="before the certificate", text=ids.secret(), expires=expires)


def _account(app_id: str, principal: str, name: str) -> Application:
    return Application(app_id=app_id, object_id="", name=name, service_principal=principal)
