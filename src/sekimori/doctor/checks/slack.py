"""Slack: the app in our own workspace, its scopes, and who is in the channels."""

from sekimori.doctor.check import NONE, Check, Facts, Outcome, State, both, differs, holds, listed, matched, same
from sekimori.doctor.witness import Channel, Channels, Workspace
from sekimori.manifest.model import Manifest
from sekimori.manifest.slack_app import scopes
from sekimori.manifest.tables.partners import Partner

_APPLY = "sekimori manifest slack"


def _app(manifest: Manifest, facts: Facts) -> Outcome:
    found, slack = facts.get(Workspace), manifest.slack
    good = found.team == slack.team and found.app in {None, slack.app_id}
    return matched(
        good,
        found=same(f"{found.team} / {found.app or '?'}"),
        expected=same(f"{slack.team} / {slack.app_id}"),
        mend=("[slack] team, app_id, bot_token",),
    )


def _scopes(manifest: Manifest, facts: Facts) -> Outcome:
    found, wanted = facts.get(Workspace).scopes, {need.name for need in scopes(manifest)}
    if found is None:
        said = both("Slack が示しません", "Slack does not say")
        return Outcome(state=State.UNKNOWN, found=said, expected=listed(wanted))
    if found == wanted:
        return holds(found=listed(found), expected=listed(wanted))
    surplus, lacking = sorted(found - wanted), sorted(wanted - found)
    said = both(
        f"余分: {', '.join(surplus) or 'なし'} / 不足: {', '.join(lacking) or 'なし'}",
        f"too many: {', '.join(surplus) or 'none'}; too few: {', '.join(lacking) or 'none'}",
    )
    return differs(found=said, expected=listed(wanted), mend=(f"{_APPLY}  # reinstall the app",))


def _channels(manifest: Manifest, facts: Facts) -> Outcome:
    channels, partners = facts.get(Channels), manifest.partners
    own = manifest.slack.team
    allowed: dict[str, set[str]] = {
        channel: {own, *_teams(partner)} for partner in partners for channel in partner.channels
    }
    if manifest.slack.security_channel:
        allowed.setdefault(manifest.slack.security_channel, {own})
    strange = [f"{each.id}: {team}" for each in channels.seen for team in each.teams - allowed.get(each.id, set())]
    outside = [f"{each.id}: /invite" for each in channels.seen if not each.is_member]
    unseen = [f"{channel}: {why}" for channel, why in channels.unseen.items()]
    wrong = [*strange, *outside, *unseen]
    expected = listed(f"{channel}: {', '.join(sorted(teams))}" for channel, teams in allowed.items())
    found = listed(wrong) if wrong else listed(each.id for each in channels.seen)
    return matched(not wrong, found=found, expected=expected, mend=("Slack: channel → Members / Connections",))


def _members(manifest: Manifest, facts: Facts) -> Outcome:
    security = manifest.slack.security_channel
    seen: list[Channel] = [each for each in facts.get(Channels).seen if each.members is not None]
    expected = both("宣言した依頼者が全員いる", "every declared requester is in a channel of theirs")
    if not seen:
        found = both("メンバーを読めるトークンがありません", "no token that may read members")
        mend = ("[auditor] slack_token = …  # channels:read, groups:read",)
        return Outcome(state=State.UNKNOWN, found=found, expected=expected, mend=mend)
    members = {user for each in seen if each.id != security for user in each.members or ()}
    absent = [each.user for partner in manifest.partners for each in partner.requesters if each.user not in members]
    state = State.OK if not absent else State.WARNING
    found = both(f"いない: {', '.join(absent)}", f"not there: {', '.join(absent)}") if absent else NONE
    return Outcome(state=state, found=found if absent else expected, expected=expected)


def _teams(partner: Partner) -> set[str]:
    return {partner.team, *partner.bystanders, *({partner.enterprise} if partner.enterprise else ())}


CHECKS = (
    Check(
        id="slack.app",
        what=both("Slack のアプリ", "The Slack app"),
        why=both(
            "別の会社のトークンで答えれば、相手を間違えます",
            "a token of another workspace would answer the wrong people",
        ),
        needs=(Workspace,),
        examine=_app,
    ),
    Check(
        id="slack.scopes",
        what=both("Slack のスコープ", "Slack's scopes"),
        why=both(
            "余分なスコープは、トークンが漏れたときに読まれる範囲です", "a scope too many is read where the token leaks"
        ),
        techniques=("T1528",),
        needs=(Workspace,),
        examine=_scopes,
    ),
    Check(
        id="slack.channels",
        what=both("チャンネルにつながる会社", "The companies connected to the channels"),
        why=both(
            "チャンネルに三社目がいれば、投稿はそこにも残ります。警告のチャンネルは自社だけです",
            "with a third company in a channel, posts are kept there too; alerts are for our own people",
        ),
        techniques=("T1213.005",),
        needs=(Channels,),
        examine=_channels,
    ),
    Check(
        id="slack.members",
        what=both("チャンネルのメンバー", "The members of the channels"),
        why=both("宣言した人がいなければ、誰も尋ねられません", "where a declared requester is missing, nobody can ask"),
        needs=(Channels,),
        examine=_members,
    ),
)
