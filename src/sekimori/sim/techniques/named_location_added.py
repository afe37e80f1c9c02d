"""The attacker's address becomes a trusted place."""

from typing import Final

from sekimori.sim.attack import SOURCE, Attacker
from sekimori.sim.entra.tenant_settings import NAMED_LOCATIONS
from sekimori.sim.plan import Plan, Step

ID: Final = "named_location_added"
TITLE: Final = {"ja": "信頼済みの場所を追加", "en": "Add a trusted location"}
STORY: Final = {
    "ja": "攻撃者のアドレスを「信頼済みの場所」に加える。条件付きアクセスの検査を素通りできる。",
    "en": "The attacker's address becomes a trusted place, which is let in without the usual checks.",
}
ATTACK: Final = ("T1556.009",)
MUST_FIRE: Final = ("named_location_changed",)
MUST_STAY_QUIET: Final = (
    "service_principal_sign_in",
    "permission_requested",
    "federated_credential_added",
    "client_credential_added",
)
TELLING: Final = ("NamedLocation",)
PLAN: Final = Plan(
    permissions=(
        "Policy.Read.All",
        "Policy.ReadWrite.ConditionalAccess",
    ),
    steps=(
        Step(
            method="POST",
            path="/identity/conditionalAccess/namedLocations",
            body={
                "@odata.type": "#microsoft.graph.ipNamedLocation",
                "displayName": "sekimori drill",
                "isTrusted": False,
                "ipRanges": [{"@odata.type": "#microsoft.graph.iPv4CidrRange", "cidrAddress": "192.0.2.1/32"}],
            },
            keep={"location_id": "id"},
        ),
    ),
    undo=(Step(method="DELETE", path="/identity/conditionalAccess/namedLocations/{location_id}"),),
)


async def detonate(attacker: Attacker) -> None:
    """Add the place."""
    await attacker.administer(
        "POST", NAMED_LOCATIONS, {"displayName": "Branch", "isTrusted": True, "ipRanges": [f"{SOURCE}/32"]}
    )
