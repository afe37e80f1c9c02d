"""The report in each form, from the same values: HTML, Markdown, JSON, and PDF by Typst."""

import json
import re
from collections.abc import Callable, Mapping
from enum import StrEnum
from importlib.resources import as_file, files
from typing import Any, Final

# After an underscore or a dot, and between a small and a capital letter.
_JOINT: Final = re.compile(r"([_./](?=\w)|[a-z](?=[A-Z]))")


class Form(StrEnum):
    """What a report is written in."""

    HTML = "html"
    PDF = "pdf"
    MD = "md"
    JSON = "json"


def rendered(document: Mapping[str, Any], form: Form) -> bytes:
    """Return the report as the bytes of a file."""
    return _RENDERERS[form](document)


def _json(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, ensure_ascii=False, indent=2).encode() + b"\n"


def _by_template(name: str) -> Callable[[Mapping[str, Any]], bytes]:
    def render(document: Mapping[str, Any]) -> bytes:
        from jinja2 import Environment, PackageLoader, StrictUndefined

        environment = Environment(
            loader=PackageLoader("sekimori.risk.report"),
            autoescape=name.endswith(".html.j2"),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        environment.filters["breaking"] = _breaking
        return environment.get_template(name).render(document).encode()

    return render


def _breaking(name: str) -> Any:
    """Let a name of rules or properties break where its words do."""
    from markupsafe import Markup, escape

    return Markup(_JOINT.sub(r"\1<wbr>", str(escape(name))))  # noqa: S704 - escaped on this line


def _pdf(document: Mapping[str, Any]) -> bytes:
    """Typeset the report on A4, as tagged PDF/A; the fonts are embedded."""
    import typst

    folder = files("sekimori.risk.report").joinpath("templates")
    with as_file(folder) as templates, as_file(files("sekimori").joinpath("fonts")) as fonts:
        made = typst.compile(
            str(templates / "report.typ"),
            root=str(templates),
            font_paths=[str(fonts)],
            ignore_system_fonts=True,
            sys_inputs={"document": json.dumps(document, ensure_ascii=False)},
            pdf_standards=["a-2a"],
        )
    return bytes(made)


_RENDERERS: Final[Mapping[Form, Callable[[Mapping[str, Any]], bytes]]] = {
    Form.HTML: _by_template("report.html.j2"),
    Form.PDF: _pdf,
    Form.MD: _by_template("report.md.j2"),
    Form.JSON: _json,
}
