"""The coverage as a layer that MITRE's ATT&CK Navigator opens (layer format 4.5)."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from sekimori.risk.proof import Proof
from sekimori.watch.domain import attack
from sekimori.watch.domain.language import Language
from sekimori.watch.domain.rule import Rule

PROVEN: Final = 100
RULE_ONLY: Final = 50
MISSED: Final = 0
_COLOURS: Final = ("#d9534f", "#f2d16b", "#2f8f5b")
_WORDS: Final[Mapping[Language, Mapping[str, str]]] = {
    Language.EN: {
        "name": "Sekimori: what is detected",
        "description": "What the rules of the watch detect, and what the drill last proved. {attribution}",
        "proven": "proven by the drill",
        "rule_only": "a rule, not proven by the drill",
        "missed": "carried out by the drill, found by no rule",
        "comment": "{rules} · proven {date}",
        "comment_rule_only": "{rules} · not proven by the drill",
        "comment_missed": "no rule found this in the drill of {date}",
    },
    Language.JA: {
        "name": "関守: 検知の範囲",
        "description": "監視ルールが検知するものと、訓練で最後に実証した日。{attribution}",
        "proven": "訓練で検知を実証済み",
        "rule_only": "ルールあり、訓練では未実証",
        "missed": "訓練で実行したが、どのルールも検知せず",
        "comment": "{rules} · 実証日 {date}",
        "comment_rule_only": "{rules} · 訓練では未実証",
        "comment_missed": "{date} の訓練ではどのルールも検知しませんでした",
    },
}


def layer(proof: Proof, rules: Iterable[Rule], language: Language) -> dict[str, Any]:
    """Return the layer: a score of 100 where a detection was proven, 50 where there is a rule only, 0 where none."""
    words = _WORDS[language]
    legend = ((PROVEN, "proven", _COLOURS[2]), (RULE_ONLY, "rule_only", _COLOURS[1]), (MISSED, "missed", _COLOURS[0]))
    return {
        "name": words["name"],
        "versions": {"attack": attack.VERSION.partition(".")[0], "navigator": "5.1.0", "layer": "4.5"},
        "domain": "enterprise-attack",
        "description": words["description"].format(attribution=attack.ATTRIBUTION),
        "sorting": 3,
        "layout": {
            "layout": "side",
            "showID": True,
            "showName": True,
            "showAggregateScores": False,
            "countUnscored": False,
            "aggregateFunction": "average",
            "expandedSubtechniques": "annotated",
        },
        "hideDisabled": False,
        "techniques": list(_techniques(proof, list(rules), words)),
        "gradient": {"colors": list(_COLOURS), "minValue": MISSED, "maxValue": PROVEN},
        "legendItems": [{"label": words[key], "color": colour} for _, key, colour in legend],
        "metadata": [
            {"name": "sekimori", "value": proof.sekimori},
            {"name": "proven_at", "value": f"{proof.proven_at:%Y-%m-%dT%H:%M:%SZ}"},
        ],
        "selectTechniquesAcrossTactics": True,
        "selectSubtechniquesWithParent": False,
        "selectVisibleTechniques": False,
    }


def _techniques(proof: Proof, rules: list[Rule], words: Mapping[str, str]) -> Iterator[dict[str, Any]]:
    claimed: dict[str, list[str]] = {}
    for rule in rules:
        for technique in rule.techniques:
            claimed.setdefault(technique.upper(), []).append(rule.id)
    proven: dict[str, list[str]] = {}
    known = {rule.id for rule in rules}
    for act in proof.attacks:
        for technique in act.mitre:
            proven.setdefault(technique, []).extend(rule for rule in act.rules if rule in known)
    for technique in sorted({*claimed, *proven} & attack.techniques()):
        yield _technique(technique, proven.get(technique), claimed.get(technique, []), proof, words)


def _technique(
    technique: str, proven: list[str] | None, claimed: list[str], proof: Proof, words: Mapping[str, str]
) -> dict[str, Any]:
    score, form = _score(proven, claimed)
    named = ", ".join(dict.fromkeys(proven or claimed))
    return {
        "techniqueID": technique,
        "score": score,
        "comment": words[form].format(rules=named, date=f"{proof.proven_at:%Y-%m-%d}"),
        "enabled": True,
        "links": [{"label": "MITRE ATT&CK", "url": attack.table()[technique].url}],
        "metadata": [{"name": "rule", "value": rule} for rule in dict.fromkeys([*(proven or ()), *claimed])],
        "showSubtechniques": False,
    }


def _score(proven: list[str] | None, claimed: list[str]) -> tuple[int, str]:
    if proven:
        return PROVEN, "comment"
    return (RULE_ONLY, "comment_rule_only") if claimed else (MISSED, "comment_missed")
