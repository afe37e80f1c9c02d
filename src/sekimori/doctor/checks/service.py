"""The service's own ground: logs that leave the tenant, the record, clock, egress, tokens."""

from datetime import timedelta
from ipaddress import ip_address, ip_network
from typing import Final

from sekimori.doctor.check import Check, Facts, Outcome, State, both, differs, holds, listed, matched, same
from sekimori.doctor.tenant import Diagnostics, LastSignIn
from sekimori.doctor.witness import Clock, Present, Record, Trial
from sekimori.manifest.model import Manifest
from sekimori.manifest.preventive.diagnostics import CATEGORIES

SKEW: Final = timedelta(seconds=60)
"""Entra takes assertions five minutes off; the record should be nearer to the truth than that."""

LONGEST: Final = timedelta(hours=28)
"""Tokens of clients that take revocation in hand live for up to a day and some hours."""

_PREMIUM: Final = "Entra Workload ID Premium"


def _diagnostics(_manifest: Manifest, facts: Facts) -> Outcome:
    sent = facts.get(Diagnostics).categories
    needed = {each.name for each in CATEGORIES if each.licence != _PREMIUM}
    missing, mend = needed - sent, ("sekimori manifest diagnostics  # diagnostics.categories",)
    if missing:
        found = both(f"送られていない: {', '.join(sorted(missing))}", f"not sent: {', '.join(sorted(missing))}")
        return differs(found=found, expected=listed(needed), mend=mend)
    optional = {each.name for each in CATEGORIES} - sent
    if optional:
        found = both(f"送られていない: {', '.join(sorted(optional))}", f"not sent: {', '.join(sorted(optional))}")
        return Outcome(state=State.WARNING, found=found, expected=same(_PREMIUM), mend=mend)
    return holds(found=listed(sent & {each.name for each in CATEGORIES}), expected=listed(needed))


def _clock(_manifest: Manifest, facts: Facts) -> Outcome:
    ahead = facts.get(Clock).ahead
    seconds = round(ahead.total_seconds())
    return matched(
        abs(ahead) <= SKEW,
        found=both(f"{seconds:+d} 秒", f"{seconds:+d} s"),
        expected=both("±60 秒", "±60 s"),
        mend=("timedatectl set-ntp true",),
    )


def _egress(manifest: Manifest, facts: Facts) -> Outcome:
    last, expected = facts.get(LastSignIn).sign_in, listed(manifest.identity.egress)
    if last is None:
        found = both("サインインがまだありません", "there was no sign-in yet")
        return Outcome(state=State.UNKNOWN, found=found, expected=expected)
    found = same(f"{last.ip_address} ({last.created_date_time:%Y-%m-%d %H:%MZ})")
    if not manifest.identity.egress:
        mend = ('[identity] egress = ["…/32"]',)
        return Outcome(state=State.WARNING, found=found, expected=both("宣言なし", "not declared"), mend=mend)
    inside = _is_inside(last.ip_address, manifest.identity.egress)
    return matched(inside, found=found, expected=expected, mend=("sekimori scan … ; [identity] egress",))


def _is_inside(address: str, declared: tuple[str, ...]) -> bool:
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return any(found in ip_network(each, strict=False) for each in declared)


def _lifetime(_manifest: Manifest, facts: Facts) -> Outcome:
    lifetime, expected = facts.get(Trial).lifetime, both("28 時間まで", "up to 28 hours")
    if lifetime is None:
        found = both("トークンからは読めません", "the token does not say")
        return Outcome(state=State.UNKNOWN, found=found, expected=expected)
    minutes = round(lifetime.total_seconds() / 60)
    found = both(f"{minutes} 分", f"{minutes} minutes")
    return matched(
        lifetime <= LONGEST, found=found, expected=expected, mend=("az rest … /policies/tokenLifetimePolicies",)
    )


def _record(_manifest: Manifest, facts: Facts) -> Outcome:
    record = facts.get(Record)
    found = both(f"{record.size} 件、{record.broken or '無傷'}", f"{record.size} entries, {record.broken or 'whole'}")
    expected = both("すべての記録がつながり、署名が合う", "every entry linked and signed")
    return matched(record.broken is None, found=found, expected=expected, mend=("sekimori audit verify",))


def _checkpoint(_manifest: Manifest, facts: Facts) -> Outcome:
    record, now = facts.get(Record), facts.get(Present).now
    expected = both("署名済みの先頭の写しがある", "a copy of the signed head")
    if record.checkpoint is None:
        found = both("写しがありません", "there is no copy")
        state = State.WARNING if record.size == 0 else State.WRONG
        return Outcome(state=state, found=found, expected=expected, mend=("[audit] checkpoint = …",))
    age = now - record.checkpoint
    hours = max(0, round(age.total_seconds() / 3600))
    return holds(found=both(f"{hours} 時間前", f"{hours} hours old"), expected=expected)


CHECKS = (
    Check(
        id="diagnostics.categories",
        what=both("見張りに要るログ", "The logs that the watch needs"),
        why=both(
            "ログが届かなければ、盗まれたトークンの使用は誰にも見えません。攻撃者が切るのもここです",
            "without them nobody sees a stolen token being used; it is what an attacker cuts",
        ),
        techniques=("T1562.008",),
        needs=(Diagnostics,),
        examine=_diagnostics,
    ),
    Check(
        id="service.egress",
        what=both("最後のサインインの出口", "Where the last sign-in came from"),
        why=both(
            "宣言と違えば、方針が自分を締め出すか、他人が使っています",
            "if it differs, the policy locks us out, or somebody else signs in",
        ),
        techniques=("T1078.004",),
        needs=(LastSignIn,),
        examine=_egress,
    ),
    Check(
        id="service.token_lifetime",
        what=both("トークンの寿命", "How long a token lives"),
        why=both("盗まれたトークンは、切れるまで使えます", "a stolen token works until it ends"),
        techniques=("T1550.001",),
        needs=(Trial,),
        examine=_lifetime,
    ),
    Check(
        id="service.clock",
        what=both("時計", "The clock"),
        why=both("記録と Entra のログを時刻で突き合わせます", "the record is held against Entra's logs by time"),
        needs=(Clock,),
        examine=_clock,
    ),
    Check(
        id="audit.log",
        what=both("監査の記録", "The audit log"),
        why=both("改ざんは、ここで分かります", "whoever changed it is found out here"),
        techniques=("T1565.001", "T1070"),
        needs=(Record,),
        examine=_record,
    ),
    Check(
        id="audit.checkpoint",
        what=both("記録の写し(チェックポイント)", "The record's checkpoint"),
        why=both(
            "データベースごと消されたり巻き戻されたりしたことは、外に写しがなければ分かりません",
            "a database that was deleted or set back is noticed by what was kept outside it alone",
        ),
        techniques=("T1565.001",),
        needs=(Record, Present),
        examine=_checkpoint,
    ),
)
