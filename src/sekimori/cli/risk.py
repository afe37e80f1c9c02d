"""`sekimori risk`: what threatens the application, what prevents and detects it, and the proof."""

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from sekimori.watch.domain.language import Language

app = typer.Typer(no_args_is_help=True, help="Assess the risk: threats, the table, the report.")

ProofFile = Annotated[Path | None, typer.Option(help="What the drill proved; without it, the newest there is.")]
Lang = Annotated[Language, typer.Option(help="The language of the words.")]
OwnRules = Annotated[Path | None, typer.Option(help="A folder of your own rules, besides the shipped ones.")]
Out = Annotated[Path | None, typer.Option(help="The file to write; standard output without it.")]


class TableForm(StrEnum):
    """How the table is printed."""

    TABLE = "table"
    MD = "md"
    JSON = "json"


@app.command()
def table(
    form: Annotated[TableForm, typer.Option("--format", help="How to print it.")] = TableForm.TABLE,
    lang: Lang = Language.EN,
    rules: OwnRules = None,
    proof: ProofFile = None,
) -> None:
    """Print target, technique, event name, property, rule and when it was last proven.

    The rows are read from what `sekimori drill matrix` proved; none is written by hand.

    Example:  sekimori risk table --lang ja --format md
    """
    from sekimori.cli._assessing import known_rules, proof_of, reader
    from sekimori.risk.table import markdown_table, row_as_plain, table_rows

    found = proof_of(proof)
    rows = table_rows(found, known_rules(rules), reader())
    if form is TableForm.JSON:
        typer.echo(json.dumps([row_as_plain(row, lang) for row in rows], ensure_ascii=False, indent=2))
    elif form is TableForm.MD:
        typer.echo(markdown_table(rows, lang))
    else:
        from sekimori.cli._risk_tables import print_rows

        print_rows(rows, lang)


@app.command()
def navigator(lang: Lang = Language.EN, rules: OwnRules = None, proof: ProofFile = None, out: Out = None) -> None:
    """Print the coverage as a layer for MITRE's ATT&CK Navigator (layer format 4.5).

    Example:  sekimori risk navigator --out build/layer.json
    """
    from sekimori.cli._assessing import known_rules, proof_of, tell, write
    from sekimori.risk.navigator import layer

    made = layer(proof_of(proof), known_rules(rules), lang)
    write(json.dumps(made, ensure_ascii=False, indent=2) + "\n", out, tell=tell)


class ThreatsForm(StrEnum):
    """How threats are printed."""

    TABLE = "table"
    JSON = "json"


@app.command()
def threats(
    reports: Annotated[list[Path], typer.Argument(help="Reports: PDF, HTML, Markdown, STIX 2.1 bundles, plain text.")],
    form: Annotated[ThreatsForm, typer.Option("--format", help="How to print them.")] = ThreatsForm.TABLE,
    lang: Lang = Language.EN,
    out: Annotated[Path | None, typer.Option(help="Write or update this threats.toml; your edits in it stay.")] = None,
) -> None:
    """Rank the ATT&CK techniques that threat reports have in common, with the sentence each came from.

    Exit status: 0 all were read and speak of techniques, 3 some do not or could not be read, 2 none could be used.

    Example:  sekimori risk threats reports/*.pdf --out threats.toml
    """
    from sekimori.cli._threats import read_all, update
    from sekimori.risk.threats.ranking import ranked, ranking_as_plain

    extracts, problems = read_all(reports)
    for problem in problems:
        typer.echo(problem, err=True)
    found = ranked(extracts)
    if form is ThreatsForm.JSON:
        typer.echo(json.dumps(ranking_as_plain(found, extracts, problems), ensure_ascii=False, indent=2))
    else:
        from sekimori.cli._risk_tables import print_threats

        print_threats(found, extracts, lang)
    if out is not None:
        update(out, found, extracts)
    raise typer.Exit(0 if not problems else 3 if found else 2)


@app.command()
def register(
    file: Annotated[Path | None, typer.Argument(help="The register to check; the one that ships without it.")] = None,
    init: Annotated[Path | None, typer.Option(help="Write the starter register to this file, to begin with.")] = None,
    lang: Lang = Language.EN,
    rules: OwnRules = None,
) -> None:
    """Check a register of threats and show it in short; --init writes one to begin with.

    Exit status: 0 valid, 1 usable but some references lead nowhere, 2 not valid.

    Example:  sekimori risk register --init risk.toml && sekimori risk register risk.toml
    """
    from sekimori.cli._assessing import known_rules, write_new
    from sekimori.risk.register.loader import load, starter

    if init is not None:
        write_new(starter(), init)
        return
    from sekimori.cli._risk_tables import print_register

    loaded = load(file, [rule.id for rule in known_rules(rules)])
    for problem in loaded.problems:
        typer.echo(str(problem), err=True)
    print_register(loaded.register, lang)
    raise typer.Exit(1 if loaded.problems else 0)


class ReportForm(StrEnum):
    """What the report is written in."""

    HTML = "html"
    PDF = "pdf"
    MD = "md"
    JSON = "json"


@app.command()
def report(  # noqa: PLR0917 - the library calls it, by name
    form: Annotated[ReportForm, typer.Option("--format", help="What it is written in.")] = ReportForm.HTML,
    lang: Annotated[Language | None, typer.Option(help="Its language; the manifest's, or English, without it.")] = None,
    out: Out = None,
    register: Annotated[Path | None, typer.Option(help="Your register; the one that ships without it.")] = None,
    threats: Annotated[Path | None, typer.Option(help="The threats.toml of `risk threats`: what reports say.")] = None,
    manifest: Annotated[Path | None, typer.Option(help="A manifest: the report says what it declares.")] = None,
    checked: Annotated[
        Path | None, typer.Option(help="What `sekimori doctor --out` kept: the controls say when they were checked.")
    ] = None,
    since: Annotated[Path | None, typer.Option(help="The snapshot of an earlier report to compare with.")] = None,
    rules: OwnRules = None,
    proof: ProofFile = None,
) -> None:
    """Write the report: for the person who signs, and the one who checks.

    Beside the file a small snapshot is kept (NAME.snapshot.json); the next report says what changed since.

    Exit status: 0 written, 1 written but some references of the register lead nowhere, 2 not written.

    Example:  sekimori risk report --lang ja --format pdf --out build/report.pdf
    """
    from sekimori.cli._reporting import Wish, made

    problems = made(
        Wish(
            form=form.value,
            language=lang,
            out=out,
            register=register,
            threats=threats,
            manifest=manifest,
            since=since,
            rules=rules,
            proof=proof,
            checked=checked,
        )
    )
    for problem in problems:
        typer.echo(problem, err=True)
    raise typer.Exit(1 if problems else 0)
