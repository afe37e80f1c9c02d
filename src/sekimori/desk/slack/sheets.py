"""A week of an answer, of one calendar or of several: its layouts, its words, its picture."""

from collections.abc import Callable
from functools import partial
from typing import TypeAlias

from sekimori.desk.slack import blocks
from sekimori.desk.slack.overlay_blocks import overlay_list, overlay_words
from sekimori.desk.slack.overlay_page import OverlayPage
from sekimori.desk.slack.overlay_picture import draw_overlay
from sekimori.desk.slack.picture import draw_page
from sekimori.desk.slack.week import Page

Sheet = Page | OverlayPage


Layout: TypeAlias = Callable[[], list[blocks.Block]]


def layouts(sheet: Sheet) -> tuple[Layout, ...]:
    """Return what lays a sheet out, the best first; a later one is for where Slack does not take an earlier one."""
    if isinstance(sheet, OverlayPage):
        return (partial(overlay_list, sheet),)
    return partial(blocks.table_page, sheet), partial(blocks.list_page, sheet)


def words(sheet: Sheet) -> str:
    """Say a sheet in plain lines: for notifications, screen readers, and as the picture's alternative text."""
    return overlay_words(sheet) if isinstance(sheet, OverlayPage) else blocks.words(sheet)


def draw(sheet: Sheet) -> bytes:
    """Draw a sheet as PNG.

    Raises:
        ValueError: it has no hour to show.
    """
    return draw_overlay(sheet) if isinstance(sheet, OverlayPage) else draw_page(sheet)
