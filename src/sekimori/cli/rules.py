"""`sekimori rules`: the rules of the watch."""

import json
from collections import Counter
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from sekimori.cli._watching import intake
from sekimori.watch.domain.language import Language
from sekimori.watch.domain.rule import Rule
from sekimori.watch.export.targets import Target
from sekimori.watch.rulebook import read_folder, rule_files, rules_in, shipped_folder
from sekimori.watch.samples import Expectation, Trial, counted, samples_file, tried

app = typer.Typer(no_args_is_help=True, help="List, show, test, check and export the rules of the watch.")

Where = Annotated[Path | None, typer.Argument(help="A rule file or a folder; the shipped rules without one.")]
Lang = Annotated[Language, typer.Option(help="The language of the titles and questions.")]


@app.command("list")
def list_rules(path: Where = None, lang: Lang = Language.EN) -> None:
    """List the rules: id, level, techniques, log source, title."""
    rules = rules_in(path or shipped_folder())
    width = max((len(rule.id) for rule in rules), default=0)
    for rule in rules:
        techniques = ",".join(rule.techniques)
        source = str(rule.sigma.logsource)
        typer.echo(f"{rule.id:{width}}  {rule.level:13}  {techniques:20}  {source:34}  {rule.title_in(lang)}")


@app.command()
def show(rule_id: Annotated[str, typer.Argument(help="The rule's id.")], lang: Lang = Language.EN) -> None:
    """Show a rule: what it means, what it cannot see, what to ask when it fires."""
    rule = next((rule for rule in rules_in(shipped_folder()) if rule.id == rule_id), None)
    if rule is None:
        from sekimori.watch.rulebook import RulesNotFoundError

        raise RulesNotFoundError(f"no rule is called {rule_id}", hint="sekimori rules list names them")
    typer.echo(_described(rule, lang))


@app.command()
def test(path: Where = None) -> None:  # noqa: PT028 - a command, not a test
    """Show each rule its samples. Exit status: 0 all as expected, 1 some not."""
    failed = 0
    for rule in rules_in(path or shipped_folder()):
        trials = tried(rule, intake())
        wrong = [trial for trial in trials if trial.problem]
        failed += len(wrong) or (not trials)
        typer.echo(_outcome(rule, trials, len(wrong)))
        for trial in wrong:
            typer.echo(f"  {samples_file(rule)}:{trial.line}: {trial.problem}")
    typer.echo(f"{failed} failed")
    raise typer.Exit(1 if failed else 0)


class Form(StrEnum):
    """How verdicts are printed."""

    TEXT = "text"
    JSON = "json"


@app.command()
def check(
    path: Where = None,
    form: Annotated[Form, typer.Option("--format", help="How to print the verdicts.")] = Form.TEXT,
) -> None:
    """Say of each rule whether it runs here, and what stands in its way.

    Exit status: 0 all run, 1 some run partly or not.
    """
    from sekimori.watch.domain.sigma.check import Verdict, check_rules
    from sekimori.watch.domain.sigma.rule import read_rules

    texts = [(file.read_text("utf-8", "replace"), str(file)) for file in rule_files(path or shipped_folder())]
    beside = [read_rules(text, name) for text, name in texts]
    checked = [each for text, name in texts for each in check_rules(text, name, others=beside)]
    doubled = {(each.path, each.line): each for each in read_folder(path or shipped_folder()).doubled}
    found = [each.but(doubled.get((each.path, each.line))) for each in checked]
    for each in found:
        if form is Form.JSON:
            typer.echo(json.dumps(each.as_plain(), ensure_ascii=False))
            continue
        typer.echo(f"{each.verdict:7}  {each.path}: {each.title or '(no title)'}")
        for problem in each.problems:
            typer.echo(f"         {problem}")
    if form is Form.TEXT:
        counts = Counter(each.verdict for each in found)
        typer.echo(", ".join(f"{counts[verdict]} {verdict}" for verdict in Verdict))
    raise typer.Exit(0 if all(each.verdict is Verdict.RUNS for each in found) else 1)


@app.command()
def new(
    source: Annotated[str, typer.Option("--from", help="A file with the event; - for standard input.")],
    out: Annotated[Path, typer.Option(help="The folder that the rule is written to.")] = Path("rules"),
    yes: Annotated[bool, typer.Option("--yes", help="Take everything as proposed, and ask nothing.")] = False,
) -> None:
    """Draw a rule from an event: the event becomes its firing sample, and near misses are made of it.

    Exit status: 0 the rule is written and its samples do as they say, 2 no rule can be drawn.
    """
    from sekimori.cli._drafting import drafted

    rule_file, samples = drafted(source, ask=not yes).under_a_free_name(out).write(out)
    typer.echo(f"wrote {rule_file}\nwrote {samples}\ntry it: sekimori rules test {out}")


@app.command()
def export(
    to: Annotated[Target, typer.Option("--to", help="The system that is to run them.")],
    out: Annotated[Path, typer.Option(help="The folder that they are written to, one rule a file.")],
    path: Where = None,
    lang: Lang = Language.EN,
    form: Annotated[Form, typer.Option("--format", help="How to print what became of each rule.")] = Form.TEXT,
) -> None:
    """Write the rules for a SIEM of yours, and say of each where it asks for less than ours, or why it is left out.

    What a target cannot ask for is left out of the question, so an exported rule may find more than ours; where it may
    find less, that is said. Exit status: 0 every rule is written, 1 some had to be left out, 2 the call is wrong.
    Example: sekimori rules export --to datadog --out build/datadog
    """
    from sekimori.cli._exporting import as_line, told
    from sekimori.cli._exporting import export as exported
    from sekimori.watch.export.exported import LeftOut

    results = exported(rules_in(path or shipped_folder()), to, lang, out)
    for result in results:
        typer.echo(as_line(result) if form is Form.JSON else "\n".join(told(result)))
    left = sum(isinstance(result, LeftOut) for result in results)
    limited = sum(not isinstance(result, LeftOut) and bool(result.limitations) for result in results)
    if form is Form.TEXT:
        written = len(results) - left
        typer.echo(f"{written} written to {out}: {written - limited} exact, {limited} limited; {left} left out")
    raise typer.Exit(1 if left else 0)


def _outcome(rule: Rule, trials: list[Trial], failed: int) -> str:
    if not trials:
        return f"{rule.id}: no samples ({samples_file(rule).name})"
    counts = counted(trials)
    fires, nearly, quiet = (counts[kind] for kind in Expectation)
    return f"{rule.id}: {fires} fired, {nearly} nearly fired, {quiet} stayed quiet, {failed} failed"


def _described(rule: Rule, lang: Language) -> str:
    guidance = rule.guidance
    heads = _HEADS[lang]
    parts = [
        f"{rule.title_in(lang)}  [{rule.level}]  {', '.join(rule.techniques)}",
        guidance.threat.get(lang, rule.sigma.description),
        _section(heads[0], guidance.runbook.get(lang, ())),
        _section(heads[1], guidance.blind_spots.get(lang, ())),
        _section(heads[2], rule.sigma.falsepositives),
        rule.sigma.path,
    ]
    return "\n\n".join(part for part in parts if part)


_HEADS = {
    Language.EN: ("Ask, in this order:", "What this rule cannot see:", "Known false positives:"),
    Language.JA: ("この順に確認する:", "このルールで見えないもの:", "既知の誤検知:"),
}


def _section(head: str, lines: tuple[str, ...]) -> str:
    return "\n".join([head, *(f"  - {line}" for line in lines)]) if lines else ""
