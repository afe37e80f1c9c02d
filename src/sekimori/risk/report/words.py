"""The fixed words of the report, in both languages."""

from collections.abc import Mapping
from typing import Final

from sekimori.watch.domain.language import Language

_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "title": ("リスク評価報告書", "Risk assessment report"),
    "made": ("作成日時", "Made"),
    "proven_at": ("検知の実証日時", "Detection last proven"),
    "version": ("作成したソフトウェア", "Made by"),
    "owner": ("責任者", "Owner"),
    "next_review": ("次回見直し", "Next review"),
    "attack": ("ATT&CKの版", "ATT&CK version"),
    "summary": ("要約", "Summary"),
    "protected": ("守るもの", "What is protected"),
    "declared": ("マニフェストの宣言", "What the manifest declares"),
    "table": ("検知の一覧表", "What is detected"),
    "table_note": (
        (
            "各行は、攻撃を模擬環境で実行し、本番と同じ監視で検知できたことを確かめたものです(手で書いた行はありません)。"
            "太線より上は、手本とした記事の六行です。"
        ),
        (
            "Each row is an attack, carried out in the simulator and found by the watch as it runs in production; "
            "none is written by hand. Above the heavy line stand the six rows of the article that this method follows."
        ),
    ),
    "headline": (
        (
            "{threats}件の脅威を評価しました。「高」以上のリスクは、対策前の{before}件から対策後の{after}件になります。"
            "検知は{rows}通りを攻撃の実行で確かめ、隙間を{gaps}件記録しています。"
            "対策後の評価は予防策が宣言どおりであることを前提とし、"
            "確認項目のある{checkable}件のうち、sekimori doctor で宣言どおりと確かめられたのは{checked_ok}件です。"
        ),
        (
            "{threats} threats were assessed. Risks rated high or above go from {before} before to {after} after the "
            "controls. {rows} detections were proven by carrying the attack out; {gaps} gaps are on record. "
            "The rating after the controls takes them to be as declared; of the {checkable} that sekimori doctor can "
            "check, it found {checked_ok} so."
        ),
    ),
    "other_means": ("ルール以外の手段", "means other than rules"),
    "highlights": ("対策がなければもっとも重い脅威", "The threats that would weigh most"),
    "heat": ("リスクの分布", "Where the risks lie"),
    "heat_note": (
        "数字は脅威の番号です。縦は起こりやすさ、横は影響の大きさ(いずれも1〜5)。",
        "The numbers are those of the threats. Likelihood upwards, impact to the right, both from 1 to 5.",
    ),
    "before": ("対策前", "Before"),
    "after": ("対策後", "After"),
    "likelihood": ("起こりやすさ", "Likelihood"),
    "impact": ("影響", "Impact"),
    "tactics": ("戦術ごとの検知範囲", "Coverage by tactic"),
    "tactics_note": (
        "この評価が対象とするテクニックの数です。ATT&CK全体に対する割合ではありません。",
        "Counted are the techniques that this assessment deals with, not all of ATT&CK.",
    ),
    "proven": ("実証済み", "proven"),
    "rule_only": ("ルールのみ(未実証)", "rule, not proven"),
    "missed": ("検知なし", "not detected"),
    "threats": ("脅威ごとの評価", "The threats one by one"),
    "overview": ("脅威の一覧", "The threats at a glance"),
    "threat": ("脅威", "Threat"),
    "technique": ("テクニック", "Technique"),
    "story": ("想定する起こり方", "How it would happen"),
    "preventive": ("予防", "Prevented by"),
    "detective": ("検知", "Detected by"),
    "check": ("確認項目", "check"),
    "check_ok": ("{day} に確認: 宣言どおり", "checked on {day}: as declared"),
    "check_warning": ("{day} に確認: 注意あり", "checked on {day}: with a warning"),
    "check_wrong": ("{day} に確認: 宣言と違う", "checked on {day}: not as declared"),
    "check_unknown": ("{day} に確認: 読めなかった", "checked on {day}: could not be read"),
    "check_skipped": ("{day} に確認: 対象外", "checked on {day}: does not apply"),
    "check_absent": ("{day} の確認にない項目", "not among the checks of {day}"),
    "check_never": ("まだ確認していない", "not checked yet"),
    "blind_spots": ("見えないもの", "Blind spots"),
    "none": ("なし", "none"),
    "nothing_detects": (
        "この脅威を知らせるルールはありません。ここに挙げた手段に頼ります。",
        "No rule tells of this threat; the means named here have to.",
    ),
    "review": ("見直し", "Review"),
    "evidence": ("証跡", "Evidence"),
    "evidence_note": (
        (
            "証跡は模擬環境のログの抜粋(匿名化済み)。左は記録内の位置、色付きの行が決め手、"
            "「…」は変わらなかった部分(数字はその件数)です。実際のログは数分遅れて届きます。"
        ),
        (
            "Evidence is taken from the simulator's log, made anonymous: at the left the place, marked what tells; "
            "… stands for what did not change, with its count. Real logs arrive minutes later."
        ),
    ),
    "no_evidence": (
        "この脅威を実証した訓練は、まだありません。",
        "No drill has proven a detection of this threat yet.",
    ),
    "whole_event": ("ログ全体を見る", "Show the whole event"),
    "seconds": ("模擬環境でのログから通知まで {seconds} 秒", "{seconds} s from log to alert, simulated"),
    "look_alikes": ("紛らわしいが正当な変更", "Look-alikes that are no attack"),
    "look_alikes_note": (
        "正当な変更も同じ方法で実行し、警告が出ないことを確かめています。",
        "Proper changes are carried out in the same way, and must raise nothing.",
    ),
    "quiet": ("すべてのルールが沈黙", "Every rule stayed quiet"),
    "fired": ("警告が出た(理由は上の隙間に)", "Raised an alert (the reason is among the gaps)"),
    "gaps": ("残る隙間と、その埋め方", "Gaps, and what closes them"),
    "no_gaps": ("記録された隙間はありません。", "No gap is recorded."),
    "gap": ("隙間", "Gap"),
    "why": ("理由", "Why"),
    "closes": ("埋め方", "What closes it"),
    "not_covered": ("対象外のものと理由", "What is not covered, and why"),
    "sources": ("脅威レポートとの対応", "What threat reports say"),
    "sources_note": (
        "読み込んだレポートが共通して挙げる手口と、それを扱う登録簿の脅威です。",
        "The techniques that the reports share, and the threats of the register that deal with each.",
    ),
    "shared_by": ("共有", "Shared"),
    "relevant": ("該当", "Relevant"),
    "yes": ("該当する", "yes"),
    "no": ("該当しない", "no"),
    "undecided": ("未判断", "undecided"),
    "excerpt": ("抜粋", "Sentence"),
    "unanswered": (
        "{count}件のレポートが挙げ、登録簿が扱っていない手口",
        "{count} reports share it, and the register does not deal with it",
    ),
    "unanswered_closes": (
        "登録簿に脅威を加えるか、threats.toml で該当しないと記す。",
        "Add a threat to the register, or say in threats.toml that it is not relevant.",
    ),
    "item": ("項目", "Item"),
    "changes": ("前回の報告からの変化", "Changes since the last report"),
    "changes_since": ("{date} の報告と比べています。", "Compared with the report of {date}."),
    "no_changes": ("変化はありません。", "Nothing changed."),
    "first_report": (
        "比較できる前回の報告がありません。これが最初の報告です。",
        "There is no earlier report to compare with; this is the first.",
    ),
    "method": ("評価の方法", "Method"),
    "signatures": ("承認", "Approval"),
    "assessed_by": ("評価者", "Assessed by"),
    "checked_by": ("確認者", "Checked by"),
    "approved_by": ("承認者", "Approved by"),
    "date": ("日付", "Date"),
    "problems": ("評価に使えなかった記述", "What could not be used"),
    "low": ("低", "low"),
    "medium": ("中", "medium"),
    "high": ("高", "high"),
    "critical": ("重大", "critical"),
    "stat_threats": ("脅威", "threats"),
    "stat_rows": ("実証済みの検知", "detections proven"),
    "stat_high": ("「高」以上(対策前→後)", "high or above, before → after"),
    "stat_gaps": ("記録された隙間", "gaps on record"),
    "level": ("重要度", "level"),
    "profile": ("マニフェストの宣言との照合", "held against the manifest"),
    "reconciliation": ("監査記録とログの照合", "audit log reconciled with the logs"),
    "audit_log": ("改ざんがわかる監査記録", "tamper-evident audit log"),
    "digest": ("本人への週次のまとめ", "weekly digest to the subject"),
    "threat_added": ("脅威を追加", "Threats added"),
    "threat_removed": ("脅威を削除", "Threats removed"),
    "threat_rated": ("評価を変更(対策前→対策後)", "Rated anew (before→after)"),
    "measure_added": ("脅威に対策を追加", "Measures added to threats"),
    "measure_removed": ("脅威から対策を削除", "Measures taken from threats"),
    "rule_added": ("ルールを追加", "Rules added"),
    "rule_removed": ("ルールを削除", "Rules removed"),
    "proof_added": ("新たに実証", "Newly proven"),
    "proof_removed": ("実証されなくなった", "No longer proven"),
    "gap_added": ("隙間を記録", "Gaps recorded"),
    "gap_removed": ("隙間を解消", "Gaps closed"),
    "rule_not_fired": ("訓練で鳴らしていないルール", "Rules that no drill made fire"),
    "technique_not_caught": ("検知しなかった攻撃", "Attacks not caught"),
    "look_alike_fires": ("正当な変更で警告", "Look-alikes that raise an alert"),
    "unproven_rules": (
        "登録簿の検知ルールのうち、まだ訓練で鳴らしていないもの",
        "Rules in the register that no drill has made fire yet",
    ),
    "unproven_why": (
        "ルールは試験用のサンプルで確かめているが、攻撃の実行による実証はまだない。",
        "The rule is tested on its samples, but no attack was carried out for it.",
    ),
    "unproven_closes": (
        "sekimori drill に手口を加え、drill matrix で実証する。",
        "Add a technique to sekimori drill and prove it with drill matrix.",
    ),
    "undetected": ("検知の手段がない脅威: {name}", "A threat that no rule tells of: {name}"),
    "undetected_closes": (
        "予防策と記録に頼ることを責任者が受け入れるか、検知を加える。",
        "The owner accepts that prevention and the record stand alone, or a detection is added.",
    ),
    "overdue": ("見直しの期日を過ぎた脅威: {name}", "A threat whose review is overdue: {name}"),
    "overdue_why": ("期日は {day} だった。", "It was due on {day}."),
    "overdue_closes": (
        "責任者が評価を見直し、登録簿に次の期日を書く。",
        "The owner reviews the rating, and writes the next date into the register.",
    ),
}
_METHOD: Final[Mapping[Language, tuple[str, ...]]] = {
    Language.JA: (
        "脅威レポートを読み、複数に共通する手口をMITRE ATT&CKに対応づける(sekimori risk threats)。",
        "このアプリでの起こり方を登録簿に書き、予防・検知・残るリスクを評価する(sekimori risk register)。",
        (
            "手口を模擬環境で実行し、監視が通知するまでを毎回確かめる。"
            "正当な変更では警告が出ないことも確かめる(sekimori drill matrix)。"
        ),
        "起こりやすさ×影響で、4以下を低、9以下を中、14以下を高、15以上を重大とする。",
    ),
    Language.EN: (
        (
            "Threat reports are read, and what several share is mapped to techniques of MITRE ATT&CK "
            "(sekimori risk threats)."
        ),
        (
            "The register says how each would happen to this app, what prevents and detects it, and what is left "
            "(sekimori risk register)."
        ),
        (
            "Each technique is carried out in the simulator, up to the alert; look-alikes must raise none "
            "(sekimori drill matrix)."
        ),
        "Likelihood times impact: up to 4 low, up to 9 medium, up to 14 high, from 15 critical.",
    ),
}
_TACTICS_JA: Final[Mapping[str, str]] = {
    "reconnaissance": "偵察",
    "resource-development": "リソース開発",
    "initial-access": "初期アクセス",
    "execution": "実行",
    "persistence": "永続化",
    "privilege-escalation": "権限昇格",
    "defense-evasion": "防御回避",
    "credential-access": "認証情報アクセス",
    "discovery": "探索",
    "lateral-movement": "水平展開",
    "collection": "収集",
    "command-and-control": "C&C",
    "exfiltration": "持ち出し",
    "impact": "影響",
}


def words(language: Language) -> Mapping[str, str]:
    """Return every fixed word in a language."""
    return {key: pair[0 if language is Language.JA else 1] for key, pair in _WORDS.items()}


def method(language: Language) -> tuple[str, ...]:
    """Return how the assessment was done, step by step."""
    return _METHOD[language]


def tactic_name(tactic: str, language: Language) -> str:
    """Return what a tactic is called."""
    return _TACTICS_JA[tactic] if language is Language.JA else tactic.replace("-", " ").capitalize()
