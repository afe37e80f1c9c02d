"""Shows a reply's blocks in a terminal."""

from typing import Any

from rich.console import Console
from rich.table import Table


def show_blocks(blocks: list[dict[str, Any]], console: Console) -> None:
    """Print each block: texts as they are, a table as a table."""
    for block in blocks:
        if block["type"] == "table":
            console.print(_table(block["rows"]))
        elif isinstance(block.get("text"), dict):
            console.print(f"  {block['text']['text']}", highlight=False, markup=False)
        elif block["type"] == "context":
            words = "  ".join(element.get("text", "") for element in block["elements"])
            console.print(f"  {words}", style="dim", highlight=False, markup=False)


def _table(rows: list[list[dict[str, Any]]]) -> Table:
    grid = Table(box=None, pad_edge=True, padding=(0, 1))
    heads, *body = [[cell.get("text", "") for cell in row] for row in rows]
    for place, head in enumerate(heads):
        grid.add_column(head, justify="left" if place == 0 else "center", no_wrap=True)
    for row in body:
        grid.add_row(*row)
    return grid
