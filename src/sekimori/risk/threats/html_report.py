"""Reports in HTML: what a reader sees, by block, with the line each begins at; scripts and styles are left out."""

import re
from html.parser import HTMLParser
from typing import Final

from sekimori.risk.threats.passages import Form, Passage, Place, Report

_BLOCKS: Final = frozenset(
    (
        *("p", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6", "td", "th", "tr", "dt", "dd", "br"),
        *("section", "article", "header", "footer", "blockquote", "pre", "figcaption", "title"),
    )
)
_HIDDEN: Final = frozenset({"script", "style", "noscript", "template", "svg"})


def read(text: str, file: str) -> Report:
    """Read a page. Never fails: broken markup is read as a browser would."""
    reader = _Reader(file)
    reader.feed(text)
    reader.close()
    reader.flush()
    title = reader.title or (reader.passages[0].text if reader.passages else file)
    return Report(file=file, title=title[:120], form=Form.HTML, passages=tuple(reader.passages))


# A link to MITRE's page of a technique says its id where the text may not.
_TECHNIQUE: Final = re.compile(r"/techniques/(T\d{4})(?:/(\d{3}))?")


class _Reader(HTMLParser):
    def __init__(self, file: str) -> None:
        super().__init__(convert_charrefs=True)
        self.file = file
        self.passages: list[Passage] = []
        self.title = ""
        self.hidden = 0
        self.in_title = False
        self.words: list[str] = []
        self.link: re.Match[str] | None = None
        self.line = 1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a block, or remember the technique that a link leads to."""
        if tag in _BLOCKS:
            self.flush()
        if tag in _HIDDEN:
            self.hidden += 1
        self.in_title = tag == "title"
        if tag == "a":
            address = next((value for name, value in attrs if name == "href" and value), "")
            self.link = _TECHNIQUE.search(address)

    def handle_endtag(self, tag: str) -> None:
        """End a block."""
        if tag in _BLOCKS:
            self.flush()
        if tag in _HIDDEN:
            self.hidden = max(0, self.hidden - 1)
        self.in_title = False
        if tag == "a" and self.link:
            self.words.append(f" [{self.link[1]}{'.' if self.link[2] else ''}{self.link[2] or ''}]")
            self.link = None

    def handle_data(self, data: str) -> None:
        """Keep what a reader sees; a title is a title, not a passage."""
        if self.hidden or not data.strip():
            return
        if self.in_title:
            self.title += data.strip()
            return
        if not self.words:
            blank = data[: len(data) - len(data.lstrip())]
            self.line = self.getpos()[0] + blank.count("\n")
        self.words.append(data)

    def flush(self) -> None:
        """Make a passage of the words since the last block."""
        text = " ".join("".join(self.words).split())
        if text:
            self.passages.append(Passage(text=text, place=Place(file=self.file, line=self.line)))
        self.words = []
