"""Entra's diagnostic settings: the log categories that the watch needs, sent where it reads them.

Azure Resource Manager ``microsoft.aadiam/diagnosticSettings``, api-version 2017-04-01.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from sekimori.manifest.preventive.setting import Call, Setting, Words, both, in_words, variable
from sekimori.manifest.tables.service import Language

NAME: Final = "sekimori"
_URL: Final = (
    "https://management.azure.com/providers/microsoft.aadiam/diagnosticSettings/" + NAME + "?api-version=2017-04-01"
)


class Destination(StrEnum):
    """Where the logs are sent."""

    EVENT_HUB = "event-hub"
    STORAGE = "storage"
    WORKSPACE = "workspace"


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A log category, and what the watch sees by it."""

    name: str
    why: Words
    licence: str = "Entra ID P1"


CATEGORIES: Final = (
    Category(
        name="AuditLogs",
        why=both("資格情報・許可・所有者・方針の変更", "changes of credentials, permissions, owners and policies"),
        licence="Free",
    ),
    Category(
        name="ServicePrincipalSignInLogs",
        why=both("アプリのサインイン: どこから、どの鍵で", "sign-ins of applications: from where, with which key"),
    ),
    Category(
        name="ManagedIdentitySignInLogs",
        why=both("マネージド ID のサインイン", "sign-ins of managed identities"),
    ),
    Category(
        name="MicrosoftGraphActivityLogs",
        why=both(
            "Graph の呼び出し。監査ログにない呼び出しは、これだけが示します",
            "Graph calls; they alone show a call that the audit log does not have",
        ),
    ),
    Category(
        name="SignInLogs",
        why=both("管理者のサインイン", "sign-ins of administrators"),
    ),
    Category(
        name="RiskyServicePrincipals",
        why=both("危険とされたアプリ", "applications that Entra holds for risky"),
        licence="Entra Workload ID Premium",
    ),
    Category(
        name="ServicePrincipalRiskEvents",
        why=both("その理由(漏えいした資格情報など)", "and why, such as leaked credentials"),
        licence="Entra Workload ID Premium",
    ),
)
_TARGETS: Final[dict[Destination, dict[str, str]]] = {
    Destination.EVENT_HUB: {
        "eventHubAuthorizationRuleId": variable("event_hub_rule_id"),
        "eventHubName": variable("event_hub"),
    },
    Destination.STORAGE: {"storageAccountId": variable("storage_account_id")},
    Destination.WORKSPACE: {"workspaceId": variable("workspace_id")},
}


def diagnostics(destination: Destination) -> tuple[Setting, ...]:
    """Return the one setting that sends every category to a destination."""
    listed = tuple(f"{category.name} ({category.licence})" for category in CATEGORIES)
    needed = ", ".join(in_words(value)[1:-1] for value in _TARGETS[destination].values())
    return (
        Setting(
            id="diagnostics.categories",
            what=both("見張りに要るログを送る診断設定", "Diagnostic settings that send what the watch needs"),
            why=both(
                "; ".join(f"{category.name}: {category.why[Language.JA]}" for category in CATEGORIES),
                "; ".join(f"{category.name}: {category.why[Language.EN]}" for category in CATEGORIES),
            ),
            techniques=("T1562.008",),
            apply=(Call(method="PUT", url=_URL, body=body(destination)),),
            undo=(Call(method="DELETE", url=_URL),),
            note=both(
                f"先に {needed} を定めてください。ライセンス: {', '.join(listed)}",
                f"Set {needed} first. Licences: {', '.join(listed)}",
            ),
        ),
    )


def body(destination: Destination) -> dict[str, Any]:
    """Return the body of the diagnostic setting."""
    logs = [{"category": category.name, "enabled": True} for category in CATEGORIES]
    return {"properties": {**_TARGETS[destination], "logs": logs}}
