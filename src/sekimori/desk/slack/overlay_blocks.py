"""Several calendars as Block Kit blocks: a list of what collides and what is free."""

from collections.abc import Iterator

from sekimori.desk.slack import blocks
from sekimori.desk.slack.blocks import LONGEST, Block
from sekimori.desk.slack.overlay_page import OverlayPage

MOST_SECTIONS = 40


def overlay_list(page: OverlayPage) -> list[Block]:
    """Lay a page out as a list: remarks, then a paragraph for each section."""
    sections = [part for text in page.sections for part in cut(text, LONGEST["section"])]
    made = [blocks.heading(page.title), *(block for remark in page.remarks for block in blocks.say(remark))]
    made += [block for text in sections[:MOST_SECTIONS] for block in blocks.say(text)]
    return [*made, blocks.note(blocks.legend(page.wording)), blocks.note(f"{page.as_of} · {page.record}")]


def overlay_words(page: OverlayPage) -> str:
    """Say a page in plain lines: for notifications, screen readers, and as the picture's alternative text."""
    return "\n".join((page.title, *page.remarks, *page.sections))


def cut(text: str, longest: int) -> Iterator[str]:
    """Cut a text at the ends of lines into pieces that Slack takes."""
    piece = ""
    for line in text.splitlines():
        if piece and len(piece) + 1 + len(line) > longest:
            yield piece
            piece = line
        else:
            piece = f"{piece}\n{line}" if piece else line
    if piece:
        yield piece
