"""How far a permission reaches: four tiers of our own, each with its reason."""

import re
from enum import StrEnum
from typing import Final


class Grant(StrEnum):
    """Whether an application acts as itself or as whoever signed in."""

    APPLICATION = "application"
    DELEGATED = "delegated"


class Tier(StrEnum):
    """What a stolen credential is worth with a permission, the worst first."""

    TAKEOVER = "takeover"
    TENANT_DATA = "tenant_data"
    ONE_MAILBOX = "one_mailbox"
    READ_BASICS = "read_basics"


TAKEOVER: Final = frozenset(
    name.casefold()
    for name in (
        "RoleManagement.ReadWrite.Directory",
        "RoleAssignmentSchedule.ReadWrite.Directory",
        "RoleEligibilitySchedule.ReadWrite.Directory",
        "RoleManagementPolicy.ReadWrite.Directory",
        "RoleManagementPolicy.ReadWrite.AzureADGroup",
        "PrivilegedAccess.ReadWrite.AzureAD",
        "PrivilegedAccess.ReadWrite.AzureADGroup",
        "PrivilegedAssignmentSchedule.ReadWrite.AzureADGroup",
        "PrivilegedEligibilitySchedule.ReadWrite.AzureADGroup",
        "AppRoleAssignment.ReadWrite.All",
        "Application.ReadWrite.All",
        "Application.ReadWrite.OwnedBy",
        "Directory.ReadWrite.All",
        "Directory.AccessAsUser.All",
        "Domain.ReadWrite.All",
        "Domain-InternalFederation.ReadWrite.All",
        "EntitlementManagement.ReadWrite.All",
        "Organization.ReadWrite.All",
        "Policy.ReadWrite.AuthenticationMethod",
        "Policy.ReadWrite.ConditionalAccess",
        "Policy.ReadWrite.PermissionGrant",
        "PublicKeyInfrastructure.ReadWrite.All",
        "DelegatedPermissionGrant.ReadWrite.All",
        "DeviceManagementConfiguration.ReadWrite.All",
        "DeviceManagementRBAC.ReadWrite.All",
        "Synchronization.ReadWrite.All",
        "User.ReadWrite.All",
        "User-PasswordProfile.ReadWrite.All",
        "UserAuthenticationMethod.ReadWrite.All",
        "UserAuthMethod-Passkey.ReadWrite.All",
        "full_access_as_app",
        "Exchange.ManageAsApp",
        "Exchange.ManageAsAppV2",
        "Sites.FullControl.All",
    )
)
"""Permissions that lead to every role, every mailbox or every site, in one step or two."""

_BASICS: Final = re.compile(
    r"openid|profile|email|offline_access|user\.read|.*\.readbasic(\..*)?|.*\.basic\.read|.*\.read\.selected"
    r"|.*\.selected|presence\.read|people\.read|reports\.read\.all|servicehealth\.read\.all"
    r"|servicemessage\.read\.all|activityfeed\.readdlp|.*basicall",
    re.IGNORECASE,
)


def tier_of(name: str, grant: Grant) -> Tier:
    """Return the tier of a permission from its name and its kind.

    A name decides: what writes roles, applications or policies is a takeover. Of the rest an application permission
    reaches everybody's data, a delegated one the data of whoever signed in.
    """
    if name.casefold() in TAKEOVER:
        return Tier.TAKEOVER
    if _BASICS.fullmatch(name):
        return Tier.READ_BASICS
    return Tier.TENANT_DATA if grant is Grant.APPLICATION else Tier.ONE_MAILBOX
