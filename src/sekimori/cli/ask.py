"""`sekimori ask`: says what the desk understands of a question, and what it decides."""

import json
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sekimori.core.errors import SekimoriError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sekimori.desk.domain.ask import Understanding
    from sekimori.desk.domain.asker import Actor, Place
    from sekimori.desk.domain.policy import Policy
    from sekimori.desk.domain.preview import Preview

app = typer.Typer(help="Say what the desk understands of a question, and what it decides.")


class Format(StrEnum):
    """How the answer is printed."""

    TEXT = "text"
    JSON = "json"


class CallError(SekimoriError):
    """The command was called with something it cannot read."""

    code = "ask.call_wrong"


@app.command()
def ask(  # noqa: PLR0917 - each is an option of the command
    question: Annotated[str, typer.Argument(help="The question, as somebody would type it in Slack.")],
    asker: Annotated[str, typer.Option("--as", help="Who asks: TEAM/USER, such as T0CONTOSO/U0SEC.")],
    manifest: Annotated[Path, typer.Option("--manifest", help="The manifest.")] = Path("sekimori.toml"),
    channel: Annotated[str | None, typer.Option(help="Where; else the first channel of the asker's partner.")] = None,
    now: Annotated[str | None, typer.Option(help="The present, such as 2026-11-18T11:00+09:00.")] = None,
    _dry_run: Annotated[bool, typer.Option("--dry-run", help="Accepted for clarity: nothing is ever fetched.")] = True,
    format_: Annotated[Format, typer.Option("--format", help="Words, or one JSON object.")] = Format.TEXT,
) -> None:
    """Read a question and decide it; no calendar is asked and nothing is recorded.

    Exit status: 0 allowed, 1 refused, 2 not understood.
    """
    from sekimori.core.confidential import Personal
    from sekimori.desk.domain.ask import Asking
    from sekimori.desk.domain.preview import preview
    from sekimori.desk.terms import policy_of
    from sekimori.manifest.loader import load

    policy = policy_of(load(manifest))
    actor = _actor(asker)
    asking = Asking(actor=actor, place=_place(policy, actor, channel), text=Personal(question))
    said = _said(preview(policy, asking, _instant(now)))
    typer.echo(json.dumps(said, ensure_ascii=False) if format_ is Format.JSON else _words(said))
    raise typer.Exit({"allowed": 0, "refused": 1, "not_understood": 2}[said["decision"]["result"]])


def _actor(asker: str) -> "Actor":
    from sekimori.core.ids import EnterpriseId, TeamId, UserId
    from sekimori.desk.domain.asker import Actor

    side, slash, user = asker.partition("/")
    if not slash or side[:1] not in {"T", "E"} or user[:1] not in {"U", "W"}:
        raise CallError("--as does not name a user of a workspace", hint="write it as T0CONTOSO/U0SEC")
    if side.startswith("E"):
        return Actor(user=UserId(user), team=None, enterprise=EnterpriseId(side))
    return Actor(user=UserId(user), team=TeamId(side))


def _place(policy: "Policy", actor: "Actor", channel: str | None) -> "Place":
    from sekimori.core.ids import ChannelId
    from sekimori.desk.domain.asker import Place, Setting

    if channel is not None:
        setting = Setting.DIRECT if channel.startswith("D") else Setting.CHANNEL
        return Place(channel=ChannelId(channel), setting=setting)
    channels = sorted(c for partner in policy.partners if partner.includes(actor) for c in partner.channels)
    return Place(channel=channels[0] if channels else ChannelId("C0"))


def _instant(text: str | None) -> datetime:
    if text is None:
        return datetime.now(UTC)
    try:
        instant = datetime.fromisoformat(text)
    except ValueError as error:
        raise CallError("--now is not a time", hint="write it as 2026-11-18T11:00+09:00") from error
    if instant.tzinfo is None:
        raise CallError("--now has no time zone", hint="write it as 2026-11-18T11:00+09:00")
    return instant.astimezone(UTC)


def _said(found: "Preview") -> dict[str, Any]:
    return {"question": _question(found.understanding), "decision": _decision(found)}


def _question(understanding: "Understanding") -> dict[str, Any]:
    from sekimori.desk.domain.printing import printed
    from sekimori.desk.domain.question import NotUnderstood

    question = understanding.question
    if question is None:
        return {"understood": None}
    if isinstance(question, NotUnderstood):
        return {"understood": False, "reason": question.reason.value, "candidates": list(question.candidates)}
    return {
        "understood": True,
        "phrase": printed(question, understanding.language),
        "name": question.name.reveal(),
        "others": [name.reveal() for name in question.others],
        "first": question.first.isoformat(),
        "last": question.last.isoformat(),
        "hours": f"{_clock(question.hours.opens)}-{_clock(question.hours.closes)}",
        "window": [question.window.start.isoformat(), question.window.end.isoformat()],
        "duration_minutes": question.duration // timedelta(minutes=1) if question.duration else None,
        "holidays": dict(_holidays(question.first, question.last)),
    }


def _holidays(first: date, last: date) -> "Iterator[tuple[str, str]]":
    from sekimori.desk.domain.holidays import holiday_name

    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        if name := holiday_name(day):
            yield day.isoformat(), name


def _decision(found: "Preview") -> dict[str, Any]:
    from sekimori.desk.domain.policy import Allow, Deny

    understanding, decision = found.understanding, found.understanding.decision
    if isinstance(decision, Allow):
        return {
            "result": "allowed",
            "reason": None,
            "partner": decision.standing.partner.partner,
            "person": decision.person.person,
            "people": [allow.person.person for allow in found.allows],
            "aim": found.aim.value if found.aim else None,
            "precision": decision.person.precision.name.lower(),
            "purpose": decision.standing.requester.purpose,
            "answer_in": decision.standing.partner.answer_in.value,
            "window": [decision.window.start.isoformat(), decision.window.end.isoformat()],
        }
    if isinstance(decision, Deny):
        return {
            "result": "refused",
            "reason": decision.reason.value,
            "partner": decision.partner,
            "person": decision.person,
        }
    return {
        "result": "not_understood",
        "reason": decision.reason.value,
        "partner": understanding.partner,
        "candidates": list(decision.candidates),
    }


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _words(said: dict[str, Any]) -> str:
    lines = [f"{table}.{key}: {_value(value)}" for table, rows in said.items() for key, value in rows.items()]
    return "\n".join(lines)


def _value(value: object) -> str:
    if isinstance(value, list):
        return " .. ".join(map(str, value)) or "-"
    if isinstance(value, dict):
        return ", ".join(f"{key} {name}" for key, name in value.items()) or "-"
    return (
        {None: "-", True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool | None) else str(value)
    )
