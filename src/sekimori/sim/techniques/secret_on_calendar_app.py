"""An application that may read free and busy times gets a secret, as many do."""

from typing import Final

from sekimori.sim import world
from sekimori.sim.attack import OFFICE, Attacker
from sekimori.sim.entra.directory import GRAPH_APP

ID: Final = "secret_on_calendar_app"
TITLE: Final = {
    "ja": "予定の閲覧だけのアプリにシークレットを追加(無害)",
    "en": "Add a secret to a calendar reader (benign)",
}
STORY: Final = {
    "ja": "管理者が、予定の空き時間だけを読む権限を「HR feed」に与え、変更期間の中でシークレットを足す。",
    "en": "An administrator lets the HR feed read free and busy times, and adds a secret in its change window.",
}
ATTACK: Final = ()
MUST_FIRE: Final = ()
MUST_STAY_QUIET: Final = ("credential_on_privileged_app", "takeover_permission_granted", "client_credential_added")
TELLING: Final = ("KeyDescription", "AppRole.Value")


async def detonate(attacker: Attacker) -> None:
    """Grant Calendars.ReadBasic.All, then add the secret."""
    path, role = f"/servicePrincipals/{world.HR_PRINCIPAL}", "8ba4a692-bc31-4128-9094-475872af8a53"
    grant = {"principalId": world.HR_PRINCIPAL, "resourceId": GRAPH_APP, "appRoleId": role}
    await attacker.administer("POST", f"{path}/appRoleAssignments", grant, source=OFFICE)
    password = {"passwordCredential": {"displayName": "calendar"}}
    await attacker.administer("POST", f"{path}/addPassword", password, source=OFFICE)
