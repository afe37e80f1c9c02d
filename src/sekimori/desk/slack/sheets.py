"""A week of an answer, of one calendar or of several: its layouts, its words, its picture."""

from sekimori.desk.slack import blocks
from sekimori.desk.slack.overlay_blocks import overlay_list, overlay_words
from sekimori.desk.slack.overlay_page import OverlayPage
from sekimori.desk.slack.overlay_picture import draw_overlay
from sekimori.desk.slack.picture import draw_page
from sekimori.desk.slack.week import Page

Sheet = Page | OverlayPage


def layouts(sheet: Sheet) -> tuple[list[blocks.Block], ...]:
    """Lay a sheet out, the best layout first; a later one is for where Slack does not take an earlier one."""
    if isinstance(sheet, OverlayPage):
        return (overlay_list(sheet),)
    return blocks.table_page(sheet), blocks.list_page(sheet)


def words(sheet: Sheet) -> str:
    """Say a sheet in plain lines: for notifications, screen readers, and as the picture's alternative text."""
    return overlay_words(sheet) if isinstance(sheet, OverlayPage) else blocks.words(sheet)


def draw(sheet: Sheet) -> bytes:
    """Draw a sheet as PNG.

    Raises:
        ValueError: it has no hour to show.
    """
    return draw_overlay(sheet) if isinstance(sheet, OverlayPage) else draw_page(sheet)
