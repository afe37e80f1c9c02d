"""Exchange Online: which mailboxes the application may open, by role-based access control for applications.

What each of the three designs exposes where a token leaks: ``New-ManagementScope`` and
``New-ManagementRoleAssignment -App`` of the ExchangeOnlineManagement module. Exchange's grants and Entra's add up: an
Entra grant of any calendar permission defeats the scope.
"""

from collections.abc import Sequence
from typing import Final

from sekimori.manifest.model import Manifest
from sekimori.manifest.preventive.setting import Line, NothingToPrint, Setting, Step, both
from sekimori.manifest.tables.identity import CalendarAccess

SCOPE: Final = "Sekimori mailboxes"
ROLE: Final = "Application Calendars.Read"
ASSIGNMENT: Final = "Sekimori calendars"
_LONGEST: Final = 8000
EXPOSES: Final = {
    CalendarAccess.DIRECT: both(
        "トークンが漏れると、テナント全員の予定の時刻・件名・場所・出席者が読まれます(本文は除く)。絞るのはこのアプリだけです",
        "a leaked token reads times, subjects, places and attendees of everybody in the tenant (no bodies); only this "
        "service limits it",
    ),
    CalendarAccess.SCOPED: both(
        "トークンが漏れると、名を挙げた人の予定が本文まで読まれます。ほかの人の予定は読めません(Exchange が拒みます)",
        "a leaked token reads the events of the people named, bodies included, and of nobody else: Exchange refuses",
    ),
    CalendarAccess.BROKER: both(
        "トークンが漏れると、空の仲介メールボックスと、組織内の空き時間(時刻だけ)が読まれます。件名は読めません。"
        "Graph のログには誰の予定かが残らないので、監査ログと突き合わせます",
        "a leaked token reads one empty mailbox and the organisation's free/busy, times only; Graph's log does not say "
        "whose, so it is reconciled with our own audit log",
    ),
}


def exchange(manifest: Manifest, design: CalendarAccess | None = None) -> tuple[Setting, ...]:
    """Return the settings of a design, the manifest's own where none is named.

    Raises:
        NothingToPrint: the design needs what the manifest does not declare.
    """
    chosen = design or manifest.identity.calendar_access
    if chosen is CalendarAccess.DIRECT:
        return (_direct(manifest),)
    mailboxes = _mailboxes(manifest, chosen)
    made = (_broker(mailboxes[0]),) if chosen is CalendarAccess.BROKER else ()
    return (*made, _service_principal(manifest), _scope(mailboxes, chosen), _assignment(manifest, mailboxes))


def recipient_filter(mailboxes: Sequence[str]) -> str:
    """Return the OPATH filter that names mailboxes by their addresses.

    Raises:
        NothingToPrint: it would be longer than Exchange takes.
    """
    text = " -or ".join(f"(EmailAddresses -eq 'smtp:{_opath(mailbox)}')" for mailbox in mailboxes)
    if len(text) > _LONGEST:
        raise NothingToPrint(
            "there are too many people for one filter", hint="mark their mailboxes with a CustomAttribute instead"
        )
    return text


def _mailboxes(manifest: Manifest, design: CalendarAccess) -> list[str]:
    if design is CalendarAccess.BROKER:
        if manifest.identity.broker_mailbox is None:
            raise NothingToPrint("identity.broker_mailbox is missing", hint="name the empty mailbox that calls go to")
        return [manifest.identity.broker_mailbox]
    if not manifest.people:
        raise NothingToPrint("there is nobody in [[people]]", hint="the scope is made of the people's mailboxes")
    return [person.mailbox for person in manifest.people]


def _direct(manifest: Manifest) -> Setting:
    names = ", ".join(manifest.identity.permissions) or "Calendars.ReadBasic.All"
    return Setting(
        id="exchange.scope",
        what=both("direct: Exchange 側の設定はありません", "direct: nothing to set in Exchange"),
        why=EXPOSES[CalendarAccess.DIRECT],
        techniques=(),
        apply=(
            Line(text=f"# Entra: {names}. (--design scoped | broker)"),
            Line(
                text=f"Get-ManagementRoleAssignment -GetEffectiveUsers -Role '{ROLE}' | Format-Table Name, RoleAssignee"
            ),
        ),
    )


def _broker(mailbox: str) -> Setting:
    return Setting(
        id="exchange.broker",
        what=both("空の仲介メールボックス", "The empty broker mailbox"),
        why=both(
            "アプリが開けるのはこの一つだけになります。中身を置かないでください",
            "the only mailbox the application may open; keep nothing in it",
        ),
        techniques=("T1114.002",),
        apply=(
            Line(text=f"New-Mailbox -Shared -Name 'Sekimori broker' -PrimarySmtpAddress {_quoted(mailbox)}"),
            Line(text=f"Set-Mailbox -Identity {_quoted(mailbox)} -HiddenFromAddressListsEnabled $true"),
        ),
        undo=(Line(text=f"Remove-Mailbox -Identity {_quoted(mailbox)}"),),
    )


def _service_principal(manifest: Manifest) -> Setting:
    identity = manifest.identity
    if identity.service_principal_id is None:
        raise NothingToPrint(
            "identity.service_principal_id is missing",
            hint=f"az ad sp show --id {identity.app_id} --query id; it is not the object id of the registration",
        )
    return Setting(
        id="exchange.service_principal",
        what=both("Exchange にアプリを知らせる", "Make the application known to Exchange"),
        why=both("範囲つきの役割は、これに割り当てます", "a scoped role is assigned to it"),
        techniques=(),
        apply=(
            Line(
                text=f"New-ServicePrincipal -AppId '{identity.app_id}' -ObjectId '{identity.service_principal_id}' "
                f"-DisplayName {_quoted(manifest.service.name)}"
            ),
        ),
        undo=(Line(text=f"Remove-ServicePrincipal -Identity '{identity.service_principal_id}'"),),
    )


def _scope(mailboxes: Sequence[str], design: CalendarAccess) -> Setting:
    recipients = recipient_filter(mailboxes)
    return Setting(
        id="exchange.scope",
        what=both("読めるメールボックスの範囲", "The scope: the mailboxes it may open"),
        why=EXPOSES[design],
        techniques=("T1114.002", "T1087.003"),
        apply=(Line(text=f"New-ManagementScope -Name '{SCOPE}' -RecipientRestrictionFilter {_quoted(recipients)}"),),
        undo=(Line(text=f"Remove-ManagementScope -Identity '{SCOPE}'"),),
    )


def _assignment(manifest: Manifest, mailboxes: Sequence[str]) -> Setting:
    principal = manifest.identity.service_principal_id
    trial = tuple(
        Line(text=f"Test-ServicePrincipalAuthorization -Identity '{principal}' -Resource {_quoted(mailbox)}")
        for mailbox in mailboxes[:3]
    )
    steps: tuple[Step, ...] = (
        Line(
            text=f"New-ManagementRoleAssignment -Name '{ASSIGNMENT}' -App '{principal}' -Role '{ROLE}' "
            f"-CustomResourceScope '{SCOPE}'"
        ),
        *trial,
        Line(text="# InScope: True / False"),
    )
    return Setting(
        id="exchange.assignment",
        what=both("範囲つきで予定の読み取りを割り当てる", "Assign reading of calendars within the scope"),
        why=both(
            "Entra 側にもカレンダーの許可があると範囲が効きません(この設計の manifest entra はそれを求めません)",
            "an Entra grant of a calendar permission would add up and defeat the scope: `manifest entra` asks for none "
            "in this design",
        ),
        techniques=("T1098.003",),
        apply=steps,
        undo=(Line(text=f"Remove-ManagementRoleAssignment -Identity '{ASSIGNMENT}' -Confirm:$false"),),
        note=both("反映まで 30 分から 2 時間かかります。", "It takes from 30 minutes to two hours to come into force."),
    )


def _quoted(text: str) -> str:
    """Quote for PowerShell: nothing is special between single quotes but themselves, typographic ones included."""
    for mark in ("'", "\u2018", "\u2019", "\u201a", "\u201b"):
        text = text.replace(mark, mark * 2)
    return f"'{text}'"


def _opath(text: str) -> str:
    return text.replace("'", "''")
