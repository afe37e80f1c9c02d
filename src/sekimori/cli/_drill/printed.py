"""The matrix in a terminal and in Markdown."""

from collections.abc import Iterator

from sekimori.cli._drill.matrix import Cell, Matrix, Row

LEGEND = {
    Cell.FIRED: "fired, as it must",
    Cell.ALSO: "fired too",
    Cell.QUIET: "stayed quiet, as it must",
    Cell.MISSED: "should have fired",
    Cell.LOUD: "should have stayed quiet",
}


def grid(matrix: Matrix) -> Iterator[str]:
    """Yield techniques x rules, one mark a cell, and under it what each column is and what is not as it should be."""
    width = max(len(row.technique.id) for row in matrix.rows) + 2
    numbers = range(1, len(matrix.rules) + 1)
    if len(matrix.rules) > 9:
        yield " " * width + "".join(str(number // 10) if number > 9 else " " for number in numbers)
    yield " " * width + "".join(str(number % 10) for number in numbers)
    for row in matrix.rows:
        marks = "".join(row.cell(rule).value for rule in matrix.rules)
        yield f"{row.technique.id:{width}}{marks}  {_soonest(row)}"
    yield ""
    yield "   ".join(f"{cell.value} {words}" for cell, words in LEGEND.items())
    yield ""
    for number, rule in zip(numbers, matrix.rules, strict=True):
        yield f"{number:3} {rule:40} {', '.join(matrix.fired_by(rule)) or '—'}"
    yield ""
    yield from _account(matrix)


def markdown(matrix: Matrix) -> Iterator[str]:
    """Yield the matrix as a table a technique a line, and the account under it."""
    yield "| technique | ATT&CK | fired (seconds to alert) | missed | loud |"
    yield "|---|---|---|---|---|"
    for row in matrix.rows:
        fired = ", ".join(f"{rule} ({seconds:.2f})" for rule, seconds in sorted(row.fired.items()))
        missed, loud = (", ".join(row.rules(cell, among=matrix.rules)) for cell in (Cell.MISSED, Cell.LOUD))
        attack = ", ".join(row.technique.attack) or "benign"
        yield f"| {row.technique.id} | {attack} | {fired or '—'} | {missed or '—'} | {loud or '—'} |"
    yield ""
    yield from _account(matrix)


def _account(matrix: Matrix) -> Iterator[str]:
    for trouble in matrix.explained:
        if trouble.gap:
            yield f"gap: {trouble}: {trouble.gap.why['en']}"
    for trouble in matrix.unexplained:
        yield f"UNEXPLAINED: {trouble}"
    benign = sum(row.technique.benign for row in matrix.rows)
    seconds = sorted(second for row in matrix.rows for second in row.fired.values())
    slowest = f", alerts within {seconds[-1]:.2f} s, half of them within {seconds[len(seconds) // 2]:.2f} s"
    yield (
        f"{len(matrix.rows)} techniques ({benign} of them benign) x {len(matrix.rules)} rules"
        f"{slowest if seconds else ''}; {len(matrix.explained)} known gaps"
    )
    yield f"{len(matrix.unexplained)} unexplained"


def _soonest(row: Row) -> str:
    return f"{min(row.fired.values()):.2f} s" if row.fired else ""
