"""The Slack app that a manifest needs: no feature, event or scope beyond what it uses, and why each is there."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from sekimori.manifest.model import Manifest
from sekimori.manifest.tables.partners import AnswerIn
from sekimori.manifest.tables.service import Language
from sekimori.manifest.tables.slack import SlackMode

PATH: Final = "/slack/events"
COMMAND: Final = "/sekimori"
LONGEST_NAME: Final = 35


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """Something the app asks Slack for, and why, in each language."""

    name: str
    why: Mapping[Language, str]


def _need(name: str, ja: str, en: str) -> Need:
    return Need(name=name, why={Language.JA: ja, Language.EN: en})


_SCOPES: Final = (
    _need("app_mentions:read", "チャンネルでの質問(メンション)を受け取る", "receive questions: mentions in a channel"),
    _need("chat:write", "質問に答える、警告を出す", "answer questions, post alerts"),
    _need(
        "commands",
        "自社の人だけの /sekimori(止める・再開・状況・記録)",
        "/sekimori for our own people: pause, resume, status, log",
    ),
    _need("im:history", "ダイレクトメッセージの質問を受け取る", "receive questions in direct messages"),
    _need("im:write", "本人にダイレクトメッセージで知らせる", "tell somebody something in a direct message"),
    _need(
        "users:read",
        "尋ねているのが誰かを確かめる(メールアドレスは読まない)",
        "confirm who is asking; no mail address is read",
    ),
)
_FILES: Final = _need(
    "files:write", "週の絵を添える(残る場所に答えるとき)", "add the picture of the week where answers are kept"
)
_READ_BACK: Final = (
    _need(
        "channels:history",
        "落ちた後に、答えや定期の掲示が出ているかを見る(二度出さない)。スレッドに答える相手か掲示があるときだけ",
        "after a crash, see whether an answer or a weekly post is there already; only where there are threads or posts",
    ),
    _need("groups:history", "同じことを、非公開チャンネルで", "the same, in private channels"),
)
_EVENTS: Final = (
    _need("app_home_opened", "予定の持ち主に、誰が尋ねたかを見せる", "show the owner of a calendar who asked"),
    _need("app_mention", "チャンネルでの質問", "questions in a channel"),
    _need("message.im", "ダイレクトメッセージの質問", "questions in direct messages"),
    _need(
        "user_change",
        "無効になった人やゲストになった人を、すぐに断る(内容は保存しない)",
        "refuse at once whoever was deactivated or made a guest; what it says is not kept",
    ),
)


def scopes(manifest: Manifest) -> tuple[Need, ...]:
    """Return the bot scopes that a manifest needs, in the order of their names."""
    surfaces = {partner.answer_in for partner in manifest.partners}
    needed = [*_SCOPES]
    posting = any(partner.weekly_posts or partner.collision_watches for partner in manifest.partners)
    needed += [_FILES] if posting or surfaces - {AnswerIn.MODAL} else []  # in a direct message an answer is kept, too
    needed += _READ_BACK if posting or AnswerIn.THREAD in surfaces else ()
    return tuple(sorted(needed, key=lambda need: need.name))


def app_manifest(manifest: Manifest, *, url: str) -> dict[str, Any]:
    """Return Slack's app manifest; ``url`` is where the service is reached from the internet, without a path."""
    address = None if manifest.slack.mode is SlackMode.SOCKET else url.rstrip("/") + PATH
    made: dict[str, Any] = _without_nothing(_app(manifest, address))
    return made


def in_yaml(manifest: Manifest, *, url: str, language: Language) -> str:
    """Write the app manifest as YAML, each scope and event with its reason beside it."""
    reasons = {need.name: need.why[language] for need in (*scopes(manifest), *_EVENTS)}
    lines = [*_preface(manifest, language), *_lines(app_manifest(manifest, url=url), 0, reasons)]
    return "\n".join(lines)


def _app(manifest: Manifest, address: str | None) -> dict[str, Any]:
    name = manifest.service.name[:LONGEST_NAME]
    command = {
        "command": COMMAND,
        "url": address,
        "description": "Pause, resume, status, log",
        "usage_hint": "pause|resume|status|log [person|all]",
        "should_escape": False,
    }
    return {
        "display_information": {"name": name, "description": "Shows when somebody is free, and nothing else."},
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": name, "always_online": False},
            "slash_commands": [command],
        },
        "oauth_config": {"scopes": {"bot": [need.name for need in scopes(manifest)]}},
        "settings": {
            "event_subscriptions": {"request_url": address, "bot_events": [need.name for need in _EVENTS]},
            "interactivity": {"is_enabled": True, "request_url": address},
            "org_deploy_enabled": False,
            "socket_mode_enabled": address is None,
            "token_rotation_enabled": False,
        },
    }


def _without_nothing(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nothing(each) for key, each in value.items() if each is not None}
    return [_without_nothing(each) for each in value] if isinstance(value, list) else value


def _preface(manifest: Manifest, language: Language) -> Iterator[str]:
    japanese = language is Language.JA
    yield (
        "# Slack の App Manifest にそのまま貼れます。"
        if japanese
        else "# To be pasted into Slack's App Manifest as it is."
    )
    if manifest.slack.mode is SlackMode.SOCKET:
        yield (
            "# Socket Mode: App-Level Token (xapp-…) に connections:write だけを付けてください。"
            if japanese
            else "# Socket Mode: the app-level token (xapp-…) needs connections:write and nothing else."
        )


def _lines(value: Mapping[str, Any], depth: int, reasons: Mapping[str, str]) -> Iterator[str]:
    """Write a mapping as YAML. Texts are JSON strings, which YAML reads alike (YAML 1.2 §1.3)."""
    space = "  " * depth
    for key, each in value.items():
        if isinstance(each, Mapping):
            yield f"{space}{key}:"
            yield from _lines(each, depth + 1, reasons)
        elif isinstance(each, list):
            yield f"{space}{key}:"
            yield from _items(each, depth + 1, reasons)
        else:
            yield f"{space}{key}: {json.dumps(each, ensure_ascii=False)}"


def _items(items: list[Any], depth: int, reasons: Mapping[str, str]) -> Iterator[str]:
    space = "  " * depth
    for item in items:
        if isinstance(item, Mapping):
            first, *rest = _lines(item, depth + 1, reasons)
            yield f"{space}- {first.lstrip()}"
            yield from rest
        else:
            reason = reasons.get(item)
            yield f"{space}- {item}" + (f"  # {reason}" if reason else "")
