"""A plan as commands: Microsoft Graph PowerShell, and the Azure CLI. Nothing here runs any of them."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from sekimori.sim.plan import Plan, Step
from sekimori.sim.technique import Technique
from sekimori.watch.domain.language import Language

GRAPH: Final = "https://graph.microsoft.com/v1.0"
GRAPH_APP: Final = "00000003-0000-0000-c000-000000000000"
_VARIABLE: Final = re.compile(r"\{([a-z_]+)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What stands around the commands, in one language."""

    warning: str
    permissions: str
    raises: str
    quiet: str
    prepare: str
    do: str
    undo: str
    nothing: str
    verify: str
    none: str


WORDINGS: Final = {
    Language.JA: Wording(
        warning="これから示すコマンドは何も実行しません。訓練用のアプリ登録で、許可を得た人だけが実行してください。",
        permissions="必要な委任されたアクセス許可",
        raises="鳴るはずのルール",
        quiet="鳴ってはいけません",
        prepare="準備",
        do="実行",
        undo="元に戻す",
        nothing="(元に戻すものはありません)",
        verify="確かめる",
        none="この技法には、元に戻せる実行手順がありません。シミュレーターで試せます: sekimori drill run {id}",
    ),
    Language.EN: Wording(
        warning="Nothing below is run for you. Use an app registration for drills, and ask whoever must allow it.",
        permissions="Delegated permissions that it takes",
        raises="What should fire",
        quiet="nothing may fire",
        prepare="Prepare",
        do="Do",
        undo="Undo",
        nothing="(there is nothing to undo)",
        verify="Verify",
        none="This technique has no plan that can be undone. Try it in the simulator: sekimori drill run {id}",
    ),
}


def described(technique: Technique, app_id: str, language: Language, shells: tuple[str, ...]) -> Iterator[str]:
    """Yield a technique's plan, for people to read and to copy."""
    words = WORDINGS[language]
    yield f"{technique.title[language]}  [{', '.join(technique.attack)}]"
    yield technique.story[language]
    yield ""
    plan = technique.plan
    if plan is None:
        yield words.none.format(id=technique.id)
        return
    yield words.warning
    yield f"{words.permissions}: {', '.join(plan.permissions)}"
    yield f"{words.raises}: {', '.join(sorted(technique.must_fire)) or words.quiet}"
    for shell in shells:
        render = _POWERSHELL if shell == "powershell" else _AZ
        yield ""
        yield f"── {render.name} ──"
        for head, lines in (
            (words.prepare, render.prepared(plan, app_id)),
            (words.do, [render.step(step) for step in plan.steps]),
            (words.undo, [render.step(step) for step in plan.undo] or [f"# {words.nothing}"]),
        ):
            yield f"# {head}"
            yield from lines
    yield ""
    yield f"{words.verify}: sekimori drill verify {technique.id} --since 30m"


class _PowerShell:
    name: Final = "Microsoft Graph PowerShell"

    def prepared(self, plan: Plan, app_id: str) -> list[str]:
        wanted = _variables(plan)
        lines = [
            f"Connect-MgGraph -Scopes {', '.join(_single(each) for each in plan.permissions)}",
            f"$AppId = {_single(app_id)}",
        ]
        looked_up = {
            "object_id": "/v1.0/applications(appId='$AppId')",
            "principal_id": "/v1.0/servicePrincipals(appId='$AppId')",
            "graph_id": f"/v1.0/servicePrincipals(appId='{GRAPH_APP}')",
            "me": "/v1.0/me",
        }
        return lines + [
            f'{self._name(name)} = (Invoke-MgGraphRequest -Method GET -Uri "{path}").id'
            for name, path in looked_up.items()
            if name in wanted
        ]

    def step(self, step: Step) -> str:
        call = f'Invoke-MgGraphRequest -Method {step.method} -Uri "/v1.0{self._text(step.path)}"'
        if step.body is not None:
            call += f" -ContentType 'application/json' -Body \"{self._text(_json(step.body))}\""
        if not step.keep:
            return call
        kept = "; ".join(f"{self._name(name)} = $Answer.{prop}" for name, prop in step.keep.items())
        return f"$Answer = {call}; {kept}"

    def _text(self, text: str) -> str:
        escaped = text.replace("`", "``").replace("$", "`$").replace('"', '`"')
        return _VARIABLE.sub(lambda found: f"$({self._name(found[1])})", escaped)

    def _name(self, name: str) -> str:
        return "$" + "".join(part.capitalize() for part in name.split("_"))


class _Az:
    name: Final = "Azure CLI (az)"

    def prepared(self, plan: Plan, app_id: str) -> list[str]:
        wanted = _variables(plan)
        lines = ["az login --allow-no-subscriptions", f"APP_ID={_single(app_id)}"]
        looked_up = {
            "object_id": 'az ad app show --id "$APP_ID"',
            "principal_id": 'az ad sp show --id "$APP_ID"',
            "graph_id": f"az ad sp show --id {GRAPH_APP}",
            "me": "az ad signed-in-user show",
        }
        return lines + [
            f"{name.upper()}=$({command} --query id -o tsv)" for name, command in looked_up.items() if name in wanted
        ]

    def step(self, step: Step) -> str:
        call = f'az rest --method {step.method.lower()} --url "{GRAPH}{self._text(step.path)}"'
        if step.body is not None:
            call += f' --headers Content-Type=application/json --body "{self._text(_json(step.body))}"'
        if not step.keep:
            return call
        ((name, prop),) = step.keep.items()
        return f"{name.upper()}=$({call} --query {prop} -o tsv)"

    def _text(self, text: str) -> str:
        escaped = re.sub(r'([\\$`"])', r"\\\1", text)
        return _VARIABLE.sub(lambda found: f"${{{found[1].upper()}}}", escaped)


_POWERSHELL: Final = _PowerShell()
_AZ: Final = _Az()


def _variables(plan: Plan) -> set[str]:
    return {name for step in (*plan.steps, *plan.undo) for name in _VARIABLE.findall(step.path + _json(step.body))}


def _json(body: Any) -> str:
    # Braces of JSON are followed by a quote, a brace or nothing, so they are no variables.
    return json.dumps(body, separators=(",", ":"))


def _single(text: str) -> str:
    return f"'{text}'"
